"""The form of one question: fields for each kind, rows that move, mistakes at their field."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ankang.attachments.models import Attachment
from ankang.organizations.models import Industry
from ankang.quizzes.models import Question, QuestionVersion
from tests import make, practicing
from tests.test_pictures import drawing, photo
from tests.writing import Sent, blanks, hazards, options, sent

NEW = reverse("console:question-create")
PRACTICE = f"{NEW}?purpose=practice"
HTMX: dict[str, Any] = {"headers": {"hx-request": "true"}}


@pytest.fixture(autouse=True)
def teacher(client: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    make.city()
    make.edition()
    client.force_login(make.membership().user)


def write(client: Client, data: Sent) -> QuestionVersion:
    """Send a form that must be accepted; the draft that comes of it."""
    data = {"strand": str(make.strand().pk), **data}
    answer = client.post(NEW, data)
    assert answer.status_code == 302, re.findall(
        r"errorlist.*?</ul>", answer.content.decode(), re.DOTALL
    )
    return QuestionVersion.objects.latest("pk")


def refusal(client: Client, data: Sent) -> str:
    """Send a form that must be refused; the page."""
    answer = client.post(NEW, {"strand": str(make.strand().pk), **data})
    assert answer.status_code == 422
    assert not Question.objects.exists()
    return answer.content.decode()


def act(client: Client, name: str, data: Sent) -> str:
    """Press a button within the form; the half of the kind that comes back."""
    answer = client.post(NEW, {**data, "act": name}, **HTMX)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.startswith('<fieldset id="answer-fields"')
    return page


def texts(page: str, sort: str = "option-") -> list[str]:
    """What stands in the shown text fields of a sort, in their order."""
    return re.findall(rf'<input type="text" name="{sort}[^>]*? value="(.*?)"', page)


@pytest.mark.parametrize(
    ("data", "kept_options", "answer"),
    [
        (
            sent("single", options("通风", "进入", "", "检测", right="3")),
            ["通风", "进入", "检测"],
            [2],
        ),
        (
            sent("multiple", options("通风", "检测", "进入", right="10")),
            ["通风", "检测", "进入"],
            [0, 1],
        ),
        (sent("true_false", truth="1"), ["对", "错"], [1]),
        (
            sent("fill_in", blanks("30日\n三十日\n", "乙"), stem="____，____"),
            [],
            [["30日", "三十日"], ["乙"]],
        ),
        # A..C in another order than the right one: the bank's order tells nothing
        (
            sent("ordering", options("通风", "检测", "进入")),
            ["检测", "进入", "通风"],
            [2, 0, 1],
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_each_kind_is_written_with_its_own_fields(
    client: Client, data: Sent, kept_options: list[str], answer: list[Any]
) -> None:
    version = write(client, data)

    assert (version.kind, version.state) == (data["kind"], "draft")
    assert (version.options, version.answer) == (kept_options, answer)
    edit = client.get(reverse("console:question-edit", args=[version.question_id]))
    again = edit.content.decode()
    if data["kind"] == "ordering":
        assert texts(again) == ["通风", "检测", "进入"]


def test_a_hazard_question_is_written_with_numbers_alone(client: Client) -> None:
    picture = make.picture()
    rows: Sent = hazards(
        {"why": "会滑倒。"}, {"name": "砂轮", "x": "0"}, picture=str(picture.pk)
    )

    version = write(client, sent("hazard", rows))

    assert version.picture == str(picture.pk)
    assert version.answer == [
        {"name": "地上的油", "x": 70, "y": 80.5, "r": 6, "why": "会滑倒。"},
        {"name": "砂轮", "x": 0, "y": 80.5, "r": 6, "why": ""},
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (sent("single", options("通风", "进入")), "请标出正确答案"),
        (sent("single", options("通风", "进入", right="01")), "只有一个正确答案"),
        (sent("single", options("通风", "", right="0")), "选项至少要写 2 个"),
        (
            sent("single", options("通风", "进入", "", right="2")),
            "标成正确的选项要写出来",
        ),
        (sent("single", options("通风", "通风", right="0")), "和 A 一样"),
        (sent("multiple", options("通风", "进入", right="0")), "至少有两个正确答案"),
        (sent("single", options("通风", "进入", right="0"), stem=""), "请写题干"),
        (sent("single", options("通", "进", right="0"), explanation=""), "请写解析"),
        (sent("single", options("通", "进", right="0"), difficulty="9"), "9 不在"),
        (sent("single", options("通", "进", right="0"), industries=["99"]), "99"),
        (sent("true_false"), "请选这句话是对还是错"),
        (sent("ordering", options("通风", "通风", "进入")), "和 第 1 步 一样"),
        (sent("fill_in", blanks("30日")), "四个下划线"),
        (sent("fill_in", blanks("。"), stem="____日"), "要有字或数字"),
        (sent("fill_in", blanks("1", "2"), stem="____日"), "题干里有 1 个空"),
        (sent("fill_in", stem="____日"), "写出这个空的正确填法"),
        (sent("hazard", hazards({})), "请选一张图片"),
        (sent("hazard", hazards({}, picture="999999")), "请选一张图片"),
        (sent("hazard", hazards({"name": " "}, picture="made")), "写出这处隐患叫什么"),
        (sent("hazard", hazards({"x": "101"}, picture="made")), "填 0 到 100 之间的数"),
        (sent("hazard", hazards({"y": "nan"}, picture="made")), "填 0 到 100 之间的数"),
        (sent("hazard", hazards({"r": "0"}, picture="made")), "填 1 到 50 之间的数"),
        (sent("hazard", hazards(picture="made")), "至少一处隐患"),
        (sent("riddle"), "选择一个有效的选项"),
    ],
)
def test_a_mistake_is_told_in_chinese_at_its_field(
    client: Client, data: Sent, reason: str
) -> None:
    if data.get("picture") == "made":
        data = data | {"picture": str(make.picture().pk)}
    page = refusal(client, data)

    errors = re.findall(r'errorlist[" ].*?</ul>', page, re.DOTALL)
    assert any(reason in error for error in errors), errors


def test_changing_the_kind_swaps_the_fields_and_loses_nothing(client: Client) -> None:
    written = options("通风", "进入", right="1")

    swapped = act(client, "kind", sent("fill_in", written, stem="____日内"))
    assert "第 1 空的正确填法" in swapped
    hidden = dict(re.findall(r'type="hidden" name="(.*?)" value="(.*?)"', swapped))
    assert (hidden["option-0-text"], hidden["right"]) == ("通风", "1")

    back = act(client, "kind", sent("multiple", written))
    assert texts(back) == ["通风", "进入"]
    assert re.search(r'value="1" checked', back)
    page = client.post(NEW, {**sent("ordering", written), "act": "kind"})
    assert "下罐之前先做什么？" in page.content.decode()
    assert "请标出" not in page.content.decode()


def test_rows_are_added_moved_and_dropped_one_press_each(client: Client) -> None:
    rows = sent("ordering", options("一", "二", "三"))

    assert texts(act(client, "option-up-1", rows)) == ["二", "一", "三"]
    assert texts(act(client, "option-down-1", rows)) == ["一", "三", "二"]
    assert texts(act(client, "option-up-0", rows)) == ["一", "二", "三"]
    assert texts(act(client, "option-down-2", rows)) == ["一", "二", "三"]
    assert texts(act(client, "option-drop-0", rows)) == ["二", "三"]
    added = act(client, "option-add", rows)
    assert texts(added) == ["一", "二", "三", ""]
    assert 'value="" maxlength="200" autofocus' in added
    # the same button keeps the keyboard: its id goes with its row
    assert 'id="option-up-1"' in act(client, "option-up-1", rows)
    for odd in ("option-up-99", "option-fly-1", "what", "-", "blank-drop-0"):
        assert texts(act(client, odd, rows)) == ["一", "二", "三"]


def test_no_more_rows_than_letters_are_added(client: Client) -> None:
    rows = sent("single", options(*"一二三四五六七八九"))

    page = act(client, "option-add", rows)

    assert len(texts(page)) == 8
    assert "option-add" not in page


def test_blanks_follow_the_stem(client: Client) -> None:
    page = act(client, "blanks", sent("fill_in", blanks("30日"), stem="____到____"))
    assert page.count('name="blank"') == 2
    assert "30日" in page

    fewer = act(client, "blanks", sent("fill_in", blanks("30日", ""), stem="____"))
    assert fewer.count('name="blank"') == 1
    none = act(client, "blanks", sent("fill_in", blanks(""), stem="几日"))
    assert "题干里还没有空" in none


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("车间.jpg", photo(800, 600), "picture"),
        ("车间.txt", photo(800, 600, "PNG"), "picture"),
        ("a.svg", drawing('viewBox="0 0 800 600"'), "drawing"),
    ],
)
def test_a_picture_is_uploaded_by_its_content_and_chosen(
    client: Client, name: str, content: bytes, kind: str
) -> None:
    data = sent("hazard", hazards({}), upload=SimpleUploadedFile(name, content))

    page = act(client, "upload", data)

    made = Attachment.objects.get()
    assert (made.kind, made.name) == (kind, name)
    assert f'value="{made.pk}" checked' in page
    assert f"编号 {made.pk} {name}" in page
    assert 'data-proportion="0.75"' in page
    again = sent("hazard", upload=SimpleUploadedFile("b", content))
    act(client, "upload", again)
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7", "请上传JPG、PNG 或 WebP 图片"),
        (drawing('viewBox="0 0 8 6" onload="x()"'), "只有图形的 SVG"),
        (drawing('viewBox="0 0 8 6"').replace(b"<path", b"<script/><path"), "只有图形"),
        (
            drawing('viewBox="0 0 8 6"').replace(b"M0", b'"/><use href="//a.b/c#d'),
            "只有图形",
        ),
        (drawing('viewBox="0 0 8 6"') + b" " * 1024 * 1024, "最多 1 MB"),
        (drawing(""), "没有写明大小"),
        (photo(900, 300), "太扁或者太长"),
        (photo(300, 900), "太扁或者太长"),
        (b"", "请先选一个图片文件"),
    ],
)
def test_what_is_no_harmless_picture_is_not_kept(
    client: Client, content: bytes, reason: str
) -> None:
    upload = SimpleUploadedFile("a.svg", content) if content else ""

    page = act(client, "upload", sent("hazard", hazards({}), upload=upload))

    assert reason in page
    assert not Attachment.objects.exists()


def test_a_large_photo_is_refused_before_it_is_stored(client: Client) -> None:
    noise = io.BytesIO(photo(800, 600) + b"\0" * 10 * 1024 * 1024)
    data = sent("hazard", upload=SimpleUploadedFile("a.jpg", noise.getvalue()))

    assert "最多 10 MB" in act(client, "upload", data)


def test_a_picture_chosen_while_saving_is_kept_with_the_question(
    client: Client,
) -> None:
    upload = SimpleUploadedFile("高.png", photo(600, 900, "PNG"))

    version = write(client, sent("hazard", hazards({}), upload=upload))

    assert version.picture == str(Attachment.objects.get().pk)
    assert version.proportion == 1.5
    page = client.get(PRACTICE + "&kind=hazard")
    assert page.status_code == 200
    assert "用在 1 题" in act(client, "kind", sent("hazard"))


def test_the_place_in_the_bank_is_written_too(client: Client) -> None:
    Industry.objects.create(code="34", name="通用设备制造业", section="C")
    version = write(
        client,
        sent(
            "true_false",
            truth="0",
            topic="焊接",
            hint="想想火花。",
            posts="焊工，磨工、焊工",
            industries=["34"],
        ),
    )

    question = version.question
    assert (question.topic, question.posts) == ("焊接", ["焊工", "磨工"])
    assert (question.industries, version.hint) == (["34"], "想想火花。")
    page = client.get(reverse("console:question-edit", args=[question.pk]))
    assert "焊工、磨工" in page.content.decode()


def test_steps_that_stay_the_same_keep_their_order_in_the_bank(client: Client) -> None:
    old = practicing.question("ordering")  # 检测、通风、进入: 通风 first
    edit = reverse("console:question-edit", args=[old.question_id])

    client.post(edit, sent("ordering", options("通风", "检测", "进入"), stem="新题干"))

    draft = old.question.versions.get(state="draft")
    assert (draft.options, draft.answer) == (old.options, old.answer)


def test_a_question_in_review_or_of_another_office_is_not_opened(
    client: Client,
) -> None:
    version = write(client, sent("true_false", truth="0"))
    edit = reverse("console:question-edit", args=[version.question_id])
    detail = reverse("console:question-detail", args=[version.question_id])
    client.post(reverse("console:question-submit", args=[version.question_id]))

    waiting = client.get(edit, follow=True)
    assert waiting.redirect_chain[0][0] == detail
    assert "正在审核" in waiting.content.decode()
    client.force_login(make.membership("city", "health").user)
    assert client.post(edit, sent("true_false", truth="1")).status_code == 302
    assert version.question.versions.count() == 1
    assert client.get(f"{NEW}?purpose=check").status_code == 404


def test_the_editor_takes_the_same_number_of_queries_for_any_number_of_pictures(
    client: Client, django_assert_max_num_queries: object
) -> None:
    for _ in range(12):
        practicing.question("hazard", picture=str(make.picture().pk))

    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(PRACTICE)
