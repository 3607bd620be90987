"""Workers sign in with a mobile and a code."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts import services
from ankang.accounts.models import Person, SignInCode, User
from ankang.accounts.services import (
    CodeTooSoon,
    TooManyCodes,
    WrongCode,
    account_of,
    request_code,
    sign_in_by_code,
)
from ankang.accounts.sms import MemorySender
from tests import make

HERE = "203.0.113.7"


@pytest.fixture(autouse=True)
def sent() -> Iterator[list[tuple[str, str]]]:
    MemorySender.sent.clear()
    yield MemorySender.sent
    MemorySender.sent.clear()


def code_in(text: str) -> str:
    found = re.search(r"\d{6}", text)
    assert found
    return found.group()


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def test_a_worker_of_the_roster_signs_in_with_the_code_and_consents_once(
    client: Client, sent: list[tuple[str, str]]
) -> None:
    make.city()
    mobile = make.mobile()
    someone = make.person(phone=mobile)

    client.post("/accounts/sign-in/code/", {"mobile": f"{mobile[:3]} {mobile[3:]}"})
    answer = client.post(
        "/accounts/sign-in/",
        {"mobile": mobile, "code": code_in(sent[0][1]), "consent": "on"},
    )

    assert sent[0][0] == mobile
    assert (answer.status_code, answer["Location"]) == (302, "/")
    someone.refresh_from_db()
    assert someone.consented_at is not None
    assert someone.sign_ins.count() == 1
    assert client.session["_auth_user_id"] == str(User.objects.get(person=someone).pk)


def test_signing_in_gives_the_session_a_new_key(
    client: Client, sent: list[tuple[str, str]]
) -> None:
    mobile = make.mobile()
    make.person(phone=mobile)
    client.get("/accounts/sign-in/")
    session = client.session
    session["visitor"] = True
    session.save()
    before = session.session_key

    client.post("/accounts/sign-in/code/", {"mobile": mobile})
    client.post(
        "/accounts/sign-in/",
        {"mobile": mobile, "code": code_in(sent[0][1]), "consent": "on"},
    )

    assert client.session.session_key != before


def test_without_consent_nobody_signs_in(
    client: Client, sent: list[tuple[str, str]]
) -> None:
    mobile = make.mobile()
    make.person(phone=mobile)
    client.post("/accounts/sign-in/code/", {"mobile": mobile})

    answer = client.post(
        "/accounts/sign-in/", {"mobile": mobile, "code": code_in(sent[0][1])}
    )

    assert answer.status_code == 422
    assert "请先阅读并同意" in answer.content.decode()


def test_an_unknown_mobile_gets_the_same_answer_and_no_message(
    client: Client, sent: list[tuple[str, str]]
) -> None:
    known, unknown = "19900000001", "19900000002"
    make.person(phone=known)

    answers = [
        client.post("/accounts/sign-in/code/", {"mobile": mobile}).content.decode()
        for mobile in (known, unknown)
    ]

    same = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"|token": "\w+"', "", page)
        .replace("199****0001", "MASK")
        .replace("199****0002", "MASK")
        .replace(known, "MOBILE")
        .replace(unknown, "MOBILE")
        for page in answers
    ]
    assert same[0] == same[1]
    assert "请单位把你加入名册" in same[1]
    assert [mobile for mobile, _ in sent] == [known]


def test_an_unknown_mobile_and_a_wrong_code_are_refused_alike() -> None:
    known, unknown = make.mobile(), make.mobile()
    make.person(phone=known)
    now = timezone.now()
    for mobile in (known, unknown):
        request_code(mobile=mobile, address=HERE, at=now)

    sentences = []
    for mobile in (known, unknown):
        with pytest.raises(WrongCode) as refusal:
            sign_in_by_code(mobile=mobile, code="", at=now)
        sentences.append(str(refusal.value))

    assert sentences[0] == sentences[1]
    assert not User.objects.exists()


def test_a_code_lives_five_minutes_and_is_used_once(
    sent: list[tuple[str, str]],
) -> None:
    mobile = make.mobile()
    make.person(phone=mobile)
    now = timezone.now()
    request_code(mobile=mobile, address=HERE, at=now)
    code = code_in(sent[0][1])

    with pytest.raises(WrongCode):
        sign_in_by_code(mobile=mobile, code=code, at=now + timedelta(minutes=5))
    sign_in_by_code(mobile=mobile, code=code, at=now + timedelta(minutes=4))
    with pytest.raises(WrongCode):
        sign_in_by_code(mobile=mobile, code=code, at=now + timedelta(minutes=4))


def test_a_code_dies_after_five_wrong_tries(sent: list[tuple[str, str]]) -> None:
    mobile = make.mobile()
    make.person(phone=mobile)
    now = timezone.now()
    request_code(mobile=mobile, address=HERE, at=now)
    code = code_in(sent[0][1])

    for _ in range(services.CODE_TRIES):
        with pytest.raises(WrongCode):
            sign_in_by_code(mobile=mobile, code=wrong(code), at=now)
    with pytest.raises(WrongCode):
        sign_in_by_code(mobile=mobile, code=code, at=now)


def test_a_newer_code_replaces_the_older(sent: list[tuple[str, str]]) -> None:
    mobile = make.mobile()
    make.person(phone=mobile)
    now = timezone.now()
    request_code(mobile=mobile, address=HERE, at=now - timedelta(minutes=2))
    request_code(mobile=mobile, address=HERE, at=now)
    older, newer = (code_in(text) for _, text in sent)

    if older != newer:
        with pytest.raises(WrongCode):
            sign_in_by_code(mobile=mobile, code=older, at=now)
    assert sign_in_by_code(mobile=mobile, code=newer, at=now)


@pytest.mark.parametrize("is_known", [True, False])
def test_codes_are_limited_per_minute_and_per_day_for_each_mobile(
    is_known: bool,
) -> None:
    mobile = make.mobile()
    if is_known:
        make.person(phone=mobile)
    now = timezone.now()
    request_code(mobile=mobile, address=HERE, at=now)

    with pytest.raises(CodeTooSoon):
        request_code(mobile=mobile, address=HERE, at=now + timedelta(seconds=59))
    for minute in range(1, services.MOBILE_LIMIT):
        request_code(mobile=mobile, address=HERE, at=now + timedelta(minutes=minute))
    with pytest.raises(TooManyCodes):
        request_code(mobile=mobile, address=HERE, at=now + timedelta(hours=1))
    request_code(mobile=mobile, address=HERE, at=now + timedelta(hours=25))


def test_codes_are_limited_for_each_network_address() -> None:
    now = timezone.now()
    row = SignInCode(
        mobile_index=b"m" * 16,
        address_index=services.keyring().blind_index("address", HERE),
        code_index=b"c" * 16,
        requested_at=now,
    )
    rows = [
        SignInCode(
            mobile_index=bytes([number % 256, number // 256]) * 8,
            address_index=row.address_index,
            code_index=row.code_index,
            requested_at=now,
        )
        for number in range(services.ADDRESS_LIMIT)
    ]
    SignInCode.objects.bulk_create(rows)

    with pytest.raises(TooManyCodes):
        request_code(mobile=make.mobile(), address=HERE, at=now)
    request_code(mobile=make.mobile(), address="203.0.113.8", at=now)


def test_asking_a_day_later_drops_old_codes_and_no_code_stands_in_clear(
    sent: list[tuple[str, str]],
) -> None:
    mobile = make.mobile()
    make.person(phone=mobile)
    now = timezone.now()
    request_code(mobile=mobile, address=HERE, at=now - timedelta(days=2))
    request_code(mobile=mobile, address=HERE, at=now)

    row = SignInCode.objects.get()
    assert code_in(sent[1][1]).encode() not in bytes(row.code_index)


def test_a_closed_account_is_told_so_only_after_the_right_code(
    client: Client, sent: list[tuple[str, str]]
) -> None:
    mobile = make.mobile()
    make.learner(person=make.person(phone=mobile), is_active=False)
    client.post("/accounts/sign-in/code/", {"mobile": mobile})

    answer = client.post(
        "/accounts/sign-in/",
        {"mobile": mobile, "code": code_in(sent[0][1]), "consent": "on"},
    )

    assert answer.status_code == 422
    assert "已停用" in answer.content.decode()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/learning/", "/learning/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_sign_in_one_stays_on_this_site(
    client: Client, sent: list[tuple[str, str]], wanted: str, reached: str
) -> None:
    mobile = make.mobile()
    make.person(phone=mobile)
    client.post("/accounts/sign-in/code/", {"mobile": mobile})

    answer = client.post(
        "/accounts/sign-in/",
        {
            "mobile": mobile,
            "code": code_in(sent[0][1]),
            "consent": "on",
            "next": wanted,
        },
    )

    assert answer["Location"] == reached


def test_with_htmx_only_the_form_comes_back(client: Client) -> None:
    answer = client.post(
        "/accounts/sign-in/code/",
        {"mobile": "19900000009"},
        headers={"HX-Request": "true"},
    )

    page = answer.content.decode()
    assert page.lstrip().startswith('<form id="sign-in"')
    assert 'seconds="' in page


def test_a_forged_form_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/accounts/sign-in/code/", {"mobile": "19900000009"})

    assert answer.status_code == 403


def test_signing_out_everywhere_ends_the_session_on_the_other_phone(
    client: Client,
) -> None:
    user = make.learner()
    other = Client()
    client.force_login(user)
    other.force_login(user)
    assert other.get("/accounts/sign-in/").status_code == 302

    client.post("/accounts/sign-out-everywhere/")

    assert other.get("/accounts/sign-in/").status_code == 200
    assert client.get("/accounts/sign-in/").status_code == 200


def test_signing_out_leaves_the_other_phone_signed_in(client: Client) -> None:
    user = make.learner()
    other = Client()
    client.force_login(user)
    other.force_login(user)

    client.post("/accounts/sign-out/")

    assert client.get("/accounts/sign-in/").status_code == 200
    assert other.get("/accounts/sign-in/").status_code == 302


def test_two_first_sign_ins_make_one_account() -> None:
    someone = make.person()
    now = timezone.now()

    first = account_of(person=someone, at=now)
    again = account_of(person=someone, at=now + timedelta(minutes=1))

    assert first == again
    assert not first.has_usable_password()
    assert Person.objects.get(pk=someone.pk).consented_at == now


def test_the_first_sign_in_by_code_verifies_the_real_name_once() -> None:
    """Counting asks for it: a roster entry alone is nobody's proof."""
    someone = make.person(verified_at=None)
    account_of(person=someone, at=make.MORNING)
    account_of(person=someone, at=make.MORNING + timedelta(days=1))

    someone.refresh_from_db()
    assert someone.verified_at == make.MORNING
