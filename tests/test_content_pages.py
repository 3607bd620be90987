"""The pages on which courseware is written and reviewed."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ankang.content.models import Courseware, CoursewareVersion
from ankang.content.services.review import submit_version
from tests import make

VTT = "WEBVTT\n\n00:00.000 --> 00:01.500\n先通风\n"


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    make.city()


def page(name: str, *args: object) -> str:
    return reverse(f"console:courseware-{name}", args=args)


def test_from_a_new_article_to_its_publication(client: Client) -> None:
    strand = make.strand()
    client.force_login(make.staff())
    client.get(page("create"))
    client.post(
        page("create"), {"title": "登高", "kind": "article", "strand": strand.pk}
    )
    courseware = Courseware.objects.get()
    pk = courseware.pk
    words = {
        "title": "登高作业",
        "reading_minutes": "2",
        "body_html": "<h2>挂钩</h2><p onclick=a()>高挂低用<script>x</script></p>",
        "sources": "《安全生产法》第五十七条\n\nGB 6095",
    }
    assert client.post(page("edit", pk), {**words, "title": ""}).status_code == 422
    client.post(page("edit", pk), words)
    version = CoursewareVersion.objects.get()
    assert version.body_html == "<h2>挂钩</h2><p>高挂低用</p>"
    assert version.sources == ["《安全生产法》第五十七条", "GB 6095"]
    assert "登高作业" in client.get(page("edit", pk)).content.decode()

    refused = client.post(page("submit", pk), headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "至少要有一道课后小题" in refused.content.decode()
    add = reverse("console:check-question-create", args=[pk])
    question = {
        "kind": "single",
        "stem": "怎么挂？",
        "options": "高挂低用\n低挂高用",
        "answer": "A",
        "explanation": "高挂低用。",
        "at_second": "30",
    }
    assert client.get(add).status_code == 200
    assert client.post(add, {**question, "options": "一个"}).status_code == 422
    client.post(add, question)
    version.refresh_from_db()
    code = version.check_questions[0]["code"]
    edit = reverse("console:check-question-edit", args=[pk, code])
    assert "怎么挂？" in client.get(edit).content.decode()
    client.post(edit, {**question, "stem": "安全绳怎么挂？"})
    shown = client.get(page("detail", pk)).content.decode()
    assert "安全绳怎么挂？" in shown
    assert "不在 3 到 8 分钟之间" in shown
    sent = client.post(page("submit", pk), headers={"HX-Request": "true"})
    assert sent["HX-Redirect"] == page("detail", pk)

    reviewer = make.staff(department=make.department("emergency"))
    client.force_login(reviewer)
    assert 'id="review"' in client.get(page("detail", pk)).content.decode()
    missing = client.post(page("return", pk, 1), {"comment": ""})
    assert missing.status_code == 422
    client.post(page("approve", pk, 1), {"comment": "好"})
    courseware.refresh_from_db()
    assert courseware.published == version
    late = client.post(page("return", pk, 1), {"comment": "改"})
    assert "不用再审" in late.content.decode()

    client.force_login(make.staff("employer"))
    assert "登高作业" in client.get(page("list")).content.decode()
    assert client.get(page("detail", pk)).status_code == 200
    assert client.get(page("create")).status_code == 403


def test_districts_and_employers_never_see_drafts(client: Client) -> None:
    draft = make.draft()
    published = make.courseware()
    second = CoursewareVersion.objects.create(
        courseware=published.courseware,
        number=2,
        title="没审过的新版",
        created_at=make.MORNING,
    )
    client.force_login(make.staff("district"))

    assert client.get(page("detail", draft.courseware_id)).status_code == 404
    shown = client.get(page("detail", published.courseware_id)).content.decode()
    assert published.title in shown
    assert second.title not in shown
    hidden = page("version", published.courseware_id, 2)
    assert client.get(hidden).status_code == 404
    listed = client.get(page("list")).content.decode()
    assert "草稿" not in listed.split("<tbody>")[1]


def test_the_list_is_searched_filtered_and_exported(client: Client) -> None:
    draft = make.draft()
    make.courseware()
    client.force_login(make.staff())

    only = client.get(page("list") + "?state=draft&kind=article&strand=safety&q=有限")
    assert only.content.decode().count("<tr>") == 2
    assert page("detail", draft.courseware_id) in only.content.decode()
    sheet = client.get(page("list") + "?export=1")
    assert b"".join(sheet).startswith(b"PK")
    sheet.close()


def test_files_are_uploaded_with_and_without_a_script(client: Client) -> None:
    author = make.membership()
    client.force_login(author.user)
    pk = make.draft(by=author, kind="video", duration_seconds=2).courseware_id

    form = client.get(page("files", pk)).content.decode()
    assert 'hx-encoding="multipart/form-data"' in form
    plain = client.post(
        page("file", pk, "captions"),
        {"file": SimpleUploadedFile("课.vtt", VTT.encode())},
    )
    assert plain["Location"] == page("files", pk)
    htmx = {"HX-Request": "true"}
    again = client.post(
        page("file", pk, "captions"),
        {"file": SimpleUploadedFile("新.vtt", VTT.encode())},
        headers=htmx,
    )
    assert "新.vtt" in again.content.decode()
    for refused, reason in [
        ({"file": SimpleUploadedFile("a.vtt", b"nothing")}, "WEBVTT"),
        ({}, "请先选择文件"),
    ]:
        answer = client.post(page("file", pk, "captions"), refused, headers=htmx)
        assert answer.status_code == 422
        assert reason in answer.content.decode()
        assert answer["HX-Retarget"] == "#alerts"
    assert client.post(page("file", pk, "other")).status_code == 404


def test_a_stranger_changes_nothing(client: Client) -> None:
    author = make.membership()
    version = make.draft(by=author)
    pk = version.courseware_id
    client.force_login(make.staff("provider"))
    assert client.post(page("submit", pk)).status_code == 422
    assert client.post(page("discard", pk)).status_code == 422
    assert client.get(page("edit", pk)).status_code == 302
    submit_version(version=version, membership=author, at=make.MORNING)
    assert client.post(page("approve", pk, 1)).status_code == 403

    for scope in ["district", "employer", "auditor", "evaluator"]:
        client.force_login(make.staff(scope))
        assert client.post(page("edit", pk)).status_code == 403
        assert client.post(page("submit", pk)).status_code == 403
    client.force_login(make.learner())
    assert client.get(page("list")).status_code in {302, 403}
    version.refresh_from_db()
    assert version.state == "in_review"


def test_the_next_version_begins_and_a_draft_is_thrown_away(client: Client) -> None:
    version = make.courseware()
    client.force_login(make.staff())
    pk = version.courseware_id

    client.post(page("version-start", pk))
    assert version.courseware.versions.count() == 2
    assert "第 2 版" in client.get(page("detail", pk)).content.decode()
    assert "第 1 版" in client.get(page("version", pk, 1)).content.decode()
    client.post(page("discard", pk))
    assert version.courseware.versions.get() == version
