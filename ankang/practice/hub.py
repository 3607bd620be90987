"""The practice page: what is waiting today, and each mode as it stands."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.policies.models import edition_for
from ankang.policies.practice import ModeRules, PracticeRules, SpecialSet
from ankang.practice.bank import Asked, questions_for, work_of
from ankang.practice.models import Mode, PracticeGroup, ReviewCard
from ankang.practice.queries import days_practised, review_size
from ankang.practice.services.groups import is_in_set, period_start

SECONDS_PER_MINUTE = 60
WEEK_DAYS = 7
DAY = timedelta(days=1)
ICONS = {
    Mode.DAILY: "calendar-event",
    Mode.WEEKLY: "checklist",
    Mode.SPECIAL: "hourglass",
    Mode.CHALLENGE: "bolt",
    Mode.MISTAKES: "notes",
    Mode.HAZARD: "search",
    Mode.REVIEW: "history",
}


@dataclass(frozen=True)
class SetState:
    """A special set with the number of questions that it has for the person."""

    special: SpecialSet
    questions: int


@dataclass(frozen=True)
class Practice:
    """Everything that the practice pages tell a person, in six queries."""

    rules: PracticeRules
    fitting: list[Asked]
    cards: list[ReviewCard]
    groups: list[PracticeGroup]
    best_run: int
    days: list[date]
    review_size: int
    at: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @cached_property
    def known_questions(self) -> set[int]:
        return {one.question for one in self.fitting}

    @cached_property
    def due(self) -> list[ReviewCard]:
        """What is due and may still be asked."""
        return [
            one
            for one in self.cards
            if one.due_at <= self.at and one.question_id in self.known_questions
        ]

    @property
    def due_minutes(self) -> int:
        """How long all that is due takes at the person's pace, rounded up."""
        per_minute = self.review_size / self.rules.review_minutes
        return -(-len(self.due) // max(1, int(per_minute)))

    @cached_property
    def next_due(self) -> ReviewCard | None:
        """What is due next, while nothing is due."""
        later = [one for one in self.cards if one.question_id in self.known_questions]
        return min(later, key=lambda one: one.due_at, default=None)

    @cached_property
    def notebook(self) -> list[ReviewCard]:
        return [
            one
            for one in self.cards
            if one.is_in_notebook and one.question_id in self.known_questions
        ]

    @property
    def mendable(self) -> list[ReviewCard]:
        """What in the notebook is worth answering today."""
        apart = self.rules.notebook_days_apart
        return [one for one in self.notebook if one.may_be_mended(self.today, apart)]

    @property
    def answered_today(self) -> int:
        return sum(one.answered for one in self.groups_of_today)

    @property
    def right_today(self) -> int:
        return sum(one.right for one in self.groups_of_today)

    @property
    def groups_of_today(self) -> list[PracticeGroup]:
        since = period_start(Mode.DAILY, self.at)
        return [one for one in self.groups if one.opened_at >= since]

    @property
    def days_this_week(self) -> int:
        return len(self.days)

    @property
    def sets(self) -> list[SetState]:
        """The special sets that have enough questions for a group."""
        least = self.rules.modes[Mode.SPECIAL].questions
        counted = [
            SetState(one, sum(is_in_set(asked, one) for asked in self.fitting))
            for one in self.rules.sets
        ]
        return [one for one in counted if one.questions >= least]

    def mode(self, mode: Mode) -> "ModeState":
        return ModeState(self, mode)

    @property
    def modes(self) -> list["ModeState"]:
        """The modes below the one that stands out, as far as there is something to ask."""
        return [
            state
            for state in map(self.mode, (*FIRST, *LATER))
            if state.mode != self.next.mode and state.is_offered
        ]

    @cached_property
    def next(self) -> "ModeState":
        """What to do next: reviews first, then the day's questions, then mistakes."""
        states = [self.mode(mode) for mode in FIRST]
        return next((one for one in states if one.is_waiting), self.mode(Mode.DAILY))


FIRST = (Mode.REVIEW, Mode.DAILY, Mode.MISTAKES, Mode.WEEKLY)
LATER = (Mode.HAZARD, Mode.CHALLENGE, Mode.SPECIAL)


@dataclass(frozen=True)
class ModeState:
    """One mode as it stands for the person."""

    practice: Practice
    mode: Mode

    @property
    def name(self) -> str:
        return str(self.mode.label)

    @property
    def icon(self) -> str:
        return ICONS[self.mode]

    @property
    def url(self) -> str:
        return reverse("practice:mode", args=[self.mode.value])

    @property
    def rules(self) -> ModeRules:
        return self.practice.rules.modes[self.mode]

    @property
    def open_group(self) -> PracticeGroup | None:
        """The group that waits to be gone on with."""
        at = self.practice.at
        return next(
            (
                one
                for one in self.practice.groups
                if one.mode == self.mode and one.closed_at is None and one.due_at > at
            ),
            None,
        )

    @property
    def done_groups(self) -> list[PracticeGroup]:
        """The groups of the day, or the week, that were answered to the end."""
        since = period_start(self.mode, self.practice.at)
        return [
            one
            for one in self.practice.groups
            if one.mode == self.mode
            and one.opened_at >= since
            and (one.closed_at or one.due_at <= self.practice.at)
        ]

    @property
    def has_tries(self) -> bool:
        used = len(self.done_groups)
        return not self.rules.tries or used < self.rules.tries

    @property
    def can_ask(self) -> bool:
        """Is there anything to ask at this moment?"""
        if self.mode == Mode.REVIEW:
            return bool(self.practice.due)
        if self.mode == Mode.MISTAKES:
            return bool(self.practice.mendable)
        if self.mode == Mode.SPECIAL:
            return bool(self.practice.sets)
        return any(one.kind in self.rules.kinds for one in self.practice.fitting)

    @property
    def may_start(self) -> bool:
        return bool(self.open_group) or (self.can_ask and self.has_tries)

    @property
    def is_waiting(self) -> bool:
        """Is it still to do in this day or week?"""
        return bool(self.open_group) or (self.can_ask and not self.done_groups)

    @property
    def is_offered(self) -> bool:
        """Does the mode exist for this person? Two of them live on earlier answers."""
        return self.can_ask or self.mode in {Mode.REVIEW, Mode.MISTAKES}

    @property
    def minutes(self) -> int:
        """How long a group takes, about."""
        if self.mode == Mode.REVIEW:
            return self.practice.rules.review_minutes
        if self.rules.minutes:
            return self.rules.minutes
        seconds = self.rules.questions * self.practice.rules.review_seconds
        return -(-seconds // SECONDS_PER_MINUTE)

    @property
    def state(self) -> str:
        """One line: what waits here, or how it came out."""
        if self.open_group:
            return f"做到第 {self.open_group.answered + 1} 题，接着答"
        return _STATES[self.mode](self)


def _daily(state: ModeState) -> str:
    if done := state.done_groups:
        answered = sum(one.answered for one in done)
        return f"今天答了 {answered} 题，对 {sum(one.right for one in done)} 题"
    return f"{state.rules.questions} 题，约 {state.minutes} 分钟"


def _weekly(state: ModeState) -> str:
    if state.done_groups:
        group = state.done_groups[0]
        return f"这周已答，对 {group.right} 题"
    return f"{state.rules.questions} 题，每周一组"


def _special(state: ModeState) -> str:
    return f"按主题练，限时 {state.rules.minutes} 分钟"


def _challenge(state: ModeState) -> str:
    best = state.practice.best_run
    return f"最多连对 {best} 题" if best else "一直答到错为止"


def _mistakes(state: ModeState) -> str:
    practice = state.practice
    if not practice.notebook:
        return "答错的题会放到这里"
    if not practice.mendable:
        return f"有 {len(practice.notebook)} 题，明天再练"
    return f"有 {len(practice.mendable)} 题要练"


def _hazard(state: ModeState) -> str:
    return "在图里点出隐患"


def _review(state: ModeState) -> str:
    practice = state.practice
    if practice.due:
        return f"有 {len(practice.due)} 题快忘了，约 {practice.due_minutes} 分钟"
    if practice.next_due:
        day = timezone.localdate(practice.next_due.due_at)
        return f"今天不用复习，下次 {day.month}月{day.day}日"
    return "答过的题快忘时再来问你"


_STATES = {
    Mode.DAILY: _daily,
    Mode.WEEKLY: _weekly,
    Mode.SPECIAL: _special,
    Mode.CHALLENGE: _challenge,
    Mode.MISTAKES: _mistakes,
    Mode.HAZARD: _hazard,
    Mode.REVIEW: _review,
}


def practice_of(*, person: Person, at: datetime) -> Practice:
    """Read all that the practice pages show."""
    day = timezone.localdate(at)
    rules = edition_for(day.year).rules().practice
    groups = PracticeGroup.objects.filter(person=person)
    best = groups.filter(mode=Mode.CHALLENGE).aggregate(best=Max("right"))["best"]
    # groups of a week, and what may still be open from before it
    since = period_start(Mode.WEEKLY, at) - timedelta(hours=rules.open_hours)
    return Practice(
        rules=rules,
        fitting=questions_for(work_of(person), at),
        cards=list(ReviewCard.objects.filter(person=person)),
        groups=list(groups.filter(opened_at__gte=since).order_by("-opened_at")),
        best_run=best or 0,
        days=days_practised(person, day - DAY * (WEEK_DAYS - 1)),
        review_size=review_size(person=person, rules=rules),
        at=at,
    )
