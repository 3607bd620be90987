"""Courseware (课件): what a lesson shows, in versions that are kept for ever."""

from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Q

from ankang.attachments.models import Attachment
from ankang.jobs.models import Job
from ankang.organizations.models import Department, Membership, Strand

PLANNED_SECONDS = range(180, 481)


class CoursewareQuerySet(models.QuerySet["Courseware"]):
    """Who sees which courseware."""

    def visible_to(self, membership: Membership) -> Self:
        """Published courseware is open; drafts are for authors, reviewers, auditors."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.PROVIDER
                | Membership.Scope.EVALUATOR
            ):
                return self
            case Membership.Scope.DISTRICT | Membership.Scope.EMPLOYER:
                return self.filter(published__isnull=False)
            case other:
                assert_never(other)

    def waiting_for(self, membership: Membership) -> Self:
        """What this membership's office has to review."""
        return self.filter(
            versions__state="in_review",
            strand__reviewer__isnull=False,
            strand__reviewer=membership.department_id,
        )


class Courseware(models.Model):
    """One video or article, through all its versions."""

    class Kind(models.TextChoices):
        VIDEO = "video", "视频"
        ARTICLE = "article", "图文"

    slug = models.SlugField("标识", max_length=60, unique=True)
    kind = models.CharField("形式", max_length=10, choices=Kind)
    strand = models.ForeignKey(
        Strand, verbose_name="内容板块", on_delete=models.PROTECT
    )
    topic = models.CharField("主题", max_length=40, blank=True)
    title = models.CharField("标题", max_length=60)
    published = models.OneToOneField(
        "content.CoursewareVersion",
        verbose_name="已发布版本",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    created_at = models.DateTimeField("创建时间")

    objects = CoursewareQuerySet.as_manager()

    class Meta:
        verbose_name = "课件"
        verbose_name_plural = "课件"

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"

    def may_be_written_by(self, membership: Membership) -> bool:
        """The labor office writes everything, a provider what its own people began."""
        if membership.scope == Membership.Scope.PROVIDER:
            return Membership.objects.filter(
                user=self.created_by_id, provider=membership.provider_id
            ).exists()
        return may_write_courseware(membership)

    def may_be_reviewed_by(self, membership: Membership) -> bool:
        """The strand names the office (专业审核部门)."""
        return membership.department_id == self.strand.reviewer_id


def may_write_courseware(membership: Membership) -> bool:
    """May this membership begin new courseware?"""
    return (
        membership.scope == Membership.Scope.PROVIDER
        or membership.department_code() == Department.Code.LABOR
    )


class CoursewareVersionQuerySet(models.QuerySet["CoursewareVersion"]):
    """Who sees which versions."""

    def visible_to(self, membership: Membership) -> Self:
        """Who only uses courseware sees what was published, never a draft."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.PROVIDER
                | Membership.Scope.EVALUATOR
            ):
                return self
            case Membership.Scope.DISTRICT | Membership.Scope.EMPLOYER:
                return self.filter(state__in=["published", "replaced"])
            case other:
                assert_never(other)


class CoursewareVersion(models.Model):
    """What a learner saw. Published versions are never changed."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        IN_REVIEW = "in_review", "待专业审核"
        RETURNED = "returned", "退回修改"
        PUBLISHED = "published", "已发布"
        REPLACED = "replaced", "已被新版替换"

    courseware = models.ForeignKey(
        Courseware, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField("版本号")
    title = models.CharField("标题", max_length=60)
    summary = models.CharField("简介", max_length=200, blank=True)
    body_html = models.TextField("正文或文字稿", blank=True)
    sources = models.JSONField("依据", default=list)
    video = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    captions = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    poster = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    duration_seconds = models.PositiveIntegerField("时长（秒）", default=0)
    transcoding = models.CharField("转码说明", max_length=100, blank=True)
    transcode_job = models.ForeignKey(
        Job,
        verbose_name="转码任务",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    check_questions = models.JSONField("课后小题（送审内容）", default=list, blank=True)
    created_at = models.DateTimeField("创建时间")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)

    objects = CoursewareVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "课件版本"
        verbose_name_plural = "课件版本"
        constraints = [
            models.UniqueConstraint(
                name="courseware_version_once_per_number",
                fields=["courseware", "number"],
            ),
            models.UniqueConstraint(
                name="courseware_version_open_once",
                fields=["courseware"],
                condition=Q(state__in=["draft", "in_review", "returned"]),
                violation_error_message="已有一个未发布的版本，请先完成它。",
            ),
            models.CheckConstraint(
                name="courseware_version_state_is_known",
                condition=Q(
                    state__in=[
                        "draft",
                        "in_review",
                        "returned",
                        "published",
                        "replaced",
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title} v{self.number}"

    def is_editable(self) -> bool:
        return self.state in {self.State.DRAFT, self.State.RETURNED}

    def is_transcoding(self) -> bool:
        return self.transcode_job is not None and not self.transcode_job.is_over()

    def reading_minutes(self) -> int:
        """The length as an author of an article writes it."""
        return round(self.duration_seconds / 60)

    def has_planned_length(self) -> bool:
        """Lessons are meant to take three to eight minutes."""
        return self.duration_seconds in PLANNED_SECONDS


class ReviewStep(models.Model):
    """One step of the review chain: who, for which office, what, why."""

    class Decision(models.TextChoices):
        SUBMITTED = "submitted", "提交审核"
        RETURNED = "returned", "退回修改"
        APPROVED = "approved", "审核通过并发布"

    version = models.ForeignKey(
        CoursewareVersion, on_delete=models.PROTECT, related_name="review_steps"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True)
    decision = models.CharField("决定", max_length=10, choices=Decision)
    comment = models.CharField("意见", max_length=500, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "审核记录"
        verbose_name_plural = "审核记录"

    def __str__(self) -> str:
        return f"#{self.pk} {self.decision}"
