/** Sentences short enough for a phone's speech engine, which cuts long texts off. */
export function sentences(text) {
  const cut = text.replace(/\s+/g, " ").match(/[^。！？；!?;]+[。！？；!?;]?/g) ?? [];
  return cut.map((sentence) => sentence.trim()).filter(Boolean);
}

/** <read-aloud for="id"><button>…<span>朗读</span></button></read-aloud>: reads the text of that element. */
class ReadAloud extends HTMLElement {
  connectedCallback() {
    this.hidden = !("speechSynthesis" in window);
    this.addEventListener("click", this.press);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.press);
    if (this.reading) speechSynthesis.cancel();
  }

  press() {
    if (this.reading) {
      speechSynthesis.cancel();
      this.show(false);
      return;
    }
    const source = document.getElementById(this.getAttribute("for"));
    const parts = sentences(source?.innerText ?? "");
    if (parts.length === 0) return;
    speechSynthesis.cancel();
    for (const [index, part] of parts.entries()) {
      const speech = new SpeechSynthesisUtterance(part);
      speech.lang = "zh-CN";
      speech.rate = 0.9;
      if (index === parts.length - 1) speech.onend = () => this.show(false);
      speechSynthesis.speak(speech);
    }
    this.show(true);
  }

  show(reading) {
    this.reading = reading;
    const button = this.querySelector("button");
    button.setAttribute("aria-pressed", String(reading));
    const label = button.querySelector("span");
    if (!label) return;
    this.label ??= label.textContent;
    label.textContent = reading ? "停止朗读" : this.label;
  }
}

customElements.define("read-aloud", ReadAloud);
