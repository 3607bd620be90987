import "./hazard-editor.js";

const BLANK = "____";
const CHOICES = ["radio", "checkbox"];

/** <question-editor>: blanks that follow the stem. All else the server does, with or without this. */
class QuestionEditor extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.insert(event));
    this.addEventListener("input", (event) => this.count(event));
    this.addEventListener("htmx:beforeRequest", () => {
      this.sent = this.typed();
    });
    this.addEventListener("htmx:beforeSwap", () => {
      this.later = this.typed().filter(([id, value]) => value !== new Map(this.sent).get(id));
    });
    this.addEventListener("htmx:afterSwap", () => this.put());
    document.addEventListener("htmx:afterSettle", () => this.reveal());
    this.reveal();
  }

  /** What stands in the fields of the kind, by the id of the field. */
  typed() {
    const fields = this.querySelectorAll("#answer-fields :is(input:not([type=file]), textarea)[id]");
    return [...fields].map((field) => [field.id, CHOICES.includes(field.type) ? field.checked : field.value]);
  }

  /** On a slow network people type on: what came after the request goes into the new fields. */
  put() {
    for (const [id, value] of this.later ?? []) {
      const field = this.querySelector(`#${CSS.escape(id)}`);
      if (field) field[CHOICES.includes(field.type) ? "checked" : "value"] = value;
    }
    this.later = [];
  }

  get stem() {
    return this.querySelector("[name=stem]");
  }

  reveal() {
    for (const button of this.querySelectorAll("[data-insert]")) button.hidden = false;
    const counter = this.querySelector("#count-blanks");
    if (counter) counter.hidden = true;
    this.match();
  }

  insert(event) {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const { stem } = this;
    stem.setRangeText(button.dataset.insert, stem.selectionStart, stem.selectionEnd, "end");
    stem.focus();
    this.match();
  }

  count(event) {
    if (event.target === this.stem) this.match();
  }

  /** As many rows as the stem has blanks; the server makes them. */
  match() {
    const counter = this.querySelector("#count-blanks");
    if (!counter) return;
    const rows = this.querySelectorAll("input[name=blank]").length;
    const blanks = this.stem.value.split(BLANK).length - 1;
    if (blanks === rows || blanks === this.asked) return;
    this.asked = blanks;
    counter.click();
  }
}

customElements.define("question-editor", QuestionEditor);
