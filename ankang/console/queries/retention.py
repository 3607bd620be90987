"""The retained-knowledge index as one page shows it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ankang.organizations.models import District, Membership
from ankang.reports.models import RetentionCell, RetentionRun
from ankang.reports.retention import HORIZONS

By = RetentionCell.By
# The drawing's own units: where the curve stands, and how high a recall of 1 is.
LEFT, WIDTH, TOP, HEIGHT = 36.0, 300.0, 12.0, 120.0


@dataclass(frozen=True)
class Area:
    """Whose tables are shown: the city's, a district's, or an employer's."""

    name: str
    district: int | None
    employer: int | None


@dataclass(frozen=True)
class Dot:
    """A point of the curve with its interval, in the units of the drawing."""

    x: float
    y: float
    high: float
    low: float
    days: int
    mean: float


@dataclass(frozen=True)
class Curve:
    """The expected recall of an area against time."""

    dots: list[Dot]

    @property
    def line(self) -> str:
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in self.dots)

    @property
    def band(self) -> str:
        there = [f"{dot.x:.1f},{dot.high:.1f}" for dot in self.dots]
        back = [f"{dot.x:.1f},{dot.low:.1f}" for dot in reversed(self.dots)]
        return " ".join(there + back)


def area_of(membership: Membership, district: District | None) -> Area:
    """A district or an employer sees its own; the city may choose a district."""
    if membership.scope == Membership.Scope.EMPLOYER:
        return Area(membership.label(), None, membership.employer_id)
    if membership.scope == Membership.Scope.DISTRICT:
        return Area(membership.label(), membership.district_id, None)
    if district is not None:
        return Area(district.name, district.pk, None)
    return Area("全市", None, None)


def cells_of(membership: Membership, area: Area) -> QuerySet[RetentionCell]:
    """Every line that this membership may see of an area."""
    cells = RetentionCell.objects.visible_to(membership)
    return cells.of_area(area.district, area.employer)


def latest_run() -> RetentionRun | None:
    return RetentionRun.objects.select_related("edition").order_by("-day").first()


def tables_of(area: Area) -> list[tuple[str, str]]:
    """What an area's figures can be split by."""
    bys = [By.TOPIC, By.POST]
    if area.employer is None:
        bys += [By.INDUSTRY, By.EMPLOYER]
        bys += [] if area.district else [By.DISTRICT]
    return [(by.value, str(by.label)) for by in bys]


def curve_of(cell: RetentionCell) -> Curve:
    return Curve([_dot(figure) for figure in cell.figures])


def grid() -> list[tuple[float, str]]:
    """The lines of the drawing and what they are called."""
    return [(_height(tenths / 4), f"{tenths * 25}%") for tenths in range(5)]


def _dot(figure: dict[str, Any]) -> Dot:
    return Dot(
        x=LEFT + WIDTH * figure["days"] / HORIZONS[-1],
        y=_height(figure["mean"]),
        high=_height(figure["high"]),
        low=_height(figure["low"]),
        days=figure["days"],
        mean=figure["mean"],
    )


def _height(recall: float) -> float:
    return TOP + HEIGHT * (1 - recall)
