"""Points tables of editions for tests: the two that the city ships, and small ones."""

import tomllib
from pathlib import Path
from typing import Any

from ankang.policies.models import RuleEdition
from tests import make

EDITIONS = next(Path(__file__).parent.parent.glob("cities/*/editions"))


def shipped(year: int, table: str = "points") -> Any:
    """A table that the city's edition of the year ships."""
    with (EDITIONS / f"{year}.toml").open("rb") as file:
        return tomllib.load(file)["params"][table]


def edition(year: int = 2020, *, of: int = 2020, **changed: Any) -> RuleEdition:
    """An edition in force from `year` whose points are those shipped for year `of`."""
    points = {**shipped(of), **changed}
    return make.edition(year, points=points, teams=shipped(of, "teams"))
