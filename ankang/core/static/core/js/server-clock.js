/** Counts down the seconds that the server said were left, whatever the phone's time of day. */
export class ServerClock {
  constructor(now) {
    this.now = now;
    this.set(0);
  }

  set(seconds) {
    this.end = this.now() + seconds * 1000;
  }

  left() {
    return Math.max(0, Math.ceil((this.end - this.now()) / 1000));
  }
}

/** 1805 → 30:05 */
export function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
