"""Beginning a group of questions, getting the next ones of a run, ending a group."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from random import Random, SystemRandom

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.core.errors import Refusal
from ankang.policies.models import RuleEdition, edition_for
from ankang.policies.practice import ModeRules, SpecialSet
from ankang.practice.bank import Asked, candidate, questions_for, work_of
from ankang.practice.choosing import Mix, choose
from ankang.practice.models import (
    GroupQuestion,
    Mode,
    PracticeGroup,
    ReviewCard,
    cards_by_question,
)
from ankang.practice.queries import due_cards, mendable_cards, review_size
from ankang.quizzes.models import QuestionVersion

CHANCE = SystemRandom()
SEED_BITS = 62
AHEAD = 2
Kind = QuestionVersion.Kind
SHUFFLED = {Kind.SINGLE, Kind.MULTIPLE, Kind.ORDERING}


class NothingToAsk(Refusal):
    def __init__(self, mode: Mode) -> None:
        sentences = {
            Mode.MISTAKES: "今天没有要练的错题。答错的题会自动放进错题本，隔一天再来练。",
            Mode.REVIEW: "今天没有到期要复习的题，过几天再来。",
            Mode.HAZARD: "现在没有适合你的隐患图，请先做别的练习。",
        }
        super().__init__(
            sentences.get(mode, "现在没有适合你的练习题，请过些时候再来。")
        )


class TriesUsed(Refusal):
    def __init__(self, mode: Mode) -> None:
        when = "这周" if mode == Mode.WEEKLY else "今天"
        then = "下周一" if mode == Mode.WEEKLY else "明天"
        super().__init__(f"{when}的{mode.label}已经答过了，{then}再来。")


class UnknownSet(Refusal):
    def __init__(self) -> None:
        super().__init__("没有这个专项，请从专项答题里选一个。")


@transaction.atomic
def open_group(
    *, person: Person, mode: Mode, topic: str = "", device: str, at: datetime
) -> PracticeGroup:
    """Fetch a group. One that is not answered yet is returned, and moves to this browser.

    :raises UnknownSet: the edition has no special set of this code.
    :raises TriesUsed: the edition allows no more groups in this day or week.
    :raises NothingToAsk: nothing in the bank fits, or nothing is due.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    edition = edition_for(timezone.localdate(at).year)
    practice = edition.rules().practice
    special = next((one for one in practice.sets if one.code == topic), None)
    if (mode == Mode.SPECIAL) != (special is not None):
        raise UnknownSet
    own = PracticeGroup.objects.filter(person=person, mode=mode, topic=topic)
    open_group = own.select_related("edition").filter(closed_at=None).first()
    if open_group is not None:
        if open_group.due_at > at:
            return _moved(open_group, device)
        _end(open_group, min(at, open_group.due_at))
    _refuse_beyond_tries(own, practice.modes[mode], mode, at)
    seed = CHANCE.getrandbits(SEED_BITS)
    versions = _drawn(person, mode, special, edition, seed, at)
    if not versions:
        raise NothingToAsk(mode)
    minutes = practice.modes[mode].minutes
    group = PracticeGroup.objects.create(
        person=person,
        edition=edition,
        mode=mode,
        topic=topic,
        device=device,
        seed=seed,
        opened_at=at,
        due_at=at
        + (
            timedelta(minutes=minutes)
            if minutes
            else timedelta(hours=practice.open_hours)
        ),
    )
    _ask(group, versions, 0)
    return group


@transaction.atomic
def end_group(*, group: PracticeGroup, at: datetime) -> PracticeGroup:
    """Leave a group as it is; what is not answered stays unanswered. Twice is once."""
    locked = (
        PracticeGroup.objects.select_for_update(of=("self",))
        .select_related("edition")
        .get(pk=group.pk)
    )
    if locked.closed_at is None:
        _end(locked, min(at, locked.due_at))
    return locked


