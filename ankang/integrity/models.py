"""Signals that something may be wrong, the cases they make, and who decided what.

A signal never excludes anybody. Only a decision does, and a decision has an actor.
"""

from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from ankang.accounts.models import Person
from ankang.organizations.models import Department, Employer, Employment, Membership
from ankang.policies.models import RuleEdition


class Subject(models.TextChoices):
    """Whom a signal or a case is about."""

    PERSON = "person", "职工"
    EMPLOYER = "employer", "用人单位"
    DEVICE = "device", "设备"


class CaseQuerySet(models.QuerySet["Case"]):
    """Who sees which cases."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see; every console page starts here.

        A district sees its people's and its employers'. An employer sees what was
        found about itself, once it was found, and nothing about single people.
        """
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.EVALUATOR
            ):
                return self
            case Membership.Scope.DISTRICT:
                return self.in_district(membership.district_id)
            case Membership.Scope.EMPLOYER:
                found = [Case.State.UPHELD, Case.State.REVERSED]
                return self.filter(employer=membership.employer_id, state__in=found)
            case Membership.Scope.PROVIDER:
                return self.none()
            case other:
                assert_never(other)

    def in_district(self, district: int | None) -> Self:
        """Those about an employer of the district, or touching people who work there."""
        here = Employment.objects.filter(
            employer__district=district, person__involvements__case=OuterRef("pk")
        )
        return self.filter(Q(employer__district=district) | Exists(here))

    def touching(self, employer: Employer) -> Self:
        """Those about the employer, or touching people who work there."""
        here = Employment.objects.filter(
            employer=employer, person__involvements__case=OuterRef("pk")
        )
        return self.filter(Q(employer=employer) | Exists(here))

    def open(self) -> Self:
        return self.filter(state=Case.State.OPEN)


