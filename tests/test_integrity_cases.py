"""Cases: who decides, who is told, who objects, and who answers."""

from datetime import date, timedelta

import pytest

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.core.days import after_working_days
from ankang.core.errors import Refusal
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Record
from ankang.integrity.models import Case, Decision, Exclusion
from ankang.integrity.queries import (
    case_objections,
    people_decided_since,
    people_with_upheld_finding,
)
from ankang.integrity.services.deciding import (
    AlreadyDecided,
    NothingToExclude,
    NotInvolved,
    NotOursToComment,
    NotOursToDecide,
    WordsMissing,
    comment_on_case,
    decide_case,
)
from ankang.integrity.services.objecting import (
    Answer,
    AnsweredAlready,
    NothingToObjectTo,
    NotTheSecondPerson,
    ObjectedBefore,
    ReasonMissing,
    answer_case_objection,
    object_for_employer,
    object_to_finding,
)
from ankang.learning.models import Objection
from ankang.learning.services.objections import AnsweredAtTheDesk, answer_objection
from ankang.notices.models import Notice
from tests import make, suspects

UPHOLD, DISMISS = Decision.Verdict.UPHOLD, Decision.Verdict.DISMISS
LATER = make.MORNING + timedelta(days=1)


@pytest.fixture(autouse=True)
def _edition() -> None:
    make.edition()


def upheld(*people: Person, **fields: object) -> Case:
    """A case that was upheld against these people."""
    found = suspects.case(*people, **fields)
    decide(found, exclude=people)
    found.refresh_from_db()
    return found


def decide(found: Case, **fields: object) -> Decision:
    defaults = {
        "case": found,
        "membership": make.membership(),
        "verdict": UPHOLD,
        "comment": "同一台设备交替替人学习，本人电话中承认。",
        "at": make.MORNING,
    }
    return decide_case(**{**defaults, **fields})  # type: ignore[arg-type]


def answer(objection: Objection, **fields: object) -> Objection:
    defaults = {
        "objection": objection,
        "membership": make.membership(),
        "verdict": Answer.REVERSE,
        "answer": "核对了排班表，确是本人学习。",
        "at": LATER,
    }
    return answer_case_objection(**{**defaults, **fields})  # type: ignore[arg-type]


def objection_of(person: Person, found: Case) -> Objection:
    return object_to_finding(
        case=found, person=person, text="是我自己学的。", at=make.MORNING
    )


def test_a_case_that_nobody_decided_excludes_nobody() -> None:
    suspects.case(make.person())

    assert list(people_with_upheld_finding(2020)) == []


def test_an_upheld_case_excludes_whom_the_decision_names_in_that_year_only() -> None:
    named, other = make.person(), make.person()
    found = suspects.case(named, other, device="d" * 16)
    decide(found, exclude=[named])

    assert list(people_with_upheld_finding(2020)) == [named.pk]
    assert list(people_with_upheld_finding(2021)) == []
    assert people_decided_since(make.MORNING) == {named.pk}
    assert people_decided_since(LATER) == set()


def test_a_dismissed_case_excludes_nobody_and_the_person_is_told() -> None:
    someone = make.person()
    found = suspects.case(someone)
    decision = decide(found, verdict=DISMISS)

    assert list(people_with_upheld_finding(2020)) == []
    notice = Notice.objects.get(person=someone)
    assert "照常计入" in notice.text
    assert notice.path == f"/mine/decisions/{decision.pk}/"
    assert list(Decision.objects.told_to(someone)) == [decision]


def test_the_one_excluded_is_told_in_plain_words_and_where_to_object() -> None:
    named, other = make.person(), make.person()
    decision = decide(suspects.case(named, other, device="d" * 16), exclude=[named])

    notice = Notice.objects.get()
    assert notice.person == named
    assert "不计入" in notice.text
    assert "申诉" in notice.text
    assert list(Decision.objects.told_to(named)) == [decision]
    assert list(Decision.objects.told_to(other)) == []


