"""A city is a folder: checked whole, loaded once, replaced without touching the code."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings

from ankang.accounts.models import Person, User
from ankang.attachments.models import Attachment
from ankang.audit.models import AuditEntry
from ankang.budgets.models import BudgetLine
from ankang.commands.load_city import load
from ankang.config.env import ROOT
from ankang.content.models import Courseware, CoursewareVersion
from ankang.learning.models import Course
from ankang.organizations.models import City, District, DistrictAlias, Employment
from ankang.policies.models import RuleEdition, edition_for
from ankang.projects.models import DistrictQuota, Project, Target
from ankang.quizzes.models import QuestionVersion
from tests.cities import shili

QINGDAO = ROOT / "cities" / "qingdao-2020"


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return shili(tmp_path)


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_qingdao_is_loaded_with_the_numbers_of_its_notice(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(QINGDAO, "") == 0

    assert District.objects.count() == 10
    assert sorted(Target.objects.values_list("people", flat=True)) == [30_000, 150_000]
    assert sum(line.amount for line in BudgetLine.objects.all()) == 6_410_000
    assert Project.objects.count() == 6
    assert sum(quota.people for quota in DistrictQuota.objects.all()) == 180_000
    assert DistrictAlias.objects.get(code="370284").district.code == "370211"
    assert edition_for(2020).rules().credit_hour_minutes == 45
    assert CoursewareVersion.objects.filter(state="published").count() == 6
    assert Course.objects.get(slug="2020-general").lessons.count() == 6
    assert QuestionVersion.objects.filter(question__purpose="exam").count() >= 60


def test_loading_again_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(folder, "")
    before = (Attachment.objects.count(), AuditEntry.objects.count())
    capsys.readouterr()

    assert load(folder, "") == 0
    assert capsys.readouterr().out == "示例市：没有变化。\n"
    assert (Attachment.objects.count(), AuditEntry.objects.count()) == before


def test_another_city_needs_another_folder_only(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(folder, "") == 0

    assert City.objects.get().platform_name == "工伤预防在示例"
    assert District.objects.count() == 3
    assert edition_for(2021).rules().presence_min_seconds == 6
    assert Employment.objects.count() == Person.objects.count() == 3
    assert "青岛" not in capsys.readouterr().out


def test_nothing_of_a_city_is_in_the_code() -> None:
    sources = [
        path
        for path in (ROOT / "ankang").rglob("*")
        if path.suffix in {".py", ".html", ".js", ".css", ".typ"}
        and "vendor" not in path.parts
    ]
    assert sources
    for path in sources:
        assert not re.search("青岛|370200|3702[0-9]{2}", path.read_text("utf-8")), path


MISTAKES = [
    ("city.toml", "people = 900", "people = '900'", 40, "people 应当是整数"),
    ("city.toml", 'total = "120000.00"', 'total = "9.00"', 30, "不等于各项之和"),
    ("city.toml", 'slogan = "', 'slogn = "', 4, "不认识的项 slogn"),
    ("city.toml", 'code = "labor"', 'code = "labour"', 15, "code 只能是"),
    ("city.toml", "[budget]", "[budget", 29, "TOML 写法不对"),
    ("plan.toml", "deadline = 2021", "dedline = 2021", 1, "缺少 deadline"),
    ("districts.csv", "990103,西区", "99010,西区", 3, "6 位数字"),
    ("districts.csv", "990181,北", "990102,北", 4, "重复"),
    ("districts.csv", ",300,0", ",301,0", 1, "目标是 900"),
    ("industries.csv", "62,餐饮业,H,0", "62,餐饮业,H,是", 5, "只能是 0 或 1"),
    ("editions/2021.toml", "pass_mark = 60", "", 5, "缺少参数 pass_mark"),
    ("editions/2021.toml", "pass_mark = 60", 'pass_mark = "六"', 8, "pass_mark"),
    ("editions/2021.toml", '"no_finding"]', '"honest"]', 27, "没有 'honest' 这个条件"),
    ("editions/2021.toml", '"no_finding"]', '"exam"]', 27, "条件写了两次"),
    ("editions/2021.toml", 'act = "lesson"', 'act = "lessn"', 59, "points.acts 里 act"),
    ("editions/2021.toml", "boards = []", 'boards = ["city"]', 59, "boards 和 periods"),
    ("editions/2021.toml", "{ single = 3,", "{ singel = 3,", 71, "没有 singel 这一项"),
    ("editions/2021.toml", "lives = 1", "lives = 0", 71, "要有结束的时候"),
    ("editions/2021.toml", 'strand = "safety" }', 'strand = "x" }', 71, "板块 x 没有"),
    ("editions/2021.toml", "least = 0", "least = 1", 59, "levels 要从 0 分开始"),
    ("employers.csv", "91990102DEM", "91990102DEN", 2, "校验位不对"),
    ("employers.csv", "990181,62", "990199,62", 3, "没有这个区市"),
    ("people.csv", "19850312", "19850313", 2, "校验位或日期不对"),
    ("people.csv", "19900090102", "19900090101", 3, "手机号重复"),
    ("people.csv", ",钳工,contract", ",钳工", 2, "5 格"),
    ("staff.csv", "district,,990102", "district,labor,990102", 3, "应当留空"),
    ("lessons/helmet/lesson.toml", 'answer = "F"', 'answer = "N"', 13, "T 或 F"),
    ("lessons/helmet/lesson.toml", "at_second = 12", "at_second = 99", 15, "超过了"),
    ("questions/policy.toml", 'answer = "A"', 'answer = "C"', 9, "AB"),
    ("courses/basic.toml", "policy = 1", "policy = 9", 8, "policy 要抽 9 题"),
    ("courses/basic.toml", '"helmet"', '"helmut"', 7, "helmut 不存在"),
]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_file_and_line_and_nothing_is_saved(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    mistake: tuple[str, str, str, int, str],
) -> None:
    file, old, new, line, message = mistake
    change(folder, file, old, new)

    assert load(folder, "") == 1
    told = capsys.readouterr().err
    assert re.search(rf"^{file}:{line}: .*{message}", told, re.MULTILINE), told
    assert not City.objects.exists()
    assert not Attachment.objects.exists()


def test_all_mistakes_are_told_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "districts.csv", "990103,西区", "99010,西区")
    change(folder, "people.csv", "19850312", "19850313")
    (folder / "plan.toml").unlink()
    (folder / "lessons/compensation/video.mp4").write_bytes(b"<html>")
    (folder / "staff.csv").write_bytes("username\n张".encode("gb18030"))

    assert load(folder, "") == 1
    told = capsys.readouterr().err
    for place in (
        "districts.csv:3",
        "people.csv:2",
        "plan.toml:1: 缺少这个文件",
        "lessons/compensation/video.mp4:1",
        "staff.csv:2: 不是 UTF-8",
    ):
        assert place in told


def test_only_changed_words_make_a_new_version(folder: Path) -> None:
    load(folder, "")
    change(folder, "lessons/helmet/body.md", "系紧", "系牢")
    change(folder, "questions/policy.toml", "先救人", "马上救人")
    change(folder, "editions/2021.toml", "pass_mark = 60", "pass_mark = 70")
    load(folder, "")

    helmet = Courseware.objects.get(slug="helmet")
    assert [one.state for one in helmet.versions.order_by("number")] == [
        "replaced",
        "published",
    ]
    assert helmet.published is not None
    assert "系牢" in helmet.published.body_html
    assert CoursewareVersion.objects.count() == 4
    assert QuestionVersion.objects.filter(number=2).count() == 1
    assert RuleEdition.objects.filter(year=2021).count() == 2
    assert edition_for(2021).rules().pass_mark == 70


def test_what_the_console_changed_about_people_stays(folder: Path) -> None:
    load(folder, "")
    Employment.objects.update(to_date="2021-06-01")
    Person.objects.update(name="改名")
    load(folder, "")

    assert Employment.objects.filter(to_date=None).count() == 0
    assert set(Person.objects.values_list("name", flat=True)) == {"改名"}


def test_the_text_of_a_lesson_is_made_safe(folder: Path) -> None:
    load(folder, "")

    version = CoursewareVersion.objects.get(courseware__slug="chemicals")
    assert "<strong>名称</strong>" in version.body_html
    assert "script" not in version.body_html
    assert "看懂化学品标签" not in version.body_html


def test_passwords_of_new_accounts_are_shown_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(folder, "")
    told = capsys.readouterr().out
    (password,) = re.findall(r"^  city +(\S+)$", told, re.MULTILINE)

    assert User.objects.get(username="city").check_password(password)
    load(folder, "")
    assert password not in capsys.readouterr().out


def test_a_second_city_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(folder, "")

    assert load(QINGDAO, "") == 1
    assert "city.toml:1: 这里已经装入示例市" in capsys.readouterr().err
    assert City.objects.count() == 1
