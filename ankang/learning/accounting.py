"""What a beat is worth: the browser claims, this credits.

Pure functions over a state, a beat and the server's time; nothing here knows a
database or a clock. What is made anew for every beat are tuples: a frozen dataclass takes
five times as long to make, and this is what a city's phones wait for. Seconds of a video are bits of an integer (bit n is second n), so
that merging is `|`: it commutes, and merging twice changes nothing.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

MAX_RANGES = 20
RATE_TOLERANCE = 0.05
HIGHEST_RATE = 16


class Reason(StrEnum):
    """Why claimed seconds were not credited."""

    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    HIDDEN = "hidden"
    TOO_FAST = "too_fast"
    AHEAD = "ahead"
    CLOCK = "clock"
    DAILY_CAP = "daily_cap"
    PRESENCE = "presence"


SENTENCES = {
    Reason.MALFORMED: "播放记录的格式不对，没有采用。",
    Reason.TOO_LONG: "一次报送的时间太长，没有采用。",
    Reason.HIDDEN: "页面不在前台，这一段不计。",
    Reason.TOO_FAST: "倍速播放不计，请按正常速度看。",
    Reason.AHEAD: "拖到前面没看过的地方，这一段不计。",
    Reason.CLOCK: "比实际经过的时间多，多出的不计。",
    Reason.DAILY_CAP: "今天的学习时间已到上限，明天继续。",
    Reason.PRESENCE: "没有回应在场确认，这一小段不计。",
}


class BadBeat(ValueError):
    """A message that no honest player sends; `reason` says which rule it breaks."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(SENTENCES[reason])
        self.reason = reason


class Terms(NamedTuple):
    """What the rule edition and the video fix for one session."""

    duration: int
    rate: float
    slack: int
    max_beat: int
    window: int


class Beat(NamedTuple):
    """A claim: whole seconds `[start, end)` played since the last beat."""

    sequence: int
    ranges: tuple[tuple[int, int], ...]
    rate: float
    is_visible: bool

    def bits(self) -> int:
        return bits_of(self.ranges)


class State(NamedTuple):
    """One session and the coverage it adds to. Times are seconds since the epoch.

    `edge` is how far the person had got when the session opened; `debt` are seconds by
    which earlier sessions ran ahead of the clock; `cap` is what is left of the day.
    """

    covered: int
    held: int
    opened_at: float
    closed_at: float | None
    edge: int
    debt: int
    cap: int
    spent: int
    check_at: int | None
    check_issued_at: float | None

    def credited(self) -> int:
        return self.covered.bit_count()

    def elapsed(self, now: float) -> float:
        """Seconds that the session has been open, by the server's clock."""
        until = now if self.closed_at is None else min(now, self.closed_at)
        return max(0.0, until - self.opened_at)

    def is_check_due(self) -> bool:
        return self.check_at is not None and self.credited() >= self.check_at


class Outcome(NamedTuple):
    """What became of a beat."""

    state: State
    credited: int = 0
    held: int = 0
    refused: tuple[tuple[Reason, int], ...] = ()
    issues_check: bool = False


def bits_of(ranges: Iterable[tuple[int, int]]) -> int:
    """The seconds of half-open ranges as bits."""
    bits = 0
    for start, end in ranges:
        bits |= ((1 << (end - start)) - 1) << start
    return bits


def ranges_of(bits: int) -> list[tuple[int, int]]:
    """The inverse of `bits_of`: maximal ranges in order."""
    ranges = []
    position = 0
    while bits:
        gap = (bits & -bits).bit_length() - 1
        bits >>= gap
        run = (~bits & (bits + 1)).bit_length() - 1
        ranges.append((position + gap, position + gap + run))
        bits >>= run
        position += gap + run
    return ranges


