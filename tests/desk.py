"""Suspects, clerks and clients for the tests of the fraud desk."""

from typing import Any

from django.test import Client

from ankang.accounts.models import Person
from ankang.counting.services import recount_year
from ankang.integrity.models import Case, Decision
from ankang.integrity.services.deciding import decide_case
from ankang.integrity.services.objecting import object_to_finding
from ankang.learning.models import Course, Objection
from ankang.organizations.models import Membership
from tests import make, suspects

DAY = make.MORNING.date().isoformat()


def client_for(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


def all_day(course: Course) -> Person:
    """Somebody counted whose player ran for ten hours, found by the real scan."""
    someone = make.counted(course)
    lesson = course.lessons.get()
    suspects.session(someone, lesson, at=make.MORNING, minutes=600)
    assert "impossible_hours" in suspects.found()
    recount_year(year=2020)
    return someone


def decision(person: Person, **fields: Any) -> dict[str, Any]:
    return {
        "verdict": "uphold",
        "exclude": [person.pk],
        "comment": "本人电话中承认挂机。",
        **fields,
    }


def counted_now(client: Client) -> int:
    recount_year(year=2020)
    return int(client.get("/console/").context["figures"].counted)


def objected(someone: Person, by: Membership | None = None) -> Objection:
    """An objection to the finding that excludes the person."""
    case = Case.objects.filter(involvements__person=someone).get()
    decide_case(
        case=case,
        membership=by or make.membership(),
        verdict=Decision.Verdict.UPHOLD,
        comment="本人承认。",
        exclude=[someone],
        at=make.MORNING,
    )
    return object_to_finding(
        case=case, person=someone, text="是我自己学的。", at=make.MORNING
    )
