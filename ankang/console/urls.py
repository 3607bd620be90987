"""Addresses of the console's own pages."""

from django.urls import path

from ankang.console.views import (
    audit,
    briefs,
    case_objections,
    cases,
    certificates,
    courseware,
    courseware_parts,
    dossier,
    employers,
    entries,
    findings,
    flexible,
    jobs,
    membership,
    merges,
    overview,
    people,
    question_editor,
    question_files,
    question_preview,
    question_review,
    questions,
    retention,
    samples,
    timelines,
    todo,
)

app_name = "console"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("certificates/", certificates.certificate_list, name="certificate-list"),
    path(
        "certificates/export/",
        certificates.certificate_export,
        name="certificate-export",
    ),
    path(
        "certificates/<int:pk>/",
        certificates.certificate_detail,
        name="certificate-detail",
    ),
    path(
        "certificates/<int:pk>/revocation/",
        certificates.certificate_revoke,
        name="certificate-revoke",
    ),
    path(
        "certificates/<int:pk>/reissue/",
        certificates.certificate_reissue,
        name="certificate-reissue",
    ),
    path("todo/", todo.todo, name="todo"),
    path("cases/", cases.case_list, name="case-list"),
    path("cases/<int:pk>/", cases.case_detail, name="case-detail"),
    path("cases/<int:pk>/decision/", cases.case_decide, name="case-decide"),
    path("cases/<int:pk>/comments/", cases.case_comment, name="case-comment"),
    path("cases/objections/", case_objections.objections, name="case-objections"),
    path(
        "cases/objections/<int:pk>/", case_objections.objection, name="case-objection"
    ),
    path(
        "devices/<str:device>/timeline/",
        timelines.device_timeline,
        name="device-timeline",
    ),
    path(
        "employers/<int:pk>/timeline/",
        timelines.employer_timeline,
        name="employer-timeline",
    ),
    path(
        "people/<int:pk>/timeline/", timelines.person_timeline, name="person-timeline"
    ),
    path("exclusions/", overview.exclusions, name="exclusions"),
    path("employers/", employers.employers, name="employers"),
    path("employers/<int:pk>/", employers.employer_detail, name="employer-detail"),
    path(
        "employers/<int:pk>/reminders/",
        employers.employer_remind,
        name="employer-remind",
    ),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", dossier.person_detail, name="person-detail"),
    path(
        "people/<int:pk>/id-number/", dossier.person_id_number, name="person-id-number"
    ),
    path(
        "people/<int:pk>/lessons/<int:lesson_id>/",
        dossier.person_lesson,
        name="person-lesson",
    ),
    path(
        "people/<int:pk>/dossier/",
        dossier.person_dossier,
        name="person-dossier",
    ),
    path("people/<int:pk>/proof/", dossier.person_proof, name="person-proof"),
    path(
        "people/<int:pk>/flexible-registrations/",
        flexible.flexible_register,
        name="flexible-register",
    ),
    path(
        "flexible-registrations/<int:pk>/end/",
        flexible.flexible_end,
        name="flexible-end",
    ),
    path("findings/", findings.findings, name="findings"),
    path("findings/export/", findings.finding_export, name="finding-export"),
    path("findings/<int:pk>/", findings.finding, name="finding-detail"),
    path(
        "people/<int:pk>/duplicates/",
        merges.person_duplicates,
        name="person-duplicates",
    ),
    path("merges/", merges.merges, name="merges"),
    path("merges/export/", merges.merge_export, name="merge-export"),
    path("merges/<int:pk>/", merges.merge_detail, name="merge-detail"),
    path("merges/<int:pk>/undoing/", merges.merge_undo, name="merge-undo"),
    path(
        "merges/compare/<int:pk>/<int:other>/",
        merges.merge_compare,
        name="merge-compare",
    ),
    path("merges/pairs/", merges.pairs, name="pairs"),
    path("merges/pairs/search/", merges.pair_search, name="pair-search"),
    path("merges/pairs/<int:pk>/apart/", merges.pair_apart, name="pair-apart"),
    path("merges/pairs/<int:pk>/again/", merges.pair_again, name="pair-again"),
    path("retention/", retention.retention, name="retention"),
    path("retention/export/", retention.retention_export, name="retention-export"),
    path("samples/", samples.samples, name="samples"),
    path("samples/<int:pk>/", samples.sample, name="sample"),
    path(
        "samples/lists/",
        samples.sampling_frame_create,
        name="sampling-frame-create",
    ),
    path("samples/lists/<int:pk>/", samples.sampling_frame, name="sampling-frame"),
    path(
        "samples/lists/<int:pk>/file/",
        samples.sampling_frame_list,
        name="sampling-frame-list",
    ),
    path("briefs/", briefs.briefs, name="briefs"),
    path("briefs/<str:day>/", briefs.brief, name="brief"),
    path("evidence/tile/entries/<path:place>", entries.log_entries, name="log-entries"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.audit_export, name="audit-export"),
    path("membership/", membership.membership, name="membership"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job-detail"),
    path("jobs/<int:pk>/progress/", jobs.job_progress, name="job-progress"),
    path("jobs/<int:pk>/cancellation/", jobs.job_cancel, name="job-cancel"),
    path("courseware/", courseware.courseware_list, name="courseware-list"),
    path("courseware/new/", courseware.courseware_create, name="courseware-create"),
    path(
        "courseware/<int:pk>/", courseware.courseware_detail, name="courseware-detail"
    ),
    path(
        "courseware/<int:pk>/versions/",
        courseware.courseware_version_start,
        name="courseware-version-start",
    ),
    path(
        "courseware/<int:pk>/versions/<int:number>/",
        courseware.courseware_version,
        name="courseware-version",
    ),
    path(
        "courseware/<int:pk>/versions/<int:number>/approval/",
        courseware.courseware_approve,
        name="courseware-approve",
    ),
    path(
        "courseware/<int:pk>/versions/<int:number>/return/",
        courseware.courseware_return,
        name="courseware-return",
    ),
    path(
        "courseware/<int:pk>/draft/", courseware.courseware_edit, name="courseware-edit"
    ),
    path(
        "courseware/<int:pk>/draft/submission/",
        courseware.courseware_submit,
        name="courseware-submit",
    ),
    path(
        "courseware/<int:pk>/draft/deletion/",
        courseware.courseware_discard,
        name="courseware-discard",
    ),
    path(
        "courseware/<int:pk>/draft/files/",
        courseware_parts.courseware_files,
        name="courseware-files",
    ),
    path(
        "courseware/<int:pk>/draft/files/<slug:part>/",
        courseware_parts.courseware_file,
        name="courseware-file",
    ),
    path(
        "courseware/<int:pk>/draft/transcoding/",
        courseware_parts.courseware_transcode,
        name="courseware-transcode",
    ),
    path(
        "courseware/<int:pk>/draft/questions/new/",
        courseware_parts.check_question_edit,
        name="check-question-create",
    ),
    path(
        "courseware/<int:pk>/draft/questions/<slug:code>/",
        courseware_parts.check_question_edit,
        name="check-question-edit",
    ),
    path(
        "courseware/<int:pk>/draft/questions/<slug:code>/removal/",
        courseware_parts.check_question_drop,
        name="check-question-drop",
    ),
    path("questions/", questions.question_list, name="question-list"),
    path("questions/new/", question_editor.question_edit, name="question-create"),
    path("questions/import/", question_files.question_import, name="question-import"),
    path(
        "questions/template/",
        question_files.question_template,
        name="question-template",
    ),
    path("questions/similar/", question_review.similar, name="question-similar"),
    path(
        "questions/<int:pk>/submission/",
        question_review.question_submit,
        name="question-submit",
    ),
    path(
        "questions/<int:pk>/approval/",
        question_review.question_approve,
        name="question-approve",
    ),
    path(
        "questions/<int:pk>/return/",
        question_review.question_return,
        name="question-return",
    ),
    path(
        "questions/together/",
        question_review.questions_together,
        name="questions-together",
    ),
    path(
        "questions/<int:pk>/preview/",
        question_preview.question_preview,
        name="question-preview",
    ),
    path("questions/<int:pk>/", questions.question_detail, name="question-detail"),
    path(
        "questions/<int:pk>/draft/", question_editor.question_edit, name="question-edit"
    ),
    path(
        "questions/<int:pk>/retirement/",
        questions.question_retire,
        name="question-retire",
    ),
    path(
        "questions/<int:pk>/restoration/",
        questions.question_restore,
        name="question-restore",
    ),
]