def parse_beat(raw: object, terms: Terms) -> Beat:
    """Read one beat of a message.

    :raises BadBeat: anything but whole, ordered, disjoint seconds inside the video,
        and few enough of them.
    """
    if not isinstance(raw, dict):
        raise BadBeat(Reason.MALFORMED)
    sequence, rate, ranges = raw.get("sequence"), raw.get("rate"), raw.get("ranges")
    is_visible = raw.get("visible")
    if not isinstance(sequence, int) or not isinstance(is_visible, bool):
        raise BadBeat(Reason.MALFORMED)
    if isinstance(rate, bool) or not isinstance(rate, int | float):
        raise BadBeat(Reason.MALFORMED)
    if not 0 < rate <= HIGHEST_RATE:
        raise BadBeat(Reason.MALFORMED)
    if not isinstance(ranges, list) or len(ranges) > MAX_RANGES:
        raise BadBeat(Reason.MALFORMED)
    checked = tuple(_ordered_ranges(ranges, terms.duration))
    if sum(end - start for start, end in checked) > terms.max_beat:
        raise BadBeat(Reason.TOO_LONG)
    return Beat(sequence, checked, float(rate), is_visible)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _ordered_ranges(ranges: list[object], duration: int) -> Iterable[tuple[int, int]]:
    previous = 0
    for pair in ranges:
        if not (isinstance(pair, list) and len(pair) == 2):  # noqa: PLR2004
            raise BadBeat(Reason.MALFORMED)
        start, end = pair
        if not (_is_count(start) and _is_count(end)):
            raise BadBeat(Reason.MALFORMED)
        if not previous <= start < end <= duration:
            raise BadBeat(Reason.MALFORMED)
        previous = end
        yield start, end


def account(state: State, beat: Beat, now: float, terms: Terms) -> Outcome:
    """Credit what is new, in reach, and paid for by elapsed time; say why not the rest.

    Never credits more than the session's elapsed time times the rate, plus the slack
    while it is open; never a second twice; and nothing past a presence check that is
    due until it is passed (`pass_check`).
    """
    state, _ = expire_check(state, now, terms)
    new = beat.bits() & ~(state.covered | state.held)
    whole_claim = new.bit_count()
    if not beat.is_visible or beat.rate > terms.rate + RATE_TOLERANCE:
        reason = Reason.TOO_FAST if beat.is_visible else Reason.HIDDEN
        return Outcome(state, refused=_refusals((reason, whole_claim)))

    seconds = int(state.elapsed(now) * terms.rate)
    slack = terms.slack if state.closed_at is None else 0
    reach = min(state.edge + seconds + slack, terms.duration)
    in_reach = new if new.bit_length() <= reach else new & ((1 << reach) - 1)
    by_clock = lowest(in_reach, seconds + slack - state.debt - state.spent)
    accepted = lowest(by_clock, state.cap - state.spent)
    refused: tuple[tuple[Reason, int], ...] = ()
    if accepted != new:
        refused = _refusals(
            (Reason.AHEAD, whole_claim - in_reach.bit_count()),
            (Reason.CLOCK, in_reach.bit_count() - by_clock.bit_count()),
            (Reason.DAILY_CAP, by_clock.bit_count() - accepted.bit_count()),
        )

    before_check = _up_to_check(state, accepted)
    held = accepted & ~before_check
    state = state._replace(
        covered=state.covered | before_check,
        held=state.held | held,
        spent=state.spent + accepted.bit_count(),
    )
    issues_check = state.is_check_due() and state.check_issued_at is None
    if issues_check:
        state = state._replace(check_issued_at=now)
    return Outcome(
        state,
        credited=before_check.bit_count(),
        held=held.bit_count(),
        refused=refused,
        issues_check=issues_check,
    )


def expire_check(state: State, now: float, terms: Terms) -> tuple[State, int]:
    """Drop the held seconds of a check that nobody answered in time.

    The check stays due: the next beat issues it anew, so ignoring it earns nothing.
    """
    issued_at = state.check_issued_at
    if issued_at is None or now <= issued_at + terms.window:
        return state, 0
    lost = state.held.bit_count()
    return state._replace(held=0, check_issued_at=None), lost


def pass_check(state: State, next_check_at: int | None) -> State:
    """Credit the held seconds: the person is there."""
    return state._replace(
        covered=state.covered | state.held,
        held=0,
        check_at=next_check_at,
        check_issued_at=None,
    )


def lowest(bits: int, count: int) -> int:
    """The `count` lowest set bits; none if the count is not positive."""
    if bits.bit_count() <= count:
        return bits
    kept = 0
    for _ in range(max(count, 0)):
        bit = bits & -bits
        kept |= bit
        bits ^= bit
    return kept


def _up_to_check(state: State, accepted: int) -> int:
    if state.check_issued_at is not None:
        return 0
    if state.check_at is None:
        return accepted
    return lowest(accepted, state.check_at - state.credited())


def _refusals(*pairs: tuple[Reason, int]) -> tuple[tuple[Reason, int], ...]:
    return tuple((reason, seconds) for reason, seconds in pairs if seconds > 0)


def is_complete(bits: int, duration: int, share: float) -> bool:
    """Is enough of the video covered for the lesson to be done?"""
    return bits.bit_count() >= share * duration > 0
