"""What staff do with their own standing."""

from datetime import datetime

from django.db import transaction

from ankang.accounts.models import User
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.organizations.models import Membership


class NotYourMembership(Refusal):
    """The membership is another's, or has ended."""

    def __init__(self) -> None:
        super().__init__("你没有这个身份，或者它已经结束。")


@transaction.atomic
def switch_membership(*, actor: User, membership: Membership, at: datetime) -> None:
    """Leave in the audit that the actor goes on as another of their memberships.

    :raises NotYourMembership: it is another's or has ended.
    """
    if membership.user_id != actor.pk or membership.ended_at is not None:
        raise NotYourMembership
    record_act(
        actor=actor,
        acting_for=membership.label(),
        act="切换身份",
        target=f"membership:{membership.pk}",
        at=at,
    )
