"""Taking a checked file of practice questions into the bank, as drafts."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from ankang.core.errors import Refusal
from ankang.organizations.models import Membership, Strand
from ankang.quizzes.check import Checked, Entry
from ankang.quizzes.models import Question, QuestionVersion
from ankang.quizzes.queries import latest_versions
from ankang.quizzes.services.review import draft_question
from ankang.quizzes.wording import wording_of


class BadRowsLeft(Refusal):
    def __init__(self, count: int) -> None:
        super().__init__(f"有 {count} 题有错。改好再传，或者选“略过有错的题”。")


class NothingToImport(Refusal):
    def __init__(self) -> None:
        super().__init__("没有新的题，也没有改过的题，什么都不用导入。")


class CannotBeChanged(Refusal):
    def __init__(self, code: str) -> None:
        super().__init__(
            f"{code} 是考试题、课后小题，或者已停用、正在审核，不能在这里改。"
        )


@dataclass
class Difference:
    """What a file would change, each with what stands in the bank now."""

    new: list[Entry] = field(default_factory=list)
    changed: list[tuple[Entry, QuestionVersion]] = field(default_factory=list)
    unchanged: list[tuple[Entry, QuestionVersion]] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)


def difference_of(entries: Iterable[Entry]) -> Difference:
    """Compare entries with the bank, by code, else by the same words; two queries."""
    entries = list(entries)
    versions = latest_versions()
    by_code = {one.question.code: one for one in versions}
    by_words = {(one.kind, one.stem): one for one in versions if _is_practice(one)}
    found = Difference()
    for entry in entries:
        words = (entry.wording.kind, entry.wording.stem)
        there = by_code.get(entry.code) if entry.code else by_words.get(words)
        if there is None:
            found.new.append(entry)
        elif _same(entry, there):
            found.unchanged.append((entry, there))
        elif _may_change(there):
            found.changed.append((entry, there))
        else:
            found.refused.append((entry, str(CannotBeChanged(there.question.code))))
    return found


@transaction.atomic
def import_questions(
    *, checked: Checked, leaves_out: bool, membership: Membership, at: datetime
) -> list[QuestionVersion]:
    """Save new and changed questions as drafts; all of them or none.

    `leaves_out` is what the person said about questions that cannot be saved.

    :raises BadRowsLeft: there are such questions and nobody said to leave them out.
    :raises NothingToImport: nothing is new or changed.
    """
    difference = difference_of(checked.entries)
    bad = len(checked.bad_rows()) + len(difference.refused)
    if bad and not leaves_out:
        raise BadRowsLeft(bad)
    strands = {one.code: one for one in Strand.objects.select_related("reviewer")}
    saved = [
        _draft(entry, None, strands, membership, at) for entry in difference.new
    ] + [
        _draft(entry, there, strands, membership, at)
        for entry, there in difference.changed
    ]
    if not saved:
        raise NothingToImport
    return saved


def _draft(
    entry: Entry,
    there: QuestionVersion | None,
    strands: dict[str, Strand],
    membership: Membership,
    at: datetime,
) -> QuestionVersion:
    question = there.question if there else Question(purpose=Question.Purpose.PRACTICE)
    question.code = question.code or entry.code or f"practice-{secrets.token_hex(4)}"
    question.strand = strands[entry.strand]
    question.topic, question.difficulty = entry.topic, entry.difficulty
    question.industries = list(entry.industries)
    question.posts = list(entry.posts)
    return draft_question(
        question=question, membership=membership, wording=entry.wording, at=at
    )


def _same(entry: Entry, there: QuestionVersion) -> bool:
    place = there.place or there.question.place
    wanted = {
        "topic": entry.topic,
        "difficulty": entry.difficulty,
        "industries": list(entry.industries),
        "posts": list(entry.posts),
    }
    return (
        wording_of(there) == entry.wording
        and entry.strand == there.question.strand.code
        and place["strand_id"] == there.question.strand_id
        and wanted.items() <= place.items()
    )


def _is_practice(version: QuestionVersion) -> bool:
    return version.question.purpose == Question.Purpose.PRACTICE


def _may_change(version: QuestionVersion) -> bool:
    return (
        _is_practice(version)
        and not version.question.is_retired
        and version.state != QuestionVersion.State.SUBMITTED
    )
