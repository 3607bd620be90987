"""What practice may ask: the approved questions, kept in memory for some seconds."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ankang.accounts.models import Person
from ankang.practice.choosing import Candidate
from ankang.quizzes.models import Question, QuestionVersion

KEPT_SECONDS = 10


@dataclass(frozen=True)
class Asked:
    """A question of the bank, as far as choosing looks at it."""

    version: int
    question: int
    kind: str
    strand: str
    topic: str
    difficulty: int
    industries: frozenset[str]
    posts: frozenset[str]

    @property
    def is_general(self) -> bool:
        return not (self.industries or self.posts)


@dataclass(frozen=True)
class Work:
    """Where a person works: codes of industries (GB/T 4754 divisions) and posts."""

    industries: frozenset[str]
    posts: frozenset[str]

    def meets(self, one: Asked) -> bool:
        """Is the question for this work, or for everybody?"""
        return (not one.industries or bool(one.industries & self.industries)) and (
            not one.posts or any(_same_trade(post, self.posts) for post in one.posts)
        )


def _same_trade(post: str, own: frozenset[str]) -> bool:
    """Rosters write 电焊工 where the bank says 焊工: the one name ends with the other."""
    return any(mine.endswith(post) or post.endswith(mine) for mine in own)


def work_of(person: Person) -> Work:
    """The person's work now, in one query."""
    rows = person.employments.current().values_list("employer__industry__code", "post")
    pairs = list(rows)
    return Work(
        industries=frozenset(code for code, _ in pairs if code),
        posts=frozenset(post for _, post in pairs if post),
    )


def bank(at: datetime) -> list[Asked]:
    """The bank as it was at most ten seconds ago."""
    return _bank(int(at.timestamp()) // KEPT_SECONDS)


def forget() -> None:
    """Read the bank anew the next time."""
    _bank.cache_clear()


def questions_for(work: Work, at: datetime) -> list[Asked]:
    """What may be asked of somebody with this work."""
    return [one for one in bank(at) if work.meets(one)]


def candidate(one: Asked, last_day: int = 0) -> Candidate:
    """The question as the choice looks at it."""
    return Candidate(
        version=one.version,
        question=one.question,
        kind=one.kind,
        strand=one.strand,
        difficulty=one.difficulty,
        is_own=not one.is_general,
        last_day=last_day,
    )


@lru_cache(maxsize=1)
def _bank(moment: int) -> list[Asked]:
    versions = QuestionVersion.objects.filter(
        is_current=True, question__in=Question.objects.for_practice()
    ).select_related("question__strand")
    return [
        Asked(
            version=version.pk,
            question=version.question_id,
            kind=version.kind,
            strand=version.question.strand.code,
            topic=version.question.topic,
            difficulty=version.question.difficulty,
            industries=frozenset(version.question.industries),
            posts=frozenset(version.question.posts),
        )
        for version in versions.order_by("pk")
    ]
