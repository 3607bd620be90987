"""Which facts the log knows, and which data each may carry."""

from django.db import models


class Kind(models.TextChoices):
    """What happened. A correction is a fact of its own."""

    RULE_EDITION = "rule.edition", "规则版本登记"
    PERSON_VERIFIED = "person.verified", "实名核验"
    EMPLOYMENT_STATED = "employment.stated", "用工关系"
    FLEXIBLE_STATED = "flexible.stated", "灵活就业登记"
    LEARNING_BEGAN = "learning.began", "开始学习"
    LESSON_DONE = "lesson.done", "完成一课"
    EXAM_HANDED_IN = "exam.handed_in", "考试交卷"
    HOURS_GRANTED = "hours.granted", "计入学时"
    CERTIFICATE_ISSUED = "certificate.issued", "发放证书"
    CERTIFICATE_REVOKED = "certificate.revoked", "撤销证书"
    FINDING_UPHELD = "finding.upheld", "核查认定"
    FINDING_DISMISSED = "finding.dismissed", "核查排除"
    FINDING_REVERSED = "finding.reversed", "核查认定撤销"
    PERSON_MERGED = "person.merged", "档案合并"
    PERSON_UNMERGED = "person.unmerged", "撤销档案合并"
    SAMPLE_DRAWN = "sample.drawn", "抽查名单"
    COUNT_STATED = "count.stated", "计数结果"
    RETEST_ANNOUNCED = "retest.announced", "抽测公告"
    RETEST_DRAWN = "retest.drawn", "抽测抽取"
    RETEST_INVITED = "retest.invited", "抽测邀请"
    RETEST_HANDED_IN = "retest.handed_in", "抽测交卷"
    RETEST_RESULT = "retest.result", "抽测结果"


FINDING = frozenset({"year", "case", "codes"})

# Closed on purpose: a name or a number of a person cannot slip in under a new key.
DATA_KEYS: dict[Kind, frozenset[str]] = {
    Kind.RULE_EDITION: frozenset({"year", "revision", "params"}),
    Kind.PERSON_VERIFIED: frozenset(),
    Kind.EMPLOYMENT_STATED: frozenset(
        {"employment", "employer", "district", "from", "to"}
    ),
    Kind.FLEXIBLE_STATED: frozenset({"registration", "district", "from", "to"}),
    Kind.LEARNING_BEGAN: frozenset({"year"}),
    Kind.LESSON_DONE: frozenset(
        {"year", "course", "courseware", "version", "seconds", "duration"}
    ),
    Kind.EXAM_HANDED_IN: frozenset(
        {"year", "course", "score", "passed", "pass_mark", "digest"}
    ),
    Kind.HOURS_GRANTED: frozenset({"year", "source", "hours"}),
    Kind.CERTIFICATE_ISSUED: frozenset({"year", "serial", "hours", "score"}),
    Kind.CERTIFICATE_REVOKED: frozenset({"year", "serial"}),
    Kind.FINDING_UPHELD: FINDING,
    Kind.FINDING_DISMISSED: FINDING,
    Kind.FINDING_REVERSED: FINDING,
    Kind.PERSON_MERGED: frozenset({"into"}),
    Kind.PERSON_UNMERGED: frozenset({"into"}),
    Kind.SAMPLE_DRAWN: frozenset({"seed", "size", "population", "people_digest"}),
    Kind.COUNT_STATED: frozenset({"year", "size", "began", "reasons"}),
    Kind.RETEST_ANNOUNCED: frozenset(
        {
            "retest",
            "year",
            "people",
            "people_digest",
            "sizes",
            "seed_source",
            "seed_at",
        }
    ),
    Kind.RETEST_DRAWN: frozenset({"retest", "seed", "people_digest", "drawn_digest"}),
    Kind.RETEST_INVITED: frozenset({"retest"}),
    Kind.RETEST_HANDED_IN: frozenset(
        {"retest", "score", "passed", "pass_mark", "digest"}
    ),
    Kind.RETEST_RESULT: frozenset({"retest", "invited", "taken", "passed"}),
}
