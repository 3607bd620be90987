"""One person at a time: by hand, or from the code on the wall."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from ankang.accounts.models import Person, User
from ankang.audit.services import record_act
from ankang.core.ciphers import keyring
from ankang.core.errors import Refusal
from ankang.core.validators import masked_id_number, masked_mobile
from ankang.evidence.services import append_many
from ankang.organizations.facts import employment_facts
from ankang.organizations.models import Employer, Employment
from ankang.rosters.fields import IdKind
from ankang.rosters.models import JoinRequest

MOST_WAITING = 500


class OtherName(Refusal):
    def __init__(self) -> None:
        super().__init__("这个证件号码登记在另一个姓名下，请对照身份证核对。")


class MobileTaken(Refusal):
    def __init__(self) -> None:
        super().__init__("这个手机号已经是另一个人的，请填本人的手机号。")


class AlreadyDeclined(Refusal):
    def __init__(self) -> None:
        super().__init__("这个申请已经拒绝，请本人重新扫码申请。")


class AlreadyConfirmed(Refusal):
    def __init__(self) -> None:
        super().__init__("这个申请已经确认。要让此人离开名册，请办理离职。")


class OtherMobileWaiting(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "这个证件号码已经用另一个手机号申请过，请单位先处理那一条再申请。"
        )


class TooManyWaiting(Refusal):
    def __init__(self) -> None:
        super().__init__("等待确认的人太多，请先联系单位处理。")


@dataclass(frozen=True)
class Details:
    """What somebody says of a worker: normalized and checked by the form."""

    name: str
    id_kind: IdKind
    id_number: str
    mobile: str
    post: str
    kind: str


@transaction.atomic
def add_worker(
    *,
    actor: User,
    acting_for: str,
    employer: Employer,
    details: Details,
    at: datetime,
) -> Employment:
    """Put one worker on the roster by hand; somebody already on it stays as is.

    :raises OtherName: the number is known under another name.
    :raises MobileTaken: the mobile is another person's.
    """
    Employer.objects.select_for_update().get(pk=employer.pk)
    employment = _employ(employer, details, None, at)
    record_act(
        actor=actor,
        acting_for=acting_for,
        act="加入职工",
        target=f"employer:{employer.pk}",
        detail={"person": employment.person.number},
        at=at,
    )
    return employment


@transaction.atomic
def request_to_join(
    *, employer: Employer, details: Details, at: datetime
) -> JoinRequest:
    """Ask the employer to confirm; asking again gives the request that waits.

    :raises OtherMobileWaiting: somebody asked with this number and another mobile.
    :raises TooManyWaiting: the employer has not answered hundreds of others.
    """
    Employer.objects.select_for_update().get(pk=employer.pk)
    waiting = JoinRequest.objects.filter(
        employer=employer, state=JoinRequest.State.WAITING
    )
    if waiting.count() >= MOST_WAITING:
        raise TooManyWaiting
    request, _ = waiting.get_or_create(
        employer=employer,
        id_index=keyring().blind_index("id", details.id_number),
        state=JoinRequest.State.WAITING,
        defaults={
            "name": details.name,
            "id_kind": details.id_kind.value,
            "id_sealed": keyring().seal(details.id_number),
            "id_mask": masked_id_number(details.id_number),
            "mobile_sealed": keyring().seal(details.mobile),
            "mobile_mask": masked_mobile(details.mobile),
            "post": details.post,
            "kind": details.kind,
            "created_at": at,
        },
    )
    if request.mobile() != details.mobile:
        raise OtherMobileWaiting
    return request


@transaction.atomic
def confirm_join(
    *, request: JoinRequest, actor: User, acting_for: str, at: datetime
) -> JoinRequest:
    """Employ who asked. Confirming again changes nothing.

    :raises AlreadyDeclined: somebody said no first.
    :raises OtherName: the number is known under another name.
    :raises MobileTaken: the mobile is another person's.
    """
    Employer.objects.select_for_update().get(pk=request.employer_id)
    locked = JoinRequest.objects.select_related("employer").get(pk=request.pk)
    if locked.state == JoinRequest.State.CONFIRMED:
        return locked
    if locked.state == JoinRequest.State.DECLINED:
        raise AlreadyDeclined
    details = Details(
        name=locked.name,
        id_kind=IdKind(locked.id_kind),
        id_number=locked.id_number(),
        mobile=locked.mobile(),
        post=locked.post,
        kind=locked.kind,
    )
    employment = _employ(locked.employer, details, locked.created_at, at)
    locked.person = employment.person
    _decide(locked, JoinRequest.State.CONFIRMED, actor, acting_for, at)
    return locked


@transaction.atomic
def decline_join(
    *, request: JoinRequest, actor: User, acting_for: str, at: datetime
) -> JoinRequest:
    """Say no. Declining again changes nothing.

    :raises AlreadyConfirmed: somebody said yes first.
    """
    Employer.objects.select_for_update().get(pk=request.employer_id)
    locked = JoinRequest.objects.select_related("employer").get(pk=request.pk)
    if locked.state == JoinRequest.State.CONFIRMED:
        raise AlreadyConfirmed
    if locked.state == JoinRequest.State.WAITING:
        _decide(locked, JoinRequest.State.DECLINED, actor, acting_for, at)
    return locked


def _decide(
    request: JoinRequest,
    state: JoinRequest.State,
    actor: User,
    acting_for: str,
    at: datetime,
) -> None:
    request.state = state
    request.decided_by = actor
    request.decided_at = at
    request.save()
    record_act(
        actor=actor,
        acting_for=acting_for,
        act=f"加入申请{state.label}",
        target=f"employer:{request.employer_id}",
        detail={"join_request": request.pk},
        at=at,
    )


def _employ(
    employer: Employer, details: Details, consented_at: datetime | None, at: datetime
) -> Employment:
    person = _known_person(details) or _new_person(details, consented_at, at)
    if not person.mobile_index:
        person.set_mobile(details.mobile)
        person.save()
    employment, is_new = Employment.objects.get_or_create(
        person=person,
        employer=employer,
        to_date=None,
        defaults={
            "kind": details.kind,
            "post": details.post,
            "from_date": timezone.localdate(at),
            "changed_at": at,
        },
    )
    if is_new:
        append_many(employment_facts(Employment.objects.filter(pk=employment.pk)))
    return employment


def _known_person(details: Details) -> Person | None:
    people = Person.objects
    # In one statement: between two, somebody else may enter this very person.
    same = people.with_id_number(details.id_number) | people.with_mobile(details.mobile)
    found = list(same)
    id_index = keyring().blind_index("id", details.id_number)
    person = next((one for one in found if bytes(one.id_index) == id_index), None)
    if person and person.name != details.name:
        raise OtherName
    if any(one != person for one in found):
        raise MobileTaken
    return person


def _new_person(
    details: Details, consented_at: datetime | None, at: datetime
) -> Person:
    person = Person(
        name=details.name,
        id_kind=details.id_kind.value,
        consented_at=consented_at,
        created_at=at,
    )
    person.set_id_number(details.id_number)
    person.set_mobile(details.mobile)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        # Another employer entered this person, or this mobile, a moment ago.
        known = _known_person(details)
        if known is None:
            raise
        return known
    return person
