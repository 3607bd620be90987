"""Answers come in, one by one or out of a queue: graded here and nowhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.core.errors import Refusal
from ankang.policies.practice import PracticeRules
from ankang.practice.memory import after_answer, rate
from ankang.practice.models import (
    GroupQuestion,
    Mode,
    PracticeAnswer,
    PracticeGroup,
    ReviewCard,
    cards_by_question,
)
from ankang.practice.services.groups import extend_run
from ankang.practice.services.rewards import reward
from ankang.quizzes.grading import Grade, grade
from ankang.quizzes.models import QuestionVersion

TENTH = Decimal("0.1")
LONGEST_TEXT = 100
MOST_PARTS = 30
Kind = QuestionVersion.Kind
BY_PLACE = {Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE, Kind.ORDERING}


class NotInGroup(Refusal):
    def __init__(self) -> None:
        super().__init__("这组题里没有这道题或这个选项。")


class GroupOver(Refusal):
    def __init__(self) -> None:
        super().__init__("这组题已经结束，这个答案没有计。")


class TimeUp(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "时间到了以后才收到，这个答案没有计。限时的题以收到的时间为准。"
        )


class OutOfTurn(Refusal):
    def __init__(self) -> None:
        super().__init__("挑战答题要按顺序答，请先答前面的题。")


class OtherDevice(Refusal):
    def __init__(self) -> None:
        super().__init__("这组题已经在另一台手机上接着答，请在那台手机上答完。")


@dataclass(frozen=True)
class Given:
    """One answer as the page tells it; `response` names options by the place shown.

    `seconds` is how long the person took, None if the page does not tell; `waited` how
    long the answer has lain in the page's queue. The server believes neither beyond
    what its own clock leaves room for.
    """

    position: int
    response: Any
    seconds: float | None = None
    waited: float = 0.0
    used_hint: bool = False


@dataclass
class Receipt:
    """What became of the answers: rows, also of those sent before, and refusals."""

    group: PracticeGroup
    graded: dict[int, PracticeAnswer] = field(default_factory=dict)
    refused: dict[int, Refusal] = field(default_factory=dict)
    new: list[PracticeAnswer] = field(default_factory=list)
    added: range = range(0)


@transaction.atomic
def receive_answers(
    *, group: PracticeGroup, device: str, given: Sequence[Given], at: datetime
) -> Receipt:
    """Grade answers once each. Sent again, an answer gets the first grading back.

    An answer that cannot be taken is refused by itself; the others stand.

    :raises OtherDevice: the group went on in another browser.
    """
    Person.objects.select_for_update(no_key=True).get(pk=group.person_id)
    locked = (
        PracticeGroup.objects.select_for_update(of=("self",))
        .select_related("edition", "person")
        .get(pk=group.pk)
    )
    if locked.device and device != locked.device:
        raise OtherDevice
    marking = _Marking(locked, given, at)
    for one in given:
        marking.take(one)
    marking.save()
    return marking.receipt


class _Marking:
    """One batch against one group. Reads all it needs first, writes all at its end."""

    def __init__(
        self, group: PracticeGroup, given: Iterable[Given], at: datetime
    ) -> None:
        self.group, self.at = group, at
        self.rules: PracticeRules = group.practice_rules
        self.receipt = Receipt(group)
        rows = {row.position: row for row in group.questions.select_related("version")}
        wanted = {one.position for one in given} & rows.keys()
        self.asked: dict[int, GroupQuestion] = {one: rows[one] for one in wanted}
        self.count = len(rows)
        before = list(group.answers.order_by("pk"))
        self.known = {answer.version_id: answer for answer in before}
        self.spent = sum((one.seconds for one in before), Decimal())
        self.last_receipt = max([group.opened_at, *(one.received_at for one in before)])
        self.last_answer = max([group.opened_at, *(one.answered_at for one in before)])
        self.cards = cards_by_question(
            group.person, {row.version.question_id for row in self.asked.values()}
        )

    def take(self, given: Given) -> None:
        """Grade one answer, or keep why it is refused."""
        row = self.asked.get(given.position)
        try:
            if row is None:
                raise NotInGroup
            answer = self.known.get(row.version_id)
            if answer is None:
                answer = self._new(row, given)
            self.receipt.graded[given.position] = answer
        except Refusal as refusal:
            self.receipt.refused[given.position] = refusal

    def save(self) -> None:
        """Write the new answers, the cards and the group; fetch more for a run."""
        new = self.receipt.new
        if not new:
            return
        PracticeAnswer.objects.bulk_create(new)
        changed = [
            self.cards[one.version.question_id] for one in new if self._teaches(one)
        ]
        save_cards(changed)
        group = self.group
        if group.mode == Mode.CHALLENGE and group.closed_at is None:
            self.receipt.added = extend_run(group, self.at)
            self.count += len(self.receipt.added)
        if group.closed_at is None and group.answered == self.count:
            group.closed_at = self.at
        group.save(update_fields=["answered", "right", "closed_at"])
        reward(group=group, answers=new, at=self.at)

    def _new(self, row: GroupQuestion, given: Given) -> PracticeAnswer:
        group = self.group
        answered_at = self._answered_at(given)
        if group.is_over(self.at):
            raise GroupOver if group.closed_at else TimeUp
        # late, but said to have waited in the page since before the end
        if self.at > group.due_at and answered_at > group.due_at:
            raise TimeUp
        if group.mode == Mode.CHALLENGE and row.position != group.answered + 1:
            raise OutOfTurn
        response = in_bank_numbers(row, given.response)
        marks = grade(
            kind=row.version.kind,
            answer=row.version.answer,
            response=response,
            proportion=row.version.proportion,
        )
        answer = self._answer(row, given, response, marks, answered_at)
        self._count(answer)
        return answer

    def _answered_at(self, given: Given) -> datetime:
        """When it was given: not before the last one, not after it came.

        A server's clock that was set back gives the moment of receipt.
        """
        waited = timedelta(seconds=min(max(0.0, given.waited), self._room_seconds()))
        return min(self.at, max(self.last_answer, self.at - waited))

    def _room_seconds(self) -> float:
        return max(0.0, (self.at - self.group.opened_at).total_seconds())

    def _answer(
        self,
        row: GroupQuestion,
        given: Given,
        response: Any,
        marks: Grade,
        answered_at: datetime,
    ) -> PracticeAnswer:
        seconds = self._seconds(given)
        card = self.cards.get(row.version.question_id)
        memory = card.memory if card else None
        return PracticeAnswer(
            group=self.group,
            version=row.version,
            person=self.group.person,
            response=response,
            is_right=marks.is_right,
            share=marks.share,
            used_hint=given.used_hint,
            seconds=seconds,
            is_quick=seconds < least_seconds(row.version, self.rules),
            recall=memory.recall(answered_at) if memory else None,
            interval_days=memory.days_since(answered_at) if memory else None,
            day=timezone.localdate(answered_at),
            answered_at=answered_at,
            received_at=self.at,
        )

    def _seconds(self, given: Given) -> Decimal:
        """What the page says, within what the server's clock has not given out yet."""
        room = Decimal(str(self._room_seconds())) - self.spent
        if given.seconds is None:
            claimed = Decimal(str((self.at - self.last_receipt).total_seconds()))
        else:
            claimed = Decimal(str(given.seconds))
        return max(Decimal(), min(claimed, room)).quantize(TENTH, rounding=ROUND_DOWN)

    def _count(self, answer: PracticeAnswer) -> None:
        group = self.group
        self.receipt.new.append(answer)
        self.known[answer.version_id] = answer
        self.spent += answer.seconds
        self.last_answer = answer.answered_at
        self.last_receipt = self.at
        group.answered += 1
        group.right += answer.is_right
        if group.rules.lives and group.mistakes >= group.rules.lives:
            group.closed_at = self.at
        if self._teaches(answer):
            question = answer.version.question_id
            self.cards[question] = learned(self.cards.get(question), answer, self.rules)

    @staticmethod
    def _teaches(answer: PracticeAnswer) -> bool:
        return answer.is_right is False or not answer.is_quick


