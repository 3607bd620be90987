"""What happened to one person besides watching: exams, findings, decisions, notices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.urls import NoReverseMatch, reverse

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.counting.models import PersonMerge
from ankang.credits.models import Certificate, CreditEntry
from ankang.integrity.models import Case, Decision, Signal
from ankang.integrity.signals.catalog import ENTRIES
from ankang.learning.models import Objection, Paper, PaperQuestion
from ankang.notices.models import Notice
from ankang.organizations.models import Membership

OPENED_ID_NUMBER = "查看完整证件号码"
TONES = {
    Case.State.OPEN: "wait",
    Case.State.UPHELD: "bad",
    Case.State.DISMISSED: "ok",
    Case.State.REVERSED: "ok",
}
SENTENCES = {entry.code: entry for entry in ENTRIES}


@dataclass(frozen=True)
class Event:
    """Something that happened to this person's year."""

    at: datetime
    text: str
    by: str = ""


@dataclass(frozen=True)
class Found:
    """A signal as the dossier shows it, with what became of its case."""

    signal: Signal
    sentence: str
    tone: str
    path: str


@dataclass(frozen=True)
class Findings:
    """Signals, decisions and merges about one person."""

    signals: list[Found]
    decisions: list[Decision]
    merges: list[PersonMerge]
    open_case: Case | None

    @property
    def case_path(self) -> str:
        return case_path(self.open_case) if self.open_case else ""

    def events(self) -> Iterator[Event]:
        for found in self.signals:
            label = found.signal.get_code_display()
            yield Event(found.signal.found_at, f"信号：{label}", "系统")
        for decision in self.decisions:
            text = f"核查决定：{decision.get_verdict_display()}"
            yield Event(decision.at, text, decision.actor.name)
        for merge in self.merges:
            yield Event(merge.at, f"合并档案：{merge.reason}", merge.actor.name)
            if merge.undone_at and merge.undone_by:
                text = f"撤回合并：{merge.undone_reason}"
                yield Event(merge.undone_at, text, merge.undone_by.name)


def findings_about(membership: Membership, person: Person, year: int) -> Findings:
    """All that was found about the person's year, as far as one may see it."""
    return Findings(
        signals=signals_about(membership, person, year),
        decisions=list(decisions_about(membership, person, year)),
        merges=list(merges_about(person)),
        open_case=open_case(membership, person, year),
    )


def papers_of(person: Person, year: int) -> list[Paper]:
    """The exams of the year with every answer in words."""
    questions = PaperQuestion.objects.select_related("question").order_by("position")
    papers = (
        Paper.objects.filter(person=person, course__year=year)
        .select_related("course", "edition")
        .prefetch_related(Prefetch("questions", questions))
        .order_by("-drawn_at")
    )
    for paper in papers:
        for one in paper.questions.all():
            one.chosen_words = _words(one, one.chosen)  # type: ignore[attr-defined]
            one.right_words = _words(  # type: ignore[attr-defined]
                one, one.question.answer
            )
    return list(papers)


def _words(one: PaperQuestion, options: list[int]) -> str:
    texts = one.question.options
    return "、".join(texts[place] for place in options if place < len(texts))


def signals_about(membership: Membership, person: Person, year: int) -> list[Found]:
    """Signals of the year that touch the person, newest first. Two queries."""
    signals = (
        Signal.objects.visible_to(membership)
        .about(person)
        .filter(year=year)
        .select_related("case", "edition")
        .order_by("-at", "-pk")
    )
    return [
        Found(
            signal,
            SENTENCES[Signal.Code(signal.code)].told(signal.edition.rules().signals),
            TONES[Case.State(signal.case.state)],
            case_path(signal.case),
        )
        for signal in signals
    ]


def case_path(case: Case) -> str:
    """The case's page, empty while there is none."""
    try:
        return reverse("console:case-detail", args=[case.pk])
    except NoReverseMatch:
        return ""


def decisions_about(
    membership: Membership, person: Person, year: int
) -> QuerySet[Decision]:
    """What was decided about the person's year, newest first."""
    cases = Case.objects.visible_to(membership).filter(year=year)
    return (
        Decision.objects.told_to(person)
        .filter(case__in=cases.values("pk"))
        .select_related("case", "actor")
        .order_by("-at")
    )


def open_case(membership: Membership, person: Person, year: int) -> Case | None:
    """The case that waits to be decided and touches the person, the oldest."""
    cases = Case.objects.visible_to(membership).open().filter(year=year)
    mine = cases.filter(involvements__person=person).prefetch_related("signals")
    return mine.order_by("due_on", "pk").first()


def merges_about(person: Person) -> QuerySet[PersonMerge]:
    """Merges with other records, those undone too."""
    return (
        PersonMerge.objects.about(person)
        .select_related("duplicate", "into", "actor", "undone_by")
        .order_by("-at")
    )


def notices_to(membership: Membership, person: Person) -> QuerySet[Notice]:
    """What the person was told, newest first."""
    return (
        Notice.objects.visible_to(membership)
        .filter(person=person)
        .order_by("-created_at")
    )


def objections_of(membership: Membership, person: Person) -> QuerySet[Objection]:
    """What the person objected to, and what was answered."""
    return (
        Objection.objects.visible_to(membership)
        .filter(person=person)
        .select_related("answered_by")
        .order_by("-created_at")
    )


def id_number_openings(membership: Membership) -> QuerySet[AuditEntry]:
    """Who looked at full document numbers, newest first."""
    return (
        AuditEntry.objects.visible_to(membership)
        .filter(act=OPENED_ID_NUMBER)
        .select_related("actor")
        .order_by("-at")
    )


def timeline(
    person: Person,
    papers: list[Paper],
    certificates: list[Certificate],
    findings: Findings,
    year: int,
) -> list[Event]:
    """What happened, oldest first."""
    events = [Event(person.created_at, "建立档案")]
    if person.verified_at:
        events.append(Event(person.verified_at, "实名核验通过"))
    for paper in papers:
        if paper.handed_in_at:
            result = "合格" if paper.is_passed else "未合格"
            events.append(Event(paper.handed_in_at, f"考试 {paper.score} 分，{result}"))
    entries = CreditEntry.objects.filter(person=person, year=year)
    events += [Event(e.at, f"学时 {e.hours}：{e.reason}") for e in entries]
    events += _of_certificates(certificates)
    events += findings.events()
    return sorted(events, key=lambda event: event.at)


def _of_certificates(certificates: Iterable[Certificate]) -> Iterator[Event]:
    for certificate in certificates:
        yield Event(certificate.issued_at, f"发证 {certificate.serial}")
        revocation = getattr(certificate, "revocation", None)
        if revocation:
            text = f"撤销证明：{revocation.reason}"
            yield Event(revocation.at, text, revocation.actor.name)
