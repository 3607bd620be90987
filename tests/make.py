"""One function per thing: valid by itself, the test names only what matters."""

import itertools
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ankang.accounts.models import Person, User
from ankang.attachments.models import Attachment
from ankang.content.models import Courseware, CoursewareVersion
from ankang.core.validators import (
    CREDIT_CODE_ALPHABET,
    CREDIT_CODE_WEIGHTS,
    ID_NUMBER_CHECKS,
    ID_NUMBER_WEIGHTS,
)
from ankang.credits.models import Certificate, CreditEntry
from ankang.learning.models import (
    CheckQuestion,
    Course,
    Coverage,
    Lesson,
    Paper,
    WatchSession,
)
from ankang.organizations.models import (
    City,
    Department,
    District,
    Employer,
    Employment,
    Membership,
    Provider,
    Strand,
)
from ankang.policies.models import RuleEdition
from ankang.quizzes.models import Question, QuestionVersion
from tests.params import PARAMS

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2020, 9, 1, 9, 0, tzinfo=SHANGHAI)
numbers = itertools.count(1)


def credit_code(number: int | None = None) -> str:
    """A valid 统一社会信用代码, plainly made up."""
    stem = f"91370202MA{number if number is not None else next(numbers):07d}"
    total = sum(
        CREDIT_CODE_ALPHABET.index(char) * weight
        for char, weight in zip(stem, CREDIT_CODE_WEIGHTS, strict=True)
    )
    return stem + CREDIT_CODE_ALPHABET[-total % 31]


def id_number(number: int | None = None, born: str = "19800101") -> str:
    """A valid resident identity number, plainly made up."""
    serial = number if number is not None else next(numbers)
    stem = f"{370000 + serial // 1000:06d}{born}{serial % 1000:03d}"
    total = sum(
        int(char) * weight for char, weight in zip(stem, ID_NUMBER_WEIGHTS, strict=True)
    )
    return stem + ID_NUMBER_CHECKS[total % 11]


def mobile(number: int | None = None) -> str:
    return f"199{number if number is not None else next(numbers):08d}"


def city(**fields: Any) -> City:
    defaults = {
        "code": "990100",
        "name": "示例市",
        "platform_name": "工伤预防在示例",
        "accent": "#0b5cad",
        "program_year": 2020,
        "is_demo": True,
    }
    found = City.objects.first()
    return found or City.objects.create(**{**defaults, **fields})


def edition(year: int = 2020, **params: Any) -> RuleEdition:
    city()
    return RuleEdition.objects.create(
        year=year,
        revision=RuleEdition.objects.filter(year=year).count() + 1,
        name=f"{year} 年度规则",
        params={**PARAMS, **params},
    )


def department(code: str = "labor") -> Department:
    found, _ = Department.objects.get_or_create(
        code=code, defaults={"name": f"示例市{code}局", "short_name": code}
    )
    return found


def strand(code: str = "safety") -> Strand:
    found, _ = Strand.objects.get_or_create(
        code=code, defaults={"name": code, "reviewer": department("emergency")}
    )
    return found


def district(code: str = "990102") -> District:
    found, _ = District.objects.get_or_create(
        code=code,
        defaults={"name": f"示例{code[-2:]}区", "short_name": f"{code[-2:]}区"},
    )
    return found


def employer(**fields: Any) -> Employer:
    defaults = {"credit_code": credit_code(), "name": "示例五金加工店", "headcount": 8}
    if "district" not in fields:
        defaults["district"] = district()
    return Employer.objects.create(**{**defaults, **fields})


def person(*, number: str = "", phone: str = "", **fields: Any) -> Person:
    made = Person(**{"name": "张三", "verified_at": MORNING, **fields})
    made.set_id_number(number or id_number())
    made.set_mobile(phone or mobile())
    made.save()
    return made


