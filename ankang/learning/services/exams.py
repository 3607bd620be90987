"""Sitting an exam: draw a paper, answer it, hand it in. Graded here and nowhere else."""

from collections import Counter
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.core.errors import Refusal
from ankang.evidence.services import append_many
from ankang.learning.drawing import BankTooSmall, Candidate, draw, shuffled_options
from ankang.learning.examining import FULL_SCORE, ExamStanding, exam_standing
from ankang.learning.facts import began_fact, paper_fact
from ankang.learning.models import Course, Paper, PaperQuestion
from ankang.organizations.models import Strand
from ankang.policies.models import edition_for
from ankang.quizzes.models import Question, QuestionVersion

CHANCE = SystemRandom()


class LessonsNotDone(Refusal):
    def __init__(self) -> None:
        super().__init__("还有课没有学完，学完全部课程后才能考试。")


class AlreadyPassed(Refusal):
    def __init__(self) -> None:
        super().__init__("这门课程的考试已经通过，不用再考。")


class NoExam(Refusal):
    def __init__(self) -> None:
        super().__init__("这门课程没有考试。")


class NotEnoughQuestions(Refusal):
    def __init__(self, strand: str) -> None:
        super().__init__(f"题库里“{strand}”的试题不够，请联系管理员补充后再考。")


class MustWait(Refusal):
    def __init__(self, until: datetime) -> None:
        local = timezone.localtime(until)
        super().__init__(
            f"这一轮考试机会已用完，{local.month}月{local.day}日"
            f"{local:%H:%M}以后可以再考。"
        )


class MustReview(Refusal):
    def __init__(self, titles: list[str]) -> None:
        names = "、".join(f"《{title}》" for title in titles)
        super().__init__(f"请先重学薄弱的课并答对课后小题：{names}。")


class PaperClosed(Refusal):
    def __init__(self) -> None:
        super().__init__("试卷已经交了，答案不能再改。")


class TimeIsUp(Refusal):
    def __init__(self) -> None:
        super().__init__("考试时间已到，这个答案没有保存。")


class NotOnPaper(Refusal):
    def __init__(self) -> None:
        super().__init__("这份试卷里没有这道题或这个选项。")


@transaction.atomic
def draw_paper(*, person: Person, course: Course, device: str, at: datetime) -> Paper:
    """Begin the exam. A paper that is not handed in is returned, on any device.

    :raises AlreadyPassed: nothing is left to prove.
    :raises NoExam: the course draws no questions.
    :raises LessonsNotDone: a lesson of the course is missing.
    :raises MustWait: the last try of the round is too recent.
    :raises MustReview: weak lessons have not been learned again since.
    :raises NotEnoughQuestions: the bank is too small for the course.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    standing = exam_standing(person=person, course=course, at=at)
    if standing.open_paper is not None:
        return standing.open_paper
    _refuse_unless_ready(standing)
    versions = _drawn_versions(person, course)
    paper = Paper.objects.create(
        person=person,
        course=course,
        edition=edition_for(course.year),
        drawn_at=at,
        deadline=at + timedelta(minutes=course.exam_minutes),
        device=device,
    )
    PaperQuestion.objects.bulk_create(
        PaperQuestion(
            paper=paper,
            position=position,
            question=version,
            option_order=option_order(version),
        )
        for position, version in enumerate(versions, start=1)
    )
    append_many([began_fact(person.number, course.year, at)])
    return paper


@transaction.atomic
def answer_question(
    *, paper: Paper, position: int, places: list[int], at: datetime
) -> PaperQuestion:
    """Save an answer, given as places of the options shown. It may be changed again.

    :raises PaperClosed: handed in already.
    :raises TimeIsUp: at or after the deadline.
    :raises NotOnPaper: another paper's question, or no such option.
    """
    locked = Paper.objects.select_for_update().get(pk=paper.pk)
    if locked.handed_in_at is not None:
        raise PaperClosed
    if at >= locked.deadline:
        raise TimeIsUp
    row = locked.questions.select_related("question").filter(position=position).first()
    if row is None:
        raise NotOnPaper
    row.chosen = chosen_originals(row, places)
    row.answered_at = at
    row.save(update_fields=["chosen", "answered_at"])
    return row


@transaction.atomic
def hand_in(*, paper: Paper, at: datetime) -> Paper:
    """Grade what was saved in time, once; a second call returns the first result."""
    locked = (
        Paper.objects.select_for_update(of=("self",))
        .select_related("edition", "course", "person")
        .get(pk=paper.pk)
    )
    if locked.handed_in_at is not None:
        return locked
    rows = list(locked.questions.select_related("question"))
    for row in rows:
        row.is_right = row.question.is_right(row.chosen)
    PaperQuestion.objects.bulk_update(rows, ["is_right"])
    right = sum(row.is_right for row in rows)
    locked.score = FULL_SCORE * right // len(rows)
    locked.is_passed = locked.score >= locked.edition.rules().pass_mark
    locked.handed_in_at = min(at, locked.deadline)
    locked.save(update_fields=["score", "is_passed", "handed_in_at"])
    append_many([paper_fact(locked, rows)])
    return locked


def _refuse_unless_ready(standing: ExamStanding) -> None:
    if standing.passed is not None:
        raise AlreadyPassed
    if not standing.question_count:
        raise NoExam
    if not standing.lessons_done:
        raise LessonsNotDone
    if standing.waits_until is not None:
        raise MustWait(standing.waits_until)
    if missing := standing.lessons_to_review:
        raise MustReview([one.lesson.courseware.title for one in missing])


def _drawn_versions(person: Person, course: Course) -> list[QuestionVersion]:
    wanted = {code: count for code, count in course.exam_draw.items() if count}
    versions = {
        version.pk: version
        for version in QuestionVersion.objects.filter(
            is_current=True,
            question__purpose=Question.Purpose.EXAM,
            question__is_retired=False,
            question__strand__code__in=wanted,
        ).select_related("question__strand")
    }
    earlier: dict[int, set[int]] = {}
    for paper, version in PaperQuestion.objects.filter(
        paper__person=person, paper__course=course
    ).values_list("paper", "question"):
        earlier.setdefault(paper, set()).add(version)
    candidates = [
        Candidate(pk, version.question.strand.code, version.question.difficulty)
        for pk, version in versions.items()
    ]
    try:
        drawn = draw(
            candidates,
            wanted,
            seen=Counter(pk for pks in earlier.values() for pk in pks),
            earlier=[frozenset(pks) for pks in earlier.values()],
            chance=CHANCE,
        )
    except BankTooSmall as error:
        strand = Strand.objects.filter(code=str(error)).first()
        raise NotEnoughQuestions(strand.name if strand else str(error)) from error
    return [versions[pk] for pk in drawn]


def option_order(version: QuestionVersion) -> list[int]:
    """The options in the order shown; 对 stays before 错."""
    count = len(version.options)
    if version.kind == QuestionVersion.Kind.TRUE_FALSE:
        return list(range(count))
    return shuffled_options(count, CHANCE)


def chosen_originals(row: Any, places: list[int]) -> list[int]:
    """The bank's numbers of the options at these places of a paper's question.

    :raises NotOnPaper: no such option, or more than one where one is right.
    """
    if any(not 0 <= place < len(row.option_order) for place in places):
        raise NotOnPaper
    chosen = sorted({int(row.option_order[place]) for place in places})
    is_multiple = row.question.kind == QuestionVersion.Kind.MULTIPLE
    if len(chosen) > 1 and not is_multiple:
        raise NotOnPaper
    return chosen
