import { Outbox, post, waitingGroups } from "./outbox.js";

const UNPROCESSABLE = 422;
const GONE = 404;

/** <answer-outbox>: sends what other groups have left waiting in this phone. */
class AnswerOutbox extends HTMLElement {
  connectedCallback() {
    this.wake = () => this.send();
    window.addEventListener("online", this.wake);
    this.send();
  }

  disconnectedCallback() {
    window.removeEventListener("online", this.wake);
  }

  async send() {
    const person = this.dataset.person;
    let left = 0;
    let sent = 0;
    const sentences = new Set();
    for (const group of waitingGroups(person, localStorage)) {
      const outbox = new Outbox({ person, group, storage: localStorage, now: Date.now });
      const answer = await post(`/practice/groups/${group}/answers/`, this.token(), outbox.letter());
      const isSettled = answer && (answer.status < 300 || [UNPROCESSABLE, GONE].includes(answer.status));
      if (isSettled) {
        if (answer.said.sentence) sentences.add(answer.said.sentence);
        for (const { sentence } of answer.said.refused ?? []) sentences.add(sentence);
        sent += outbox.size;
        for (const position of [...outbox.waiting.keys()]) outbox.drop(position);
      }
      left += outbox.size;
    }
    this.querySelector('[data-part="waiting"]').hidden = left === 0;
    this.querySelector('[data-part="count"]').textContent = left;
    const refused = this.querySelector('[data-part="refused"]');
    refused.hidden = sentences.size === 0;
    refused.querySelector("p").textContent = [...sentences].join("");
    if (sent > 0 && left === 0 && sentences.size === 0) location.reload();
  }

  token() {
    return this.querySelector("[name=csrfmiddlewaretoken]").value;
  }
}

customElements.define("answer-outbox", AnswerOutbox);
