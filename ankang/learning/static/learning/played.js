/**
 * Whole seconds of a video that were played through, counted from the player's clock.
 * A jump of the position starts a new stretch; a second counts once its end is reached.
 */
export class Played {
  constructor() {
    this.ranges = [];
    this.from = null;
    this.at = null;
    this.stopped = null;
  }

  /** The position moved on by itself: the player's `timeupdate`. */
  advance(position) {
    if (this.at === null || position < this.at || position - this.at > 2) {
      this.jump(position);
      return;
    }
    this.at = position;
    const start = Math.ceil(this.from - 0.05);
    const end = Math.floor(position + 0.05);
    if (end > start) {
      this.add(start, end);
      this.from = end;
    }
  }

  /** The position was moved: nothing between was played. */
  jump(position) {
    this.from = position;
    this.at = position;
  }

  /** The player stopped. */
  pause() {
    this.stopped = this.at;
    this.at = null;
  }

  /** The player goes on: where it stopped, so that the second in between is not lost, or elsewhere. */
  resume(position) {
    const goesOn = this.stopped !== null && Math.abs(position - this.stopped) < 0.3;
    if (goesOn) this.at = position;
    else this.jump(position);
    this.stopped = null;
  }

  add(start, end) {
    const last = this.ranges[this.ranges.length - 1];
    if (last && last[1] === start) last[1] = end;
    else this.ranges.push([start, end]);
  }

  /** The seconds since the last taking, as ordered disjoint ranges no longer than `limit`. */
  take(limit = 15) {
    const seconds = new Set();
    for (const [start, end] of this.ranges) for (let n = start; n < end; n += 1) seconds.add(n);
    this.ranges = [];
    const ordered = [...seconds].sort((a, b) => a - b);
    const claims = [];
    while (ordered.length > 0) claims.push(rangesOf(ordered.splice(0, limit)));
    return claims;
  }
}

/** Ordered seconds as half-open ranges. */
export function rangesOf(ordered) {
  const ranges = [];
  for (const second of ordered) {
    const last = ranges[ranges.length - 1];
    if (last && last[1] === second) last[1] = second + 1;
    else ranges.push([second, second + 1]);
  }
  return ranges;
}

/** How far one may move: the end of the covered stretch that the position is in. */
export function furthest(covered, played) {
  const ends = covered.map((range) => range[1]);
  return Math.max(played, 0, ...ends);
}

/** 200 → "3:20" */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
