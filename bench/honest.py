"""Honest people whom a careless rule would take for cheats."""

from datetime import datetime, timedelta

from ankang.console.simulation.cheats import Group, Way
from ankang.console.simulation.learning import Answered, wrong_answer
from ankang.learning.accounting import Reason
from ankang.learning.models import WatchSession


def learn_and_pass(group: Group, at: datetime) -> None:
    for person in group.people:
        ends_at = group.learn(person, at)
        group.write(person, ends_at, group.answers(person))
        at += timedelta(hours=group.between((3, 40)))


def work_in_shifts(group: Group, at: datetime) -> None:
    """Learn in the breaks of the night; one in thirty all night long."""
    for person in group.people:
        is_long = group.draw.random() < 1 / 30
        ends_at = at.replace(hour=0, minute=5)
        left = group.between((3.5, 4.7) if is_long else (0.3, 2.5)) * 3600
        while left > 1:
            one = group.session(person, ends_at, min(left, group.between((300, 1500))))
            left -= ((one.closed_at or ends_at) - ends_at).total_seconds()
            ends_at = (one.closed_at or ends_at) + timedelta(seconds=10)


def share_a_family_phone(group: Group, at: datetime) -> None:
    group.device = f"{group.draw.getrandbits(64):016x}"
    learn_and_pass(group, at)


def take_turns_on_the_training_tablet(group: Group, at: datetime) -> None:
    """The employer's own tablet: honest, and yet one device for many."""
    group.device = f"{group.draw.getrandbits(64):016x}"
    learn_and_pass(group, at)


def attend_class(group: Group, at: datetime) -> None:
    """All press play at the trainer's word and sit the exam afterwards."""
    slowness = {person.pk: group.between((1, 40)) for person in group.people}
    skill = group.between((0.86, 0.98))
    for lesson, version, _ in group.material.lessons:
        for person in group.people:
            late = timedelta(seconds=slowness[person.pk] * group.between((0.5, 1.5)))
            seconds = version.duration_seconds + abs(group.draw.gauss(8, 8))
            group.session(person, at + late, seconds, lesson=lesson, version=version)
        at += timedelta(seconds=version.duration_seconds + 90)
    for person in group.people:
        late = timedelta(seconds=group.between((0, 60)))
        group.write(person, at + late, with_misunderstandings(group, person, skill))


def with_misunderstandings(
    group: Group, person: object, skill: float
) -> list[Answered]:
    """Errors as people make them: some questions are hard, and one wrong option tempts."""
    answered = []
    for one in group.answers(person):  # type: ignore[arg-type]
        hardness = (one.question.pk * 37 % 100) / 100
        fails = group.draw.random() < (1 - skill) * 4 * hardness**2
        tempting = [
            place
            for place in range(len(one.question.options))
            if place not in one.question.answer
        ][:1]
        tempts = group.draw.random() < 0.7
        wrong = tempting if tempts else wrong_answer(one.question, group.draw)
        chosen = wrong if fails else one.question.answer
        answered.append(Answered(one.question, chosen, one.seconds))
    return answered


def have_a_poor_network(group: Group, at: datetime) -> None:
    """Beats and answers come late and together."""
    for person in group.people:
        one = group.session(person, at, group.between((200, 900)))
        times = group.draw.randrange(1, 12)
        group.refused(one, Reason.CLOCK, times, times * group.draw.randrange(1, 9))
        answers = group.answers(person)
        queued = group.draw.randrange(2, 12)
        waited = sum(each.seconds for each in answers[:queued])
        late = [
            Answered(each.question, each.chosen, 0.05) for each in answers[1:queued]
        ]
        first = Answered(answers[0].question, answers[0].chosen, waited)
        ends_at = group.learn(person, at + timedelta(hours=1))
        group.write(person, ends_at, [first, *late, *answers[queued:]])


def change_devices(group: Group, at: datetime) -> None:
    """Phone on the bus, computer at home; the one left behind stops."""
    for person in group.people:
        for turn in range(group.draw.randrange(2, 10)):
            one = group.session(
                person,
                at + timedelta(minutes=12 * turn),
                group.between((120, 600)),
                device=f"{person.pk:08d}-{turn % 2}",
                closed_by=WatchSession.Closed.OTHER_SESSION,
            )
            if group.draw.random() < 0.6:
                group.refused(one, Reason.AHEAD, 1, group.draw.randrange(1, 16))


def are_curious(group: Group, at: datetime) -> None:
    """Drag ahead, try double speed, and find that it does not count."""
    for person in group.people:
        one = group.session(person, at, group.between((300, 900)))
        times = int(10 ** group.between((0.5, 1.9)))
        reason = group.draw.choice([Reason.AHEAD, Reason.TOO_FAST, Reason.HIDDEN])
        group.refused(one, reason, times, 15 * times)


def doze_off(group: Group, at: datetime) -> None:
    for person in group.people:
        one = group.session(person, at, group.between((600, 1800)))
        group.checks(one, group.draw.randrange(2, 18), group.draw.randrange(4))


def learn_all_day(group: Group, at: datetime) -> None:
    """A day of class with breaks."""
    for person in group.people:
        begins_at = at.replace(hour=8)
        ends_at = begins_at + timedelta(hours=group.between((6, 10)))
        while begins_at < ends_at:
            one = group.session(person, begins_at, group.between((1800, 3600)))
            rest = timedelta(minutes=group.between((5, 40)))
            begins_at = (one.closed_at or begins_at) + rest


def know_the_questions(group: Group, at: datetime) -> None:
    """The third try: quick, from memory."""
    for person in group.people:
        ends_at = group.learn(person, at)
        pace = group.between((4, 9))
        quick = [
            Answered(one.question, one.chosen, pace * group.draw.lognormvariate(0, 0.4))
            for one in group.answers(person)
        ]
        group.write(person, ends_at, quick)


# Groups first: later there are not enough idle people of one employer left.
TABLETS = [
    Way("shared_device", take_turns_on_the_training_tablet, (6, 25), "device"),
]
HONEST = [
    Way("lockstep", attend_class, (8, 30), "employer"),
    Way("shared_device", share_a_family_phone, (2, 4), "device"),
    Way("night_session", work_in_shifts),
    Way("refused_beats", have_a_poor_network),
    Way("refused_beats", are_curious),
    Way("two_devices", change_devices),
    Way("absent", doze_off),
    Way("impossible_hours", learn_all_day),
    Way("fast_exam", know_the_questions),
]
