import { BeatQueue } from "./beat-queue.js";
import { BeatRoad } from "./beat-road.js";
import { Played, clock, furthest } from "./played.js";
import { PresenceSheet } from "./presence-sheet.js";
import { ReadingClock } from "./reading-clock.js";

const RETRY_SECONDS = 5;
const WORDS = {
  offline: "网络断了。看过的先记在手机里，网络恢复后自动补报。",
  elsewhere: "你在另一处打开了课程，这里已暂停。按“继续”回到这里学。",
  expired: "这次学习已超时，按“继续”接着学。",
  failed: "打不开这一课，请检查网络后再试。",
};

/** <lesson-player>: plays, claims what was played, shows what the server credited. */
class LessonPlayer extends HTMLElement {
  connectedCallback() {
    this.media = this.querySelector("video") ?? new ReadingClock(Number(this.dataset.duration));
    this.played = new Played();
    this.queue = new BeatQueue(`beats:${this.dataset.lesson}`, localStorage);
    const { beats, collector, csrf } = this.dataset;
    this.road = new BeatRoad({ main: beats, collector, csrf });
    this.sheet = new PresenceSheet(this.part, (nonce, chosen) => this.answer(nonce, chosen));
    this.sequence = 0;
    this.covered = [];
    this.beatSeconds = 15;
    this.listen();
    this.send();
  }

  disconnectedCallback() {
    clearInterval(this.beatTimer);
    clearTimeout(this.retryTimer);
    this.media.pause();
  }

  part = (name) => this.querySelector(`[data-part="${name}"]`);

