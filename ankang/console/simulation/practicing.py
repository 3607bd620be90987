"""Made-up practice: some people answer a few questions on some days, and forget.

Who answers right is drawn from the card's own forgetting curve, bent a little for each
person, so that predictions come true about as well as among real people.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from ankang.accounts.models import Person
from ankang.console.simulation.learning import Rows, wrong_answer
from ankang.policies.models import RuleEdition, edition_for
from ankang.practice.models import (
    GroupQuestion,
    Mode,
    PracticeAnswer,
    PracticeGroup,
    ReviewCard,
)
from ankang.practice.services.answers import learned, least_seconds
from ankang.quizzes.models import Question, QuestionVersion

SHARE = 0.3
DAYS, MOST_DAYS = 90, 14
OF_A_GROUP, REVIEWED_SHARE = 5, 0.6
Kind = QuestionVersion.Kind


@dataclass(frozen=True)
class Bank:
    """What is practiced, under which rules, and until when."""

    versions: list[QuestionVersion]
    edition: RuleEdition
    until: datetime


def practice_bank(until: datetime) -> Bank:
    """The approved practice questions whose options are chosen."""
    found = QuestionVersion.objects.filter(
        is_current=True,
        question__purpose=Question.Purpose.PRACTICE,
        question__is_retired=False,
        kind__in=[Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE],
    )
    year = timezone.localdate(until).year
    return Bank(list(found.order_by("pk")), edition_for(year), until)


def let_practice(people: list[Person], bank: Bank, draw: Random, rows: Rows) -> None:
    """Some of these people practice; nobody where there are no questions."""
    for person in people if bank.versions else []:
        if draw.random() < SHARE:
            _Practicing(person, bank, draw).practice(rows)


class _Practicing:
    """One person's days of practice up to a moment, and the cards that they leave."""

    def __init__(self, person: Person, bank: Bank, draw: Random) -> None:
        self.person, self.bank, self.draw = person, bank, draw
        self.rules = bank.edition.rules().practice
        self.ability = draw.uniform(0.4, 0.8)
        self.bend = draw.uniform(0.7, 1.4)
        self.cards: dict[int, ReviewCard] = {}

    def practice(self, rows: Rows) -> None:
        """A group on each of some days, the cards at the end."""
        some = self.draw.sample(range(1, DAYS), self.draw.randint(1, MOST_DAYS))
        for days_ago in sorted(some, reverse=True):
            hours = timedelta(hours=self.draw.uniform(0, 12))
            self._group(self.bank.until - timedelta(days=days_ago) - hours, rows)
        for card in self.cards.values():
            rows.add(card)

    def _group(self, opened_at: datetime, rows: Rows) -> None:
        asked = self._chosen(opened_at)
        group = PracticeGroup(
            person=self.person,
            edition=self.bank.edition,
            mode=Mode.DAILY,
            seed=self.draw.getrandbits(32),
            device=self.person.number[::-1],
            opened_at=opened_at,
            due_at=opened_at + timedelta(hours=48),
            answered=len(asked),
        )
        rows.add(group)
        at = opened_at
        for position, version in enumerate(asked, start=1):
            order = list(range(len(version.options)))
            rows.add(
                GroupQuestion(
                    group=group,
                    position=position,
                    version=version,
                    option_order=order,
                )
            )
            seconds = self._seconds(version)
            at += timedelta(seconds=float(seconds) + 1)
            answer = self._answer(group, version, seconds, at)
            group.right += answer.is_right
            rows.add(answer)
        group.closed_at = at

    def _chosen(self, at: datetime) -> list[QuestionVersion]:
        """Most at risk of being forgotten first, then others of the bank."""
        versions = self.bank.versions
        count = min(OF_A_GROUP, len(versions))
        met = sorted(self.cards.values(), key=lambda card: card.memory.recall(at))
        again = {card.question_id for card in met[: round(count * REVIEWED_SHARE)]}
        reviewed = [one for one in versions if one.question_id in again]
        others = [one for one in versions if one.question_id not in again]
        return reviewed + self.draw.sample(others, count - len(reviewed))

    def _seconds(self, version: QuestionVersion) -> Decimal:
        least = float(least_seconds(version, self.rules))
        return Decimal(str(round(least + self.draw.lognormvariate(2, 0.5), 1)))

    def _answer(
        self,
        group: PracticeGroup,
        version: QuestionVersion,
        seconds: Decimal,
        at: datetime,
    ) -> PracticeAnswer:
        card = self.cards.get(version.question_id)
        recall = card.memory.recall(at) if card else None
        chance = self.ability if recall is None else recall**self.bend
        is_right = self.draw.random() < chance
        answer = PracticeAnswer(
            group=group,
            version=version,
            person=self.person,
            response=version.answer if is_right else wrong_answer(version, self.draw),
            is_right=is_right,
            share=int(is_right),
            seconds=seconds,
            recall=recall,
            interval_days=card.memory.days_since(at) if card else None,
            day=timezone.localdate(at),
            answered_at=at,
            received_at=at,
        )
        self.cards[version.question_id] = learned(card, answer, self.rules)
        return answer
