"""The pages of rosters: upload, result, decision; the wall's code; one worker by hand."""

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ankang.accounts.models import Person
from ankang.core.ciphers import keyring
from ankang.jobs.services import run_job
from ankang.organizations.models import (
    DistrictAlias,
    Employer,
    Employment,
    Membership,
)
from ankang.rosters.fields import IdKind
from ankang.rosters.models import JoinRequest, RosterImport
from ankang.rosters.services.people import (
    AlreadyConfirmed,
    Details,
    MobileTaken,
    OtherMobileWaiting,
    confirm_join,
    decline_join,
    request_to_join,
)
from tests import make
from tests.test_roster_check import HEADINGS, check, workbook, worker


@pytest.fixture
def boss(client: Client) -> Membership:
    """An employer's administrator, signed in."""
    user = make.staff("employer")
    client.force_login(user)
    return Membership.objects.select_related("employer").get(user=user)


def upload(client: Client, content: bytes, **fields: Any) -> RosterImport:
    make.edition()
    file = SimpleUploadedFile("名册.xlsx", content)
    response = client.post("/console/rosters/new/", {"file": file, **fields})
    assert response.status_code == 302, response.content.decode()
    roster_import = RosterImport.objects.latest("pk")
    run_job(roster_import.job_id)
    roster_import.refresh_from_db()
    return roster_import


def details(**fields: Any) -> Details:
    values = {
        "name": "张三",
        "id_kind": IdKind.RESIDENT,
        "id_number": make.id_number(),
        "mobile": make.mobile(),
        "post": "电焊工",
        "kind": "contract",
    }
    return Details(**{**values, **fields})


def form_of(**fields: Any) -> dict[str, Any]:
    own = details()
    values = {
        "name": own.name,
        "id_number": own.id_number,
        "mobile": own.mobile,
        "post": own.post,
        "kind": own.kind,
        "consent": "on",
    }
    return {**values, **fields}


def test_a_roster_is_uploaded_looked_at_and_saved(
    client: Client, boss: Membership
) -> None:
    rows = [worker(), worker(name="李四", mobile="1381234567")]
    roster_import = upload(client, workbook(HEADINGS, *rows))
    address = f"/console/rosters/{roster_import.pk}/"

    page = client.get(address).content.decode()
    assert "少 1 位" in page
    assert "138****4567" in page
    assert "1381234567" not in page
    assert "写入 1 行" in page
    new = client.get(address + "?group=new").content.decode()
    assert rows[0][1] not in new
    assert rows[0][1][-4:] in new

    refused = client.post(address + "confirmation/")
    assert refused.status_code == 422
    client.post(address + "confirmation/", {"skip-bad": "on"})
    roster_import.refresh_from_db()
    run_job(roster_import.job_id)

    assert Employment.objects.get().employer == boss.employer
    assert "已写入" in client.get(address).content.decode()
    assert client.get("/console/rosters/").status_code == 200


def test_the_bad_rows_come_back_as_a_file_that_can_be_corrected_and_sent(
    client: Client, boss: Membership
) -> None:
    row = worker(mobile="12")
    roster_import = upload(client, workbook(HEADINGS, worker(), row))

    response = client.get(f"/console/rosters/{roster_import.pk}/corrections/")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]

    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]][2] == row[1]
    assert "不是手机号" in str(sheet["H2"].value)
    sheet["D2"] = make.mobile()
    mended = io.BytesIO()
    book.save(mended)
    again = check(mended.getvalue())
    assert (again.total, again.errors) == (1, [])


def test_the_template_is_a_roster_without_rows(
    client: Client, boss: Membership
) -> None:
    response = client.get("/console/rosters/template/")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]

    checked = check(content)
    assert (checked.total, checked.errors) == (0, [])


