"""What a checked roster would change: compared with the people the database knows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple, TypeVar

from django.utils import timezone

from ankang.accounts.models import Person, User
from ankang.core.ciphers import keyring
from ankang.core.validators import masked_mobile
from ankang.organizations.models import Employer, Employment
from ankang.rosters.check import CheckedRoster, CheckedRow, Fault
from ankang.rosters.codes import Code
from ankang.rosters.columns import Column

CHUNK = 900
CHECKED_DIGITS = 17
T = TypeVar("T")


class Entry(NamedTuple):
    """A good row with the indexes that find its person."""

    row: CheckedRow
    id_index: bytes
    mobile_index: bytes


class Known(NamedTuple):
    """Somebody the database knows, as far as a roster can change it."""

    person_id: int
    name: str
    mobile_index: bytes | None
    employment_id: int = 0
    kind: str = ""
    post: str = ""
    id_mask: str = ""
    mobile_mask: str = ""


class Match(NamedTuple):
    """A row and whom it is about; `fields` are the columns that differ."""

    entry: Entry
    known: Known
    fields: tuple[Column, ...] = ()


@dataclass
class Difference:
    """Every row of the roster in exactly one list, and who is no longer in it."""

    new: list[Entry] = field(default_factory=list)
    joined: list[Match] = field(default_factory=list)
    changed: list[Match] = field(default_factory=list)
    corrected: list[Match] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    left: list[Known] = field(default_factory=list)
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def entries_of(checked: CheckedRoster) -> list[Entry]:
    """The good rows with their blind indexes; touches no database."""
    index = keyring().blind_index
    return [
        Entry(row, index("id", row.id_number), index("mobile", row.mobile))
        for row in checked.rows
    ]


def roster_difference(
    employer: Employer, checked: CheckedRoster, entries: list[Entry]
) -> Difference:
    """Compare a roster with the people of an employer, and with everybody known."""
    return _Comparison(employer, checked, entries).run()


def nearly_equal(one: str, other: str) -> bool:
    """Do two numbers differ by one place, or by two neighbors changed over?

    The check character follows from the others, so it does not count as a place.
    """
    if len(one) != len(other) or one == other:
        return False
    one, other = one[:CHECKED_DIGITS], other[:CHECKED_DIGITS]
    places = [place for place in range(len(one)) if one[place] != other[place]]
    if len(places) <= 1:
        return True
    first, second = places[0], places[-1]
    return (
        len(places) == second - first + 1 == 2  # noqa: PLR2004
        and one[first] == other[second]
        and one[second] == other[first]
    )


def in_chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices that every database takes as parameters of one query."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


class _Comparison:
    def __init__(
        self, employer: Employer, checked: CheckedRoster, entries: list[Entry]
    ) -> None:
        self.employer = employer
        self.checked = checked
        self.entries = entries
        self.result = Difference(
            errors=list(checked.errors), warnings=list(checked.warnings)
        )

    def run(self) -> Difference:
        own = self._own_people()
        present = {entry.id_index for entry in self.entries}
        strangers = [entry for entry in self.entries if entry.id_index not in own]
        known = self._known_people([entry.id_index for entry in strangers])
        missing = {index: own[index] for index in own.keys() - present}
        nearly = self._nearly(strangers, known, missing)
        matches: list[Match] = []
        for entry in self.entries:
            if entry.row.number in nearly:
                self.result.corrected.append(Match(entry, nearly[entry.row.number]))
            elif here := own.get(entry.id_index):
                if fields := _differing(entry, here):
                    matches.append(Match(entry, here, fields))
                else:
                    self.result.unchanged.append(entry)
            elif here := known.get(entry.id_index):
                matches.append(Match(entry, here, _differing(entry, here)))
            else:
                self.result.new.append(entry)
        self._refuse_taken_mobiles(matches)
        self._refuse_foreign_corrections()
        self._sort(self._allowed(matches))
        self.result.left = self._left(missing, nearly)
        self.result.unchanged.sort(key=lambda entry: entry.row.number)
        self.result.errors.sort(key=lambda fault: fault.row)
        self.result.warnings.sort(key=lambda fault: fault.row)
        return self.result

    def _own_people(self) -> dict[bytes, Known]:
        rows = (
            Employment.objects.filter(employer=self.employer)
            .current()
            .values_list(
                "person__id_index",
                "person_id",
                "person__name",
                "person__mobile_index",
                "pk",
                "kind",
                "post",
                "person__id_mask",
                "person__mobile_mask",
            )
        )
        return {
            bytes(row[0]): Known(
                row[1],
                row[2],
                _bytes(row[3]),
                row[4],
                intern(row[5]),
                intern(row[6]),
                row[7],
                row[8],
            )
            for row in rows.iterator()
        }

    def _known_people(self, indexes: list[bytes]) -> dict[bytes, Known]:
        found: dict[bytes, Known] = {}
        for chunk in in_chunks(indexes):
            rows = Person.objects.filter(id_index__in=chunk).values_list(
                "id_index", "pk", "name", "mobile_index", "id_mask", "mobile_mask"
            )
            for index, person, name, mobile, id_mask, mobile_mask in rows:
                found[bytes(index)] = Known(
                    person,
                    name,
                    _bytes(mobile),
                    id_mask=id_mask,
                    mobile_mask=mobile_mask,
                )
        return found

    def _nearly(
        self,
        strangers: list[Entry],
        known: dict[bytes, Known],
        missing: dict[bytes, Known],
    ) -> dict[int, Known]:
        """People of the employer, not in the file, of the same name and nearly number."""
        suspects = self.checked.suspects
        wanted = {entry.row.name for entry in strangers}
        wanted |= {name for name, _ in suspects.values()}
        namesakes = _by_name(one for one in missing.values() if one.name in wanted)
        numbers = self._numbers([one for ones in namesakes.values() for one in ones])

        def match(name: str, number: str) -> Known | None:
            ones = namesakes.get(name, [])
            nearly = (
                one for one in ones if nearly_equal(number, numbers[one.person_id])
            )
            return next(nearly, None)

        for row, (name, number) in suspects.items():
            if match(name, number):
                self._explain_suspect(row)
        unknown = (entry for entry in strangers if entry.id_index not in known)
        pairs = (
            (entry.row.number, match(entry.row.name, entry.row.id_number))
            for entry in unknown
        )
        return {row: one for row, one in pairs if one}

    def _numbers(self, people: list[Known]) -> dict[int, str]:
        numbers: dict[int, str] = {}
        for chunk in in_chunks([one.person_id for one in people]):
            sealed = Person.objects.filter(pk__in=chunk).values_list("pk", "id_sealed")
            numbers |= {pk: keyring().open(bytes(value)) for pk, value in sealed}
        return numbers

    def _explain_suspect(self, row: int) -> None:
        for place, fault in enumerate(self.result.errors):
            if fault.row == row and fault.code == Code.ID_CHECK:
                message = f"和本单位的{fault.name}只差一位"
                self.result.errors[place] = Fault(
                    row, fault.column, Code.ID_NEARLY, message, fault.value, fault.name
                )

    def _refuse_taken_mobiles(self, matches: list[Match]) -> None:
        """A mobile of somebody else makes the row bad, whatever group it was in."""
        result = self.result
        wanted = {entry.mobile_index: 0 for entry in result.new} | {
            one.entry.mobile_index: one.known.person_id
            for one in [*result.corrected, *matches]
            if one.entry.mobile_index != one.known.mobile_index
        }
        taken = _taken(wanted)
        bad = [entry for entry in result.new if entry.mobile_index in taken]
        result.new = [entry for entry in result.new if entry.mobile_index not in taken]
        for group in (result.corrected, matches):
            bad += [one.entry for one in group if one.entry.mobile_index in taken]
            group[:] = [one for one in group if one.entry.mobile_index not in taken]
        message = "已经是另一个人的手机号"
        for entry in bad:
            self._fault(entry, Column.MOBILE, Code.MOBILE_TAKEN, message)

    def _allowed(self, matches: list[Match]) -> Iterator[Match]:
        """Drop what this employer may not change: it is another's person as well."""
        personal = {Column.NAME, Column.MOBILE}
        kept = self._kept(one for one in matches if personal & {*one.fields})
        for one in matches:
            fields = one.fields
            is_here = bool(one.known.employment_id)
            if Column.NAME in fields and not is_here:
                message = "证件号码登记在另一个姓名下"
                self._fault(one.entry, Column.NAME, Code.ID_OTHER_NAME, message)
                continue
            if one.known.person_id in kept:
                self._warn_kept(one)
                fields = tuple(column for column in fields if column not in personal)
            yield Match(one.entry, one.known, fields)

    def _refuse_foreign_corrections(self) -> None:
        """A correction also writes name and mobile, so it needs the same right."""
        corrected = self.result.corrected
        kept = self._kept(corrected)
        for one in corrected:
            if one.known.person_id in kept:
                message = f"和{one.known.name}只差一位，此人还有别的单位或早已登录过"
                self._fault(one.entry, Column.ID_NUMBER, Code.ID_FOREIGN, message)
        corrected[:] = [one for one in corrected if one.known.person_id not in kept]

    def _kept(self, matches: Iterable[Match]) -> set[int]:
        """People who work elsewhere too, or whose account is older than the work here.

        Whoever could change their mobile could sign in as them.
        """
        kept: set[int] = set()
        for chunk in in_chunks(list({one.known.person_id for one in matches})):
            terms = Employment.objects.current().filter(person_id__in=chunk)
            elsewhere = terms.exclude(employer=self.employer)
            kept.update(elsewhere.values_list("person_id", flat=True))
            own = terms.filter(employer=self.employer)
            since = dict(own.values_list("person_id", "from_date"))
            users = User.objects.filter(person_id__in=chunk)
            for person, made_at in users.values_list("person_id", "created_at"):
                day = since.get(person)
                if day is None or timezone.localdate(made_at) < day:
                    kept.add(person)
        return kept

    def _sort(self, matches: Iterator[Match]) -> None:
        for one in matches:
            if not one.known.employment_id:
                self.result.joined.append(one)
            elif one.fields:
                self.result.changed.append(one)
            else:
                self.result.unchanged.append(one.entry)

    def _left(
        self, missing: dict[bytes, Known], nearly: dict[int, Known]
    ) -> list[Known]:
        """Not in the file at all: a bad row still says that its person is there."""
        index = keyring().blind_index
        spared = {index("id", number) for number in self.checked.bad_numbers}
        names = {fault.name for fault in self.result.errors}
        found = {one.person_id for one in nearly.values()}
        return [
            one
            for key, one in missing.items()
            if key not in spared
            and one.name not in names
            and one.person_id not in found
        ]

    def _fault(self, entry: Entry, column: Column, code: Code, message: str) -> None:
        row = entry.row
        shown = masked_mobile(row.mobile) if column == Column.MOBILE else row.name
        heading = self.checked.heading(column)
        self.result.errors.append(
            Fault(row.number, heading, code, message, shown, row.name)
        )

    def _warn_kept(self, one: Match) -> None:
        words = "、".join(
            column.value
            for column in one.fields
            if column in {Column.NAME, Column.MOBILE}
        )
        message = f"此人还有别的单位或早已登录过，{words}不改"
        row = one.entry.row
        self.result.warnings.append(
            Fault(row.number, words, Code.KEPT, message, "", row.name)
        )


def _by_name(people: Iterable[Known]) -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = {}
    for one in people:
        found.setdefault(one.name, []).append(one)
    return found


def _taken(wanted: dict[bytes, int]) -> set[bytes]:
    """Mobiles that belong to somebody other than who asks for them."""
    taken: set[bytes] = set()
    for chunk in in_chunks(list(wanted)):
        owners = Person.objects.filter(mobile_index__in=chunk)
        for index, pk in owners.values_list("mobile_index", "pk"):
            mobile = _bytes(index)
            if mobile and wanted[mobile] != pk:
                taken.add(mobile)
    return taken


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def _differing(entry: Entry, known: Known) -> tuple[Column, ...]:
    row = entry.row
    if (
        row.name == known.name
        and entry.mobile_index == known.mobile_index
        and row.post == known.post
        and row.kind == known.kind
    ):
        return ()
    fields: list[Column] = []
    if row.name != known.name:
        fields.append(Column.NAME)
    if entry.mobile_index != known.mobile_index:
        fields.append(Column.MOBILE)
    if known.employment_id:
        if row.post and row.post != known.post:
            fields.append(Column.POST)
        if row.kind != known.kind:
            fields.append(Column.KIND)
    return tuple(fields)
