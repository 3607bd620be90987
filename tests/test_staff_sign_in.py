"""Staff sign in with a password, and where it is required with a second factor."""

import base64
import hmac
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.urls import reverse

from ankang.accounts.models import User
from ankang.audit.models import AuditEntry
from ankang.organizations.models import Membership
from tests import make

PASSWORD = "three plain words"
REQUIRED = override_settings(MFA_REQUIRED_SCOPES=["city", "finance", "auditor"])


def staff(scope: str = "city", **fields: object) -> User:
    user = make.staff(scope, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, user: User, password: str = PASSWORD) -> int:
    answer = client.post(
        "/accounts/staff/", {"login": user.username, "password": password}
    )
    return answer.status_code


def totp(secret: str) -> str:
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def set_up_totp(client: Client) -> str:
    client.post("/accounts/staff/again/", {"password": PASSWORD})
    page = client.get("/accounts/mfa/totp/activate/")
    secret: str = page.context["form"].secret
    answer = client.post("/accounts/mfa/totp/activate/", {"code": totp(secret)})
    assert answer.status_code == 302
    return secret


def test_staff_sign_in_with_a_password_kept_as_argon2(client: Client) -> None:
    user = staff()

    answer = client.post(
        "/accounts/staff/", {"login": user.username, "password": PASSWORD}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/console/")
    assert user.password.startswith("argon2")


def test_a_console_page_sends_a_stranger_to_the_staff_door_and_back(
    client: Client,
) -> None:
    user = staff()

    door = client.get("/console/audit/")["Location"]
    answer = client.post(door, {"login": user.username, "password": PASSWORD})

    assert door.startswith("/accounts/staff/?next=")
    assert client.post(door).status_code == 302
    assert answer.status_code == 302


def test_a_fragment_asked_for_by_a_stranger_turns_the_whole_page(
    client: Client,
) -> None:
    answer = client.get("/console/audit/", headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == "/accounts/staff/"


def test_after_five_wrong_passwords_the_right_one_is_refused_for_a_while(
    client: Client,
) -> None:
    user = staff()
    for _ in range(5):
        assert sign_in(client, user, "wrong") == 200

    assert sign_in(client, user) == 200
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_and_an_unknown_account_read_the_same(
    client: Client,
) -> None:
    user = staff()

    pages = [
        client.post("/accounts/staff/", {"login": name, "password": "wrong"})
        for name in (user.username, "nobody")
    ]

    errors = [page.context["form"].non_field_errors() for page in pages]
    assert errors[0] == errors[1]


@pytest.mark.parametrize("scope", ["city", "auditor"])
@REQUIRED
def test_without_a_second_factor_only_the_set_up_page_opens(
    client: Client, scope: str
) -> None:
    sign_in(client, staff(scope))

    assert client.get("/console/audit/")["Location"] == reverse("mfa_index")
    page = client.get(reverse("mfa_index"))
    assert page.status_code == 200
    assert "还差一步" in page.content.decode()
    assert "审计" not in page.content.decode().split("<main")[0]


@override_settings(MFA_REQUIRED_SCOPES=["finance"])
def test_one_department_of_the_city_can_be_named_alone(client: Client) -> None:
    finance = staff(department=make.department("finance"))
    labor = staff(department=make.department("labor"))

    sign_in(client, finance)
    assert client.get("/console/audit/").status_code == 302
    client.post("/accounts/sign-out/")
    sign_in(client, labor)
    assert client.get("/console/audit/").status_code == 200


@REQUIRED
def test_after_setting_up_and_showing_an_authenticator_the_console_opens(
    client: Client,
) -> None:
    user = staff()
    sign_in(client, user)

    secret = set_up_totp(client)
    sent_to = client.get("/console/audit/")["Location"]
    assert sent_to.startswith(reverse("mfa_reauthenticate"))
    sealed = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in sealed
    answer = client.post(sent_to, {"code": totp(secret)})

    assert answer["Location"] == "/console/audit/"
    assert client.get("/console/audit/").status_code == 200


@REQUIRED
def test_the_next_sign_in_asks_for_the_authenticator_and_takes_a_recovery_code(
    client: Client,
) -> None:
    user = staff()
    sign_in(client, user)
    set_up_totp(client)
    codes = client.get("/accounts/mfa/recovery-codes/").context["unused_codes"]
    client.post("/accounts/sign-out/")

    sign_in(client, user)
    assert client.get("/console/audit/").status_code == 302
    wrong = client.post("/accounts/mfa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    client.post("/accounts/mfa/authenticate/", {"code": codes[0]})
    assert client.get("/console/audit/").status_code == 200


@REQUIRED
def test_a_second_factor_of_another_user_in_the_browser_counts_for_nothing(
    client: Client,
) -> None:
    mine, colleague = staff(), staff()
    sign_in(client, mine)
    secret = set_up_totp(client)
    client.post("/accounts/mfa/reauthenticate/", {"code": totp(secret)})
    session = client.session
    session["_auth_user_id"] = str(colleague.pk)
    session["_auth_user_hash"] = colleague.get_session_auth_hash()
    session.save()

    assert client.get("/console/audit/").status_code == 302


@REQUIRED
def test_districts_and_employers_need_no_second_factor(client: Client) -> None:
    sign_in(client, staff("district"))

    assert client.get("/console/membership/").status_code == 200


@REQUIRED
def test_signing_in_by_mobile_is_no_way_around_the_authenticator(
    client: Client,
) -> None:
    user = staff()
    user.person = make.person()
    user.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "sealed"})
    client.force_login(user)

    assert client.get("/console/audit/").status_code == 302


def test_signing_out_everywhere_closes_the_other_computer(client: Client) -> None:
    user = staff()
    other = Client()
    sign_in(client, user)
    sign_in(other, user)
    assert other.get("/console/audit/").status_code == 200

    answer = client.post("/accounts/sign-out-everywhere/")

    assert answer["Location"] == "/accounts/staff/"
    assert other.get("/console/audit/").status_code == 302


def test_the_admin_has_no_door_of_its_own(client: Client) -> None:
    assert client.get("/admin/")["Location"].startswith("/accounts/staff/")
    assert client.get("/admin/login/")["Location"].startswith("/accounts/staff/")


def test_one_switches_between_ones_own_memberships_and_it_is_audited(
    client: Client,
) -> None:
    user = staff("district")
    second = Membership.objects.create(
        user=user, scope="city", department=make.department()
    )
    sign_in(client, user)
    assert client.get("/console/audit/").status_code == 403

    client.post("/console/membership/", {"membership": second.pk})

    assert client.get("/console/audit/").status_code == 200
    entry = AuditEntry.objects.get(act="切换身份")
    assert (entry.actor, entry.target) == (user, f"membership:{second.pk}")


@pytest.mark.parametrize("whose", ["foreign", "ended", "nonsense"])
def test_nobody_takes_a_membership_that_is_not_theirs_now(
    client: Client, whose: str
) -> None:
    user, stranger = staff("district"), staff("city")
    ended = Membership.objects.create(
        user=user,
        scope="city",
        department=make.department(),
        ended_at=make.MORNING,
    )
    foreign = Membership.objects.get(user=stranger)
    wanted = {"foreign": foreign.pk, "ended": ended.pk, "nonsense": "x"}[whose]
    sign_in(client, user)

    answer = client.post("/console/membership/", {"membership": wanted})

    assert answer.status_code == 404
    assert client.get("/console/audit/").status_code == 403


def test_a_membership_that_ends_is_closed_at_once(client: Client) -> None:
    user = staff("city")
    sign_in(client, user)
    assert client.get("/console/audit/").status_code == 200

    Membership.objects.filter(user=user).update(ended_at=make.MORNING)

    assert client.get("/console/audit/").status_code == 403


def test_a_stranger_may_begin_to_sign_in_with_a_passkey(client: Client) -> None:
    answer = client.get(
        "/accounts/mfa/webauthn/login/",
        headers={"X-Requested-With": "XMLHttpRequest"},
    )

    assert answer.status_code == 200
    assert "challenge" in answer.json()["request_options"]["publicKey"]


@pytest.mark.parametrize("scope", Membership.Scope.values)
def test_the_navigation_names_only_pages_that_open(client: Client, scope: str) -> None:
    make.edition()
    client.force_login(make.staff(scope))
    items = client.get("/console/membership/").context["navigation"]

    statuses = {item.label: client.get(item.url).status_code for item in items}

    assert "设置" in statuses
    assert set(statuses.values()) == {200}, statuses
