import { ServerClock, minutes } from "../core/js/server-clock.js";
import "./hazard-picture.js";
import { meaningOf } from "./keys.js";
import "./order-steps.js";
import { Outbox, post } from "./outbox.js";
import { responseOf } from "./response.js";

const RETRY_SECONDS = 5;
const CHOICES = "input[name=chosen], button[data-option]";
const UNPROCESSABLE = 422;
const SIGNED_OUT = "登录过期了。请刷新页面重新登录，答案还在手机里。";

/** <practice-group>: one question at a time; the server grades, this keeps and shows. */
class PracticeGroup extends HTMLElement {
  connectedCallback() {
    const { person, group } = this.dataset;
    this.outbox = new Outbox({ person, group, storage: localStorage, now: Date.now });
    this.shownAt = new Map();
    this.listen();
    this.current = this.placeAt(this.dataset.current) ?? this.places[0];
    for (const place of this.places) this.restore(place);
    if (this.dataset.seconds) this.startClock();
    this.show(this.current, { isFirst: true });
    this.send();
  }

  disconnectedCallback() {
    this.leaving.abort();
    clearInterval(this.ticking);
    clearTimeout(this.retry);
  }

  listen() {
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    this.addEventListener("submit", (event) => this.submit(event), { signal });
    this.addEventListener("click", (event) => this.press(event), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    window.addEventListener("online", () => this.send(), { signal });
    document.addEventListener("visibilitychange", () => this.send(), { signal });
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`) ?? document.querySelector(`header [data-part="${name}"]`);
  }

  get places() {
    return [...this.querySelectorAll("[data-place]")];
  }

  placeAt(position) {
    return this.querySelector(`[data-place="${position}"]`);
  }

  isOpen(place) {
    return !("answered" in place.dataset) && !("kept" in place.dataset);
  }

  /** An answer that was given without network before the page was loaded again. */
  restore(place) {
    const position = place.dataset.place;
    if ("answered" in place.dataset) this.outbox.drop(position);
    else if (this.outbox.has(position)) this.keep(place);
  }

  show(place, { isFirst = false } = {}) {
    this.current = place;
    window.speechSynthesis?.cancel();
    for (const one of this.places) one.hidden = one !== place;
    const position = Number(place.dataset.place);
    if (!this.shownAt.has(position)) this.shownAt.set(position, Date.now());
    if (!isFirst) {
      window.scrollTo({ top: 0 });
      place.querySelector("legend, h2")?.focus({ preventScroll: true });
    }
    this.refresh();
  }

  refresh() {
    const total = this.places.length;
    const done = this.places.filter((place) => !this.isOpen(place)).length;
    const label = this.part("place");
    const position = this.current.dataset.place;
    const isRun = "isRun" in this.dataset;
    if (label) label.textContent = isRun ? `第 ${position} 题` : `第 ${position} 题，共 ${total} 题`;
    this.part("strip")?.querySelector("rect").setAttribute("width", `${(100 * done) / total}%`);
    this.part("strip")?.querySelector("svg").setAttribute("aria-label", `已答 ${done} 题，共 ${total} 题`);
    const isEnd = this.isOver || done === total;
    this.part("leave").hidden = isEnd;
    for (const next of this.querySelectorAll('[data-act="next"]')) next.textContent = isEnd ? "看结果" : "下一题";
  }

  submit(event) {
    if (event.target.matches("[data-act=leave]")) this.leave(event);
    const place = event.target.closest("[data-place]");
    if (!place) return;
    event.preventDefault();
    if (!this.isOpen(place)) return;
    const response = responseOf(event.target);
    event.target.querySelector('[data-part="empty"]').hidden = response !== null;
    if (response === null) {
      [...event.target.querySelectorAll("input[name=blank]")].find((input) => !input.value.trim())?.focus();
      return;
    }
    const position = Number(place.dataset.place);
    this.outbox.put(position, {
      response,
      seconds: (Date.now() - this.shownAt.get(position)) / 1000,
      usedHint: Boolean(event.target.querySelector('[data-part="hint"][open]')),
    });
    this.keep(place);
    this.send();
  }

  /** Whoever leaves the group would lose what has not been sent yet. */
  leave(event) {
    if (this.outbox.size === 0) return;
    event.preventDefault();
    this.tellKept();
    this.send();
  }

  /** The answer is given and cannot be changed; what comes of it is shown when it is known. */
  keep(place) {
    place.dataset.kept = "";
    place.querySelector("fieldset").disabled = true;
    place.querySelector('[data-part="hint"]')?.remove();
    place.querySelector("order-steps, hazard-picture")?.lock();
    const button = place.querySelector("button[type=submit]");
    button.type = "button";
    button.dataset.act = "next";
    button.dataset.waits = "";
    this.refresh();
  }

  /** Without network: say that it is kept, and let the person go on. */
  tellKept() {
    this.part("offline").hidden = false;
    for (const place of this.places) {
      const isRefused = place.querySelector("[data-part='note']");
      if ("kept" in place.dataset && !isRefused) place.querySelector('[data-part="kept"]').hidden = false;
    }
  }

  tellRefused(place, sentence) {
    const note = this.part("refused").firstElementChild.cloneNode(true);
    note.dataset.part = "note";
    note.querySelector("p").textContent = sentence;
    place.querySelector("[data-part='note']")?.remove();
    place.querySelector('[data-part="kept"]').hidden = true;
    place.querySelector("fieldset").after(note);
  }

  async send() {
    if (this.isSending || this.outbox.size === 0) return;
    this.isSending = true;
    clearTimeout(this.retry);
    const token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await post(this.dataset.answers, token, this.outbox.letter());
    this.isSending = false;
    if (answer === null) {
      this.tellKept();
      this.retry = setTimeout(() => this.send(), RETRY_SECONDS * 1000);
      return;
    }
    this.part("offline").hidden = true;
    if (answer.status === UNPROCESSABLE) this.refuseAll(answer.said.sentence);
    else if (answer.status >= 300) this.tellSignedOut();
    else this.take(answer.said);
    if (this.outbox.size > 0 && answer.status < 300) this.send();
  }

  tellSignedOut() {
    for (const place of this.places) {
      if ("kept" in place.dataset) this.tellRefused(place, SIGNED_OUT);
    }
  }

  refuseAll(sentence) {
    for (const position of [...this.outbox.waiting.keys()]) this.refuse({ position, sentence });
    this.isOver = true;
    this.refresh();
  }

  refuse({ position, sentence }) {
    this.outbox.drop(position);
    const place = this.placeAt(position);
    if (place && !("answered" in place.dataset)) this.tellRefused(place, sentence);
  }

  take({ graded, refused, more, is_over: isOver, right, seconds_left: secondsLeft }) {
    this.isOver = isOver;
    for (const one of graded) this.explain(one);
    for (const one of refused) this.refuse(one);
    for (const one of more) {
      if (!this.placeAt(one.position)) this.part("places").insertAdjacentHTML("beforeend", one.html);
    }
    const run = this.part("run");
    if (run) run.textContent = right;
    this.clock?.set(secondsLeft);
    this.refresh();
    const shown = graded.find((one) => this.current.dataset.place === String(one.position));
    if (shown) this.tell(shown);
    if (this.wantsNext) this.next();
  }

  explain({ position, html }) {
    this.outbox.drop(position);
    const before = this.placeAt(position);
    const isCurrent = before === this.current;
    before.insertAdjacentHTML("afterend", html);
    const place = before.nextElementSibling;
    before.remove();
    place.hidden = !isCurrent;
    if (isCurrent) this.current = place;
  }

  tell({ is_right: isRight }) {
    const why = this.current.querySelector("section h3")?.textContent.trim() ?? "";
    this.part("said").textContent = `${isRight ? "答对了。" : "不对。"}${why}`;
    this.current.querySelector("h2")?.focus({ preventScroll: true });
    if (!isRight) this.current.querySelector("section")?.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    const next = event.target.closest('[data-act="next"]');
    if (!next) return;
    event.preventDefault();
    this.next();
  }

  /** The next open question; with none left, the result once the server has everything. */
  next() {
    const isWaiting = "kept" in this.current.dataset && this.isSending;
    this.wantsNext = isWaiting;
    if (isWaiting) return;
    const open = this.places.filter((place) => this.isOpen(place));
    const after = open.find((place) => Number(place.dataset.place) > Number(this.current.dataset.place));
    if (!this.isOver && (after ?? open[0])) this.show(after ?? open[0]);
    else if (this.outbox.size > 0) {
      this.tellKept();
      this.send();
    } else this.goTo(this.dataset.result);
  }

  goTo(url) {
    if (navigator.onLine) location.assign(url);
    else this.part("offline").hidden = false;
  }

  key(event) {
    const meaning = meaningOf(event);
    if (!meaning || event.defaultPrevented) return;
    const form = this.isOpen(this.current) ? this.current.querySelector("form") : null;
    if (meaning.act === "go-on") {
      event.preventDefault();
      if (form) form.requestSubmit();
      else this.next();
    } else if (form) this.steer(event, form, meaning);
  }

  steer(event, form, { act, place, by }) {
    const options = [...form.querySelectorAll(CHOICES)];
    if (act === "choose" && options[place]) {
      options[place].focus();
      options[place].click();
      // with every step in its place, Enter hands in instead of taking the last one back
      if (form.querySelector("order-steps")?.response) form.querySelector("button[type=submit]").focus();
    } else if (act === "move" && options.length > 0 && event.target.type !== "radio") {
      const at = options.indexOf(document.activeElement);
      const next = at < 0 ? (by > 0 ? 0 : options.length - 1) : at + by;
      options[(next + options.length) % options.length].focus();
      event.preventDefault();
    }
  }

  startClock() {
    this.clock = new ServerClock(() => Date.now());
    this.clock.set(Number(this.dataset.seconds));
    this.ticking = setInterval(() => this.tick(), 1000);
  }

  tick() {
    const left = this.clock.left();
    document.getElementById("time-left").textContent = `剩余 ${minutes(left)}`;
    if (left > 0) return;
    clearInterval(this.ticking);
    this.isOver = true;
    this.refresh();
    if (this.outbox.size > 0) this.send();
    else this.goTo(this.dataset.result);
  }
}

customElements.define("practice-group", PracticeGroup);
