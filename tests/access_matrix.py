"""Who may open which address of the console, and which addresses are public.

A new console address is added to MATRIX: its name, the scopes that may open it, and if
its path has parts or it takes only POST, how to ask for it. A public address is added
to PUBLIC with the reason. `test_access.py` walks all of them.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from ankang.accounts.models import User
from ankang.counting.models import SamplingFrame
from ankang.counting.sampling import draw_sample, fix_frame
from ankang.counting.services import recount_year
from ankang.counting.stating import state_counts
from ankang.jobs.models import Job
from ankang.jobs.services import run_job
from ankang.organizations.models import Membership
from ankang.rosters.fields import IdKind
from ankang.rosters.models import FlexibleRegistration
from ankang.rosters.services.imports import start_import
from ankang.rosters.services.people import Details, request_to_join
from tests import make, passing
from tests.access_records import (
    a_case,
    a_device,
    a_finding_objected_to,
    a_merge,
    a_retest,
    employer_of,
    likely_pair,
    own_finding,
    pair_told_apart,
    two_records,
)
from tests.test_learner_objections import objection

CITY, DISTRICT, EMPLOYER = "city", "district", "employer"
PROVIDER, EVALUATOR, AUDITOR = "provider", "evaluator", "auditor"
SCOPES = tuple(Membership.Scope.values)
STAFF = frozenset(SCOPES)
NO_ARGUMENTS: dict[str, Any] = {}


@dataclass(frozen=True)
class Access:
    """Who may open an address. `arguments` makes what its path names, for a user."""

    scopes: frozenset[str]
    arguments: Callable[[User], dict[str, Any]] = lambda user: NO_ARGUMENTS
    method: str = "get"


def job_of(user: User) -> dict[str, Any]:
    """A job that the user has started."""
    job = Job.objects.create(
        kind="test", title="导入", started_by=user, created_at=make.MORNING
    )
    return {"pk": job.pk}


def an_employer(user: User) -> dict[str, Any]:
    """An employer that the user should see."""
    return {"pk": employer_of(user).pk}


def a_person(user: User) -> dict[str, Any]:
    """A person employed where the user should see it."""
    return {"pk": make.employment(employer=employer_of(user)).person_id}


def lesson_of_a_person(user: User) -> dict[str, Any]:
    """A lesson of a person whom the user should see."""
    lesson = make.course().lessons.get()
    return {**a_person(user), "lesson_id": lesson.pk}


def draft(user: User) -> dict[str, Any]:
    """A courseware that is not published yet."""
    return {"pk": make.draft().courseware_id}


def draft_version(user: User) -> dict[str, Any]:
    """The only version of a courseware that is not published yet."""
    return {**draft(user), "number": 1}


def draft_question(user: User) -> dict[str, Any]:
    """A check question of a draft."""
    version = make.draft()
    code = version.check_questions[0]["code"]
    return {"pk": version.courseware_id, "code": code}


def published(user: User) -> dict[str, Any]:
    """A courseware that learners see."""
    return {"pk": make.courseware().courseware_id}


def published_version(user: User) -> dict[str, Any]:
    """The version of a courseware that learners see."""
    return {**published(user), "number": 1}


def an_objection(user: User) -> dict[str, Any]:
    """An objection that waits for its answer."""
    return {"pk": objection().pk}


def exam_question(user: User) -> dict[str, Any]:
    """A question of the bank."""
    return {"pk": make.question().question_id}


def check_question(user: User) -> dict[str, Any]:
    """A check question of published courseware."""
    return {"pk": make.question(purpose="check").question_id}


def a_course(user: User) -> dict[str, Any]:
    """A published course."""
    return {"pk": make.course().pk}


def a_lesson(user: User) -> dict[str, Any]:
    """The lesson of a published course."""
    return {"pk": make.course().lessons.get().pk}


def a_certificate(user: User) -> dict[str, Any]:
    """A certificate of somebody whom the user may see."""
    own = user.memberships.first()
    employer = own.employer if own and own.employer else make.employer()
    someone = make.employment(employer=employer).person
    return {"pk": passing.issued_certificate(person=someone).pk}


def an_import(user: User) -> dict[str, Any]:
    """A checked roster of an employer that the user should see."""
    kept = start_import(
        actor=user,
        employer=employer_of(user),
        file=io.BytesIO("姓名,证件号码,手机号\n张三,1,2\n".encode()),
        name="名册.csv",
        at=make.MORNING,
    )
    run_job(kept.job_id or 0)
    return {"pk": kept.pk}


def a_join_request(user: User) -> dict[str, Any]:
    """Somebody who asks to join an employer that the user should see."""
    asked = Details(
        name="张三",
        id_kind=IdKind.RESIDENT,
        id_number=make.id_number(),
        mobile=make.mobile(),
        post="电焊工",
        kind="contract",
    )
    request = request_to_join(
        employer=employer_of(user), details=asked, at=make.MORNING
    )
    return {"pk": request.pk}


def a_frame(user: User) -> dict[str, Any]:
    """A list fixed for sampling."""
    course = make.course()
    make.counted(course)
    recount_year(year=2020)
    auditor = make.membership(AUDITOR)
    frame = fix_frame(
        actor=auditor.user,
        membership=auditor,
        year=2020,
        population="counted",
        district=None,
        at=make.MORNING,
    )
    return {"pk": frame.pk}


def a_sample(user: User) -> dict[str, Any]:
    """One person drawn from a list of one."""
    auditor = make.membership(AUDITOR)
    sample = draw_sample(
        actor=auditor.user,
        membership=auditor,
        frame=SamplingFrame.objects.get(**a_frame(user)),
        seed="1234567",
        seed_source="开奖号码",
        size=1,
        at=make.MORNING,
    )
    return {"pk": sample.pk}


def a_brief(user: User) -> dict[str, Any]:
    """The brief of today, as soon as one person counts."""
    make.counted(make.course())
    recount_year(year=2020)
    state_counts(at=timezone.now())
    return {"day": timezone.localdate()}


def the_first_record(user: User) -> dict[str, Any]:
    """The bundle of a log of at least one record."""
    a_brief(user)
    return {"place": "000.p/1"}


def a_flexible_registration(user: User) -> dict[str, Any]:
    """A registration in the user's own district, as far as there is one."""
    own = user.memberships.first()
    registration = FlexibleRegistration.objects.create(
        person=make.person(),
        district=own.district if own and own.district else make.district(),
        from_date=make.MORNING.date(),
    )
    return {"pk": registration.pk}


