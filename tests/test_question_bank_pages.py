"""The pages of the bank: import, export, review, similar questions."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ankang.organizations.models import Industry, Strand
from ankang.quizzes.models import Question, QuestionVersion
from tests import make, practicing
from tests.test_question_files import typed

IMPORT = reverse("console:question-import")
LIST = reverse("console:question-list")


def office(client: Client, code: str = "labor") -> None:
    make.city()
    make.edition()
    user = make.membership("city", code).user
    client.force_login(user)


def test_a_typed_text_is_checked_shown_and_saved_as_drafts(client: Client) -> None:
    office(client)

    shown = client.post(IMPORT, {"text": typed()}).content.decode()
    assert "共 3 题：新 3，有改动 0，没有变化 0，有错 0" in shown
    assert not Question.objects.exists()

    saved = client.post(IMPORT, {"text": typed(), "confirm": "1"}, follow=True)
    assert "已存为草稿 3 题" in saved.content.decode()
    assert QuestionVersion.objects.filter(state="draft").count() == 3


def test_the_example_beside_the_form_can_be_imported(client: Client) -> None:
    office(client)
    make.strand()
    for code in ("25", "26"):
        Industry.objects.get_or_create(code=code, defaults={"name": f"行业{code}"})
    example = re.search(r"<pre[^>]*>(.+?)</pre>", page_of(client), re.DOTALL)
    assert example

    shown = client.post(IMPORT, {"text": example[1]}).content.decode()

    assert "共 1 题：新 1，有改动 0，没有变化 0，有错 0" in shown


def test_a_strand_that_is_none_is_told_the_names_without_codes(client: Client) -> None:
    office(client)
    text = re.sub("板块：.+", "板块：消防", typed())
    Strand.objects.update(name="安全生产预防")

    shown = client.post(IMPORT, {"text": text}).content.decode()

    assert "填其中一个：安全生产预防<" in shown
    assert "没有这个板块：消防" in shown


def page_of(client: Client) -> str:
    return client.get(IMPORT).content.decode()


def test_mistakes_are_listed_and_saved_over_only_on_request(client: Client) -> None:
    office(client)
    text = typed().replace("答案：错", "答案：也许")

    shown = client.post(IMPORT, {"text": text}).content.decode()
    assert "答案是“也许”" in shown
    assert "判断题填 对 或 错" in shown
    refused = client.post(IMPORT, {"text": text, "confirm": "1"})
    assert refused.status_code == 422
    assert "有 1 题有错" in refused.content.decode()
    client.post(IMPORT, {"text": text, "confirm": "1", "skip-bad": "on"})
    assert Question.objects.count() == 2


def test_a_question_like_one_of_the_bank_is_shown_beside_it(client: Client) -> None:
    office(client)
    practicing.question("single", stem="进罐以前要先做什么？")

    shown = client.post(IMPORT, {"text": typed()}).content.decode()

    assert "和别的题相似" in shown
    assert "进罐以前要先做什么？" in shown


def test_files_that_cannot_be_read_are_refused_with_a_sentence(client: Client) -> None:
    office(client)
    for content, name, reason in [
        (b"\n\n", "a.txt", "没有读到题目"),
        (b"\x81\xff\xff", "a.txt", "认不出文件的编码"),
        (b"PK\x03\x04no", "a.xlsx", "文件已损坏"),
        ("姓名,手机\n".encode(), "a.csv", "没有找到表头"),
    ]:
        file = SimpleUploadedFile(name, content)
        answer = client.post(IMPORT, {"file": file})
        assert answer.status_code == 422, name
        text = answer.content.decode()
        assert reason in text, (name, text[text.find("errorlist") :][:300])


def test_the_template_comes_back_as_five_new_questions(client: Client) -> None:
    office(client)
    make.strand()
    template = client.get(reverse("console:question-template"))
    content = b"".join(template.streaming_content)  # type: ignore[attr-defined]

    shown = client.post(IMPORT, {"file": SimpleUploadedFile("a.xlsx", content)})

    assert "共 5 题：新 5" in shown.content.decode()


def test_the_filtered_list_is_exported_as_text_and_workbook(client: Client) -> None:
    office(client)
    practicing.question("single", stem="进罐以前要先做什么？")
    make.question()

    text = client.get(f"{LIST}?purpose=practice&export=text").content.decode()
    assert text.count("题干：") == 1
    assert "题干：进罐以前要先做什么？" in text
    again = client.post(IMPORT, {"text": text}).content.decode()
    assert "新 0，有改动 0，没有变化 1，有错 0" in again
    workbook = client.get(f"{LIST}?purpose=practice&export=1")
    assert b"".join(workbook.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_a_draft_goes_through_the_review_on_its_pages(client: Client) -> None:
    office(client)
    client.post(IMPORT, {"text": typed(), "confirm": "1"})
    question = Question.objects.order_by("pk")[0]
    page = reverse("console:question-detail", args=[question.pk])
    client.post(reverse("console:question-submit", args=[question.pk]))
    assert "待审核" in client.get(page).content.decode()
    listed = client.get(f"{LIST}?state=submitted").content.decode()
    assert question.code in listed

    office(client, "emergency")
    assert "审定" in client.get(page).content.decode()
    client.post(
        reverse("console:question-return", args=[question.pk]), {"comment": "写浓度"}
    )
    assert "写浓度" in client.get(page).content.decode()

    office(client)
    edited = client.get(f"{IMPORT}?question={question.pk}").content.decode()
    assert f"编号：{question.code}" in edited
    client.post(reverse("console:question-submit", args=[question.pk]))
    office(client, "emergency")
    client.post(reverse("console:question-approve", args=[question.pk]), {})
    assert question.versions.get(is_current=True).state == "approved"
    assert "现在用的题" in client.get(page).content.decode()


def test_each_kind_has_its_preview(client: Client) -> None:
    office(client)
    picture = make.picture()
    for kind, shown in [
        ("fill_in", "30日 或 三十日"),
        ("ordering", "通风"),
        ("hazard", "没有护罩的砂轮"),
        ("multiple", "正确答案"),
    ]:
        fields = {"picture": str(picture.pk)} if kind == "hazard" else {}
        version = practicing.question(kind, **fields)
        page = reverse("console:question-detail", args=[version.question_id])
        assert shown in client.get(page).content.decode()


def test_nearly_the_same_questions_of_the_bank_stand_side_by_side(
    client: Client,
) -> None:
    office(client)
    for stem in ("进罐以前先做什么？", "进罐之前先做什么？"):
        practicing.question("single", stem=stem)
    practicing.question("true_false", stem="砂轮的护罩可以拆掉。")

    page = client.get(reverse("console:question-similar")).content.decode()

    assert "1 对" in page
    assert "砂轮的护罩" not in page


def test_the_detail_takes_the_same_number_of_queries_for_any_number_of_answers(
    client: Client, django_assert_max_num_queries: object
) -> None:
    office(client)
    version = practicing.question("single")
    for _ in range(12):
        practicing.answer(practicing.group(make.person()), 1)
    page = reverse("console:question-detail", args=[version.question_id])

    with django_assert_max_num_queries(22):  # type: ignore[operator]
        assert "12 次" in client.get(page).content.decode()


def test_the_list_is_narrowed_by_industry_and_state(client: Client) -> None:
    office(client)
    make.employer()
    Industry.objects.get_or_create(
        code="33", defaults={"name": "金属制品业", "section": "C"}
    )
    metal = practicing.question("single", industries=["33", "34"])
    general = practicing.question("single", industries=[])

    listed = client.get(f"{LIST}?industry=33").content.decode()

    assert metal.question.code in listed
    assert general.question.code not in listed
