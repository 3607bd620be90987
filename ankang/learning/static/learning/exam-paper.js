import { AnswerQueue } from "./answer-queue.js";
import { ServerClock, minutes } from "../core/js/server-clock.js";

const RETRY_SECONDS = 5;
const HURRY_SECONDS = 60;

/** <exam-paper>: one question at a time; saves each answer; the server's clock. */
class ExamPaper extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.questions = [...this.querySelectorAll("[data-question]")];
    this.queue = new AnswerQueue(this.dataset.paper, localStorage);
    this.clock = new ServerClock(() => Date.now());
    this.clock.set(Number(this.dataset.seconds));
    this.isOver = Number(this.dataset.seconds) === 0;
    if (this.isOver) {
      this.queue.clear();
      return;
    }
    this.restore();
    this.buildNumbers();
    this.part("steps").hidden = false;
    this.part("numbers").hidden = false;
    this.form.addEventListener("change", (event) => this.choose(event.target));
    this.form.addEventListener("submit", (event) => this.confirmHandIn(event));
    this.addEventListener("click", (event) => this.press(event));
    this.wake = () => this.send();
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.timer = setInterval(() => this.tick(), 1000);
    const first = this.questions.findIndex((question) => !this.isAnswered(question));
    this.show(Math.max(0, first));
    this.send();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  inputs(question) {
    return [...question.querySelectorAll("input")];
  }

  isAnswered(question) {
    return this.inputs(question).some((input) => input.checked);
  }

  /** Answers that were given without network before a reload. */
  restore() {
    for (const [position, places] of this.queue.waiting) {
      const question = this.questions.find((one) => one.dataset.question === position);
      if (!question) continue;
      for (const input of this.inputs(question)) input.checked = places.includes(input.value);
    }
  }

  buildNumbers() {
    const row = this.part("numbers").querySelector("div");
    this.numbers = this.questions.map((question, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = question.dataset.question;
      button.dataset.jump = index;
      row.append(button);
      return button;
    });
  }

  show(index) {
    this.index = Math.min(Math.max(index, 0), this.questions.length - 1);
    this.questions.forEach((question, place) => {
      question.hidden = place !== this.index;
    });
    const isLast = this.index === this.questions.length - 1;
    this.querySelector('[data-step="-1"]').disabled = this.index === 0;
    this.querySelector('[data-step="1"]').hidden = isLast;
    this.part("hand-in").classList.toggle("btn-next", isLast);
    this.part("hand-in").classList.toggle("btn-primary", false);
    this.refresh();
  }

  refresh() {
    const total = this.questions.length;
    const answered = this.questions.filter((question) => this.isAnswered(question)).length;
    this.part("place").textContent = `第 ${this.index + 1} 题，共 ${total} 题`;
    this.part("answered").textContent = `已答 ${answered} 题`;
    this.part("strip").querySelector("rect").setAttribute("width", `${(100 * answered) / total}%`);
    this.part("strip").querySelector("svg").setAttribute("aria-label", `已答 ${answered} 题，共 ${total} 题`);
    this.numbers.forEach((button, place) => {
      const isDone = this.isAnswered(this.questions[place]);
      button.classList.toggle("btn-primary", isDone);
      button.setAttribute("aria-label", `第 ${place + 1} 题，${isDone ? "已答" : "未答"}`);
      if (place === this.index) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
  }

  press(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.step) this.go(this.index + Number(button.dataset.step));
    else if (button.dataset.jump) this.go(Number(button.dataset.jump));
  }

  go(index) {
    this.show(index);
    this.questions[this.index].querySelector("legend").focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }

  choose(input) {
    const question = input.closest("[data-question]");
    if (!question) return;
    const places = this.inputs(question)
      .filter((one) => one.checked)
      .map((one) => one.value);
    this.queue.put(question.dataset.question, places);
    this.refresh();
    this.send();
  }

  /** One answer after another, the oldest first; kept until the server has it. */
  async send() {
    if (this.isSending || this.isOver) return;
    this.isSending = true;
    clearTimeout(this.retry);
    for (let waiting = this.queue.next(); waiting; waiting = this.queue.next()) {
      const response = await this.post(waiting);
      if (!response || response.status >= 500) {
        this.part("offline").hidden = false;
        this.retry = setTimeout(() => this.send(), RETRY_SECONDS * 1000);
        break;
      }
      this.part("offline").hidden = true;
      this.queue.drop(waiting);
      if (!response.ok) {
        location.reload();
        break;
      }
      this.clock.set((await response.json()).seconds_left);
    }
    this.isSending = false;
  }

  async post({ position, places }) {
    const body = new URLSearchParams({ position });
    for (const place of places) body.append("places", place);
    body.append("csrfmiddlewaretoken", this.querySelector("[name=csrfmiddlewaretoken]").value);
    try {
      return await fetch(this.dataset.answers, { method: "POST", body });
    } catch {
      return null;
    }
  }

  tick() {
    const left = this.clock.left();
    const label = document.getElementById("time-left");
    label.textContent = `剩余 ${minutes(left)}`;
    label.classList.toggle("ak-2", left > HURRY_SECONDS);
    if (left > 0) return;
    this.isOver = true;
    clearInterval(this.timer);
    this.form.submit();
  }

  confirmHandIn(event) {
    if (event.submitter?.dataset.part !== "hand-in") return;
    const open = this.questions.filter((question) => !this.isAnswered(question));
    if (open.length === 0 || this.mayHandIn) {
      this.queue.clear();
      return;
    }
    event.preventDefault();
    this.ask(open);
  }

  async ask(open) {
    const dialog = document.getElementById("confirm-dialog").content.firstElementChild.cloneNode(true);
    dialog.querySelector("h2").textContent = `还有 ${open.length} 题没有答，确定交卷吗？`;
    this.append(dialog);
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    dialog.remove();
    if (dialog.returnValue === "yes") {
      this.mayHandIn = true;
      this.form.requestSubmit(this.part("hand-in"));
    } else this.go(this.questions.indexOf(open[0]));
  }
}

customElements.define("exam-paper", ExamPaper);
