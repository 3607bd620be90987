/** An article's "player": its position is the time that it has been open and in front. */
export class ReadingClock extends EventTarget {
  constructor(duration) {
    super();
    this.duration = duration;
    this.currentTime = 0;
    this.paused = true;
    this.playbackRate = 1;
  }

  get ended() {
    return this.currentTime >= this.duration;
  }

  async play() {
    if (!this.paused) return;
    this.paused = false;
    this.last = performance.now();
    this.timer = setInterval(() => this.tick(), 500);
    this.dispatchEvent(new Event("play"));
  }

  pause() {
    if (this.paused) return;
    this.tick();
    clearInterval(this.timer);
    this.paused = true;
    this.dispatchEvent(new Event("pause"));
  }

  tick() {
    const now = performance.now();
    this.currentTime = Math.min(this.duration, this.currentTime + (now - this.last) / 1000);
    this.last = now;
    this.dispatchEvent(new Event("timeupdate"));
    if (this.currentTime < this.duration || this.paused) return;
    clearInterval(this.timer);
    this.paused = true;
    this.dispatchEvent(new Event("ended"));
  }
}