  listen() {
    const { media } = this;
    media.addEventListener("timeupdate", () => this.moved());
    media.addEventListener("seeking", () => this.holdBack());
    media.addEventListener("ratechange", () => {
      if (media.playbackRate !== 1) media.playbackRate = 1;
    });
    media.addEventListener("play", () => this.started());
    media.addEventListener("pause", () => this.stopped());
    media.addEventListener("ended", () => this.stopped());
    this.part("toggle")?.addEventListener("click", () => this.toggle());
    this.part("back")?.addEventListener("click", () => {
      media.currentTime = Math.max(0, media.currentTime - 10);
    });
    this.part("captions")?.addEventListener("click", () => this.switchCaptions());
    this.part("full")?.addEventListener("click", () => media.requestFullscreen?.() ?? media.webkitEnterFullscreen?.());
    const go = document.querySelector("[data-lesson-go]");
    go?.addEventListener("click", () => this.toggle());
    // until now a tap would have been lost
    if (go) go.disabled = false;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) media.pause();
    });
    window.addEventListener("pagehide", () => this.flush());
    window.addEventListener("online", () => this.send());
    this.listenToCaptions();
  }

  listenToCaptions() {
    const [track] = this.media.textTracks ?? [];
    if (!track) return;
    track.mode = "hidden";
    track.addEventListener("cuechange", () => {
      const cue = track.activeCues?.[0];
      this.part("caption").textContent = cue?.text ?? "";
      this.part("caption").hidden = !cue || this.captionsOff;
    });
  }

  switchCaptions() {
    this.captionsOff = !this.captionsOff;
    const button = this.part("captions");
    button.setAttribute("aria-pressed", String(!this.captionsOff));
    button.setAttribute("aria-label", this.captionsOff ? "字幕：关" : "字幕：开");
    this.part("caption").hidden = this.captionsOff || !this.part("caption").textContent;
  }

  async toggle() {
    if (!this.media.paused) {
      this.media.pause();
      return;
    }
    if (this.media.ended) this.token = null;
    if (!this.token && !(await this.open())) return;
    this.note("");
    await this.media.play();
  }

  async open() {
    const answer = await this.post(this.dataset.open, {});
    if (!answer?.ok) {
      this.note(answer?.said.sentence ?? WORDS.failed);
      return false;
    }
    const { said } = answer;
    this.token = said.token;
    this.session = said.session;
    this.covered = said.covered;
    this.beatSeconds = said.beat_seconds;
    this.checkSeconds = said.check_seconds;
    if (Math.floor(this.media.currentTime) !== said.resume) this.media.currentTime = said.resume;
    return true;
  }

  async post(url, body) {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.dataset.csrf },
        body: JSON.stringify(body),
        keepalive: true,
      });
      return { ok: response.ok, status: response.status, said: await response.json().catch(() => ({})) };
    } catch {
      return null;
    }
  }

  started() {
    this.played.resume(this.media.currentTime);
    this.showToggle(true);
    clearInterval(this.beatTimer);
    this.beatTimer = setInterval(() => this.flush(), this.beatSeconds * 1000);
  }

  stopped() {
    this.moved();
    this.played.pause();
    this.showToggle(false);
    clearInterval(this.beatTimer);
    this.flush();
  }

  showToggle(playing) {
    const name = playing ? "player-pause" : "player-play";
    const use = this.part("toggle")?.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
    this.part("toggle")?.setAttribute("aria-label", playing ? "暂停" : "播放");
    const go = document.querySelector("[data-lesson-go]");
    if (go) go.textContent = playing ? "暂停" : "继续";
  }

  moved() {
    if (!this.media.paused || this.played.at !== null) this.played.advance(this.media.currentTime);
    const time = `${clock(this.media.currentTime)} / ${clock(Number(this.dataset.duration))}`;
    this.part("time").textContent = time;
  }

  /** Nobody sees what lies ahead before what comes first: the server would refuse it. */
  holdBack() {
    const limit = furthest(this.covered, this.played.at ?? 0);
    if (this.media.currentTime > limit + 1) this.media.currentTime = limit;
    if (this.media.paused) this.played.pause();
    else this.played.jump(this.media.currentTime);
  }

  flush() {
    if (!this.token) return;
    for (const ranges of this.played.take()) {
      this.sequence += 1;
      const beat = { sequence: this.sequence, ranges, rate: this.media.playbackRate, visible: true };
      this.queue.push(this.token, beat);
    }
    this.send();
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.retryTimer);
    let message = this.queue.next();
    while (message) {
      const answer = await this.road.send({ token: message.token, beats: message.beats });
      if (!answer || answer.status >= 500) {
        this.note(WORDS.offline);
        this.retryTimer = setTimeout(() => this.send(), RETRY_SECONDS * 1000);
        break;
      }
      this.queue.drop(message);
      this.heard(message.token, answer);
      message = this.queue.next();
    }
    this.sending = false;
  }

  heard(token, { ok, said }) {
    if (token !== this.token) {
      if (ok) this.refresh();
      return;
    }
    if (!ok) {
      this.token = null;
      this.media.pause();
      this.note(WORDS.expired);
      return;
    }
    this.covered = said.covered;
    this.note(said.refused?.[0]?.sentence ?? "");
    if (said.check) this.ask(said.check);
    if (said.closed) {
      this.token = null;
      this.media.pause();
      this.note(WORDS.elsewhere);
    }
    this.refresh();
  }

  ask(check) {
    this.media.pause();
    if (document.fullscreenElement) document.exitFullscreen();
    this.sheet.show(check, this.checkSeconds);
  }

  async answer(nonce, chosen) {
    const answer = await this.post(this.dataset.presence, { session: this.session, nonce, chosen });
    if (!answer) {
      this.sheet.say(WORDS.offline);
      return;
    }
    if (!answer.ok && !answer.said.is_over) {
      this.sheet.say(answer.said.sentence ?? WORDS.failed);
      return;
    }
    this.sheet.hide();
    this.note(answer.said.sentence ?? "");
    if (answer.ok) this.covered = answer.said.covered;
    await this.refresh();
    if (!this.isCovered) await this.toggle();
  }

  note(sentence) {
    this.part("note").textContent = sentence;
    this.part("note").hidden = !sentence;
  }

  get isCovered() {
    return document.getElementById("ledger").dataset.covered === "1";
  }

  /** The server's account of this lesson, in place of the old one. */
  async refresh() {
    try {
      const response = await fetch(this.dataset.ledger);
      if (!response.ok) return;
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      document.getElementById("ledger").replaceWith(parsed.getElementById("ledger"));
    } catch {
      return;
    }
    document.querySelector("[data-lesson-question]")?.toggleAttribute("hidden", !this.isCovered);
    document.querySelector("[data-lesson-go]")?.toggleAttribute("hidden", this.isCovered);
  }
}

customElements.define("lesson-player", LessonPlayer);
