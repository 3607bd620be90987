"""Sign-ins are kept as long as the edition in force says, and no longer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import SignIn
from ankang.accounts.services import forget_sign_ins
from ankang.commands.tick import Ticker
from ankang.integrity.models import Case
from ankang.learning.models import Objection
from ankang.policies.models import RuleEdition
from ankang.policies.privacy import PrivacyRules
from tests import make, suspects

DAY = timedelta(days=1)


def signed_in(days_ago: int) -> SignIn:
    """Of somebody on their phone, so long before the morning of the tests."""
    person = make.person()
    return SignIn.objects.create(
        person=person, device="phone", at=make.MORNING - days_ago * DAY
    )


def tick() -> None:
    assert Ticker(since=make.MORNING - timedelta(minutes=2)).tick(make.MORNING)


def keeping(days: int) -> None:
    """An edition of the year that keeps sign-ins so long."""
    edition = make.edition()
    RuleEdition.objects.create(
        year=edition.year,
        revision=edition.revision + 1,
        name="保存期限",
        params={**edition.params, "privacy": {"sign_in_days": days}},
    )


def test_the_edition_says_how_long_sign_ins_are_kept() -> None:
    keeping(200)
    old, young = signed_in(201), signed_in(199)

    tick()

    assert list(SignIn.objects.all()) == [young]
    assert not SignIn.objects.filter(pk=old.pk).exists()


def test_an_edition_from_before_the_table_keeps_the_usual_days() -> None:
    make.edition()
    usual = PrivacyRules.usual().sign_in_days
    signed_in(usual + 1)
    kept = signed_in(usual - 1)

    tick()

    assert list(SignIn.objects.all()) == [kept]


def test_a_batch_takes_the_oldest_and_the_next_one_the_rest() -> None:
    signs = [signed_in(days) for days in (500, 700, 600)]

    assert forget_sign_ins(before=make.MORNING, most=2) == 2
    assert list(SignIn.objects.all()) == [signs[0]]
    assert forget_sign_ins(before=make.MORNING, most=2) == 1
    assert forget_sign_ins(before=make.MORNING, most=2) == 0


def test_what_an_unsettled_case_may_need_stays_until_it_is_settled() -> None:
    keeping(200)
    touched, objecting, settled = signed_in(300), signed_in(301), signed_in(302)
    suspects.case(touched.person)
    found = suspects.case(objecting.person, state=Case.State.UPHELD)
    suspects.case(settled.person, state=Case.State.UPHELD)
    objection = Objection.objects.create(
        person=objecting.person,
        subject=found.objection_subject(),
        text="不是我",
        created_at=make.MORNING,
        due_on=make.MORNING.date(),
    )

    tick()
    assert set(SignIn.objects.all()) == {touched, objecting}

    Objection.objects.filter(pk=objection.pk).update(
        state=Objection.State.ANSWERED, answer="维持", answered_at=make.MORNING
    )
    Case.objects.filter(person=touched.person).update(state=Case.State.DISMISSED)
    tick()
    assert not SignIn.objects.exists()


@pytest.mark.parametrize("days", [0, 179, 1096, "400", None])
def test_a_time_to_keep_out_of_bounds_is_refused(days: object) -> None:
    with pytest.raises(ValueError, match="privacy 里 sign_in_days"):
        PrivacyRules.from_table({"sign_in_days": days})


def test_the_privacy_notice_says_how_long_sign_ins_are_kept(client: Client) -> None:
    keeping(200)
    RuleEdition.objects.update(year=timezone.localdate().year)

    page = client.get("/accounts/privacy/").content.decode()

    assert "每次登录的时间和设备标记保存 200 天" in page
    assert "核查或申诉还没有结束的，保存到结束" in page