def test_a_file_that_is_none_is_refused_at_the_form(
    client: Client, boss: Membership
) -> None:
    file = SimpleUploadedFile("名册.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 50)

    response = client.post("/console/rosters/new/", {"file": file})

    assert response.status_code == 422


def test_an_import_of_another_employer_is_not_found(
    client: Client, boss: Membership
) -> None:
    roster_import = upload(client, workbook(HEADINGS, worker()))
    client.force_login(make.staff("employer", employer=make.employer()))

    for path in ("", "progress/", "corrections/"):
        address = f"/console/rosters/{roster_import.pk}/{path}"
        assert client.get(address).status_code == 404
    drop = client.post(f"/console/rosters/{roster_import.pk}/drop/")
    assert drop.status_code == 404


@pytest.mark.parametrize("scope", ["provider", "evaluator", "auditor"])
def test_others_may_not_import(client: Client, scope: str) -> None:
    client.force_login(make.staff(scope))

    assert client.get("/console/rosters/new/").status_code == 403


def test_a_district_names_the_employer_by_its_code(client: Client) -> None:
    own = make.employer()
    foreign = make.employer(district=make.district("990103"))
    client.force_login(make.staff("district"))
    content = workbook(HEADINGS, worker())

    assert upload(client, content, employer=own.credit_code).employer == own
    file = SimpleUploadedFile("名册.xlsx", content)
    data = {"file": file, "employer": foreign.credit_code}
    assert client.post("/console/rosters/new/", data).status_code == 422


def test_the_list_of_imports_takes_the_same_queries_for_many(
    client: Client, boss: Membership
) -> None:
    upload(client, workbook(HEADINGS, worker()))
    with CaptureQueriesContext(connection) as few:
        client.get("/console/rosters/")
    for _ in range(3):
        upload(client, workbook(HEADINGS, worker()))
    with CaptureQueriesContext(connection) as many:
        client.get("/console/rosters/")

    assert len(many) == len(few)


def test_a_worker_scans_the_boss_confirms_and_a_second_tap_is_harmless(
    client: Client, boss: Membership
) -> None:
    employer = boss.employer
    assert employer
    public = Client()
    address = f"/join/{employer.join_code}/"
    assert public.get(address).status_code == 200
    form = form_of()
    assert public.post(address, form).url.endswith("/done/")
    assert public.post(address, form).status_code == 302
    assert public.get(address + "done/").status_code == 200

    request = JoinRequest.objects.get()
    page = client.get(f"/console/rosters/employers/{employer.pk}/").content.decode()
    assert request.id_mask in page
    assert form["id_number"] not in page
    for _ in range(2):
        url = f"/console/rosters/requests/{request.pk}/confirmation/"
        answer = client.post(url, headers={"HX-Request": "true"})
        assert "已确认" in answer.content.decode()

    term = Employment.objects.get()
    assert (term.employer, term.person.name) == (employer, "张三")
    assert term.person.consented_at
    with pytest.raises(AlreadyConfirmed):
        decline_join(request=request, actor=boss.user, acting_for="", at=make.MORNING)


def test_a_request_in_anothers_name_does_not_swallow_the_mobile_of_the_real_person(
    boss: Membership,
) -> None:
    assert boss.employer
    real = details()
    thief = replace(real, mobile=make.mobile())
    request_to_join(employer=boss.employer, details=thief, at=make.MORNING)

    with pytest.raises(OtherMobileWaiting):
        request_to_join(employer=boss.employer, details=real, at=make.MORNING)


def test_a_declined_request_makes_nobody(boss: Membership) -> None:
    assert boss.employer
    request = request_to_join(
        employer=boss.employer, details=details(), at=make.MORNING
    )

    decline_join(request=request, actor=boss.user, acting_for="", at=make.MORNING)

    assert Person.objects.count() == 0


def test_a_request_with_the_mobile_of_another_is_refused_at_confirmation(
    boss: Membership,
) -> None:
    assert boss.employer
    owner = make.person()
    request = request_to_join(
        employer=boss.employer,
        details=details(mobile=owner.mobile()),
        at=make.MORNING,
    )

    with pytest.raises(MobileTaken):
        confirm_join(request=request, actor=boss.user, acting_for="", at=make.MORNING)


def test_a_join_form_with_a_wrong_number_or_without_consent_is_shown_again() -> None:
    employer = make.employer()
    address = f"/join/{employer.join_code}/"

    wrong = Client().post(address, form_of(id_number="370202198013010010"))
    silent = Client().post(address, form_of(consent=""))

    assert (wrong.status_code, silent.status_code) == (422, 422)
    assert JoinRequest.objects.count() == 0
    assert Client().get("/join/nowhere/").status_code == 404


def test_one_network_cannot_send_requests_without_end() -> None:
    employer = make.employer()
    key = keyring().blind_index("address", "127.0.0.1").hex()
    cache.set(f"limit:join:{key}", 300)

    response = Client().post(f"/join/{employer.join_code}/", form_of())

    assert response.status_code == 422
    assert JoinRequest.objects.count() == 0


def test_the_poster_shows_the_code_of_the_employer(
    client: Client, boss: Membership
) -> None:
    assert boss.employer
    address = f"/console/rosters/employers/{boss.employer_id}/poster/"

    page = client.get(address).content.decode()

    assert f"/join/{boss.employer.join_code}/" in page
    assert "<svg" in page


def test_an_employer_of_eight_is_complete_with_eight_short_forms(
    client: Client, boss: Membership
) -> None:
    address = f"/console/rosters/employers/{boss.employer_id}/workers/new/"
    for _ in range(8):
        assert client.post(address, form_of()).url == address

    again = client.post(address, form_of(mobile=Person.objects.first().mobile()))
    assert again.status_code == 422
    assert Employment.objects.filter(employer=boss.employer).count() == 8


def test_a_small_employer_is_registered_with_the_district_of_an_old_code(
    client: Client,
) -> None:
    district = make.district()
    DistrictAlias.objects.create(district=district, code="370202")
    client.force_login(make.staff("city"))
    code = make.credit_code()
    data = {"credit_code": f" {code[:9]}-{code[9:].lower()} ", "name": "示例小店"}

    response = client.post("/console/rosters/employers/new/", {**data, "headcount": 8})

    employer = Employer.objects.get(credit_code=code)
    assert employer.district == district
    assert response.url == f"/console/rosters/employers/{employer.pk}/"


@pytest.mark.parametrize("code", ["91370202MA0000001", "913702020000000000"])
def test_a_wrong_credit_code_is_refused(client: Client, code: str) -> None:
    client.force_login(make.staff("city"))
    data = {"credit_code": code, "name": "示例小店", "headcount": 8}

    response = client.post("/console/rosters/employers/new/", data)

    assert response.status_code == 422
    assert Employer.objects.count() == 0


def test_an_employer_registers_no_other(client: Client, boss: Membership) -> None:
    assert client.get("/console/rosters/employers/new/").status_code == 403