def test_a_decision_leaves_a_trace_and_a_fact_without_words_or_names() -> None:
    someone = make.person()
    found = suspects.case(someone)
    decision = decide(found, exclude=[someone])

    assert AuditEntry.objects.get(act="处理核查件").target == f"case:{found.pk}"
    record = Record.objects.get(kind=Kind.FINDING_UPHELD)
    assert record.subject == f"person:{someone.number}"
    assert record.source == f"case:{found.pk}:{someone.number}:{decision.pk}"
    assert decision.comment not in record.body
    assert '"codes":["fast_exam"]' in record.body


def test_a_dismissal_is_a_fact_for_each_person_involved() -> None:
    people = [make.person(), make.person()]
    decide(suspects.case(*people, device="d" * 16), verdict=DISMISS)

    assert Record.objects.filter(kind=Kind.FINDING_DISMISSED).count() == 2
    assert not Notice.objects.exists()


def test_a_decision_needs_words() -> None:
    with pytest.raises(WordsMissing):
        decide(suspects.case(make.person()), comment="  ")


def test_only_people_whom_the_case_touches_can_be_excluded() -> None:
    with pytest.raises(NotInvolved):
        decide(suspects.case(make.person()), exclude=[make.person()])
    assert not Decision.objects.exists()


def test_a_dismissal_excludes_nobody() -> None:
    someone = make.person()
    with pytest.raises(NothingToExclude):
        decide(suspects.case(someone), verdict=DISMISS, exclude=[someone])


def test_a_case_is_decided_once() -> None:
    found = suspects.case(make.person())
    decide(found, verdict=DISMISS)

    with pytest.raises(AlreadyDecided):
        decide(found)


@pytest.mark.parametrize(
    "scope", ["district", "employer", "provider", "evaluator", "auditor"]
)
def test_only_the_labor_office_of_the_city_decides(scope: str) -> None:
    with pytest.raises(NotOursToDecide):
        decide(suspects.case(make.person()), membership=make.membership(scope))


def test_finance_looks_and_does_not_decide() -> None:
    finance = make.membership(office="finance")
    with pytest.raises(NotOursToDecide):
        decide(suspects.case(make.person()), membership=finance)


def test_a_district_remarks_on_a_case_and_an_auditor_does_not() -> None:
    found = suspects.case(make.person())
    comment_on_case(
        case=found,
        membership=make.membership("district"),
        text="单位说这几天在赶工。",
        at=make.MORNING,
    )

    assert found.comments.get().text == "单位说这几天在赶工。"
    with pytest.raises(NotOursToComment):
        comment_on_case(
            case=found,
            membership=make.membership("auditor"),
            text="。",
            at=make.MORNING,
        )


def test_an_objection_is_due_after_the_working_days_of_the_edition() -> None:
    someone = make.person()
    objection = objection_of(someone, upheld(someone))

    assert objection.due_on == date(2020, 9, 15)
    assert objection.about == "2020年度学习记录核查认定"


@pytest.mark.parametrize(
    ("since", "days", "until"),
    [
        (date(2020, 9, 4), 1, date(2020, 9, 7)),
        (date(2020, 9, 5), 1, date(2020, 9, 7)),
        (date(2020, 9, 7), 5, date(2020, 9, 14)),
        (date(2020, 9, 7), 0, date(2020, 9, 7)),
    ],
)
def test_working_days_leave_out_the_weekend(
    since: date, days: int, until: date
) -> None:
    assert after_working_days(since, days) == until


def test_the_decider_does_not_answer_the_objection_to_the_own_decision() -> None:
    someone, decider = make.person(), make.membership()
    found = suspects.case(someone)
    decide(found, membership=decider, exclude=[someone])
    objection = objection_of(someone, found)

    with pytest.raises(NotTheSecondPerson):
        answer(objection, membership=decider)
    assert list(people_with_upheld_finding(2020)) == [someone.pk]


