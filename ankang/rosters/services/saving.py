"""Saving a compared roster: prepared before, written in one short transaction."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import DateField, F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from ankang.accounts.models import Person, User, new_person_number
from ankang.audit.services import record_act
from ankang.core.bulk import Loader, Row
from ankang.core.ciphers import keyring
from ankang.core.errors import Refusal
from ankang.core.validators import masked_id_number, masked_mobile
from ankang.evidence.services import append_many
from ankang.organizations.facts import employment_facts, employments_changed
from ankang.organizations.models import Employer, Employment
from ankang.rosters.check import CheckedRoster
from ankang.rosters.columns import Column
from ankang.rosters.difference import (
    Difference,
    Entry,
    Match,
    entries_of,
    in_chunks,
    roster_difference,
)
from ankang.rosters.pages import group_counts

BATCH = 500
RACES = 3
Prepared = dict[bytes, Row]


class Decision(StrEnum):
    """What the person decides before saving."""

    SKIP_BAD = "skip-bad"
    END_LEFT = "end-left"
    CORRECT_IDS = "correct-ids"


class BadRows(Refusal):
    def __init__(self, count: int) -> None:
        super().__init__(
            f"有 {count:,} 行不能写入。请改好后重新上传，或选择略过这些行。"
        )


class Hopeless(Refusal):
    def __init__(self, checked: CheckedRoster) -> None:
        message = checked.errors[0].message if checked.errors else "名册里没有人员。"
        super().__init__(message)


class Busy(Refusal):
    def __init__(self) -> None:
        super().__init__("同时有别的名册在写入，这次没有保存。请稍后再试。")


def save_roster(
    *,
    actor: User | None,
    acting_for: str,
    employer: Employer,
    checked: CheckedRoster,
    decisions: frozenset[Decision],
    at: datetime,
) -> dict[str, int]:
    """Write the difference, whole or not at all; the same file again changes nothing.

    Sealing takes longer than writing, so it is done before the transaction begins.

    :raises Hopeless: the file has no row of a person.
    :raises BadRows: a row is bad and the person did not say to leave such rows out.
    :raises Busy: others saved the same people again and again meanwhile.
    """
    if checked.is_hopeless():
        raise Hopeless(checked)
    entries = entries_of(checked)
    prepared: Prepared = {}
    loader = Loader(Person, created_at=at)
    for _ in range(RACES):
        difference = roster_difference(employer, checked, entries)
        _refuse_bad(difference, decisions)
        for entry in difference.new:
            if entry.id_index not in prepared:
                prepared[entry.id_index] = _person_row(loader, entry)
        try:
            with transaction.atomic():
                Employer.objects.select_for_update().get(pk=employer.pk)
                difference = roster_difference(employer, checked, entries)
                _refuse_bad(difference, decisions)
                _write(employer, difference, decisions, prepared, at)
                append_many(employment_facts(employments_changed(employer.pk, at)))
                counts = group_counts(difference)
                record_act(
                    actor=actor,
                    acting_for=acting_for,
                    act="导入名册",
                    target=f"employer:{employer.pk}",
                    detail={**counts, "decisions": sorted(decisions)},
                    at=at,
                )
        except IntegrityError:
            # Another employer's roster brought one of these people a moment ago.
            continue
        return counts
    raise Busy


def _refuse_bad(difference: Difference, decisions: frozenset[Decision]) -> None:
    bad = {fault.row for fault in difference.errors}
    if Decision.CORRECT_IDS not in decisions:
        bad |= {one.entry.row.number for one in difference.corrected}
    if bad and Decision.SKIP_BAD not in decisions:
        raise BadRows(len(bad))


def _person_row(loader: Loader, entry: Entry) -> Row:
    row = entry.row
    seal = keyring().seal
    return loader.row(
        number=new_person_number(),
        name=row.name,
        id_kind=row.id_kind.value,
        id_sealed=seal(row.id_number),
        id_index=entry.id_index,
        id_mask=masked_id_number(row.id_number),
        mobile_sealed=seal(row.mobile),
        mobile_index=entry.mobile_index,
        mobile_mask=masked_mobile(row.mobile),
    )


def _create_people(
    entries: list[Entry], prepared: Prepared, at: datetime
) -> dict[bytes, int]:
    """Their keys by blind index. In its order, so that two imports cannot deadlock."""
    loader = Loader(Person, created_at=at)
    ordered = sorted(entries, key=lambda entry: entry.id_index)
    loader.insert(
        prepared.get(entry.id_index) or _person_row(loader, entry) for entry in ordered
    )
    created: dict[bytes, int] = {}
    for chunk in in_chunks([entry.id_index for entry in ordered]):
        people = Person.objects.filter(id_index__in=chunk)
        for index, pk in people.values_list("id_index", "pk"):
            created[bytes(index)] = pk
    return created


def _write(
    employer: Employer,
    difference: Difference,
    decisions: frozenset[Decision],
    prepared: Prepared,
    at: datetime,
) -> None:
    created = _create_people(difference.new, prepared, at)
    day = timezone.localdate(at)
    starters = [(entry, created[entry.id_index]) for entry in difference.new]
    starters += [(match.entry, match.known.person_id) for match in difference.joined]
    loader = Loader(Employment, employer_id=employer.pk, from_date=day, changed_at=at)
    loader.insert(
        loader.row(person_id=person_id, kind=entry.row.kind, post=entry.row.post)
        for entry, person_id in starters
    )
    changed = list(difference.changed)
    if Decision.CORRECT_IDS in decisions:
        changed += difference.corrected
    _change_people([*changed, *difference.joined], difference.corrected)
    _change_terms(changed, at)
    if Decision.END_LEFT in decisions:
        last_day = Greatest(F("from_date"), Value(day, output_field=DateField()))
        gone = [one.employment_id for one in difference.left]
        for ended in in_chunks(gone):
            Employment.objects.filter(pk__in=ended).update(
                to_date=last_day, changed_at=at
            )


def _change_people(matches: Iterable[Match], corrected: list[Match]) -> None:
    renumbered = {match.known.person_id for match in corrected}
    personal = {Column.NAME, Column.MOBILE}
    wanted = {
        match.known.person_id: match.entry.row
        for match in matches
        if match.known.person_id in renumbered or personal & {*match.fields}
    }
    for chunk in in_chunks(list(wanted)):
        people = list(Person.objects.filter(pk__in=chunk))
        moved = [one.pk for one in people if one.mobile() != wanted[one.pk].mobile]
        for person in people:
            row = wanted[person.pk]
            person.name = row.name
            person.set_mobile(row.mobile)
            if person.pk in renumbered:
                person.set_id_number(row.id_number)
        fields = ["name", "id_sealed", "id_index", "id_mask"]
        fields += ["mobile_sealed", "mobile_index", "mobile_mask"]
        Person.objects.bulk_update(people, fields, batch_size=BATCH)
        # Whoever signed in with the old mobile may not be this person.
        users = User.objects.filter(person__in=moved)
        users.update(sign_out_count=F("sign_out_count") + 1)


def _change_terms(matches: list[Match], at: datetime) -> None:
    terms = [
        Employment(
            pk=match.known.employment_id,
            kind=match.entry.row.kind,
            post=match.entry.row.post or match.known.post,
            changed_at=at,
        )
        for match in matches
    ]
    Employment.objects.bulk_update(
        terms, ["kind", "post", "changed_at"], batch_size=BATCH
    )
