"""Signing in: codes by SMS for workers, and signing out everywhere."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from ankang.accounts.facts import verified_fact
from ankang.accounts.models import Person, SignIn, SignInCode, User
from ankang.accounts.sms import send_text
from ankang.core.ciphers import keyring
from ankang.core.errors import Refusal
from ankang.evidence.services import append_many

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
# fewer than the variables that SQLite takes in one statement
FORGOTTEN_AT_ONCE = 500
RESEND_AFTER = timedelta(seconds=60)
KEPT = timedelta(days=1)
MOBILE_LIMIT = 10
ADDRESS_LIMIT = 300
ADDRESS_SPAN = timedelta(hours=1)


class CodeTooSoon(Refusal):
    """A code was asked for less than a minute ago."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"刚刚发过验证码，{int(wait.total_seconds())} 秒后可以重发。")


class TooManyCodes(Refusal):
    """The mobile or the network address has had its share."""

    def __init__(self) -> None:
        super().__init__("获取验证码次数太多，请明天再试，或拨打 12333。")


class WrongCode(Refusal):
    """Wrong, too old, used, tried too often, or of nobody: not told apart."""

    def __init__(self) -> None:
        super().__init__("验证码不对或已过期。请核对短信，或重新获取验证码。")


class AccountClosed(Refusal):
    """The account was closed by the city."""

    def __init__(self) -> None:
        super().__init__("这个账号已停用，请联系本单位管理员。")


def request_code(*, mobile: str, address: str, at: datetime) -> None:
    """Send a code to the mobile if a person of the roster has it.

    A mobile that nobody has is answered the same, and costs no message.

    :raises CodeTooSoon: within a minute of the last.
    :raises TooManyCodes: beyond the limit of the mobile or the address.
    :raises TextNotSent: the gateway is away.
    """
    code, is_known = _new_code(mobile=mobile, address=address, at=at)
    if is_known:
        minutes = CODE_LIFE // timedelta(minutes=1)
        send_text(
            mobile,
            f"【安康】登录验证码 {code}，{minutes} 分钟内有效。"
            "任何工作人员都不会向你要验证码。",
        )


@transaction.atomic
def _new_code(*, mobile: str, address: str, at: datetime) -> tuple[str, bool]:
    person = Person.objects.select_for_update().with_mobile(mobile).first()
    mobile_index = keyring().blind_index("mobile", mobile)
    address_index = keyring().blind_index("address", address)
    SignInCode.objects.filter(requested_at__lt=at - KEPT).delete()
    wait = wait_for_code(mobile=mobile, at=at)
    if wait:
        raise CodeTooSoon(wait)
    of_mobile = SignInCode.objects.filter(mobile_index=mobile_index)
    of_address = SignInCode.objects.filter(
        address_index=address_index, requested_at__gt=at - ADDRESS_SPAN
    )
    if of_mobile.count() >= MOBILE_LIMIT or of_address.count() >= ADDRESS_LIMIT:
        raise TooManyCodes
    code = f"{secrets.randbelow(10**6):06d}"
    SignInCode.objects.create(
        mobile_index=mobile_index,
        address_index=address_index,
        code_index=_code_index(mobile, code),
        requested_at=at,
    )
    return code, person is not None


def wait_for_code(*, mobile: str, at: datetime) -> timedelta | None:
    """How long until another code may be sent to the mobile; None if at once."""
    newest = _newest_code(mobile)
    if newest is None or newest.used_at or newest.requested_at + RESEND_AFTER <= at:
        return None
    return newest.requested_at + RESEND_AFTER - at


def sign_in_by_code(*, mobile: str, code: str, device: str = "", at: datetime) -> User:
    """Check the code and give the account of the person who has the mobile.

    The first time makes the account and records the consent to the privacy notice.
    When and on which device somebody signed in is kept for whoever looks into a case.

    :raises WrongCode: whatever the reason; a try is counted.
    :raises AccountClosed: the account may not sign in.
    """
    if not _use_code(mobile=mobile, code=code, at=at):
        raise WrongCode
    person = Person.objects.with_mobile(mobile).first()
    if person is None:
        raise WrongCode
    user = account_of(person=person, at=at)
    if not user.is_active:
        raise AccountClosed
    SignIn.objects.create(person=person, device=device, at=at)
    return user


@transaction.atomic
def forget_sign_ins(
    *,
    before: datetime,
    needed: Collection[int] | QuerySet[Any, int] = (),
    most: int = FORGOTTEN_AT_ONCE,
) -> int:
    """Delete sign-ins older than they may be kept, the oldest first; how many.

    Those of the people whose keys are `needed` stay. A batch only, so that nobody who
    signs in waits: whoever calls comes again.
    """
    old = SignIn.objects.filter(at__lt=before).exclude(person__in=needed)
    old = old.order_by("at", "pk")
    batch = list(old.values_list("pk", flat=True)[:most])
    return SignIn.objects.filter(pk__in=batch).delete()[0]


@transaction.atomic
def _use_code(*, mobile: str, code: str, at: datetime) -> bool:
    newest = _newest_code(mobile)
    if newest is None:
        return False
    open_code = SignInCode.objects.filter(
        pk=newest.pk,
        used_at=None,
        tries__lt=CODE_TRIES,
        requested_at__gt=at - CODE_LIFE,
    )
    if not open_code.update(tries=F("tries") + 1):
        return False
    right = secrets.compare_digest(bytes(newest.code_index), _code_index(mobile, code))
    return right and bool(open_code.filter(pk=newest.pk).update(used_at=at))


@transaction.atomic
def account_of(*, person: Person, at: datetime) -> User:
    """The account of the person, who has just consented and proved the mobile.

    Name and number come from the employer's roster, the mobile is proved by its code:
    together that is the real-name check (实名核验) of docs/decisions/0008.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.consented_at is None or locked.verified_at is None:
        is_new = locked.verified_at is None
        locked.consented_at = locked.consented_at or at
        locked.verified_at = locked.verified_at or at
        locked.save(update_fields=["consented_at", "verified_at"])
        if is_new:
            append_many([verified_fact(locked)])
    user, made = User.objects.get_or_create(
        person=locked,
        defaults={"username": f"worker-{locked.number}", "name": locked.name},
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


@transaction.atomic
def sign_out_everywhere(*, user: User) -> None:
    """End every session of the user, on every device."""
    User.objects.filter(pk=user.pk).update(sign_out_count=F("sign_out_count") + 1)


def _newest_code(mobile: str) -> SignInCode | None:
    return (
        SignInCode.objects.filter(mobile_index=keyring().blind_index("mobile", mobile))
        .order_by("-requested_at", "-pk")
        .first()
    )


def _code_index(mobile: str, code: str) -> bytes:
    return keyring().blind_index("code", f"{mobile}:{code}")
