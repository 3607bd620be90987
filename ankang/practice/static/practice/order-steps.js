/** <order-steps>: press the steps in their order; press one again to take it back. */
class OrderSteps extends HTMLElement {
  connectedCallback() {
    if (this.buttons) return;
    this.order = [];
    this.querySelector('[data-part="how"]').textContent = "按先后点每一步；点错了再点一下取消。";
    this.buttons = [...this.querySelectorAll("[data-step]")].map((row) => this.buttonFor(row));
    this.refresh();
  }

  buttonFor(row) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ak-opt";
    button.dataset.option = row.dataset.step;
    button.append(document.createElement("b"), row.querySelector("span"));
    button.addEventListener("click", () => this.toggle(Number(row.dataset.step)));
    row.replaceWith(button);
    return button;
  }

  toggle(place) {
    if (this.isLocked) return;
    if (this.order.includes(place)) this.order = this.order.filter((one) => one !== place);
    else this.order.push(place);
    this.refresh();
  }

  refresh() {
    for (const button of this.buttons) {
      const step = this.order.indexOf(Number(button.dataset.option)) + 1;
      button.querySelector("b").textContent = step || "";
      button.classList.toggle("run", step > 0);
      button.setAttribute("aria-pressed", String(step > 0));
      const text = button.querySelector("span").textContent;
      button.setAttribute("aria-label", step > 0 ? `第 ${step} 步：${text}` : `还没有排：${text}`);
    }
  }

  /** All steps in their order, or null while one is missing. */
  get response() {
    return this.order.length === this.buttons.length ? [...this.order] : null;
  }

  lock() {
    this.isLocked = true;
  }
}

customElements.define("order-steps", OrderSteps);
