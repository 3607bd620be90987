"""The result of a check as pages of rows, ready to be shown: numbers are masked."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from ankang.core.validators import masked_id_number, masked_mobile
from ankang.organizations.models import Employment
from ankang.rosters.check import Fault
from ankang.rosters.columns import Column
from ankang.rosters.difference import Difference, Entry, Known, Match
from ankang.rosters.models import ImportPage, RosterImport

PAGE_SIZE = 50
KINDS = dict(Employment.Kind.choices)
Group = ImportPage.Group


def import_pages(
    roster_import: RosterImport, difference: Difference
) -> Iterator[ImportPage]:
    """Every row in its group, fifty to a page."""
    for group, (rows, shown) in _groups(difference).items():
        source = iter(rows)
        number = 0
        while page := [shown(one) for one in islice(source, PAGE_SIZE)]:
            number += 1
            yield ImportPage(
                roster_import=roster_import, group=group, number=number, rows=page
            )


def group_counts(difference: Difference) -> dict[str, int]:
    """How many rows each group has; bad rows are counted once each."""
    counts = {
        group.value: len(rows) for group, (rows, _) in _groups(difference).items()
    }
    counts["bad_rows"] = len({fault.row for fault in difference.errors})
    return counts


def _groups(
    difference: Difference,
) -> dict[Group, tuple[list[Any], Callable[[Any], list[Any]]]]:
    return {
        Group.ERRORS: (difference.errors, _shown_fault),
        Group.NEW: (difference.new, _shown_entry),
        Group.JOINED: (difference.joined, _shown_match),
        Group.CHANGED: (difference.changed, _shown_match),
        Group.CORRECTED: (difference.corrected, _shown_correction),
        Group.UNCHANGED: (difference.unchanged, _shown_entry),
        Group.LEFT: (difference.left, _shown_known),
        Group.WARNINGS: (difference.warnings, _shown_fault),
    }


def _shown_fault(fault: Fault) -> list[Any]:
    value = fault.value or "（空）"
    return [fault.row, fault.name, fault.column, value, fault.message, fault.advice]


def _shown_entry(entry: Entry) -> list[Any]:
    row = entry.row
    return [
        row.number,
        row.name,
        masked_id_number(row.id_number),
        masked_mobile(row.mobile),
        row.post,
        KINDS[row.kind],
    ]


def _shown_match(match: Match) -> list[Any]:
    return [*_shown_entry(match.entry), "；".join(_changes(match))]


def _changes(match: Match) -> Iterable[str]:
    row, known = match.entry.row, match.known
    pairs = {
        Column.NAME: (known.name, row.name),
        Column.MOBILE: (known.mobile_mask, masked_mobile(row.mobile)),
        Column.POST: (known.post, row.post),
        Column.KIND: (KINDS.get(known.kind, ""), KINDS[row.kind]),
    }
    for column in match.fields:
        before, after = pairs[column]
        yield f"{column.value}：{before or '（空）'} → {after}"


def _shown_correction(match: Match) -> list[Any]:
    change = f"证件号码：原 {match.known.id_mask}，与新号只差一位"
    return [*_shown_entry(match.entry), change]


def _shown_known(known: Known) -> list[Any]:
    return [
        "",
        known.name,
        known.id_mask,
        known.mobile_mask,
        known.post,
        KINDS[known.kind],
    ]
