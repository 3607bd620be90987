/** The presence check over the player: a question or a tap, and the time that is left. */
export class PresenceSheet {
  constructor(part, answer) {
    this.part = part;
    this.part("answer").addEventListener("click", () => answer(this.check.nonce, this.chosen()));
  }

  get isOpen() {
    return !this.part("sheet").hidden;
  }

  show(check, seconds) {
    if (this.isOpen && this.check.nonce === check.nonce) return;
    this.check = check;
    this.deadline = performance.now() + seconds * 1000;
    const heading = this.part("sheet").querySelector("h2");
    heading.textContent = check.stem || "还在看吗？按一下继续。";
    this.part("options").replaceChildren(...check.options.map((text, index) => this.option(text, index)));
    this.part("wrong").hidden = true;
    this.part("sheet").hidden = false;
    this.part("veil").hidden = false;
    heading.focus();
    clearInterval(this.timer);
    this.timer = setInterval(() => this.tick(), 500);
    this.tick();
  }

  option(text, index) {
    const label = document.createElement("label");
    label.className = "ak-opt";
    const input = document.createElement("input");
    input.type = this.check.kind === "multiple" ? "checkbox" : "radio";
    input.name = "presence";
    input.value = String(index);
    const letter = document.createElement("b");
    letter.textContent = "ABCDEFGH"[index];
    const words = document.createElement("span");
    words.textContent = text;
    label.append(input, letter, words);
    return label;
  }

  chosen() {
    const inputs = this.part("options").querySelectorAll("input:checked");
    return [...inputs].map((input) => Number(input.value));
  }

  tick() {
    const left = Math.max(0, Math.ceil((this.deadline - performance.now()) / 1000));
    this.part("left").textContent = `还有 ${left} 秒`;
    if (left === 0) this.hide();
  }

  say(sentence) {
    this.part("wrong").textContent = sentence;
    this.part("wrong").hidden = false;
  }

  hide() {
    clearInterval(this.timer);
    this.part("sheet").hidden = true;
    this.part("veil").hidden = true;
  }
}
