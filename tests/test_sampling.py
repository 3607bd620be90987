"""Drawing people for inspection: fixed list, public seed, repeatable by anybody."""

import json
import subprocess
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from ankang.__main__ import main
from ankang.audit.models import AuditEntry
from ankang.counting.drawing import draw, list_digest, list_text
from ankang.counting.models import Sample, SamplingFrame
from ankang.counting.recording import record_missing
from ankang.counting.sampling import (
    MayNotSample,
    NobodyToDraw,
    SeedSourceMissing,
    SeedTooShort,
    SizeOutOfRange,
    draw_sample,
    fix_frame,
    frame_text,
)
from ankang.counting.services import recount_year
from ankang.evidence.models import Record
from ankang.evidence.services import seal
from ankang.learning.models import Course
from ankang.organizations.models import Membership
from tests import make

BY_HAND = """
while read -r number; do
  printf '%s:%s' "$SEED" "$number" | sha256sum | cut -c1-64 | tr '\\n' ' '
  echo "$number"
done < list.txt | sort | head -n 3
"""


@pytest.fixture
def auditor() -> Membership:
    return make.membership("auditor")


@pytest.fixture
def course() -> Course:
    make.edition(required_credit_hours="0.1")
    return make.course()


def fixed(by: Membership, **fields: Any) -> SamplingFrame:
    asked = {"year": 2020, "population": "counted", "district": None, **fields}
    return fix_frame(actor=by.user, membership=by, at=make.MORNING, **asked)


def drawn(by: Membership, frame: SamplingFrame, **fields: Any) -> Sample:
    asked = {"seed": "七星彩 20091 期 1234567", "seed_source": "公开开奖", "size": 2}
    return draw_sample(
        actor=by.user,
        membership=by,
        frame=frame,
        at=make.MORNING,
        **{**asked, **fields},
    )


def people(course: Course, number: int = 4, **fields: Any) -> list[str]:
    made = sorted(make.counted(course, **fields).number for _ in range(number))
    recount_year(year=2020)
    return made


