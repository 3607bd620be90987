"""Made-up cheats of each known kind, for the desk to look at and signals to be measured by.

How hard they cheat is drawn as well, so that some stay under every threshold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from ankang.accounts.models import Person
from ankang.console.simulation.learning import (
    DAY_CAP,
    Answered,
    Learner,
    Material,
    Rows,
    answers,
    watch_lessons,
    write_paper,
    wrong_answer,
)
from ankang.learning.accounting import Reason
from ankang.learning.models import PresenceCheck, RefusedClaim, WatchSession

Times = tuple[float, float]


@dataclass
class Group:
    """People of one employer who do the same thing, and how the draw is going."""

    employer: int
    people: Sequence[Person]
    material: Material
    draw: Random
    rows: Rows
    device: str = ""

    def learner(self, person: Person) -> Learner:
        return Learner(person, self.material, self.draw, self.rows, self.device)

    def between(self, span: Times) -> float:
        return self.draw.uniform(*span)

    def session(
        self, person: Person, at: datetime, seconds: float, **fields: object
    ) -> WatchSession:
        """One watch session, with a beat each 15 seconds."""
        lesson, version, _ = self.draw.choice(self.material.lessons)
        ends_at = at + timedelta(seconds=seconds)
        values: dict[str, object] = {
            "lesson": lesson,
            "version": version,
            "device": self.learner(person).mark,
            "closed_by": WatchSession.Closed.LEFT,
            "beats": int(seconds // 15) + 1,
            "spent": int(min(seconds, version.duration_seconds)),
        }
        made = WatchSession(
            person=person,
            edition=self.material.edition,
            opened_at=at,
            closed_at=ends_at,
            last_beat_at=ends_at,
            cap=DAY_CAP,
            **{**values, **fields},
        )
        self.rows.add(made)
        return made

    def refused(
        self, of: WatchSession, reason: Reason, times: int, seconds: int
    ) -> None:
        """What a session claimed in vain, the last of it a minute after its end."""
        self.rows.add(
            RefusedClaim(
                session=of,
                reason=reason,
                times=times,
                seconds=seconds,
                last_at=(of.closed_at or of.opened_at) + timedelta(minutes=1),
            )
        )

    def checks(self, of: WatchSession, missed: int, passed: int) -> None:
        """Presence checks of a session, evenly spread."""
        results = ["missed"] * missed + ["passed"] * passed
        self.draw.shuffle(results)
        ends_at = of.closed_at or of.opened_at
        step = (ends_at - of.opened_at) / (len(results) + 1)
        for place, result in enumerate(results, start=1):
            at = of.opened_at + place * step
            is_missed = result == "missed"
            self.rows.add(
                PresenceCheck(
                    session=of,
                    nonce=f"{self.draw.getrandbits(84):021x}",
                    position=60,
                    issued_at=at,
                    answered_at=None if is_missed else at + timedelta(seconds=7),
                    tries=0 if is_missed else 1,
                    lost_seconds=45 if is_missed else 0,
                    result=result,
                )
            )

    def learn(self, person: Person, at: datetime) -> datetime:
        """Watch every lesson as an ordinary person; when that was done."""
        return watch_lessons(self.learner(person), at, len(self.material.lessons))

    def answers(self, person: Person) -> list[Answered]:
        return answers(self.learner(person), passes=True)

    def write(self, person: Person, at: datetime, answered: list[Answered]) -> None:
        write_paper(self.learner(person), at, answered)


def runs_all_day(group: Group, at: datetime) -> None:
    """A machine plays lesson after lesson for most of a day."""
    for person in group.people:
        hours = group.between((7, 20))
        begins_at = at.replace(hour=1)
        ends_at = begins_at + timedelta(hours=hours)
        while begins_at < ends_at:
            one = group.session(person, begins_at, group.between((1200, 2600)))
            begins_at = (one.closed_at or begins_at) + timedelta(seconds=5)


def runs_all_night(group: Group, at: datetime) -> None:
    """The phone plays on while its owner sleeps."""
    for person in group.people:
        begins_at = at.replace(hour=0, minute=10)
        ends_at = begins_at + timedelta(hours=group.between((3, 4.8)))
        while begins_at < ends_at:
            one = group.session(person, begins_at, group.between((600, 1800)))
            begins_at = (one.closed_at or begins_at) + timedelta(seconds=5)


def plays_on_two_devices(group: Group, at: datetime) -> None:
    """Two devices play at once; each claims on after the other took over."""
    for person in group.people:
        claimed = group.between((20, 120))
        for turn in range(group.draw.randrange(4, 30)):
            one = group.session(
                person,
                at + timedelta(minutes=5 * turn),
                group.between((120, 280)),
                device=f"{person.pk:08d}-{turn % 2}",
                closed_by=WatchSession.Closed.OTHER_SESSION,
            )
            group.refused(one, Reason.AHEAD, int(claimed // 15) + 1, int(claimed))


def learns_for_others(group: Group, at: datetime) -> None:
    """One phone does the course for many people, one after the other (代学)."""
    group.device = f"{group.draw.getrandbits(64):016x}"
    for person in group.people:
        ends_at = group.learn(person, at)
        group.write(person, ends_at, group.answers(person))
        at += timedelta(hours=group.between((1, 9)))


def runs_many_accounts(group: Group, at: datetime) -> None:
    """A script opens every lesson for all its accounts in the same moment."""
    jitter = group.between((0.05, 2.5))
    for lesson, version, _ in group.material.lessons:
        for person in group.people:
            late = timedelta(seconds=abs(group.draw.gauss(0, jitter)))
            seconds = version.duration_seconds + abs(group.draw.gauss(0, jitter))
            group.session(person, at + late, seconds, lesson=lesson, version=version)
        at += timedelta(seconds=version.duration_seconds + 20)


def sends_made_up_beats(group: Group, at: datetime) -> None:
    """A script claims what no player would: too much, too early, too often."""
    kinds = [Reason.MALFORMED, Reason.TOO_LONG, Reason.CLOCK, Reason.AHEAD, None]
    for person in group.people:
        kind = group.draw.choice(kinds)
        one = group.session(person, at, group.between((120, 900)))
        times = int(10 ** group.between((0.7, 2.5)))
        if kind is None:
            one.beats = 8 * times
        else:
            group.refused(one, kind, times, 15 * times)


def ignores_all_checks(group: Group, at: datetime) -> None:
    """The video plays on and no presence check is ever answered."""
    for person in group.people:
        missed = int(10 ** group.between((0.9, 2.3)))
        one = group.session(person, at, missed * 75)
        group.checks(one, missed, group.draw.randrange(2))


def passes_without_reading(group: Group, at: datetime) -> None:
    """Answers come from a list, faster than the questions can be read."""
    for person in group.people:
        ends_at = group.learn(person, at)
        pace = group.between((0.3, 5))
        quick = [
            Answered(one.question, one.question.answer, pace)
            for one in group.answers(person)
        ]
        group.write(person, ends_at, _uneven(group, quick, pace / 3))


def answers_like_a_clock(group: Group, at: datetime) -> None:
    """A script waits before each answer, nearly equally long."""
    for person in group.people:
        ends_at = group.learn(person, at)
        pace = group.between((6, 20))
        even = [
            Answered(one.question, one.chosen, pace) for one in group.answers(person)
        ]
        group.write(person, ends_at, _uneven(group, even, group.between((0, 0.8))))


def answers_in_one_rhythm(group: Group, at: datetime) -> None:
    """One hand answers for several people at once, window beside window."""
    pauses = [group.between((6, 40)) for _ in group.answers(group.people[0])]
    jitter = group.between((0, 0.6))
    for person in group.people:
        ends_at = group.learn(person, at)
        same = [
            Answered(one.question, one.chosen, pause)
            for one, pause in zip(group.answers(person), pauses, strict=True)
        ]
        group.write(person, ends_at, _uneven(group, same, jitter))


def all_answer_perfectly(group: Group, at: datetime) -> None:
    """Somebody reads out the answers: one perfect paper after the other."""
    apart = group.between((1, 30)) / len(group.people)
    for place, person in enumerate(group.people):
        group.learn(person, at - timedelta(hours=20))
        perfect = [
            Answered(one.question, one.question.answer, one.seconds)
            for one in group.answers(person)
        ]
        whole = sum(one.seconds for one in perfect)
        ends_at = at + timedelta(minutes=apart * place)
        group.write(person, ends_at - timedelta(seconds=whole), perfect)


def copy_a_faulty_key(group: Group, at: datetime) -> None:
    """A list of answers goes round, and it is wrong in places."""
    bank = group.material.questions
    spoiled = group.draw.sample(bank, max(2, len(bank) // 6))
    key = {one.pk: wrong_answer(one, group.draw) for one in spoiled}
    slips = group.between((0, 0.04))
    for person in group.people:
        ends_at = group.learn(person, at)
        copied = [
            Answered(
                question=one.question,
                chosen=key.get(one.question.pk, one.question.answer)
                if group.draw.random() > slips
                else wrong_answer(one.question, group.draw),
                seconds=one.seconds,
            )
            for one in group.answers(person)
        ]
        group.write(person, ends_at, copied)


def _uneven(group: Group, answered: list[Answered], jitter: float) -> list[Answered]:
    return [
        Answered(
            one.question,
            one.chosen,
            max(0.1, one.seconds + group.draw.gauss(0, jitter)),
        )
        for one in answered
    ]


@dataclass(frozen=True)
class Way:
    """A way of learning, the signal that looks for it, and how many do it together.

    Signals are named here by their code; this module knows nothing of them.
    """

    code: str
    do: Callable[[Group, datetime], None]
    people: tuple[int, int] = (1, 1)
    subject: str = "person"


@dataclass(frozen=True)
class Planted:
    """Who did it, and whom the signal would name: "person:7", "device:…"."""

    way: str
    code: str
    subject: str
    people: frozenset[int]


CHEATS = [
    Way("impossible_hours", runs_all_day),
    Way("night_session", runs_all_night),
    Way("two_devices", plays_on_two_devices),
    Way("shared_device", learns_for_others, (3, 30), "device"),
    Way("lockstep", runs_many_accounts, (3, 20), "employer"),
    Way("refused_beats", sends_made_up_beats),
    Way("absent", ignores_all_checks),
    Way("fast_exam", passes_without_reading),
    Way("same_timing", answers_like_a_clock),
    Way("same_timing", answers_in_one_rhythm, (2, 6), "employer"),
    Way("perfect_cluster", all_answer_perfectly, (6, 20), "employer"),
    Way("same_mistakes", copy_a_faulty_key, (3, 20), "employer"),
]


def plant(
    idle: dict[int, list[Person]],
    days: Sequence[datetime],
    times: int,
    material: Material,
    draw: Random,
    ways: Sequence[Way] = (),
) -> tuple[Rows, list[Planted]]:
    """Let idle people of employers learn in these ways, each so many times.

    `idle` loses whom it gave.
    """
    rows = Rows()
    planted = []
    for way in [one for one in ways or CHEATS for _ in range(times)]:
        wanted = draw.randint(*way.people)
        places = [place for place, found in idle.items() if len(found) >= wanted]
        if not places:
            continue
        place = draw.choice(places)
        people = [idle[place].pop() for _ in range(wanted)]
        group = Group(place, people, material, draw, rows)
        at = draw.choice(days) + timedelta(minutes=draw.randrange(8 * 60, 17 * 60))
        way.do(group, at)
        planted.append(
            Planted(
                way=way.do.__name__,
                code=way.code,
                subject=_subject(way, group),
                people=frozenset(person.pk for person in people),
            )
        )
    return rows, planted


def _subject(way: Way, group: Group) -> str:
    match way.subject:
        case "employer":
            return f"employer:{group.employer}"
        case "device":
            return f"device:{group.device}"
        case _:
            return f"person:{group.people[0].pk}"