def employment(**fields: Any) -> Employment:
    defaults: dict[str, Any] = {"post": "电焊工", "from_date": MORNING.date()}
    fields.setdefault("person", None)
    fields["person"] = fields["person"] or person()
    fields["employer"] = fields.get("employer") or employer()
    return Employment.objects.create(**{**defaults, **fields})


def learner(**fields: Any) -> User:
    """A worker with an account, employed."""
    someone = fields.pop("person", None) or person()
    if not someone.employments.exists():
        employment(person=someone)
    return User.objects.create(
        username=f"worker-{someone.pk}", name=someone.name, person=someone, **fields
    )


def staff(scope: str = "city", **fields: Any) -> User:
    """A staff user with one membership of the scope."""
    user = User.objects.create(username=f"staff-{next(numbers)}", name="赵六")
    if scope == "city" and "department" not in fields:
        fields["department"] = department()
    if scope == "district" and "district" not in fields:
        fields["district"] = district()
    if scope == "employer" and "employer" not in fields:
        fields["employer"] = employer()
    if scope in {"provider", "evaluator"} and "provider" not in fields:
        fields["provider"] = provider()
    Membership.objects.create(user=user, scope=scope, **fields)
    return user


def provider(kind: str = "training") -> Provider:
    return Provider.objects.create(
        credit_code=credit_code(), name="示例安全培训中心", kind=kind
    )


def picture() -> Attachment:
    """The row of a drawing; there is no file behind it."""
    return Attachment.objects.create(
        kind="drawing",
        file="drawing/a.svg",
        name="车间.svg",
        sha256=f"{next(numbers):064x}",
        size=100,
        content_type="image/svg+xml",
        uploaded_at=MORNING,
    )


def question(purpose: str = "exam", **fields: Any) -> QuestionVersion:
    """A single-choice question whose right option is the first."""
    parent = Question.objects.create(
        code=f"q-{next(numbers)}",
        purpose=purpose,
        strand=fields.pop("strand", None) or strand(),
    )
    defaults = {
        "number": 1,
        "kind": "single",
        "stem": "下罐之前先做什么？",
        "options": ["先通风", "戴口罩下去", "叫同伴下去看看"],
        "answer": [0],
        "explanation": "先通风，再检测，后进入。",
        "created_at": MORNING,
    }
    return QuestionVersion.objects.create(question=parent, **{**defaults, **fields})


def courseware(seconds: int = 300, **fields: Any) -> CoursewareVersion:
    """A published version with one check question."""
    slug = f"courseware-{next(numbers)}"
    parent = Courseware.objects.create(
        slug=slug,
        kind=fields.pop("kind", "article"),
        strand=strand(),
        title="有限空间",
        created_at=MORNING,
    )
    version = CoursewareVersion.objects.create(
        courseware=parent,
        number=1,
        title="有限空间：先通风，再检测，后进入",
        body_html="<p>先通风，再检测，后进入。</p>",
        duration_seconds=seconds,
        created_at=MORNING,
        published_at=MORNING,
        state="published",
        **fields,
    )
    parent.published = version
    parent.save()
    CheckQuestion.objects.create(
        courseware=parent,
        question=question(purpose="check").question,
        at_second=min(60, seconds),
    )
    return version


def course(*versions: CoursewareVersion, **fields: Any) -> Course:
    """A published course of the given versions, one of 300 s if none is given."""
    defaults = {
        "slug": f"course-{next(numbers)}",
        "title": "2020 通用",
        "year": 2020,
        "exam_draw": {"safety": 3},
        "is_published": True,
    }
    made = Course.objects.create(**{**defaults, **fields})
    for position, version in enumerate(versions or [courseware()], start=1):
        Lesson.objects.create(
            course=made, courseware=version.courseware, position=position
        )
    return made


