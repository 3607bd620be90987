"""Points for practice, where the edition gives any and the person takes part."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ankang.points.reckoning import Gain
from ankang.points.services import award_all
from ankang.policies.acts import Act
from ankang.practice.models import Mode, PracticeAnswer, PracticeGroup

# Mending a mistake is a review of it.
ACTS = {
    Mode.DAILY: Act.DAILY,
    Mode.WEEKLY: Act.WEEKLY,
    Mode.SPECIAL: Act.SPECIAL,
    Mode.MISTAKES: Act.REVIEW,
    Mode.HAZARD: Act.HAZARD,
    Mode.REVIEW: Act.REVIEW,
}


def reward(
    *, group: PracticeGroup, answers: Sequence[PracticeAnswer], at: datetime
) -> None:
    """Award each right answer once, and a run once it is long enough.

    Answers faster than one can read earn nothing, and are no part of a run.
    """
    if group.mode == Mode.CHALLENGE:
        gains = list(_run_gains(group))
    else:
        act = ACTS[Mode(group.mode)]
        gains = [
            Gain(
                act,
                f"practice-answer:{one.pk}",
                about="（错题本）" if group.mode == Mode.MISTAKES else "",
            )
            for one in answers
            if one.is_right and not one.is_quick
        ]
    if gains:
        award_all(group.person, gains, at=at)


def _run_gains(group: PracticeGroup) -> Iterable[Gain]:
    wanted = group.practice_rules.reward_run
    if group.right < wanted:
        return
    read = group.answers.real().filter(is_right=True).count()
    if read >= wanted:
        yield Gain(Act.CHALLENGE, f"practice-group:{group.pk}")
