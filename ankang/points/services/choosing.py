"""Taking part in points, or not: the person's own choice, and nothing hangs on it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ankang.accounts.models import Person
from ankang.core.errors import Refusal
from ankang.points.models import PointAccount, PointChoice, PointDay
from ankang.points.services.awarding import open_account
from ankang.points.terms import Terms, terms_at


class NoPointsNow(Refusal):
    def __init__(self) -> None:
        super().__init__("今年的规则没有积分，不用开启。")


class NoBoardsNow(Refusal):
    def __init__(self) -> None:
        super().__init__("现行规则没有榜单，不需要设置。")


@transaction.atomic
def switch_on(*, person: Person, at: datetime) -> PointAccount:
    """Take part from now on; points from before leaving are there again.

    :raises NoPointsNow: the edition in force knows no points.
    """
    terms = terms_at(at)
    if not terms.rules.has_points:
        raise NoPointsNow
    account = _choose(person, terms, is_on=True)
    if terms.rules.allows_ranking:
        PointDay.objects.filter(person=person).update(ranked=F("total"))
    return account


@transaction.atomic
def switch_off(*, person: Person, at: datetime) -> PointAccount:
    """Take no part from now on: nothing more is earned, shown, or ranked.

    The ledger stays; boards forget the person when they next take in the days.
    """
    account = _choose(person, terms_at(at), is_on=False)
    PointDay.objects.filter(person=person).exclude(ranked=0).update(ranked=0)
    return account


@transaction.atomic
def show_name(*, person: Person, at: datetime) -> PointAccount:
    """Consent to one's full name on the boards.

    :raises NoBoardsNow: the edition in force has none.
    """
    if not terms_at(at).rules.allows_ranking:
        raise NoBoardsNow
    return _set_name(person, shows_name=True)


@transaction.atomic
def hide_name(*, person: Person) -> PointAccount:
    """Take that consent back: 张** from now on."""
    return _set_name(person, shows_name=False)


def _choose(person: Person, terms: Terms, *, is_on: bool) -> PointAccount:
    open_account(person.pk)
    account = PointAccount.objects.get(person=person)
    if account.choice != is_on:
        account.choice = is_on
        account.save(update_fields=["choice"])
        PointChoice.objects.create(person=person, is_on=is_on, at=terms.at)
    return account


def _set_name(person: Person, *, shows_name: bool) -> PointAccount:
    open_account(person.pk)
    PointAccount.objects.filter(person=person).update(shows_name=shows_name)
    return PointAccount.objects.get(person=person)