REGISTRARS = frozenset({CITY, DISTRICT})
MERGE_READERS = frozenset({CITY, DISTRICT, AUDITOR})
DESK = frozenset({CITY, DISTRICT, EVALUATOR, AUDITOR})
SAMPLE_READERS = frozenset({CITY, EVALUATOR, AUDITOR})
ROSTER_KEEPERS = frozenset({CITY, DISTRICT, EMPLOYER})
WATCHERS = STAFF - {PROVIDER}
AUTHORS = frozenset({CITY, PROVIDER})
BANK_READERS = frozenset({CITY, PROVIDER, EVALUATOR, AUDITOR})
OBJECTION_READERS = frozenset({CITY, PROVIDER, AUDITOR})

CERTIFICATE_READERS = STAFF - {PROVIDER}

MATRIX: dict[str, Access] = {
    "console:certificate-list": Access(CERTIFICATE_READERS),
    "console:certificate-export": Access(CERTIFICATE_READERS),
    "console:certificate-detail": Access(CERTIFICATE_READERS, a_certificate),
    "console:certificate-revoke": Access(frozenset({CITY}), a_certificate, "post"),
    "console:certificate-reissue": Access(frozenset({CITY}), a_certificate, "post"),
    "console:overview": Access(STAFF),
    "console:todo": Access(STAFF),
    "console:exclusions": Access(STAFF),
    "console:case-list": Access(DESK),
    "console:case-detail": Access(DESK, a_case),
    "console:case-decide": Access(frozenset({CITY}), a_case, "post"),
    "console:case-comment": Access(REGISTRARS, a_case, "post"),
    "console:case-objections": Access(DESK),
    "console:case-objection": Access(DESK, a_finding_objected_to),
    "console:device-timeline": Access(DESK, a_device),
    "console:employer-timeline": Access(DESK, an_employer),
    "console:person-timeline": Access(DESK, a_person),
    "console:employers": Access(STAFF),
    "console:employer-detail": Access(WATCHERS, an_employer),
    "console:employer-remind": Access(ROSTER_KEEPERS, an_employer, "post"),
    "console:people": Access(STAFF),
    "console:person-detail": Access(WATCHERS, a_person),
    "console:person-id-number": Access(WATCHERS - {EVALUATOR}, a_person, "post"),
    "console:person-lesson": Access(WATCHERS, lesson_of_a_person),
    "console:courseware-list": Access(STAFF),
    "console:courseware-create": Access(AUTHORS),
    "console:courseware-detail": Access(STAFF, published),
    "console:courseware-version": Access(STAFF, published_version),
    "console:courseware-version-start": Access(AUTHORS, published, "post"),
    "console:courseware-edit": Access(AUTHORS, draft),
    "console:courseware-submit": Access(AUTHORS, draft, "post"),
    "console:courseware-approve": Access(frozenset({CITY}), draft_version, "post"),
    "console:courseware-return": Access(frozenset({CITY}), draft_version, "post"),
    "console:courseware-discard": Access(AUTHORS, draft, "post"),
    "console:courseware-files": Access(AUTHORS, draft),
    "console:courseware-file": Access(
        AUTHORS, lambda user: {**draft(user), "part": "video"}, "post"
    ),
    "console:courseware-transcode": Access(AUTHORS, draft, "post"),
    "console:check-question-create": Access(AUTHORS, draft),
    "console:check-question-edit": Access(AUTHORS, draft_question),
    "console:check-question-drop": Access(AUTHORS, draft_question, "post"),
    "console:question-list": Access(BANK_READERS),
    "console:question-detail": Access(BANK_READERS, check_question),
    "console:question-preview": Access(BANK_READERS, check_question),
    "console:questions-together": Access(frozenset({CITY}), method="post"),
    "console:question-create": Access(frozenset({CITY})),
    "console:question-import": Access(frozenset({CITY})),
    "console:question-template": Access(frozenset({CITY})),
    "console:question-similar": Access(frozenset({CITY})),
    "console:question-submit": Access(frozenset({CITY}), exam_question, "post"),
    "console:question-approve": Access(frozenset({CITY}), exam_question, "post"),
    "console:question-return": Access(frozenset({CITY}), exam_question, "post"),
    "console:question-edit": Access(frozenset({CITY}), exam_question),
    "console:question-retire": Access(frozenset({CITY}), exam_question, "post"),
    "console:question-restore": Access(frozenset({CITY}), exam_question, "post"),
    "courses:course-list": Access(STAFF),
    "courses:course-detail": Access(STAFF, a_course),
    "courses:course-create": Access(frozenset({CITY})),
    "courses:course-edit": Access(frozenset({CITY}), a_course),
    "courses:course-publish": Access(frozenset({CITY}), a_course, "post"),
    "courses:course-withdraw": Access(frozenset({CITY}), a_course, "post"),
    "courses:lesson-add": Access(frozenset({CITY}), a_course, "post"),
    "courses:lesson-raise": Access(frozenset({CITY}), a_lesson, "post"),
    "courses:lesson-lower": Access(frozenset({CITY}), a_lesson, "post"),
    "courses:lesson-drop": Access(frozenset({CITY}), a_lesson, "post"),
    "courses:objections": Access(OBJECTION_READERS),
    "courses:objections-export": Access(OBJECTION_READERS),
    "courses:objection": Access(OBJECTION_READERS, an_objection),
    "rosters:imports": Access(STAFF),
    "rosters:import-create": Access(ROSTER_KEEPERS),
    "rosters:template": Access(STAFF),
    "rosters:import-detail": Access(WATCHERS - {EVALUATOR}, an_import),
    "rosters:import-progress": Access(WATCHERS - {EVALUATOR}, an_import),
    "rosters:import-confirm": Access(ROSTER_KEEPERS, an_import, "post"),
    "rosters:import-drop": Access(ROSTER_KEEPERS, an_import, "post"),
    "rosters:import-corrections": Access(ROSTER_KEEPERS, an_import),
    "rosters:employer-create": Access(frozenset({CITY, DISTRICT})),
    "rosters:employer": Access(WATCHERS, an_employer),
    "rosters:worker-create": Access(ROSTER_KEEPERS, an_employer),
    "rosters:poster": Access(WATCHERS, an_employer),
    "rosters:join-requests": Access(STAFF),
    "rosters:join-confirm": Access(ROSTER_KEEPERS, a_join_request, "post"),
    "rosters:join-decline": Access(ROSTER_KEEPERS, a_join_request, "post"),
    "console:person-dossier": Access(SAMPLE_READERS, a_person),
    "console:person-proof": Access(SAMPLE_READERS, a_person),
    "console:flexible-register": Access(REGISTRARS, a_person, "post"),
    "console:flexible-end": Access(REGISTRARS, a_flexible_registration, "post"),
    "retests_console:list": Access(SAMPLE_READERS),
    "retests_console:announce": Access(frozenset({CITY, AUDITOR})),
    "retests_console:retest": Access(SAMPLE_READERS, a_retest),
    "retests_console:draw": Access(frozenset({CITY, AUDITOR}), a_retest, "post"),
    "retests_console:file": Access(SAMPLE_READERS, a_retest),
    "retests_console:export": Access(SAMPLE_READERS, a_retest),
    "console:retention": Access(WATCHERS),
    "console:retention-export": Access(WATCHERS),
    "console:samples": Access(SAMPLE_READERS),
    "console:sample": Access(SAMPLE_READERS, a_sample),
    "console:sampling-frame": Access(SAMPLE_READERS, a_frame),
    "console:sampling-frame-list": Access(SAMPLE_READERS, a_frame),
    "console:sampling-frame-create": Access(frozenset({AUDITOR}), method="post"),
    "points_console:entries": Access(frozenset({CITY, AUDITOR})),
    "points_console:entries-export": Access(frozenset({CITY, AUDITOR})),
    "points_console:person": Access(frozenset({CITY, AUDITOR}), a_person),
    "points_console:correct": Access(frozenset({CITY}), a_person, "post"),
    "console:briefs": Access(SAMPLE_READERS),
    "console:brief": Access(SAMPLE_READERS, a_brief),
    "console:log-entries": Access(SAMPLE_READERS, the_first_record),
    "console:findings": Access(frozenset({EMPLOYER})),
    "console:finding-export": Access(frozenset({EMPLOYER})),
    "console:finding-detail": Access(frozenset({EMPLOYER}), own_finding),
    "console:merges": Access(MERGE_READERS),
    "console:merge-export": Access(MERGE_READERS),
    "console:merge-detail": Access(MERGE_READERS, a_merge),
    "console:merge-compare": Access(MERGE_READERS, two_records),
    "console:person-duplicates": Access(MERGE_READERS, a_person),
    "console:merge-undo": Access(REGISTRARS, a_merge, "post"),
    "console:pairs": Access(MERGE_READERS),
    "console:pair-search": Access(REGISTRARS, method="post"),
    "console:pair-apart": Access(REGISTRARS, likely_pair, "post"),
    "console:pair-again": Access(REGISTRARS, pair_told_apart, "post"),
    "console:audit": Access(frozenset({CITY, AUDITOR})),
    "console:audit-export": Access(frozenset({CITY, AUDITOR})),
    "console:membership": Access(STAFF),
    "console:job-detail": Access(STAFF, job_of),
    "console:job-progress": Access(STAFF, job_of),
    "console:job-cancel": Access(STAFF, job_of, "post"),
}

