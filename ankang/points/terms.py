"""Under which rules a moment falls."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from ankang.policies.models import RuleEdition
from ankang.policies.points import PointsRules

# As policies.edition_for, of which every award needs the key only.
EDITION = """
SELECT id FROM policies_ruleedition WHERE year <= %s
ORDER BY year DESC, revision DESC LIMIT 1
"""


@dataclass(frozen=True)
class Terms:
    """The edition that a moment falls under; 0 if there is none, and then no points."""

    edition_id: int
    rules: PointsRules
    day: date
    at: datetime


def terms_at(at: datetime) -> Terms:
    """The edition of the moment's own year: what may be earned and shown then."""
    day = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(EDITION, [day.year])
        found = cursor.fetchone()
    if found is None:
        return Terms(0, PointsRules.none(), day, at)
    return Terms(found[0], RuleEdition(pk=found[0]).rules().points, day, at)
