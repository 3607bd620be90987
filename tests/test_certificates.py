"""Hours in the ledger, certificates that lead to a PDF, and the public check."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.counting.models import Standing
from ankang.credits.documents import certificate_pdf
from ankang.credits.models import Certificate, CreditEntry
from ankang.credits.services import (
    AlreadyReissued,
    AlreadyRevoked,
    NotRevoked,
    ReasonMissing,
    grant_hours,
    issue_certificate,
    reissue_certificate,
    revoke_certificate,
)
from ankang.organizations.models import Membership
from tests import make, passing


def test_hours_of_a_source_are_granted_once() -> None:
    someone = make.person()

    first = granted(someone)
    again = granted(someone)

    assert again == first
    assert CreditEntry.objects.filter(person=someone).count() == 1


def test_a_certificate_is_issued_once_and_says_what_was_true_then() -> None:
    certificate = passing.issued_certificate(person=make.learner().person)

    again = issue_certificate(
        entry=CreditEntry.objects.get(),
        course_title="另一门",
        score=100,
        at=make.MORNING + timedelta(days=1),
    )

    assert again == certificate
    assert certificate.serial == "990100-2020-000001"
    assert certificate.employer_name == "示例五金加工店"
    assert certificate.note == "不替代特种作业操作证等资格证书"
    assert (certificate.hours, certificate.score) == (Decimal("0.5"), 92)


def test_serial_numbers_of_a_year_run_without_gaps() -> None:
    serials = [
        passing.issued_certificate(person=make.person()).serial for _ in range(3)
    ]
    other_year = passing.issued_certificate(person=make.person(), year=2021).serial

    assert serials == [f"990100-2020-{number:06d}" for number in (1, 2, 3)]
    assert other_year == "990100-2021-000001"


@pytest.mark.django_db(transaction=True)
def test_certificates_issued_at_the_same_moment_get_different_numbers() -> None:
    make.edition()
    make.department()
    entries = [granted(make.person()) for _ in range(6)]

    def issue(entry: CreditEntry) -> str:
        try:
            return issue_certificate(
                entry=entry, course_title="2020 通用", score=92, at=make.MORNING
            ).serial
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=3) as pool:
        serials = set(pool.map(issue, entries))

    assert serials == {f"990100-2020-{number:06d}" for number in range(1, 7)}


def test_a_revoked_certificate_stays_revoked_and_the_act_is_in_the_audit() -> None:
    certificate = passing.issued_certificate()
    staff = make.staff()

    revoke_certificate(
        certificate=certificate, actor=staff, reason="本人未参加考试", at=make.MORNING
    )

    certificate.refresh_from_db()
    assert not certificate.is_valid()
    entry = AuditEntry.objects.get(target=f"certificate:{certificate.pk}")
    assert entry.detail["reason"] == "本人未参加考试"
    with pytest.raises(AlreadyRevoked):
        revoke_certificate(
            certificate=certificate, actor=staff, reason="再来一次", at=make.MORNING
        )


def test_revoking_needs_a_reason() -> None:
    certificate = passing.issued_certificate()

    with pytest.raises(ReasonMissing):
        revoke_certificate(
            certificate=certificate, actor=make.staff(), reason=" ", at=make.MORNING
        )

    certificate.refresh_from_db()
    assert certificate.is_valid()


def test_reinstating_is_a_new_certificate_once() -> None:
    old = passing.issued_certificate()
    staff = make.staff()
    with pytest.raises(NotRevoked):
        reissue_certificate(
            certificate=old, actor=staff, reason="撤销有误", at=make.MORNING
        )
    revoke_certificate(certificate=old, actor=staff, reason="误认", at=make.MORNING)
    old.refresh_from_db()

    fresh = reissue_certificate(
        certificate=old, actor=staff, reason="撤销有误", at=make.MORNING
    )

    assert fresh.serial == "990100-2020-000002"
    assert fresh.is_valid()
    assert fresh.code != old.code
    assert not Certificate.objects.get(pk=old.pk).is_valid()
    with pytest.raises(AlreadyReissued):
        reissue_certificate(
            certificate=old, actor=staff, reason="又一次", at=make.MORNING
        )


def test_the_pdf_carries_its_fonts_and_every_word_rare_characters_included(
    tmp_path: Path,
) -> None:
    certificate = passing.issued_certificate(person=make.person(name="张㛃𣲘"))
    pdf = certificate_pdf(
        certificate,
        city=make.city(),
        address="https://ankang.example/certificates/verify/abc/",
    )

    assert pdf.startswith(b"%PDF-")
    assert b"pdfaid:part" in pdf
    assert b"/FontFile" in pdf
    if shutil.which("pdftotext"):
        file = tmp_path / "certificate.pdf"
        file.write_bytes(pdf)
        text = subprocess.run(
            ["pdftotext", "-raw", str(file), "-"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        squeezed = "".join(text.split())
        for words in (
            "培训合格证明",
            "张㛃𣲘",
            certificate.serial,
            "不替代特种作业操作证等资格证书",
        ):
            assert words in squeezed


def test_the_owner_sees_and_saves_the_certificate_and_a_stranger_does_not(
    client: Client,
) -> None:
    owner, stranger = make.learner(), make.learner()
    certificate = passing.issued_certificate(person=owner.person)
    page = reverse("credits:certificate-detail", args=[certificate.pk])
    pdf = reverse("credits:certificate-pdf", args=[certificate.pk])

    client.force_login(owner)
    assert certificate.serial in client.get(page).content.decode()
    response = client.get(pdf)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")

    client.force_login(stranger)
    assert client.get(page).status_code == 404
    assert client.get(pdf).status_code == 404


def test_a_revoked_certificate_cannot_be_saved(client: Client) -> None:
    owner = make.learner()
    certificate = passing.issued_certificate(person=owner.person)
    revoke_certificate(
        certificate=certificate, actor=make.staff(), reason="误认", at=make.MORNING
    )
    client.force_login(owner)

    response = client.get(reverse("credits:certificate-pdf", args=[certificate.pk]))

    assert response.status_code == 422
    assert "已经撤销" in response.content.decode()


def test_anybody_may_verify_and_sees_a_masked_name_only(client: Client) -> None:
    someone = make.person(name="欧阳示例")
    certificate = passing.issued_certificate(person=someone)

    response = client.get(
        reverse("credits:certificate-verify", args=[certificate.code])
    )

    page = response.content.decode()
    assert "证明有效" in page
    assert "欧***" in page
    assert "欧阳示例" not in page
    assert someone.id_mask not in page
    assert "noindex" in response["X-Robots-Tag"]


def test_the_public_page_says_that_a_certificate_was_revoked_and_when(
    client: Client,
) -> None:
    certificate = passing.issued_certificate()
    revoke_certificate(
        certificate=certificate, actor=make.staff(), reason="代学", at=make.MORNING
    )

    page = client.get(
        reverse("credits:certificate-verify", args=[certificate.code])
    ).content.decode()

    assert "已撤销" in page
    assert "2020年9月1日" in page
    assert "代学" not in page


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("990100-2020-000001", 200),
        (" 99010\uff10\uff0d2020-000001 ", 200),
        ("990100-2020-000002", 422),
        ("abc", 422),
    ],
)
def test_a_certificate_is_found_by_its_serial_number(
    client: Client, typed: str, status: int
) -> None:
    passing.issued_certificate()

    response = client.get(reverse("credits:certificate-search"), {"serial": typed})

    assert response.status_code == status
    assert ("证明有效" in response.content.decode()) == (status == 200)


def test_guessing_serial_numbers_is_slowed_down(client: Client) -> None:
    passing.issued_certificate()
    address = reverse("credits:certificate-search")

    statuses = [
        client.get(address, {"serial": f"990100-2020-{number:06d}"}).status_code
        for number in range(40)
    ]

    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("scope", "seen"), [("city", 2), ("district", 2), ("employer", 1), ("provider", 0)]
)
def test_staff_see_the_certificates_of_their_own_people(scope: str, seen: int) -> None:
    own = make.learner()
    passing.issued_certificate(person=own.person)
    passing.issued_certificate(person=make.learner().person)
    employer = own.person.employments.get().employer
    fields = {"employer": employer} if scope == "employer" else {}
    membership = Membership.objects.get(user=make.staff(scope, **fields))

    assert Certificate.objects.visible_to(membership).count() == seen


def test_the_labor_office_takes_a_certificate_back_and_the_count_follows(
    client: Client,
) -> None:
    course = passing.exam_course()
    counted = make.counted(course)
    certificate = counted.certificates.get()
    client.force_login(make.staff())
    page = reverse("console:certificate-detail", args=[certificate.pk])
    assert "撤销这份证明" in client.get(page).content.decode()

    client.post(
        reverse("console:certificate-revoke", args=[certificate.pk]),
        {"reason": "代学"},
    )

    assert "代学" in client.get(page).content.decode()
    standing = Standing.objects.get(person=counted)
    assert standing.reason == Standing.Reason.REVOKED
    client.post(
        reverse("console:certificate-reissue", args=[certificate.pk]),
        {"reason": "查明是误认"},
    )
    standing.refresh_from_db()
    assert standing.reason == Standing.Reason.COUNTED


def test_no_other_office_takes_a_certificate_back(client: Client) -> None:
    certificate = passing.issued_certificate()
    client.force_login(make.staff(department=make.department("finance")))

    response = client.post(
        reverse("console:certificate-revoke", args=[certificate.pk]),
        {"reason": "代学"},
    )

    assert response.status_code == 403
    assert certificate.is_valid()


def test_the_list_of_certificates_is_searched_and_filtered(client: Client) -> None:
    certificate = passing.issued_certificate()
    client.force_login(make.staff())
    address = reverse("console:certificate-list")

    found = client.get(address, {"q": certificate.serial, "state": "valid"})
    none = client.get(address, {"state": "revoked"})

    assert certificate.serial in found.content.decode()
    assert certificate.serial not in none.content.decode()


def granted(someone: Person, source: str = "course:1") -> CreditEntry:
    return grant_hours(
        person=someone,
        year=2020,
        source=source,
        reason="2020 通用",
        hours=Decimal("0.5"),
        at=make.MORNING,
    )
