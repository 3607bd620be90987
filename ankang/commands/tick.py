"""做一遍定期要做的事（后台进程每分钟自动做一遍）。"""

import argparse
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import django

LOOK_BACK = timedelta(hours=1)
FIRST_LOOK_BACK = timedelta(days=1)
OVERLAP = timedelta(minutes=2)
UPLOADS_MAY_TAKE = timedelta(days=1)
WORKERS_REMEMBERED = timedelta(days=1)

logger = logging.getLogger("ankang.tick")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang tick`"""


def run(options: argparse.Namespace) -> int:
    """Status 1 if an act failed."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    now = timezone.now()
    return 0 if tick(now, now - LOOK_BACK) else 1


def tick(at: datetime, since: datetime) -> bool:
    """Do what is due since then, once."""
    return Ticker(since).tick(at)


@dataclass
class Ticker:
    """The timer of one process. Each act looks back to its own last success.

    An act that failed, because the database was away or for its own reasons, so misses
    nothing of what happened meanwhile, and makes no other act look back any further.
    """

    since: datetime
    done: dict[str, datetime] = field(default_factory=dict)

    def tick(self, at: datetime) -> bool:
        """Do what is due; an act that fails does not stop the next."""
        all_well = True
        for act in periodic_acts():
            name = act.__name__
            try:
                act(at, self.done.get(name, self.since))
            except Exception:
                logger.exception("the periodic act %s failed", name)
                all_well = False
            else:
                self.done[name] = at - OVERLAP
        return all_well


def periodic_acts() -> list[Callable[[datetime, datetime], object]]:
    """What is done about once a minute; each act may run twice at once."""
    from django.contrib.sessions.models import Session  # noqa: PLC0415

    from ankang.core.disk import forget_broken_uploads  # noqa: PLC0415
    from ankang.counting.services import recount_changed  # noqa: PLC0415
    from ankang.counting.stating import state_counts_if_due  # noqa: PLC0415
    from ankang.evidence.services import seal  # noqa: PLC0415
    from ankang.integrity.services.scanning import start_scan_if_due  # noqa: PLC0415
    from ankang.jobs import services as jobs  # noqa: PLC0415
    from ankang.jobs.worker import forget_old_queue_rows  # noqa: PLC0415
    from ankang.learner.services import close_overdue_papers  # noqa: PLC0415

    def requeue_abandoned(at: datetime, since: datetime) -> None:
        jobs.requeue_abandoned(at)

    def hand_in_overdue(at: datetime, since: datetime) -> None:
        close_overdue_papers(at)

    def recount(at: datetime, since: datetime) -> None:
        recount_changed(since=since)

    def look_for_signals(at: datetime, since: datetime) -> None:
        start_scan_if_due(at)

    def state_the_counts(at: datetime, since: datetime) -> None:
        state_counts_if_due(at=at)

    def seal_the_log(at: datetime, since: datetime) -> None:
        seal(at=at)

    def forget_what_is_over(at: datetime, since: datetime) -> None:
        jobs.forget_silent_workers(at - WORKERS_REMEMBERED)
        forget_old_queue_rows(at)
        forget_broken_uploads(at - UPLOADS_MAY_TAKE)
        Session.objects.filter(expire_date__lt=at).delete()

    return [
        requeue_abandoned,
        hand_in_overdue,
        close_overdue_retests,
        recount,
        look_for_signals,
        look_for_duplicates,
        reckon_the_index,
        reckon_the_items,
        state_the_counts,
        keep_points,
        keep_teams,
        seal_the_log,
        forget_what_is_over,
        forget_old_sign_ins,
    ]


def forget_old_sign_ins(at: datetime, since: datetime) -> None:
    """A batch of those that the edition in force keeps no longer.

    What an unsettled case may need as evidence stays until it is settled.
    """
    from django.utils import timezone  # noqa: PLC0415

    from ankang.accounts.services import forget_sign_ins  # noqa: PLC0415
    from ankang.integrity.queries import people_of_unsettled_cases  # noqa: PLC0415
    from ankang.policies.models import privacy_in  # noqa: PLC0415

    kept = timedelta(days=privacy_in(timezone.localdate(at).year).sign_in_days)
    forget_sign_ins(before=at - kept, needed=people_of_unsettled_cases())


def close_overdue_retests(at: datetime, since: datetime) -> None:
    """Hand in what is overdue, state the results of windows that are over."""
    from ankang.retests.services.running import close_retests  # noqa: PLC0415

    close_retests(at)


def look_for_duplicates(at: datetime, since: datetime) -> None:
    """Once a night, compare records of equal names."""
    from ankang.counting.likeness import start_likeness_if_due  # noqa: PLC0415

    start_likeness_if_due(at)


def reckon_the_index(at: datetime, since: datetime) -> None:
    """Once a night, reckon how much is still known."""
    from ankang.reports.services import start_retention_if_due  # noqa: PLC0415

    start_retention_if_due(at)


def reckon_the_items(at: datetime, since: datetime) -> None:
    """Once a night, keep the figures of the question bank."""
    from ankang.console.services.items import start_items_if_due  # noqa: PLC0415

    start_items_if_due(at)


def keep_points(at: datetime, since: datetime) -> None:
    """Award minutes watched, bring the boards up to date, give medals."""
    from ankang.learning.services.rewards import reward_watching  # noqa: PLC0415
    from ankang.points.services import boards  # noqa: PLC0415
    from ankang.points.services.medals import settle_medals  # noqa: PLC0415

    reward_watching(since=since, at=at)
    boards.rehome_on_boards(since=since, at=at)
    boards.fold_boards(at=at)
    settle_medals(at=at)
    boards.forget_old_boards(at=at)


def keep_teams(at: datetime, since: datetime) -> None:
    """Open, form, settle team seasons; forget requests that nobody answered."""
    from ankang.teams.services.friends import forget_old_requests  # noqa: PLC0415
    from ankang.teams.services.seasons import keep_seasons  # noqa: PLC0415

    keep_seasons(at=at)
    forget_old_requests(at=at)