class Case(models.Model):
    """What the signals about one subject in one year come to (核查件)."""

    class State(models.TextChoices):
        OPEN = "open", "待核查"
        UPHELD = "upheld", "已认定"
        DISMISSED = "dismissed", "不成立"
        REVERSED = "reversed", "已撤销"

    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("对象类别", max_length=10, choices=Subject)
    person = models.ForeignKey(
        Person,
        verbose_name="职工",
        on_delete=models.PROTECT,
        related_name="cases",
        null=True,
        blank=True,
    )
    employer = models.ForeignKey(
        Employer,
        verbose_name="用人单位",
        on_delete=models.PROTECT,
        related_name="cases",
        null=True,
        blank=True,
    )
    device = models.CharField("设备", max_length=16, blank=True)
    subject = models.CharField("对象", max_length=40)
    opened_at = models.DateTimeField("立案时间")
    changed_at = models.DateTimeField("最近信号")
    due_on = models.DateField("应于此日前处理")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "核查件"
        verbose_name_plural = "核查件"
        constraints = [
            models.UniqueConstraint(
                name="case_open_once_per_year_and_subject",
                fields=["year", "subject"],
                condition=Q(state="open"),
                violation_error_message="这个对象已有待核查的核查件。",
            ),
            models.CheckConstraint(
                name="case_state_is_known",
                condition=Q(state__in=["open", "upheld", "dismissed", "reversed"]),
            ),
            models.CheckConstraint(
                name="case_has_the_subject_of_its_kind",
                condition=Q(
                    kind="person", person__isnull=False, employer=None, device=""
                )
                | Q(kind="employer", person=None, employer__isnull=False, device="")
                | (Q(kind="device", person=None, employer=None) & ~Q(device="")),
            ),
        ]
        indexes = [
            # the desk's list: open cases of a year, the most urgent first
            models.Index(fields=["year", "state", "due_on"], name="case_for_desk"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    def objection_subject(self) -> str:
        """What an objection to this case names as its subject."""
        return f"case:{self.pk}"


class Involvement(models.Model):
    """A person whom a case touches (涉及人员): nobody else can be excluded by it."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="involvements"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="involvements"
    )

    class Meta:
        verbose_name = "涉及人员"
        verbose_name_plural = "涉及人员"
        constraints = [
            models.UniqueConstraint(
                name="involvement_once_per_case_and_person", fields=["case", "person"]
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.case_id}/{self.person_id}"


class SignalQuerySet(models.QuerySet["Signal"]):
    """Who sees which signals."""

    def visible_to(self, membership: Membership) -> Self:
        """The signals of the cases that this membership may see."""
        cases = Case.objects.visible_to(membership)
        return self.filter(case__in=cases.values("pk"))

    def about(self, person: Person) -> Self:
        """Also those of a device or an employer that touch the person."""
        return self.filter(case__involvements__person=person)


class Signal(models.Model):
    """A mark with a reason and evidence (信号). It decides nothing; rows are only added."""

    class Code(models.TextChoices):
        IMPOSSIBLE_HOURS = "impossible_hours", "一天学得太久"
        TWO_DEVICES = "two_devices", "两台设备轮流学"
        SHARED_DEVICE = "shared_device", "一台设备多人使用"
        LOCKSTEP = "lockstep", "多人步调完全一致"
        NIGHT_SESSION = "night_session", "通宵学习"
        REFUSED_BEATS = "refused_beats", "播放记录多次被拒"
        ABSENT = "absent", "播放不停但从不应答"
        FAST_EXAM = "fast_exam", "答题快得来不及读题"
        SAME_TIMING = "same_timing", "答题节奏相同"
        PERFECT_CLUSTER = "perfect_cluster", "同单位集中满分"
        SAME_MISTAKES = "same_mistakes", "同单位错得一样"
        FAST_PRACTICE = "fast_practice", "练习快得来不及读题"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signals")
    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    code = models.CharField("信号", max_length=20, choices=Code)
    year = models.PositiveSmallIntegerField("年度")
    subject = models.CharField("对象", max_length=40)
    key = models.CharField("证据键", max_length=64)
    evidence = models.JSONField("证据")
    at = models.DateTimeField("发生时间")
    found_at = models.DateTimeField("发现时间")

    objects = SignalQuerySet.as_manager()

    class Meta:
        verbose_name = "信号"
        verbose_name_plural = "信号"
        constraints = [
            models.UniqueConstraint(
                name="signal_once_per_code_subject_and_key",
                fields=["code", "subject", "key"],
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.code}"


class ScannedDay(models.Model):
    """The facts of this day have been looked through for signals (已核查日)."""

    day = models.DateField("日期", unique=True)
    signals = models.PositiveIntegerField("新信号", default=0)
    scanned_at = models.DateTimeField("核查时间")

    class Meta:
        verbose_name = "已核查日"
        verbose_name_plural = "已核查日"

    def __str__(self) -> str:
        return f"#{self.pk} {self.day}"


class CaseComment(models.Model):
    """A remark on a case, from the city or the district (核查意见). Rows are only added."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="comments")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    acting_for = models.CharField("身份", max_length=100)
    text = models.CharField("意见", max_length=500)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "核查意见"
        verbose_name_plural = "核查意见"

    def __str__(self) -> str:
        return f"#{self.pk} {self.case_id}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions by whom they concern."""

    def told_to(self, person: Person) -> Self:
        """What changed something for the person, or ended a case about the person."""
        return self.filter(
            Q(exclusions__person=person)
            | Q(readmissions__exclusion__person=person)
            | Q(case__person=person)
        ).distinct()


class Decision(models.Model):
    """What a person decided in a case (处理决定). Rows are only added."""

    class Verdict(models.TextChoices):
        UPHOLD = "uphold", "认定"
        DISMISS = "dismiss", "不成立"
        REVERSE = "reverse", "撤销认定"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField("决定", max_length=10, choices=Verdict)
    comment = models.CharField("理由", max_length=500)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    acting_for = models.CharField("身份", max_length=100)
    at = models.DateTimeField("决定时间")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "处理决定"
        verbose_name_plural = "处理决定"
        constraints = [
            models.UniqueConstraint(
                name="decision_upholds_or_dismisses_a_case_once",
                fields=["case"],
                condition=Q(verdict__in=["uphold", "dismiss"]),
                violation_error_message="这个核查件已经有处理决定。",
            ),
            models.CheckConstraint(name="decision_says_why", condition=~Q(comment="")),
            models.CheckConstraint(
                name="decision_verdict_is_known",
                condition=Q(verdict__in=["uphold", "dismiss", "reverse"]),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.verdict}"


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Exclusions that hold."""

    def standing(self) -> Self:
        return self.filter(readmission=None)


class Exclusion(models.Model):
    """A person who does not count in the case's year, by a decision (不计). Only added."""

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="exclusions"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="exclusions"
    )

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = "不计"
        verbose_name_plural = "不计"
        constraints = [
            models.UniqueConstraint(
                name="exclusion_once_per_decision_and_person",
                fields=["decision", "person"],
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.decision_id}/{self.person_id}"


class Readmission(models.Model):
    """An exclusion that a second person took back (恢复计入). Rows are only added."""

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="readmissions"
    )
    exclusion = models.OneToOneField(
        Exclusion, on_delete=models.PROTECT, related_name="readmission"
    )

    class Meta:
        verbose_name = "恢复计入"
        verbose_name_plural = "恢复计入"

    def __str__(self) -> str:
        return f"#{self.pk} {self.exclusion_id}"


def may_decide(membership: Membership) -> bool:
    """The city's labor office decides; everyone else may look or remark."""
    return membership.department_code() == Department.Code.LABOR


def may_comment(membership: Membership) -> bool:
    """Offices of the city and the districts, but for finance: it pays, and only reads."""
    is_office = membership.scope in {Membership.Scope.CITY, Membership.Scope.DISTRICT}
    return is_office and membership.department_code() != Department.Code.FINANCE