def extend_run(group: PracticeGroup, at: datetime) -> range:
    """Put the next questions into a run that nears its last; the positions added.

    The caller holds the lock on the group. No more questions to ask: the run is won.
    """
    asked = list(group.questions.values_list("version__question", flat=True))
    if len(asked) - group.answered > AHEAD:
        return range(0)
    seed = group.seed + len(asked)
    versions = _mixed(
        group.person,
        group.rules,
        questions_for(work_of(group.person), at),
        seed,
        at,
        asked,
    )
    _ask(group, versions, len(asked))
    return range(len(asked) + 1, len(asked) + len(versions) + 1)


def _moved(group: PracticeGroup, device: str) -> PracticeGroup:
    if group.device != device:
        group.device = device
        group.save(update_fields=["device"])
    return group


def _end(group: PracticeGroup, at: datetime) -> None:
    group.closed_at = max(at, group.opened_at)
    group.save(update_fields=["closed_at"])


def _refuse_beyond_tries(
    earlier: Iterable[PracticeGroup], rules: ModeRules, mode: Mode, at: datetime
) -> None:
    if not rules.tries:
        return
    since = period_start(mode, at)
    used = [one for one in earlier if one.opened_at >= since]
    if len(used) >= rules.tries:
        raise TriesUsed(mode)


def period_start(mode: Mode, at: datetime) -> datetime:
    """The beginning of the day, or of the week from Monday on."""
    day = timezone.localdate(at)
    if mode == Mode.WEEKLY:
        day -= timedelta(days=day.weekday())
    return timezone.make_aware(datetime.combine(day, time()))


def _drawn(
    person: Person,
    mode: Mode,
    special: SpecialSet | None,
    edition: RuleEdition,
    seed: int,
    at: datetime,
) -> list[int]:
    rules = edition.rules().practice
    fitting = questions_for(work_of(person), at)
    if mode in {Mode.REVIEW, Mode.MISTAKES}:
        allowed = {one.question: one.version for one in fitting}
        cards = _cards_to_repeat(person, mode, edition, at)
        found = [
            allowed[card.question_id] for card in cards if card.question_id in allowed
        ]
        most = rules.modes[mode].questions
        if mode == Mode.REVIEW:
            most = min(most, review_size(person=person, rules=rules))
        return found[:most]
    if special is not None:
        fitting = [one for one in fitting if is_in_set(one, special)]
    return _mixed(person, rules.modes[mode], fitting, seed, at)


def is_in_set(one: Asked, special: SpecialSet) -> bool:
    """Does the question belong to a special set?"""
    return one.topic in special.topics or (
        not special.topics and one.strand == special.strand
    )


def _cards_to_repeat(
    person: Person, mode: Mode, edition: RuleEdition, at: datetime
) -> Sequence[ReviewCard]:
    if mode == Mode.REVIEW:
        return due_cards(person=person, at=at)
    return mendable_cards(person=person, rules=edition.rules().practice, at=at)


def _mixed(
    person: Person,
    rules: ModeRules,
    fitting: list[Asked],
    seed: int,
    at: datetime,
    without: Iterable[int] = (),
) -> list[int]:
    cards = cards_by_question(person)
    skip = set(without)
    return choose(
        (
            candidate(one, cards[one.question].last_day if one.question in cards else 0)
            for one in fitting
            if one.question not in skip
        ),
        count=rules.questions,
        mix=Mix(rules.kinds, rules.difficulties),
        today=timezone.localdate(at).toordinal(),
        chance=Random(seed),  # noqa: S311 - the seed is drawn from the system's chance
    )


def _ask(group: PracticeGroup, versions: list[int], after: int) -> None:
    found = QuestionVersion.objects.in_bulk(versions)
    chance = Random(group.seed + after)  # noqa: S311 - as above
    GroupQuestion.objects.bulk_create(
        GroupQuestion(
            group=group,
            position=position,
            version_id=pk,
            option_order=option_order(found[pk], chance),
        )
        for position, pk in enumerate(versions, start=after + 1)
    )


def option_order(version: QuestionVersion, chance: Random) -> list[int]:
    """The options in the order in which one person sees them."""
    order = list(range(len(version.options)))
    if version.kind in SHUFFLED:
        chance.shuffle(order)
    return order