def test_a_second_person_reverses_and_the_person_counts_again() -> None:
    someone = make.person()
    found = upheld(someone)
    answer(objection_of(someone, found))

    found.refresh_from_db()
    assert found.state == Case.State.REVERSED
    assert list(people_with_upheld_finding(2020)) == []
    assert people_decided_since(LATER) == {someone.pk}
    assert found.decisions.count() == 2
    assert Record.objects.filter(kind=Kind.FINDING_REVERSED).count() == 1
    assert "照常计入" in Notice.objects.latest("pk").text


def test_a_second_person_keeps_the_finding_and_says_so() -> None:
    someone = make.person()
    found = upheld(someone)
    objection = answer(objection_of(someone, found), verdict=Answer.KEEP)

    assert list(people_with_upheld_finding(2020)) == [someone.pk]
    assert found.decisions.count() == 1
    assert Notice.objects.latest("pk").path == f"/mine/objections/{objection.pk}/"


def test_one_persons_objection_takes_back_only_that_persons_exclusion() -> None:
    wronged, other = make.person(), make.person()
    found = upheld(wronged, other, device="d" * 16)
    answer(objection_of(wronged, found))

    found.refresh_from_db()
    assert found.state == Case.State.UPHELD
    assert list(people_with_upheld_finding(2020)) == [other.pk]


def test_who_reversed_for_one_may_answer_the_next() -> None:
    one, other, second = make.person(), make.person(), make.membership()
    found = upheld(one, other, device="d" * 16)
    answer(objection_of(one, found), membership=second)
    answer(objection_of(other, found), membership=second)

    found.refresh_from_db()
    assert found.state == Case.State.REVERSED


def test_an_employer_objects_to_what_was_found_about_itself() -> None:
    admin = make.membership("employer")
    worker = make.person()
    found = upheld(worker, employer=admin.employer)
    objection = object_for_employer(
        case=found, membership=admin, text="当天是集中培训。", at=make.MORNING
    )
    answer(objection)

    assert list(people_with_upheld_finding(2020)) == []
    assert Notice.objects.filter(person=worker).count() == 2


def test_another_employer_has_nothing_to_object_to() -> None:
    found = upheld(make.person(), employer=make.employer())
    with pytest.raises(NothingToObjectTo):
        object_for_employer(
            case=found,
            membership=make.membership("employer"),
            text="不是我们。",
            at=make.MORNING,
        )


def test_who_is_not_excluded_has_nothing_to_object_to() -> None:
    with pytest.raises(NothingToObjectTo):
        objection_of(make.person(), upheld(make.person()))


def test_a_finding_is_objected_to_once_and_with_words() -> None:
    someone = make.person()
    found = upheld(someone)
    with pytest.raises(ReasonMissing):
        object_to_finding(case=found, person=someone, text=" ", at=make.MORNING)
    answer(objection_of(someone, found), verdict=Answer.KEEP)

    with pytest.raises(ObjectedBefore):
        objection_of(someone, found)


def test_an_objection_is_answered_once_and_only_at_the_desk() -> None:
    someone = make.person()
    objection = objection_of(someone, upheld(someone))
    clerk = make.membership()
    with pytest.raises(AnsweredAtTheDesk):
        answer_objection(
            objection=objection,
            actor=clerk.user,
            membership=clerk,
            answer="好",
            at=LATER,
        )
    answer(objection)

    with pytest.raises(AnsweredAlready):
        answer(objection, verdict=Answer.KEEP)


def test_a_provider_reads_no_objection_to_a_finding() -> None:
    someone = make.person()
    objection = objection_of(someone, upheld(someone))

    assert list(case_objections(make.membership())) == [objection]
    assert not case_objections(make.membership("provider")).exists()
    for scope in ("city", "provider", "auditor"):
        assert not Objection.objects.visible_to(make.membership(scope)).exists()


def test_a_refused_act_changes_nothing() -> None:
    someone = make.person()
    found = suspects.case(someone)
    for wrong in ({"comment": ""}, {"membership": make.membership("auditor")}):
        with pytest.raises(Refusal):
            decide(found, exclude=[someone], **wrong)

    found.refresh_from_db()
    assert found.state == Case.State.OPEN
    assert not Exclusion.objects.exists()
    assert not Record.objects.exists()