def watching(someone: Person, of: Course, **fields: Any) -> WatchSession:
    """A closed watch session on the first lesson of a course, half covered."""
    lesson = of.lessons.select_related("courseware__published").earliest("position")
    version = fields.pop("version", None) or lesson.courseware.published
    seconds = fields.pop("seconds", version.duration_seconds // 2)
    defaults: dict[str, Any] = {
        "edition": RuleEdition.objects.filter(year__lte=of.year).latest("revision"),
        "device": "phone",
        "opened_at": MORNING,
        "closed_at": MORNING + timedelta(seconds=seconds),
        "closed_by": "left",
        "cap": 28800,
    }
    made = WatchSession.objects.create(
        person=someone, lesson=lesson, version=version, **{**defaults, **fields}
    )
    Coverage.objects.update_or_create(
        person=someone,
        version=version,
        defaults={
            "covered": ((1 << seconds) - 1).to_bytes(seconds // 8 + 1, "little"),
            "credited_seconds": seconds,
            "changed_at": MORNING,
        },
    )
    return made


def paper(someone: Person, of: Course, **fields: Any) -> Paper:
    """A handed-in paper of a course that was passed with 90."""
    at = fields.pop("at", MORNING)
    defaults: dict[str, Any] = {
        "edition": RuleEdition.objects.filter(year__lte=of.year).latest("revision"),
        "drawn_at": at,
        "deadline": at + timedelta(minutes=30),
        "handed_in_at": at,
        "score": 90,
        "is_passed": True,
    }
    return Paper.objects.create(person=someone, course=of, **{**defaults, **fields})


def credit(someone: Person, year: int = 2020, **fields: Any) -> CreditEntry:
    """Enough credit hours for the year."""
    defaults = {"source": f"made:{next(numbers)}", "hours": "0.5", "at": MORNING}
    return CreditEntry.objects.create(
        person=someone, year=year, **{**defaults, **fields}
    )


def certificate(someone: Person, year: int = 2020, **fields: Any) -> Certificate:
    number = next(numbers)
    defaults = {
        "number": number,
        "serial": f"SL{year}{number:08d}",
        "source": f"made:{number}",
        "course_title": "2020 通用",
        "person_name": someone.name,
        "issuer": "示例市人社局",
        "hours": "0.5",
        "score": 90,
        "issued_at": MORNING,
    }
    return Certificate.objects.create(
        person=someone, year=year, **{**defaults, **fields}
    )


def counted(of: Course, **fields: Any) -> Person:
    """Somebody employed who did everything and so counts."""
    term = employment(**fields)
    watching(term.person, of)
    paper(term.person, of)
    credit(term.person, of.year)
    certificate(term.person, of.year)
    return term.person


def membership(scope: str = "city", office: str = "labor", **fields: Any) -> Membership:
    """For whom a new staff user acts: by default the labor office."""
    if scope == "city":
        fields["department"] = department(office)
    return staff(scope, **fields).memberships.select_related("user").get()


def draft(*, by: Membership | None = None, **fields: Any) -> CoursewareVersion:
    """A draft article, ready to be submitted."""
    author = by or membership()
    parent = Courseware.objects.create(
        slug=f"courseware-{next(numbers)}",
        kind=fields.pop("kind", "article"),
        strand=fields.pop("strand", None) or strand(),
        title="有限空间",
        created_by=author.user,
        created_at=MORNING,
    )
    defaults = {
        "number": 1,
        "title": "有限空间：先通风，再检测，后进入",
        "body_html": "<p>先通风，再检测，后进入。</p>",
        "duration_seconds": 240,
        "check_questions": [drafted_question()],
        "created_at": MORNING,
    }
    return CoursewareVersion.objects.create(courseware=parent, **{**defaults, **fields})


def drafted_question(**fields: Any) -> dict[str, Any]:
    """A check question as a courseware version keeps it."""
    return {
        "code": f"check-{next(numbers)}",
        "at_second": 60,
        "kind": "single",
        "stem": "下罐之前先做什么？",
        "options": ["先通风", "戴口罩下去"],
        "answer": [0],
        "explanation": "先通风，再检测，后进入。",
        "source": "",
        **fields,
    }
