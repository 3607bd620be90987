"""What a checked city folder says, ready to be saved."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class StrandSpec:
    code: str
    name: str
    reviewer: str


@dataclass(frozen=True)
class TargetSpec:
    code: str
    name: str
    people: int
    starts_on: date
    deadline: date


@dataclass(frozen=True)
class DistrictSpec:
    code: str
    name: str
    short_name: str
    old_codes: list[str]
    quotas: dict[str, int]


@dataclass(frozen=True)
class EditionSpec:
    year: int
    name: str
    note: str
    params: dict[str, Any]


@dataclass(frozen=True)
class PersonSpec:
    name: str
    id_number: str
    mobile: str
    employer: str
    post: str
    employment_kind: str


@dataclass(frozen=True)
class StaffSpec:
    username: str
    name: str
    scope: str
    department: str
    district: str
    employer: str


@dataclass(frozen=True)
class QuestionSpec:
    """A question of any purpose; the answer is that of `quizzes.wording.Wording`.

    `picture` is the drawing of a hazard question.
    """

    code: str
    strand: str
    topic: str
    difficulty: int
    kind: str
    stem: str
    options: list[str]
    answer: list[Any]
    explanation: str
    source: str
    at_second: int = 0
    hint: str = ""
    picture: Path | None = None
    industries: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LessonSpec:
    slug: str
    title: str
    strand: str
    kind: str
    summary: str
    topic: str
    duration_seconds: int
    sources: list[str]
    body_html: str
    video: Path | None
    captions: Path | None
    poster: Path | None
    questions: list[QuestionSpec]


@dataclass(frozen=True)
class CourseSpec:
    slug: str
    title: str
    summary: str
    year: int
    is_required: bool
    industries: list[str]
    posts: list[str]
    lessons: list[str]
    exam_draw: dict[str, int]
    exam_minutes: int


@dataclass
class CitySpec:
    """A whole city folder."""

    city: dict[str, Any] = field(default_factory=dict)
    document_date: date = date.min
    departments: list[dict[str, str]] = field(default_factory=list)
    strands: list[StrandSpec] = field(default_factory=list)
    budget: dict[str, tuple[str, Decimal]] = field(default_factory=dict)
    targets: list[TargetSpec] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    districts: list[DistrictSpec] = field(default_factory=list)
    industries: list[dict[str, Any]] = field(default_factory=list)
    editions: list[EditionSpec] = field(default_factory=list)
    providers: list[dict[str, str]] = field(default_factory=list)
    employers: list[dict[str, Any]] = field(default_factory=list)
    people: list[PersonSpec] = field(default_factory=list)
    staff: list[StaffSpec] = field(default_factory=list)
    questions: list[QuestionSpec] = field(default_factory=list)
    practice: list[QuestionSpec] = field(default_factory=list)
    lessons: list[LessonSpec] = field(default_factory=list)
    courses: list[CourseSpec] = field(default_factory=list)