PUBLIC = {
    "learner:home": "strangers see what this site is",
    "health": "for the watchman of the server",
    "evidence:log": "whoever pays must be able to check",
    "evidence:checkpoint": "kept and compared by others",
    "evidence:checkpoint-at": "an earlier one, kept and compared by others",
    "evidence:guide": "how anybody checks the log",
    "evidence:verifier": "the program that checks, and needs no secret",
    "evidence:tile": "hashes, from which others build proofs",
    "evidence:keys": "public keys",
    "demo": "404 outside demonstrations",
    "demo-texts": "404 outside demonstrations",
    "demo-enter": "404 outside demonstrations",
    "accounts:sign-in": "the workers' door",
    "accounts:sign-in-code": "the workers' door",
    "accounts:privacy": "read before consenting",
    "account_login": "the staff's door",
    "account_logout": "leaves the door half-way",
    "account_inactive": "says that an account is closed",
    "mfa_login_webauthn": "the staff's door",
    "mfa_authenticate": "the second step of the staff's door",
    "credits:certificate-search": "anybody may verify a certificate",
    "credits:certificate-verify": "anybody may verify a certificate",
    "join:join": "behind the code on the workshop's wall",
    "join:join-done": "behind the code on the workshop's wall",
    "learning:beats": "carries its own signed token",
}
