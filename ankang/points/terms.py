"""Under which rules a moment falls."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from ankang.policies.models import NoEdition, RuleEdition, edition_for
from ankang.policies.points import PointsRules


@dataclass(frozen=True)
class Terms:
    """The edition that a moment falls under, if one is loaded for it."""

    edition: RuleEdition | None
    rules: PointsRules
    day: date
    at: datetime


def terms_at(at: datetime) -> Terms:
    """The edition of the moment's own year: what may be earned and shown then."""
    day = timezone.localdate(at)
    try:
        edition = edition_for(day.year)
    except NoEdition:
        return Terms(None, PointsRules.none(), day, at)
    return Terms(edition, edition.rules().points, day, at)
