"""Dated editions of the rules (规则版本): what a document fixes, and from when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Self

from django.db import models
from django.utils import timezone

from ankang.policies.bank import BankRules
from ankang.policies.points import PointsRules
from ankang.policies.practice import PracticeRules
from ankang.policies.privacy import PrivacyRules
from ankang.policies.retention import RetentionRules
from ankang.policies.retests import RetestRules
from ankang.policies.teams import TeamRules
from ankang.policies.thresholds import Thresholds


class CountingCondition(models.TextChoices):
    """What an edition can ask of somebody before they count (计入条件).

    In this order a person can mend what is missing.
    """

    VERIFIED = "verified", "已实名核验"
    EMPLOYER = "employer", "当时在本市用人单位名册，或登记为灵活就业"
    HOURS = "hours", "学时满"
    EXAM = "exam", "考试合格"
    CERTIFICATE = "certificate", "合格证明没有全部撤销"
    NO_FINDING = "no_finding", "没有经诚信核查认定不计"


TABLES: dict[type, Callable[[object], object]] = {
    Thresholds: Thresholds.from_table,
    PointsRules: PointsRules.from_table,
    PracticeRules: PracticeRules.from_table,
    BankRules: BankRules.from_table,
    RetentionRules: RetentionRules.from_table,
    RetestRules: RetestRules.from_table,
    TeamRules: TeamRules.from_table,
    PrivacyRules: PrivacyRules.from_table,
}


@dataclass(frozen=True)
class Rules:
    """The parameters of one edition, typed. Names are the keys of the edition's data."""

    credit_hour_minutes: int
    required_credit_hours: Decimal
    pass_mark: int
    exam_questions: int
    exam_minutes: int
    exam_tries: int
    exam_wait_hours: int
    done_coverage: Decimal
    allowed_rate: Decimal
    slack_seconds: int
    beat_seconds: int
    max_beat_seconds: int
    presence_min_seconds: int
    presence_max_seconds: int
    presence_lesson_floor_seconds: int
    presence_window_seconds: int
    daily_cap_hours: int
    reminders_per_day: int
    min_age: int
    minor_age: int
    certificate_note: str
    case_days: int
    objection_days: int
    signals: Thresholds
    points: PointsRules
    practice: PracticeRules
    bank: BankRules
    retention: RetentionRules
    retest: RetestRules
    teams: TeamRules
    privacy: PrivacyRules
    counting_conditions: tuple[str, ...]

    @classmethod
    def from_params(cls, params: dict[str, object]) -> Self:
        """Build from an edition's data.

        :raises ValueError: a parameter is missing or of the wrong kind; the message
            names it.
        """
        values: dict[str, object] = {}
        # a finished year keeps its edition, also one from before there were points
        before = {
            "points": PointsRules.none(),
            "practice": PracticeRules.none(),
            "bank": BankRules.usual(),
            "retention": RetentionRules.usual(),
            "retest": RetestRules.none(),
            "teams": TeamRules.none(),
            "privacy": PrivacyRules.usual(),
        }
        params = {**before, **params}
        for name, kind in cls.__annotations__.items():
            if name not in params:
                raise ValueError(f"缺少参数 {name}")
            values[name] = _typed(name, kind, params[name])
        return cls(**values)  # type: ignore[arg-type]

    @property
    def credit_hour(self) -> timedelta:
        return timedelta(minutes=self.credit_hour_minutes)

    @property
    def has_friends(self) -> bool:
        """Allowed to be shown, and told how?"""
        return self.points.shows_friends and self.teams.friends.most > 0

    @property
    def has_seasons(self) -> bool:
        """Allowed to be shown, and told how?"""
        return self.points.shows_seasons and self.teams.seasons.days > 0


def _typed(name: str, kind: type, raw: object) -> object:
    if name == "counting_conditions":
        return _counting_conditions(raw)
    if isinstance(raw, kind) and (kind is bool) == isinstance(raw, bool):
        return raw
    if kind is Decimal and isinstance(raw, str | int):
        return Decimal(raw)
    if kind in TABLES:
        return TABLES[kind](raw)
    raise ValueError(f"参数 {name} 的值不对：{raw!r}")


def _counting_conditions(raw: object) -> tuple[str, ...]:
    """The conditions in the order in which an edition asks them.

    :raises ValueError: not a list of known conditions, each once.
    """
    known = "、".join(CountingCondition.values)
    if not isinstance(raw, list | tuple) or not raw:
        raise ValueError(f"参数 counting_conditions 至少写一个条件：{known}")
    unknown = [one for one in raw if one not in CountingCondition.values]
    if unknown:
        raise ValueError(
            f"参数 counting_conditions 里没有 {unknown[0]!r} 这个条件，可以写：{known}"
        )
    if len(set(raw)) < len(raw):
        raise ValueError("参数 counting_conditions 里有条件写了两次")
    return tuple(raw)


class RuleEdition(models.Model):
    """One edition (规则版本): in force for its year and later until a newer one is.

    Rows are never changed: a correction is the next revision of the same year, and a
    finished year is computed with its own edition for ever.
    """

    year = models.PositiveSmallIntegerField("适用年度")
    revision = models.PositiveSmallIntegerField("修订号", default=1)
    name = models.CharField("名称", max_length=100)
    note = models.TextField("依据和说明", blank=True)
    params = models.JSONField("参数")
    created_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = "规则版本"
        verbose_name_plural = "规则版本"
        constraints = [
            models.UniqueConstraint(
                name="rule_edition_once_per_revision", fields=["year", "revision"]
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    def rules(self) -> Rules:
        return _rules_of(self.pk)


class NoEdition(LookupError):
    """No rule edition is loaded for the year: the city folder was not loaded."""


def edition_for(year: int) -> RuleEdition:
    """The edition in force in a programme year.

    :raises NoEdition: nothing is loaded for it.
    """
    edition = (
        RuleEdition.objects.filter(year__lte=year)
        .order_by("-year", "-revision")
        .first()
    )
    if edition is None:
        raise NoEdition(f"{year} 年度没有规则版本，请先运行 ankang load-city。")
    return edition


def privacy_in(year: int) -> PrivacyRules:
    """How long what is kept; the usual before a city is loaded."""
    try:
        return edition_for(year).rules().privacy
    except NoEdition:
        return PrivacyRules.usual()


@lru_cache(maxsize=64)
def _rules_of(edition_id: int) -> Rules:
    return Rules.from_params(RuleEdition.objects.get(pk=edition_id).params)