def test_the_draw_is_repeated_with_the_tools_of_any_shell(tmp_path: Path) -> None:
    numbers = [sha256(str(n).encode()).hexdigest()[:16] for n in range(20)]
    text = list_text(numbers)
    (tmp_path / "list.txt").write_text(text)

    done = subprocess.run(
        ["/bin/sh", "-c", BY_HAND],
        cwd=tmp_path,
        env={"SEED": "上证收盘 3234.82", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    expected = draw(sorted(numbers), seed="上证收盘 3234.82", size=3)
    assert done.stdout.split("\n")[:3] == [" ".join(one) for one in expected]
    said = subprocess.run(
        ["/usr/bin/sha256sum", "list.txt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split()[0] == list_digest(text)


def test_a_fixed_list_stays_as_it_was_when_more_people_count(
    auditor: Membership, course: Course
) -> None:
    before = people(course)
    frame = fixed(auditor)

    people(course)

    assert frame_text(frame).split() == before
    assert frame.people == 4
    assert fixed(auditor).people == 8
    assert set(drawn(auditor, frame).numbers) < set(before)


def test_a_list_holds_those_asked_for(auditor: Membership, course: Course) -> None:
    there = make.employer(district=make.district("990103"))
    numbers = people(course, 2, employer=there)
    people(course, 3)
    make.watching(make.employment().person, course)
    recount_year(year=2020)

    assert fixed(auditor).people == 5
    assert fixed(auditor, population="began").people == 6
    here = fixed(auditor, district=there.district)
    assert frame_text(here).split() == numbers
    with pytest.raises(NobodyToDraw):
        fixed(auditor, year=2019)


def test_the_same_seed_again_gives_the_first_sample(
    auditor: Membership, course: Course
) -> None:
    people(course)
    frame = fixed(auditor)

    first = drawn(auditor, frame)

    assert drawn(auditor, frame) == first
    assert drawn(auditor, frame, seed="1234") != first
    acts = list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["固定抽样名单", "抽样", "抽样"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"seed": " 12 "}, SeedTooShort),
        ({"seed": "12345\n6"}, SeedTooShort),
        ({"seed_source": " "}, SeedSourceMissing),
        ({"size": 0}, SizeOutOfRange),
        ({"size": 5}, SizeOutOfRange),
    ],
)
def test_a_draw_that_nobody_could_repeat_is_refused(
    auditor: Membership,
    course: Course,
    fields: dict[str, Any],
    refusal: type[Exception],
) -> None:
    people(course)
    frame = fixed(auditor)

    with pytest.raises(refusal):
        drawn(auditor, frame, **fields)


@pytest.mark.parametrize("scope", ["city", "district", "employer", "evaluator"])
def test_only_an_auditor_draws(auditor: Membership, course: Course, scope: str) -> None:
    people(course)
    other = make.membership(scope)

    with pytest.raises(MayNotSample):
        fixed(other)
    with pytest.raises(MayNotSample):
        drawn(other, fixed(auditor))


def test_the_command_prints_what_the_page_draws(
    auditor: Membership,
    course: Course,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    people(course)
    frame = fixed(auditor)
    sample = drawn(auditor, frame, seed="1234567")
    asked = ["counting", "sample", "--seed", "1234567", "--size", "2"]
    file = tmp_path / "list.txt"
    file.write_text(frame_text(frame))

    assert main(asked) == 0
    of_database = capsys.readouterr().out
    assert main([*asked, "--list", str(file)]) == 0
    of_file = capsys.readouterr().out

    assert of_database == of_file
    head, *lines = of_file.splitlines()
    assert frame.digest in head
    assert [line.split()[1] for line in lines] == sample.numbers


def test_the_command_asks_for_a_seed_and_a_known_district(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["counting", "sample"]) == 1
    assert main(["counting", "sample", "--seed", "1234", "--district", "1"]) == 1
    assert "--seed" in capsys.readouterr().err


def test_an_auditor_fixes_a_list_draws_and_takes_it_away(
    client: Client, auditor: Membership, course: Course, tmp_path: Path
) -> None:
    numbers = people(course)
    client.force_login(auditor.user)

    asked = client.get("/console/samples/").content.decode()
    assert f">{make.district().name}</option>" in asked
    page = client.post("/console/samples/lists/", {"population": "counted"})
    frame = SamplingFrame.objects.get()
    assert page["Location"] == f"/console/samples/lists/{frame.pk}/"
    file = client.get(f"{page['Location']}file/")
    assert file.content.decode() == "".join(f"{number}\n" for number in numbers)
    assert (
        sha256(file.content).hexdigest()
        in client.get(page["Location"]).content.decode()
    )
    page = client.post(
        page["Location"],
        {"seed": "it's 1234567", "seed_source": "公开开奖", "size": 3},
        follow=True,
    )

    sample = Sample.objects.get()
    shown = [one.person.number for one in page.context["drawn"]]
    assert shown == sample.numbers
    assert set(shown) < set(numbers)
    sheet = tmp_path / "sample.xlsx"
    answer = client.get(f"/console/samples/{sample.pk}/?format=xlsx")
    sheet.write_bytes(b"".join(answer.streaming_content))
    rows = list(load_workbook(sheet).active.values)
    assert [row[1] for row in rows[1:]] == shown
    assert client.get("/console/samples/").context["listing"].count == 1


def test_a_refused_draw_says_why_beside_the_form(
    client: Client, auditor: Membership, course: Course
) -> None:
    people(course, 2)
    client.force_login(auditor.user)
    frame = fixed(auditor)

    page = client.post(
        f"/console/samples/lists/{frame.pk}/",
        {"seed": "1234567", "seed_source": "公开开奖", "size": 60},
    )

    assert page.status_code == 422
    assert "抽 1 到 2 人" in page.content.decode()
    assert not Sample.objects.exists()


def test_a_draw_stands_in_the_log(auditor: Membership, course: Course) -> None:
    people(course)
    frame = fixed(auditor)

    sample = drawn(auditor, frame, seed="1234567")
    drawn(auditor, frame, seed="1234567")

    record = Record.objects.get(kind="sample.drawn")
    assert (record.subject, record.source) == ("city", f"sample:{sample.pk}")
    assert json.loads(record.body)["data"] == {
        "seed": "1234567",
        "size": 2,
        "population": 4,
        "people_digest": frame.digest,
    }


def test_a_root_signed_after_the_list_was_fixed_may_be_the_seed(
    client: Client, auditor: Membership, course: Course
) -> None:
    people(course)
    record_missing()
    first = seal(at=timezone.now())
    assert first is not None
    frame = fixed(auditor)
    late = SamplingFrame.objects.create(
        year=2020,
        population="counted",
        people=4,
        digest=frame.digest,
        packed=frame.packed,
        actor=auditor.user,
        at=first.at + timedelta(hours=1),
    )
    client.force_login(auditor.user)

    assert (frame.tree_size, frame.root) == (first.size, bytes(first.root).hex())
    page = client.get(f"/console/samples/lists/{frame.pk}/?seed=checkpoint")
    assert page.context["form"].initial["seed"] == frame.root
    page = client.get(f"/console/samples/lists/{late.pk}/?seed=checkpoint")
    assert not page.context["form"].initial


def test_a_list_names_nobody(
    client: Client, auditor: Membership, course: Course
) -> None:
    someone = make.counted(course)
    recount_year(year=2020)
    client.force_login(auditor.user)

    file = client.get(f"/console/samples/lists/{fixed(auditor).pk}/file/")

    assert file.content.decode() == f"{someone.number}\n"


def test_a_sample_takes_the_same_queries_for_more_people(
    client: Client, auditor: Membership, course: Course
) -> None:
    people(course, 6)
    client.force_login(auditor.user)
    frame = fixed(auditor)
    few, many = drawn(auditor, frame, size=1), drawn(auditor, frame, size=6)

    client.get(f"/console/samples/{few.pk}/")
    with CaptureQueriesContext(connection) as for_few:
        client.get(f"/console/samples/{few.pk}/")
    with CaptureQueriesContext(connection) as for_many:
        client.get(f"/console/samples/{many.pk}/")

    assert len(for_many) == len(for_few)
