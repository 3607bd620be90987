"""A retest that was announced, drawn and taken."""

from datetime import datetime, timedelta
from typing import Any

from ankang.accounts.models import Person
from ankang.organizations.models import Membership
from ankang.retests.models import Retest, RetestInvitation
from ankang.retests.services.running import announce_retest, draw_retest
from ankang.retests.services.sitting import answer, begin, hand_in
from tests import make

SEED = "七星彩 20091 期 1234567"
ANNOUNCED = make.MORNING
SEED_AT = make.MORNING + timedelta(days=1)
MINUTE = timedelta(minutes=1)


def holders(count: int = 6, **job: Any) -> list[Person]:
    """Employed people with a valid certificate."""
    found = [make.employment(**job).person for _ in range(count)]
    for person in found:
        make.certificate(person)
    return found


def ready(count: int = 6) -> list[Person]:
    """An edition, a bank, and certificate holders."""
    make.edition()
    for _ in range(5):
        make.question()
    return holders(count)


def announced(
    by: Membership | None = None, at: datetime = ANNOUNCED, **fields: Any
) -> Retest:
    asked = {
        "year": 2020,
        "strata": "none",
        "size": 3,
        "seed_source": "体彩七星彩第 20091 期开奖号码",
        "seed_at": at + timedelta(days=1),
        **fields,
    }
    return announce_retest(membership=by or make.membership(), at=at, **asked)


def drawn(at: datetime = ANNOUNCED, **fields: Any) -> Retest:
    """Announced and drawn a day later."""
    by = make.membership()
    found = announced(by, at=at, **fields)
    return draw_retest(membership=by, retest=found, seed=SEED, at=found.seed_at)


def right_places(invitation: RetestInvitation, position: int) -> list[int]:
    row = invitation.questions.select_related("question").get(position=position)
    return [row.option_order.index(original) for original in row.question.answer]


def taken(invitation: RetestInvitation, right: int, at: datetime) -> RetestInvitation:
    """Begun, so many answered right and the others left open, handed in."""
    begun = begin(invitation=invitation, device="phone", at=at)
    for position in range(1, right + 1):
        places = right_places(begun, position)
        answer(invitation=begun, position=position, places=places, at=at + MINUTE)
    return hand_in(invitation=begun, at=at + 2 * MINUTE)
