"""The first page: a welcome for strangers, what comes next for learners."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ankang.accounts.http import LearnerRequest, learner_required
from ankang.learner.catalog import catalog
from ankang.learner.queries import current_employments, exam_states, home_of
from ankang.learning.models import Course
from ankang.learning.queries import course_progress


@require_GET
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What this site is, or where the learner stands."""
    if not request.user.is_authenticated:
        return render(request, "learner/welcome.html")
    return learner_home(request)


@learner_required
def learner_home(request: LearnerRequest) -> HttpResponse:
    now = timezone.now()
    shelf = catalog(now)
    if shelf is None:
        return render(request, "learner/no_city.html")
    is_large = request.COOKIES.get("large") == "1"
    context = {
        "city": shelf.city,
        "home": home_of(person=request.person, shelf=shelf, at=now),
    }
    name = "learner/home_large.html" if is_large else "learner/home.html"
    return render(request, name, context)


@require_GET
@learner_required
def course(request: LearnerRequest, course_id: int) -> HttpResponse:
    """The lessons of a course, each as it stands for this person."""
    found = get_object_or_404(Course, pk=course_id, is_published=True)
    progress = course_progress(person=request.person, course=found)
    exam = exam_states(request.person, [found.pk]).get(found.pk)
    context = {
        "progress": progress,
        "exam": exam,
        "employments": current_employments(request.person),
    }
    return render(request, "learner/course.html", context)
