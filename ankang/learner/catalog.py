"""What is the same for every learner: the city, its rules, this year's courses.

Kept in memory for some seconds, since the home page asks for it each time.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ankang.learning.models import Course, Lesson
from ankang.organizations.models import City, Employment
from ankang.organizations.queries import current_city
from ankang.policies.models import Rules, edition_for

KEPT_SECONDS = 10


@dataclass(frozen=True)
class CatalogCourse:
    """A published course with its lessons, and the work that it is for."""

    course: Course
    lessons: list[Lesson]
    industries: frozenset[int]

    def is_for(self, employments: list[Employment]) -> bool:
        """Is the course meant for somebody who does this work?"""
        posts = {one.post for one in employments}
        worked_in = {one.employer.industry_id for one in employments}
        return (not self.industries or bool(self.industries & worked_in)) and (
            not self.course.posts or bool(posts & set(self.course.posts))
        )


@dataclass(frozen=True)
class Catalog:
    """The year that the city is in."""

    city: City
    rules: Rules
    courses: list[CatalogCourse]

    def courses_for(self, employments: list[Employment]) -> list[CatalogCourse]:
        """The same choice as `learning.queries.courses_for`, without a query."""
        return [one for one in self.courses if one.is_for(employments)]


def catalog(at: datetime) -> Catalog | None:
    """The catalog as it was at most ten seconds ago; None before a city is loaded."""
    return _catalog(int(at.timestamp()) // KEPT_SECONDS)


def forget() -> None:
    """Read the catalog anew the next time."""
    _catalog.cache_clear()


@lru_cache(maxsize=1)
def _catalog(moment: int) -> Catalog | None:
    city = current_city()
    if city is None:
        return None
    courses = (
        Course.objects.published(city.program_year)
        .prefetch_related("industries")
        .order_by("-is_required", "pk")
    )
    lessons: dict[int, list[Lesson]] = {}
    for lesson in (
        Lesson.objects.filter(course__in=courses, courseware__published__isnull=False)
        .select_related("courseware__published__poster", "courseware__strand")
        .order_by("position", "pk")
    ):
        lessons.setdefault(lesson.course_id, []).append(lesson)
    return Catalog(
        city=city,
        rules=edition_for(city.program_year).rules(),
        courses=[
            CatalogCourse(
                course=course,
                lessons=lessons.get(course.pk, []),
                industries=frozenset(one.pk for one in course.industries.all()),
            )
            for course in courses
        ],
    )