def least_seconds(version: QuestionVersion, rules: PracticeRules) -> Decimal:
    """Less than this, and nobody can have read the question."""
    characters = len(version.stem) + sum(len(option) for option in version.options)
    return rules.least_seconds + Decimal(characters) / rules.characters_per_second


def in_bank_numbers(row: GroupQuestion, response: Any) -> Any:
    """The response in the bank's numbers instead of the places shown.

    :raises NotInGroup: a place that was not shown, or no list at all.
    """
    if not isinstance(response, list) or len(response) > MOST_PARTS:
        raise NotInGroup
    if row.version.kind not in BY_PLACE:
        return [one[:LONGEST_TEXT] if isinstance(one, str) else one for one in response]
    order = row.option_order
    is_places = all(
        isinstance(one, int) and not isinstance(one, bool) and 0 <= one < len(order)
        for one in response
    )
    if not is_places or len(set(response)) != len(response):
        raise NotInGroup
    chosen = [order[place] for place in response]
    return chosen if row.version.kind == Kind.ORDERING else sorted(chosen)


def learned(
    card: ReviewCard | None, answer: PracticeAnswer, rules: PracticeRules
) -> ReviewCard:
    """The card after an answer: what is remembered, and the notebook."""
    memory = after_answer(
        card.memory if card else None,
        rating=rate(is_right=answer.is_right, is_unsure=_is_unsure(answer, rules)),
        at=answer.answered_at,
        retention=rules.desired_retention,
    )
    if card is None:
        card = ReviewCard(person=answer.person, question_id=answer.version.question_id)
    card.lapses += not answer.is_right and card.answers > 0
    card.answers += 1
    card.stability, card.difficulty = memory.stability, memory.difficulty
    card.last_at, card.due_at = memory.last_at, memory.due_at
    card.last_day = timezone.localdate(memory.last_at).toordinal()
    _note(card, answer, rules)
    return card


