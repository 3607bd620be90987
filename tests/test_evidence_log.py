"""The log of facts: canonical, appended once, never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from ankang.evidence.canonical import NotCanonical, canonical, canonical_time
from ankang.evidence.kinds import DATA_KEYS, Kind
from ankang.evidence.models import Checkpoint, LogKey, Record, Tile
from ankang.evidence.services import Fact, append, append_many

AT = datetime(2020, 9, 20, 12, 31, 5, 123456, tzinfo=UTC)
DAY = timedelta(days=1)


def began(number: int) -> Fact:
    return Fact(
        kind=Kind.LEARNING_BEGAN,
        subject=f"person:{number:08d}",
        source=f"began:2020:{number:08d}",
        at=AT,
        data={"year": 2020},
        recorded_at=AT,
    )


def test_keys_are_sorted_by_their_utf16_units_as_in_rfc_8785() -> None:
    """The example of its section 3.2.3."""
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    assert canonical(value) == (
        '{"\\r":"Carriage Return","1":"One","\u0080":"Control",'
        '"\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign",'
        '"\U0001f600":"Emoji: Grinning Face",'
        '"\ufb33":"Hebrew Letter Dalet With Dagesh"}'
    )


def test_strings_and_literals_are_written_as_in_rfc_8785() -> None:
    """The example of its section 3.2.2, without the fractions."""
    value = {
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }

    assert canonical(value) == (
        '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([56, {"d": True, "10": None, "1": []}], '[56,{"1":[],"10":null,"d":true}]'),
        ({"": "empty", "a": {}}, '{"":"empty","a":{}}'),
        ([2**53 - 1, -(2**53 - 1), 0], "[9007199254740991,-9007199254740991,0]"),
        ("\b\t\n\f\r\u001f\u007f\u2028", '"\\b\\t\\n\\f\\r\\u001f\u007f\u2028"'),
    ],
)
def test_a_value_has_one_text(value: object, text: str) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize(
    "value",
    [1.0, 2**53, -(2**53), "\ud83d", {1: "a"}, {"\udead": 1}, [b"a"], [AT], {"a": {1}}],
    ids=repr,
)
def test_a_value_that_programs_write_differently_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_a_moment_is_written_in_utc_with_six_decimals() -> None:
    assert canonical_time(AT) == "2020-09-20T12:31:05.123456Z"
    assert canonical_time(AT.replace(microsecond=0)) == "2020-09-20T12:31:05.000000Z"
    with pytest.raises(NotCanonical):
        canonical_time(AT.replace(tzinfo=None))


def test_every_kind_says_which_data_it_carries() -> None:
    assert set(DATA_KEYS) == set(Kind)


def test_a_record_is_the_canonical_text_of_its_fact() -> None:
    append_many([began(7)])

    assert Record.objects.get().body == (
        '{"at":"2020-09-20T12:31:05.123456Z","data":{"year":2020},'
        '"kind":"learning.began","recorded_at":"2020-09-20T12:31:05.123456Z",'
        '"source":"began:2020:00000007","subject":"person:00000007"}'
    )


def test_data_under_a_key_that_its_kind_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="year"):
        append(
            kind=Kind.LEARNING_BEGAN,
            subject="person:00000007",
            source="began:2020:00000007",
            at=AT,
            data={"year": 2020, "name": "张三"},
        )


def test_a_fact_is_appended_once_however_often_it_is_told() -> None:
    append_many([began(7)])
    append_many([began(7), began(8), began(8)])

    assert Record.objects.count() == 2


def test_appending_is_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1):
        append_many([began(number) for number in range(50)])


CHANGES = [
    "DELETE FROM evidence_record",
    "UPDATE evidence_record SET body = body || ' '",
    "UPDATE evidence_record SET position = 1, subject = 'city'",
    "UPDATE evidence_record SET at = recorded_at",
    "UPDATE evidence_record SET position = position",
    "DELETE FROM evidence_checkpoint",
    "UPDATE evidence_checkpoint SET size = 1",
    "DELETE FROM evidence_tile",
    "UPDATE evidence_tile SET level = 1",
    "DELETE FROM evidence_logkey",
    "UPDATE evidence_logkey SET name = 'other'",
]


@pytest.fixture
def filled() -> None:
    append_many([began(7)])
    Checkpoint.objects.create(size=0, root=bytes(32), at=AT, note="")
    Tile.objects.create(level=0, index=0, hashes=bytes(8192), root=bytes(32))
    LogKey.objects.create(
        name="example", public_key=bytes(32), private_key=b"", created_at=AT
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_the_log(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.usefixtures("filled")
def test_a_position_is_given_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_record SET position = 0")
        for value in (1, 0, None):
            with (
                pytest.raises(DatabaseError, match="never changed"),
                transaction.atomic(),
            ):
                cursor.execute("UPDATE evidence_record SET position = %s", [value])


@pytest.mark.usefixtures("filled")
def test_a_key_may_retire_earlier_than_was_said_and_never_later() -> None:
    key = LogKey.objects.all()
    key.update(retires_at=AT + DAY)
    key.update(retires_at=AT)

    for later in (AT + DAY, None):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            key.update(retires_at=later)


REPLACEMENTS = [
    "evidence_record SELECT * FROM evidence_record",
    "evidence_record SELECT id + 9, kind, subject, source || 'x', body, at, recorded_at,"
    " position FROM evidence_record",
    "evidence_checkpoint SELECT * FROM evidence_checkpoint",
    "evidence_checkpoint SELECT id + 9, size, root, at, 'x' FROM evidence_checkpoint",
    "evidence_tile SELECT * FROM evidence_tile",
    'evidence_tile SELECT id + 9, level, "index", root, hashes FROM evidence_tile',
    "evidence_logkey SELECT * FROM evidence_logkey",
    "evidence_logkey SELECT id + 9, 'x', public_key, private_key, created_at, NULL"
    " FROM evidence_logkey",
]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite knows REPLACE")
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("replacement", REPLACEMENTS)
def test_a_row_is_not_replaced_from_any_connection(replacement: str) -> None:
    """Another program's connection does not ask for recursive triggers."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_record SET position = 0")
        cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            with (
                pytest.raises(DatabaseError, match="never changed"),
                transaction.atomic(),
            ):
                cursor.execute(f"REPLACE INTO {replacement}")
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite knows REPLACE")
@pytest.mark.usefixtures("filled")
def test_a_record_of_a_known_source_stays_as_it_was() -> None:
    before = Record.objects.values().get()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        cursor.execute(
            "REPLACE INTO evidence_record SELECT id + 9, kind, subject, source, 'x', at,"
            " recorded_at, position FROM evidence_record"
        )
        cursor.execute("PRAGMA recursive_triggers = ON")

    assert Record.objects.values().get() == before


@pytest.mark.usefixtures("filled")
def test_a_record_is_not_replaced_or_emptied_away() -> None:
    statement = (
        "TRUNCATE evidence_record"
        if connection.vendor == "postgresql"
        else "REPLACE INTO evidence_record SELECT * FROM evidence_record"
    )

    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
