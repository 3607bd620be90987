"""Importing a roster: the difference is shown, then saved whole, once."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.organizations.models import Employer, Employment
from ankang.rosters.check import CheckedRoster, check_roster_file
from ankang.rosters.difference import (
    Difference,
    entries_of,
    nearly_equal,
    roster_difference,
)
from ankang.rosters.services.saving import (
    BadRows,
    Decision,
    Hopeless,
    save_roster,
)
from tests import make
from tests.test_roster_check import HEADINGS, table, worker

DAY = make.MORNING.date()
NOTHING: frozenset[Decision] = frozenset()


def checked(*rows: list[Any]) -> CheckedRoster:
    return check_roster_file(table(HEADINGS, *rows), on=DAY)


def difference(employer: Employer, *rows: list[Any]) -> Difference:
    roster = checked(*rows)
    return roster_difference(employer, roster, entries_of(roster))


def save(
    employer: Employer,
    *rows: list[Any],
    decisions: frozenset[Decision] = NOTHING,
    roster: CheckedRoster | None = None,
) -> dict[str, int]:
    return save_roster(
        actor=None,
        acting_for="",
        employer=employer,
        checked=roster or checked(*rows),
        decisions=decisions,
        at=make.MORNING,
    )


def row_of(term: Employment, **fields: Any) -> list[Any]:
    own = {
        "name": term.person.name,
        "id": term.person.id_number(),
        "mobile": term.person.mobile(),
        "post": term.post,
    }
    return worker(**{**own, **fields})


def valid_neighbor(number: str) -> str:
    """The number with its last serial digit changed, and the check made right."""
    serial = int(number[14:17])
    return make.id_number(
        (int(number[:6]) - 370000) * 1000 + serial + (1 if serial % 10 < 9 else -1),
        born=number[6:14],
    )


def test_new_people_are_saved_sealed_and_employed_from_the_day() -> None:
    employer = make.employer()
    number, phone = make.id_number(), make.mobile()

    counts = save(employer, worker(id=number, mobile=phone, kind="派遣"))

    person = Person.objects.with_id_number(number).get()
    term = person.employments.get()
    assert (person.name, person.mobile(), person.id_number()) == ("张三", phone, number)
    assert (term.employer, term.post, term.kind) == (employer, "电焊工", "dispatched")
    assert term.from_date == DAY
    assert counts["new"] == 1


def test_the_same_file_again_changes_nothing() -> None:
    employer = make.employer()
    rows = [worker(), worker(name="李四")]
    save(employer, *rows)
    before = list(Employment.objects.values()), list(Person.objects.values())

    counts = save(employer, *rows)

    assert (list(Employment.objects.values()), list(Person.objects.values())) == before
    assert (counts["unchanged"], counts["new"], counts["changed"]) == (2, 0, 0)


def test_a_person_known_elsewhere_is_employed_here_without_a_second_record() -> None:
    term = make.employment()
    employer = make.employer(name="示例造船有限公司")

    found = difference(employer, row_of(term))
    save(employer, row_of(term))

    assert [one.known.person_id for one in found.joined] == [term.person_id]
    assert Person.objects.count() == 1
    assert term.person.employments.count() == 2


def test_post_kind_name_and_mobile_are_changed() -> None:
    term = make.employment()
    phone = make.mobile()

    row = row_of(term, name="张三丰", mobile=phone, post="钳工", kind="实习")
    counts = save(term.employer, row)

    term.refresh_from_db()
    assert counts["changed"] == 1
    assert (term.post, term.kind) == ("钳工", "intern")
    assert (term.person.name, term.person.mobile()) == ("张三丰", phone)
    assert Person.objects.with_mobile(phone).get() == term.person


def test_one_employer_does_not_rename_a_person_whom_another_employs() -> None:
    term = make.employment()
    make.employment(person=term.person, employer=make.employer(name="示例软件公司"))
    before = term.person.mobile()

    found = difference(term.employer, row_of(term, mobile=make.mobile()))
    save(term.employer, row_of(term, mobile=make.mobile()))

    term.person.refresh_from_db()
    assert [fault.code.value for fault in found.warnings] == ["kept"]
    assert term.person.mobile() == before


def test_a_known_number_under_another_name_is_refused() -> None:
    term = make.employment()

    found = difference(make.employer(), row_of(term, name="李四"))

    assert [fault.code.value for fault in found.errors] == ["id-other-name"]
    assert found.joined == []


def test_the_mobile_of_somebody_else_makes_the_row_bad() -> None:
    owner = make.employment()
    own = make.employment()
    mobile = owner.person.mobile()

    found = difference(own.employer, worker(mobile=mobile), row_of(own, mobile=mobile))

    assert "mobile-taken" in {fault.code.value for fault in found.errors}
    assert (found.new, found.changed) == ([], [])


def test_a_number_that_differs_by_one_place_is_asked_about() -> None:
    term = make.employment()
    number = valid_neighbor(term.person.id_number())
    row = row_of(term, id=number)

    found = difference(term.employer, row)
    with pytest.raises(BadRows):
        save(term.employer, row)
    save(term.employer, row, decisions=frozenset({Decision.CORRECT_IDS}))

    assert [one.known.person_id for one in found.corrected] == [term.person_id]
    assert (found.new, found.left) == ([], [])
    assert Person.objects.get().id_number() == number


def test_a_mistyped_number_of_an_own_person_is_explained() -> None:
    term = make.employment()
    number = term.person.id_number()
    wrong = number[:16] + str((int(number[16]) + 1) % 10) + number[17]

    found = difference(term.employer, row_of(term, id=wrong))

    assert [fault.code.value for fault in found.errors] == ["id-one-character"]
    assert found.left == []


@pytest.mark.parametrize(
    ("one", "other", "nearly"),
    [
        ("370211197806129969", "370211197806129969", False),
        ("370211197806129969", "370211197806129977", True),
        ("370211197806129969", "370211197806219960", True),
        ("370211197806129969", "370211198806219960", False),
        ("E12345678", "E12345679", True),
    ],
)
def test_nearly_equal_numbers(one: str, other: str, nearly: bool) -> None:
    assert nearly_equal(one, other) is nearly


def test_people_who_are_not_in_the_file_leave_only_if_the_person_says_so() -> None:
    stays = make.employment()
    gone = make.employment(employer=stays.employer, person=make.person(name="李四"))

    save(stays.employer, row_of(stays))
    gone.refresh_from_db()
    assert gone.to_date is None

    save(stays.employer, row_of(stays), decisions=frozenset({Decision.END_LEFT}))
    gone.refresh_from_db()
    assert gone.to_date == DAY


def test_a_person_whose_row_is_bad_has_not_left() -> None:
    term = make.employment()

    found = difference(term.employer, row_of(term, mobile="12"), worker(name="李四"))

    assert found.left == []


def test_nothing_is_saved_if_a_row_is_bad_unless_it_is_left_out() -> None:
    employer = make.employer()
    rows = [worker(), worker(name="李四", mobile="12")]

    with pytest.raises(BadRows):
        save(employer, *rows)
    assert Person.objects.count() == 0

    save(employer, *rows, decisions=frozenset({Decision.SKIP_BAD}))
    assert Person.objects.count() == 1


def test_a_file_that_is_no_roster_is_never_saved() -> None:
    roster = check_roster_file(b"hello", on=DAY)

    with pytest.raises(Hopeless):
        save(make.employer(), roster=roster, decisions=frozenset({Decision.SKIP_BAD}))


def test_saving_writes_an_audit_entry() -> None:
    employer = make.employer()
    save(employer, worker())

    entry = AuditEntry.objects.get()
    assert (entry.act, entry.target) == ("导入名册", f"employer:{employer.pk}")
    assert entry.detail["new"] == 1


def test_five_thousand_rows_are_saved_with_few_queries() -> None:
    employer = make.employer()
    rows = [worker(name=f"张{chr(0x4E00 + n)}") for n in range(5000)]

    with CaptureQueriesContext(connection) as first:
        save(employer, *rows)
    with CaptureQueriesContext(connection) as again:
        save(employer, *rows)

    assert Employment.objects.filter(employer=employer).count() == 5000
    assert len(first) < 50
    assert len(again) < 20


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_save_each_person_once() -> None:
    employers = [make.employer(), make.employer(name="示例造船有限公司")]
    rows = [worker(name=f"张{chr(0x4E00 + n)}") for n in range(60)]
    roster = checked(*rows)
    gate = threading.Barrier(3)
    finished: list[int] = []

    def run(employer: Employer) -> None:
        try:
            gate.wait()
            save(employer, roster=roster)
            finished.append(employer.pk)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[employer])
        for employer in (employers[0], employers[0], employers[1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(finished) == 3
    assert Person.objects.count() == 60
    assert Employment.objects.count() == 120


def command(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DEBUG": "1", "ANKANG_DATA": str(data)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_the_command_saves_nothing_if_a_row_is_bad_unless_told(tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(table(HEADINGS, worker(), worker(mobile="12")))
    city = Path(__file__).parent.parent / "cities" / "qingdao-2020"
    settings = "--settings=ankang.config.settings"
    assert command(tmp_path, "django", "migrate", settings).returncode == 0
    made = command(tmp_path, "ankang", "load-city", str(city))
    assert made.returncode == 0, made.stderr
    code = "91370202DEM000030H"
    order = ["ankang", "roster", "import", str(file), "--employer", code]

    bad = command(tmp_path, *order)
    good = command(tmp_path, *order, "--skip-bad")
    nobody = command(tmp_path, *order[:-1], "91370202MA0000001X")

    assert (bad.returncode, good.returncode, nobody.returncode) == (1, 0, 1)
    assert "没有保存" in bad.stderr
    assert "mobile-form" in bad.stderr
    assert "新增 1" in good.stdout
