"""Whom a membership may see, and who is due."""

from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from ankang.accounts.models import Person
from ankang.core.validators import (
    is_id_number,
    is_mobile,
    is_other_id,
    normalized_code,
)
from ankang.counting.models import Standing
from ankang.organizations.models import Employer, Employment, Membership
from ankang.rosters.models import FlexibleRegistration

BEGUN, NOT_BEGUN, DUE = "begun", "not_begun", "due"
REASONS = [
    *Standing.Reason.choices,
    (BEGUN, "已开始"),
    (NOT_BEGUN, "还没有开始"),
    (DUE, "还没有计入"),
]
STANDING_REASONS = {BEGUN, *Standing.Reason.values}
WHOLE_CITY = {Membership.Scope.CITY, Membership.Scope.AUDITOR}


def visible_people(membership: Membership) -> QuerySet[Person]:
    """People who work where this membership looks, or stood there when they learned."""
    if membership.scope in WHOLE_CITY:
        return Person.objects.all()
    return Person.objects.filter(pk__in=_seen_people(membership))


def _seen_people(membership: Membership) -> QuerySet[Any]:
    """Their keys: united, not joined by OR, so the database starts from these alone."""
    employed = Employment.objects.visible_to(membership).current()
    flexible = FlexibleRegistration.objects.visible_to(membership).current()
    standing = Standing.objects.visible_to(membership)
    return (
        employed.order_by()
        .values("person")
        .union(flexible.values("person"), standing.values("person"))
    )


def is_seen(membership: Membership, person: str) -> Q:
    """Whether `visible_people` has the one whom a row of another table names.

    Asked for each row, so a short list need not read everybody of the district.
    """
    own = OuterRef(person)
    return Q(
        Exists(Employment.objects.visible_to(membership).current().filter(person=own))
        | Exists(
            FlexibleRegistration.objects.visible_to(membership)
            .current()
            .filter(person=own)
        )
        | Exists(Standing.objects.visible_to(membership).filter(person=own))
    )


def with_standing(people: QuerySet[Person], year: int) -> QuerySet[Person]:
    """Each person beside their standing of the year, if they have begun."""
    return people.alias(
        standing=FilteredRelation("standings", condition=Q(standings__year=year))
    )


def standings_of(membership: Membership, year: int, reason: str) -> QuerySet[Standing]:
    """Who began in the year and became `reason`, out of those whom one may see.

    The list of them is counted and paged here, from an index, without their names.
    """
    standings = Standing.objects.filter(year=year)
    if reason != BEGUN:
        standings = standings.filter(reason=reason)
    if membership.scope in WHOLE_CITY:
        return standings
    return standings.filter(person__in=_seen_people(membership))


def people_behind(standings: QuerySet[Standing], year: int) -> QuerySet[Person]:
    """The people of these standings as the list prints them, in the same order."""
    people = Person.objects.filter(pk__in=standings.order_by().values("person"))
    names = {"person": "pk", "learned_seconds": "standing__learned_seconds"}
    order = [
        ("-" if name.startswith("-") else "") + names[name.removeprefix("-")]
        for name in map(str, standings.query.order_by)
    ]
    return shown_people(with_standing(people, year)).order_by(*order)


def shown_people(people: QuerySet[Person]) -> QuerySet[Person]:
    """What a row of the list prints; expects `with_standing`."""
    latest = Employment.objects.filter(person=OuterRef("pk")).order_by(
        F("to_date").desc(nulls_first=True), "-from_date", "-pk"
    )
    return people.annotate(
        reason=F("standing__reason"),
        counted_on=F("standing__counted_on"),
        learned_seconds=F("standing__learned_seconds"),
        employer_name=Coalesce(
            F("standing__employer__name"), Subquery(latest.values("employer__name")[:1])
        ),
        post=Subquery(latest.values("post")[:1]),
    )


def narrow_reason(people: QuerySet[Person], reason: str) -> QuerySet[Person]:
    """By what became of them; expects `with_standing`."""
    match reason:
        case "begun":
            return people.filter(Q(standing__isnull=False))
        case "not_begun":
            return people.filter(Q(standing__isnull=True))
        case "due":
            return people.exclude(Q(standing__reason=Standing.Reason.COUNTED))
    return people.filter(Q(standing__reason=reason))


def narrow_place(
    people: QuerySet[Person], *, year: int, reason: str, place: str, pk: int
) -> QuerySet[Person]:
    """By "employer" or "district": of the standing, else of the current work.

    So each person stands in one place, and the lists sum to the figures.
    """
    here = Q(**{f"standing__{place}": pk})
    if reason == BEGUN or reason in Standing.Reason.values:
        return people.filter(here)
    path = "employer" if place == "employer" else "employer__district"
    working = Employment.objects.current().filter(**{path: pk}).order_by()
    begun = Standing.objects.filter(year=year, **{place: pk})
    keys = working.values("person").union(begun.values("person"))
    return people.filter(here | Q(standing__isnull=True), pk__in=keys)


def find_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """By exact document number or mobile through the blind index, else by name."""
    code = normalized_code(text)
    if is_mobile(code):
        return people.filter(pk__in=Person.objects.with_mobile(code))
    if is_id_number(code) or is_other_id(code):
        return people.filter(pk__in=Person.objects.with_id_number(code))
    if len(text) == PERSON_NUMBER_LENGTH and text.isascii():
        return people.filter(number=text.lower())
    return people.filter(name__startswith=text)


PERSON_NUMBER_LENGTH = 16


def due_people(employer: Employer, year: int) -> QuerySet[Person]:
    """People who work here now and are not counted yet, begun or not."""
    working = Employment.objects.current().filter(employer=employer)
    counted = Standing.objects.counted().filter(year=year, person=OuterRef("pk"))
    return Person.objects.filter(
        ~Exists(counted), pk__in=working.values("person")
    ).order_by("pk")


def shown_employers(employers: QuerySet[Employer], year: int) -> QuerySet[Employer]:
    """Roster, begun and counted people of each employer."""
    own = Standing.objects.filter(employer=OuterRef("pk"), year=year)
    counted = own.counted()
    roster = Employment.objects.current().filter(employer=OuterRef("pk"))
    return employers.select_related("district", "industry").annotate(
        roster_people=_count(roster, "employer"),
        begun_people=_count(own, "employer"),
        counted_people=_count(counted, "employer"),
    )


def _count(rows: QuerySet[Standing] | QuerySet[Employment], by: str) -> Coalesce:
    groups = rows.order_by().values(by).annotate(people=Count("*")).values("people")
    return Coalesce(Subquery(groups), 0)
