"""Points tables of editions for tests: the two that the city ships, and small ones."""

import tomllib
from pathlib import Path
from typing import Any

from ankang.policies.models import RuleEdition
from tests import make

EDITIONS = next(Path(__file__).parent.parent.glob("cities/*/editions"))


def shipped(year: int) -> dict[str, Any]:
    """The `points` table that the city's edition of the year ships."""
    with (EDITIONS / f"{year}.toml").open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)["params"]["points"]
    return table


def edition(year: int = 2020, *, of: int = 2020, **changed: Any) -> RuleEdition:
    """An edition in force from `year` whose points are those shipped for year `of`."""
    return make.edition(year, points={**shipped(of), **changed})