def _is_unsure(answer: PracticeAnswer, rules: PracticeRules) -> bool:
    return answer.used_hint or answer.share < 1 or answer.seconds > rules.slow_seconds


def _note(card: ReviewCard, answer: PracticeAnswer, rules: PracticeRules) -> None:
    """Into the notebook by a mistake; out of it by right answers on days apart."""
    if not answer.is_right:
        card.is_in_notebook, card.rights_apart, card.right_on = True, 0, None
    elif card.may_be_mended(answer.day, rules.notebook_days_apart):
        card.rights_apart += 1
        card.right_on = answer.day
        card.is_in_notebook = card.rights_apart < rules.notebook_rights


def save_cards(cards: Iterable[ReviewCard]) -> None:
    """Write cards, new and old, in two queries."""
    unique = list({id(card): card for card in cards}.values())
    ReviewCard.objects.bulk_create([card for card in unique if card.pk is None])
    old = [card for card in unique if card.pk is not None]
    fields = [
        "stability",
        "difficulty",
        "answers",
        "lapses",
        "last_at",
        "last_day",
        "due_at",
        "is_in_notebook",
        "rights_apart",
        "right_on",
    ]
    if old:
        ReviewCard.objects.bulk_update(old, fields)


def replay(person: Person) -> list[ReviewCard]:
    """The person's cards as they follow from the answers alone; nothing is written."""
    cards: dict[int, ReviewCard] = {}
    answers = person.practice_answers.select_related(
        "version", "group__edition", "person"
    ).order_by("received_at", "answered_at", "pk")
    for answer in answers:
        if not answer.is_right or not answer.is_quick:
            question = answer.version.question_id
            rules = answer.group.practice_rules
            cards[question] = learned(cards.get(question), answer, rules)
    return list(cards.values())
