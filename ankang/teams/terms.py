"""Under which rules a moment falls."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from ankang.policies.models import RuleEdition, Rules, edition_for


@dataclass(frozen=True)
class Terms:
    """The edition in force: what may be shown then, and how it works."""

    edition: RuleEdition
    rules: Rules
    day: date
    at: datetime


def terms_at(at: datetime) -> Terms:
    """The edition of the moment's own year.

    :raises NoEdition: nothing is loaded for it.
    """
    day = timezone.localdate(at)
    edition = edition_for(day.year)
    return Terms(edition, edition.rules(), day, at)
