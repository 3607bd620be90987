import { moved, tapped, words } from "./spotting.js";

const SVG = "http://www.w3.org/2000/svg";
const ZOOMS = [1, 1.5, 2, 3];
const MARK_RADIUS = 2.6;

/** <hazard-picture>: taps by finger, or by a cross that the arrow keys move. */
class HazardPicture extends HTMLElement {
  connectedCallback() {
    if (this.taps) return;
    this.taps = [];
    this.zoom = 0;
    this.cross = [50, 50];
    this.most = Number(this.dataset.taps);
    this.proportion = Number(this.dataset.proportion);
    this.part("tools").hidden = false;
    this.part("canvas").addEventListener("click", (event) => this.touch(event));
    this.part("frame").addEventListener("keydown", (event) => this.press(event));
    this.part("frame").addEventListener("focus", () => this.draw());
    this.part("frame").addEventListener("blur", () => this.draw());
    this.part("tools").addEventListener("click", (event) => this.use(event.target.closest("button")));
    this.draw();
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  touch(event) {
    const box = this.part("canvas").getBoundingClientRect();
    this.cross = [((event.clientX - box.left) * 100) / box.width, ((event.clientY - box.top) * 100) / box.height];
    this.tap();
  }

  press(event) {
    const next = moved(this.cross, event.key, event.shiftKey);
    if (next) {
      this.cross = next;
      this.part("cursor").textContent = words(next);
      this.keepInSight();
      this.draw();
    } else if (event.key === "Enter" || event.key === " ") this.tap();
    else if (event.key === "Backspace" || event.key === "Delete") this.undo();
    else if (event.key === "+" || event.key === "=") this.setZoom(this.zoom + 1);
    else if (event.key === "-") this.setZoom(this.zoom - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  use(button) {
    if (button?.dataset.act === "nearer") this.setZoom(this.zoom + 1);
    else if (button?.dataset.act === "farther") this.setZoom(this.zoom - 1);
    else if (button?.dataset.act === "undo") this.undo();
  }

  tap() {
    if (this.isLocked) return;
    const before = this.taps.length;
    this.taps = tapped(this.taps, this.cross, this.most, this.proportion);
    const isFull = this.taps.length === before;
    this.say(isFull ? `最多标 ${this.most} 处，先取消一处再标。` : "");
  }

  undo() {
    if (this.isLocked) return;
    this.taps = this.taps.slice(0, -1);
    this.say("");
  }

  say(more) {
    this.part("count").textContent = more || `已标 ${this.taps.length} 处，最多 ${this.most} 处。`;
    this.part("cursor").textContent = more || `已标 ${this.taps.length} 处。${words(this.cross)}`;
    this.querySelector("[name=taps]").value = this.taps.map((tap) => tap.join(",")).join(" ");
    this.draw();
  }

  setZoom(place) {
    this.zoom = Math.min(ZOOMS.length - 1, Math.max(0, place));
    this.part("canvas").style.width = `${ZOOMS[this.zoom] * 100}%`;
    this.keepInSight();
  }

  keepInSight() {
    const frame = this.part("frame");
    frame.scrollLeft = (frame.scrollWidth * this.cross[0]) / 100 - frame.clientWidth / 2;
    frame.scrollTop = (frame.scrollHeight * this.cross[1]) / 100 - frame.clientHeight / 2;
  }

  draw() {
    const marks = this.taps.map(([x, y], place) => this.mark(x, y * this.proportion, place + 1)).flat();
    const hasCross = document.activeElement === this.part("frame");
    this.part("marks").replaceChildren(...marks, ...(hasCross ? this.crossLines() : []));
  }

  mark(x, y, number) {
    const text = shape("text", { x, y });
    text.textContent = number;
    return [shape("circle", { cx: x, cy: y, r: MARK_RADIUS, class: "run" }), text];
  }

  crossLines() {
    const [x, y] = [this.cross[0], this.cross[1] * this.proportion];
    return [
      shape("line", { x1: x - 5, y1: y, x2: x + 5, y2: y, class: "cross" }),
      shape("line", { x1: x, y1: y - 5, x2: x, y2: y + 5, class: "cross" }),
    ];
  }

  lock() {
    this.isLocked = true;
  }
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

customElements.define("hazard-picture", HazardPicture);
