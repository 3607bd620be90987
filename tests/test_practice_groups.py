"""What a group is made of, and when one is opened."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ankang.accounts.models import Person
from ankang.organizations.models import Industry
from ankang.practice import bank
from ankang.practice.choosing import Candidate, Mix, choose
from ankang.practice.models import Mode, PracticeGroup
from ankang.practice.services.groups import (
    NothingToAsk,
    TriesUsed,
    UnknownSet,
    end_group,
)
from ankang.quizzes.models import Question
from tests import make, practicing
from tests.params import PRACTICE, mode

DAY = timedelta(days=1)
MORNING = make.MORNING
KINDS = ("single", "multiple", "true_false", "fill_in", "ordering")


@pytest.fixture
def worker() -> Person:
    make.edition()
    person = make.learner().person
    assert person is not None
    return person


def asked(group: PracticeGroup) -> list[Question]:
    rows = group.questions.select_related("version__question").order_by("position")
    return [row.version.question for row in rows]


candidates = st.lists(
    st.builds(
        Candidate,
        version=st.integers(1, 60),
        question=st.integers(1, 40),
        kind=st.sampled_from(KINDS),
        strand=st.sampled_from(["policy", "safety", "health"]),
        difficulty=st.integers(1, 3),
        is_own=st.booleans(),
        last_day=st.integers(0, 9),
    ),
    max_size=60,
    unique_by=lambda one: one.version,
)


# a loaded machine draws sixty candidates slowly; that says nothing about the choice
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(candidates, st.integers(1, 12), st.integers(0, 99))
def test_a_group_never_asks_a_question_twice_and_the_seed_decides_it(
    pool: list[Candidate], count: int, seed: int
) -> None:
    def drawn() -> list[int]:
        mix = Mix({"single": 2, "multiple": 1}, (1, 0, 1))
        return choose(
            pool, count=count, mix=mix, today=9, chance=practicing.chance(seed)
        )

    by_version = {one.version: one for one in pool}
    chosen = [by_version[version] for version in drawn()]
    assert len({one.question for one in chosen}) == len(chosen) <= count
    assert {one.kind for one in chosen} <= {"single", "multiple"}
    assert {one.difficulty for one in chosen} <= {1, 3}
    assert drawn() == drawn()


def test_kinds_come_by_their_weight_and_strands_in_turn() -> None:
    strands = ["policy", "safety", "health"]
    pool = [
        Candidate(n, n, kind, strands[n % 3], 1, is_own=False)
        for n, kind in enumerate(["single", "multiple", "true_false"] * 20, start=1)
    ]
    mix = Mix({"single": 4, "multiple": 2, "true_false": 2}, (1, 1, 1))

    chosen = choose(pool, count=8, mix=mix, today=9, chance=practicing.chance())

    by_version = {one.version: one for one in pool}
    kinds = Counter(by_version[version].kind for version in chosen)
    assert kinds == {"single": 4, "multiple": 2, "true_false": 2}


def test_own_work_comes_first_then_what_is_for_everybody() -> None:
    make.edition(practice={**PRACTICE, "daily": mode(3, kinds={"single": 1})})
    industry = Industry.objects.create(code="33", name="金属制品业")
    term = make.employment(
        employer=make.employer(industry=industry), post="二保焊电焊工"
    )
    practicing.questions(5)
    own = [
        practicing.question(industries=["33"]),
        practicing.question(posts=["焊工"]),
    ]
    practicing.question(industries=["06"])
    practicing.question(posts=["架子工"])

    group = practicing.group(term.person)

    questions = asked(group)
    assert set(questions[:2]) == {one.question for one in own}
    assert questions[2].industries == []
    assert questions[2].posts == []


def test_work_of_others_is_never_asked(worker: Person) -> None:
    practicing.question(industries=["06"])
    practicing.question(posts=["架子工"])

    with pytest.raises(NothingToAsk):
        practicing.group(worker)


def test_exam_check_and_retired_questions_are_never_asked(worker: Person) -> None:
    make.question(purpose="exam")
    make.question(purpose="check")
    retired = practicing.question()
    Question.objects.filter(pk=retired.question_id).update(is_retired=True)
    bank.forget()

    with pytest.raises(NothingToAsk):
        practicing.group(worker)


def test_the_next_group_brings_what_was_not_answered_yet(worker: Person) -> None:
    practicing.questions(10)
    first = practicing.group(worker)
    practicing.answer(first, range(1, 6))
    second = practicing.group(worker, at=MORNING + timedelta(hours=1))

    assert not set(asked(first)) & set(asked(second))


def test_opening_again_goes_on_with_the_open_group_and_moves_it(worker: Person) -> None:
    practicing.questions(5)
    first = practicing.group(worker, device="phone")
    practicing.answer(first, 1)
    again = practicing.group(worker, device="tablet", at=MORNING + DAY)

    assert again == first
    assert again.device == "tablet"


def test_a_group_out_of_time_is_closed_by_the_next_one(worker: Person) -> None:
    practicing.questions(5)
    first = practicing.group(worker)
    later = practicing.group(worker, at=MORNING + DAY * 3)

    first.refresh_from_db()
    assert later != first
    assert first.closed_at == first.due_at


def test_a_weekly_group_comes_once_a_week_from_monday_on(worker: Person) -> None:
    practicing.questions(9)
    tuesday = MORNING
    practicing.answer(practicing.group(worker, Mode.WEEKLY), [1, 2, 3])

    with pytest.raises(TriesUsed, match="下周一"):
        practicing.group(worker, Mode.WEEKLY, at=tuesday + DAY * 5)
    assert practicing.group(worker, Mode.WEEKLY, at=tuesday + DAY * 6)


def test_a_special_set_asks_its_topic_only_and_has_a_limit(worker: Person) -> None:
    practicing.questions(4, topic="高处作业")
    wanted = practicing.questions(3, topic="有限空间")

    group = practicing.group(worker, Mode.SPECIAL, topic="confined")

    assert set(asked(group)) == {one.question for one in wanted}
    assert group.due_at - group.opened_at == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("mode_", "topic"),
    [(Mode.SPECIAL, ""), (Mode.SPECIAL, "no-such"), (Mode.DAILY, "confined")],
)
def test_only_special_groups_have_a_set(
    worker: Person, mode_: Mode, topic: str
) -> None:
    practicing.questions(3, topic="有限空间")

    with pytest.raises(UnknownSet):
        practicing.group(worker, mode_, topic=topic)


def test_ending_a_group_twice_is_ending_it_once(worker: Person) -> None:
    practicing.questions(5)
    group = practicing.group(worker)

    first = end_group(group=group, at=MORNING + timedelta(minutes=1))
    again = end_group(group=group, at=MORNING + timedelta(minutes=9))

    assert first.closed_at == again.closed_at == MORNING + timedelta(minutes=1)


@pytest.mark.parametrize("mode_", [Mode.REVIEW, Mode.MISTAKES, Mode.HAZARD])
def test_with_nothing_to_ask_a_sentence_says_what_to_do(
    worker: Person, mode_: Mode
) -> None:
    practicing.questions(3)

    with pytest.raises(NothingToAsk) as refusal:
        practicing.group(worker, mode_)
    assert "练习" in str(refusal.value) or "再来" in str(refusal.value)


def test_a_run_goes_on_without_asking_anything_twice(worker: Person) -> None:
    practicing.questions(11)
    group = practicing.group(worker, Mode.CHALLENGE)
    assert group.questions.count() == 4

    for position in range(1, 12):
        practicing.answer(group, position)

    assert group.right == 11
    assert group.closed_at is not None
    assert len(set(asked(group))) == 11
