import "../../practice/hazard-picture.js";
import "../../practice/order-steps.js";
import { responseOf } from "../../practice/response.js";

/** <try-question>: sends what the question's own elements know as one answer. */
class TryQuestion extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.send(event));
  }

  send(event) {
    const form = event.target;
    const response = responseOf(form);
    form.querySelector('[data-part="empty"]').hidden = response !== null;
    if (response === null) {
      event.preventDefault();
      return;
    }
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "response";
    field.value = JSON.stringify(response);
    form.append(field);
  }
}

customElements.define("try-question", TryQuestion);
