"""Opening a lesson, passing a presence check, answering its question, objecting."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.content.models import CoursewareVersion
from ankang.core.errors import Refusal
from ankang.evidence.services import append_many
from ankang.learning import accounting
from ankang.learning.accounting import State, Terms
from ankang.learning.facts import began_fact, lesson_fact
from ankang.learning.models import (
    CheckAnswer,
    Coverage,
    Lesson,
    Objection,
    PresenceCheck,
    WatchSession,
)
from ankang.learning.queries import best_coverage, lesson_ledger
from ankang.learning.services.rewards import reward_lesson
from ankang.learning.tokens import sign_token
from ankang.policies.models import RuleEdition, Rules, edition_for
from ankang.quizzes.models import QuestionVersion

PRESENCE_TRIES = 2
SHORTEST_CHECK_SHARE, LATEST_CHECK_SHARE = 0.25, 0.75
SECONDS_PER_HOUR = 3600


class LessonNotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__("这一课还没有发布，请先学别的课。")


class CheckNotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("这次在场确认已经过期，继续看，稍后会再问一次。")


class QuestionNotOfLesson(Refusal):
    def __init__(self) -> None:
        super().__init__("这道题不属于这一课，请刷新页面再答。")


class LessonNotCovered(Refusal):
    def __init__(self) -> None:
        super().__init__("还没有看满这一课，看完再答小题。")


class AlreadyObjected(Refusal):
    def __init__(self) -> None:
        super().__init__("这一项已经提出申诉，请等答复。")


@dataclass(frozen=True)
class Opened:
    """A watch session, the coverage it adds to, and the token that names both."""

    session: WatchSession
    coverage: Coverage
    token: str


@transaction.atomic
def open_session(
    *, person: Person, lesson: Lesson, device: str, at: datetime
) -> Opened:
    """Open a watch session; any other session of the person ends at this moment.

    :raises LessonNotPublished: there is nothing to watch.
    """
    version = lesson.courseware.published
    if version is None or not lesson.course.is_published:
        raise LessonNotPublished
    Person.objects.select_for_update().get(pk=person.pk)
    edition = edition_for(lesson.course.year)
    rules = edition.rules()
    begin, debt = end_last_session(person=person, at=at)
    coverage, _ = Coverage.objects.select_for_update().get_or_create(
        person=person,
        version=version,
        defaults={
            "check_at": first_check_at(version.duration_seconds, rules),
            "check_nonce": new_nonce(),
            "changed_at": at,
        },
    )
    miss_open_check(coverage=coverage, at=at)
    covered = int.from_bytes(coverage.covered, "little")
    session = WatchSession.objects.create(
        person=person,
        lesson=lesson,
        version=version,
        edition=edition,
        device=device,
        opened_at=begin,
        edge=covered.bit_length(),
        debt=debt,
        cap=seconds_left_today(person=person, rules=rules, at=at),
    )
    append_many([began_fact(person.number, lesson.course.year, begin)])
    return Opened(session, coverage, token_for(session, coverage, version, edition))


def end_last_session(*, person: Person, at: datetime) -> tuple[datetime, int]:
    """End the person's open session.

    Return from when on the next one may run, and the seconds it ran ahead of the clock.
    Of several phones at once the later request may hold the earlier time, so the open
    session is not always the newest, and the next begins no earlier than it ended.
    """
    # Locked: a beat that is just being credited must not escape the debt.
    sessions = WatchSession.objects.select_for_update().filter(person=person)
    last = (
        sessions.filter(closed_at=None).first()
        or sessions.order_by("-opened_at", "-pk").first()
    )
    if last is None:
        return at, 0
    if last.closed_at is None:
        last.closed_at = max(at, last.opened_at)
        last.closed_by = WatchSession.Closed.OTHER_SESSION
        last.save(update_fields=["closed_at", "closed_by"])
    until = last.closed_at
    begin = max(at, until)
    ahead = last.spent + last.debt - int((until - last.opened_at).total_seconds())
    rested = int((begin - until).total_seconds())
    return begin, max(0, ahead - rested)


def seconds_left_today(*, person: Person, rules: Rules, at: datetime) -> int:
    """What the daily cap (8 学时 by the edition) leaves, over all lessons and devices."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    spent = WatchSession.objects.filter(person=person, opened_at__gte=midnight)
    used = spent.aggregate(total=Sum("spent"))["total"] or 0
    cap = rules.daily_cap_hours * int(rules.credit_hour.total_seconds())
    return max(0, cap - used)


def first_check_at(duration: int, rules: Rules) -> int | None:
    """After how many credited seconds the first presence check comes, drawn at random.

    Every lesson longer than the floor gets one, however short of the usual interval.
    """
    if duration <= rules.presence_lesson_floor_seconds:
        return None
    low, high = rules.presence_min_seconds, rules.presence_max_seconds
    latest = int(duration * LATEST_CHECK_SHARE)
    if low >= latest:
        low, high = int(duration * SHORTEST_CHECK_SHARE), latest
    return drawn_between(low, min(high, latest))


def next_check_at(credited: int, duration: int, rules: Rules) -> int | None:
    """The next check after one was passed; none if the lesson ends before it."""
    drawn = credited + drawn_between(
        rules.presence_min_seconds, rules.presence_max_seconds
    )
    return drawn if drawn < duration * rules.done_coverage else None


def drawn_between(low: int, high: int) -> int:
    return low + secrets.randbelow(max(high - low, 0) + 1)


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def token_for(
    session: WatchSession,
    coverage: Coverage,
    version: CoursewareVersion,
    edition: RuleEdition,
) -> str:
    """A signed, short-lived name of the session with the terms that it was opened on."""
    rules = edition.rules()
    terms = Terms(
        duration=version.duration_seconds,
        rate=float(rules.allowed_rate),
        slack=rules.slack_seconds,
        max_beat=rules.max_beat_seconds,
        window=rules.presence_window_seconds,
    )
    return sign_token(session.pk, coverage.pk, terms)


def state_of(session: WatchSession, coverage: Coverage) -> State:
    """The rows as the accounting core wants them."""
    issued = coverage.check_issued_at
    return State(
        covered=int.from_bytes(coverage.covered, "little"),
        held=int.from_bytes(coverage.held, "little"),
        opened_at=session.opened_at.timestamp(),
        closed_at=session.closed_at.timestamp() if session.closed_at else None,
        edge=session.edge,
        debt=session.debt,
        cap=session.cap,
        spent=session.spent,
        check_at=coverage.check_at,
        check_issued_at=issued.timestamp() if issued else None,
    )


def bytes_of(bits: int) -> bytes:
    """A bit set as the database keeps it."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


@transaction.atomic
def answer_check(
    *, session: WatchSession, nonce: str, chosen: list[int], at: datetime
) -> tuple[Coverage, bool]:
    """Answer the presence check; the right answer credits the seconds held since.

    A wrong answer counts: the second one ends the check, and the held seconds with it.

    :raises CheckNotOpen: answered already, too late, an old nonce, another session's.
    """
    coverage = Coverage.objects.select_for_update().get(
        person=session.person_id, version=session.version_id
    )
    check = (
        PresenceCheck.objects.select_related("question")
        .filter(session=session, nonce=nonce, result=PresenceCheck.Result.OPEN)
        .first()
    )
    rules = session.edition.rules()
    if check is None or coverage.check_nonce != nonce:
        raise CheckNotOpen
    if (at - check.issued_at).total_seconds() > rules.presence_window_seconds:
        raise CheckNotOpen
    if check.question is not None and not check.question.is_right(chosen):
        _count_wrong_answer(check=check, coverage=coverage, at=at)
        return coverage, False
    state = accounting.pass_check(
        state_of(session, coverage),
        next_check_at(
            coverage.credited_seconds,
            session.version.duration_seconds,
            rules,
        ),
    )
    check.result, check.answered_at = PresenceCheck.Result.PASSED, at
    check.tries += 1
    check.save(update_fields=["result", "answered_at", "tries"])
    coverage.covered, coverage.held = bytes_of(state.covered), b""
    coverage.credited_seconds = state.credited()
    coverage.check_at, coverage.check_issued_at = state.check_at, None
    coverage.check_nonce, coverage.changed_at = new_nonce(), at
    coverage.save()
    return coverage, True


def _count_wrong_answer(
    *, check: PresenceCheck, coverage: Coverage, at: datetime
) -> None:
    check.tries += 1
    check.save(update_fields=["tries"])
    if check.tries >= PRESENCE_TRIES:
        miss_open_check(coverage=coverage, at=at)


def miss_open_check(*, coverage: Coverage, at: datetime) -> int:
    """End the open check unanswered: the held seconds are lost, and only they."""
    if coverage.check_issued_at is None:
        return 0
    lost = int.from_bytes(coverage.held, "little")
    record_miss(nonce=coverage.check_nonce, lost=lost)
    coverage.held, coverage.check_issued_at = b"", None
    coverage.check_nonce, coverage.changed_at = new_nonce(), at
    coverage.save()
    return lost.bit_count()


def record_miss(*, nonce: str, lost: int) -> None:
    """Write down what an unanswered check cost."""
    ranges = accounting.ranges_of(lost)
    PresenceCheck.objects.filter(nonce=nonce).update(
        result=PresenceCheck.Result.MISSED,
        lost_from=ranges[0][0] if ranges else None,
        lost_to=ranges[-1][1] if ranges else None,
        lost_seconds=lost.bit_count(),
    )


@transaction.atomic
def answer_check_question(
    *,
    person: Person,
    lesson: Lesson,
    question: QuestionVersion,
    chosen: list[int],
    at: datetime,
) -> CheckAnswer:
    """Answer a lesson's check question; it may be tried until it is right.

    :raises QuestionNotOfLesson: the question belongs to other courseware.
    :raises LessonNotCovered: not enough of the lesson has been watched.
    """
    if not lesson_ledger(person=person, lesson=lesson).is_covered:
        raise LessonNotCovered
    if not lesson.courseware.check_questions.filter(
        question=question.question_id
    ).exists():
        raise QuestionNotOfLesson
    answer = CheckAnswer.objects.create(
        person=person,
        lesson=lesson,
        question=question,
        chosen=chosen,
        is_right=question.is_right(chosen),
        at=at,
    )
    if answer.is_right:
        # With the first right answer the lesson is done; the log keeps only the first.
        coverage = best_coverage(person=person, lesson=lesson)
        append_many([lesson_fact(answer, coverage)])
        reward_lesson(answer)
    return answer


@transaction.atomic
def object_to(
    *, person: Person, subject: str, about: str, text: str, at: datetime
) -> Objection:
    """Say that something should have counted; one open objection per subject.

    :raises AlreadyObjected: the same subject waits for an answer.
    """
    waiting = Objection.objects.filter(
        person=person, subject=subject, state=Objection.State.WAITING
    )
    if waiting.exists():
        raise AlreadyObjected
    return Objection.objects.create(
        person=person, subject=subject, about=about, text=text, created_at=at
    )
