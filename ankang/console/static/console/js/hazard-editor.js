import { History, moved, pressed, resized, tenth } from "./placing.js";

const SVG = "http://www.w3.org/2000/svg";
const FIELDS = ["name", "x", "y", "r", "why"];
const FIRST_RADIUS = 8;
const MIDDLE = 50;

/** <hazard-editor>: circles on a picture. The fields of the rows are the truth; this draws them. */
class HazardEditor extends HTMLElement {
  connectedCallback() {
    if (this.history) return;
    this.history = new History();
    this.proportion = Number(this.dataset.proportion);
    this.most = Number(this.dataset.most);
    for (const name of ["how", "undo"]) this.part(name).hidden = false;
    const marks = this.part("marks");
    marks.addEventListener("click", (event) => this.place(event));
    marks.addEventListener("keydown", (event) => this.press(event));
    marks.addEventListener("pointerdown", (event) => this.grab(event));
    marks.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) marks.addEventListener(name, () => this.drop());
    // before htmx and the form see them: what the page can do itself needs no server
    this.addEventListener("click", (event) => this.use(event), { capture: true });
    this.part("rows").addEventListener("focusin", () => this.keep());
    this.part("rows").addEventListener("input", () => this.draw());
    this.draw();
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  get rows() {
    return [...this.part("rows").children];
  }

  field(row, name) {
    return row.querySelector(`[name="hazard-${row.dataset.row}-${name}"]`);
  }

  /** Every row as it stands, for drawing and to have it again. */
  get state() {
    return this.rows.map((row) => ({
      key: row.dataset.row,
      ...Object.fromEntries(FIELDS.map((name) => [name, this.field(row, name).value])),
    }));
  }

  circle(row) {
    const number = (name) => Number(this.field(row, name).value) || 0;
    return { x: number("x"), y: number("y"), r: number("r") };
  }

  keep() {
    this.history.keep(this.state);
  }

  put(row, circle) {
    for (const [name, number] of Object.entries(circle)) this.field(row, name).value = number;
    this.draw();
  }

  /** The place of a pointer in percent of the picture. */
  at(event) {
    const box = this.part("marks").getBoundingClientRect();
    return [((event.clientX - box.left) * 100) / box.width, ((event.clientY - box.top) * 100) / box.height];
  }

  place(event) {
    // a pointer that was held clicks on the picture itself: that is no new place
    if (event.target !== this.part("marks") || this.wasDropped) return;
    const [x, y] = this.at(event);
    this.add(tenth(x), tenth(y));
  }

  add(x, y) {
    if (this.rows.length >= this.most) {
      this.say(`一幅图最多标 ${this.most} 处。`);
      return;
    }
    this.keep();
    const key = String(Math.max(-1, ...this.rows.map((row) => Number(row.dataset.row))) + 1);
    this.append({ key, name: "", x, y, r: FIRST_RADIUS, why: "" });
    this.draw();
    this.say(`标了第 ${this.rows.length} 处，在下面写名称。`);
    this.focusMark(key);
  }

  append(values) {
    const made = document.createElement("template");
    made.innerHTML = this.part("new").innerHTML.replaceAll("KEY", values.key);
    const row = made.content.firstElementChild;
    for (const name of FIELDS) this.field(row, name).value = values[name];
    this.part("rows").append(row);
  }

  remove(row) {
    this.keep();
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.draw();
    this.say("删去了一处，可以撤销。");
    if (next) this.focusMark(next.dataset.row);
    else this.querySelector("#hazard-add").focus();
  }

  undo() {
    const before = this.history.undo(this.state);
    if (!before) return;
    this.part("rows").replaceChildren();
    for (const values of before) this.append(values);
    this.draw();
    this.say(`撤销了一步，现在有 ${before.length} 处。`);
  }

  use(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.value === "hazard-add") this.add(MIDDLE, MIDDLE);
    else if (button.value.startsWith("hazard-drop-")) this.remove(button.closest("[data-row]"));
    else if (button === this.part("undo")) this.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  rowOf(mark) {
    const key = mark?.closest("[data-mark]")?.dataset.mark;
    return key === undefined ? undefined : this.rows.find((row) => row.dataset.row === key);
  }

  press(event) {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.undo();
      return;
    }
    const row = this.rowOf(event.target);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = pressed(this.circle(row), event.key, event.shiftKey);
    if (next) {
      this.keep();
      this.put(row, next);
      this.focusMark(row.dataset.row);
      this.say(words(next));
    } else if (event.key === "Delete" || event.key === "Backspace") this.remove(row);
    else if (event.key === "Enter") this.field(row, "name").focus();
    else return;
    event.preventDefault();
  }

  grab(event) {
    this.wasDropped = false;
    const row = this.rowOf(event.target);
    if (!row) return;
    event.preventDefault();
    this.keep();
    const [x, y] = this.at(event);
    const circle = this.circle(row);
    const isEdge = event.target.matches(".edge");
    this.held = { row, isEdge, off: [circle.x - x, circle.y - y] };
    this.part("marks").setPointerCapture(event.pointerId);
    this.focusMark(row.dataset.row);
  }

  drag(event) {
    if (!this.held) return;
    const { row, isEdge, off } = this.held;
    const [x, y] = this.at(event);
    const circle = this.circle(row);
    this.put(row, isEdge ? resized(circle, [x, y], this.proportion) : moved(circle, x + off[0], y + off[1]));
  }

  drop() {
    if (!this.held) return;
    const { row } = this.held;
    this.held = null;
    this.wasDropped = true;
    this.focusMark(row.dataset.row);
    this.say(words(this.circle(row)));
  }

  focusMark(key) {
    this.part("marks").querySelector(`[data-mark="${key}"]`)?.focus({ preventScroll: true });
  }

  say(text) {
    this.part("said").textContent = text;
    this.part("undo").disabled = this.history.isEmpty;
  }

  draw() {
    const focused = this.part("marks").contains(document.activeElement) && document.activeElement.dataset.mark;
    this.part("marks").replaceChildren(...this.rows.map((row, place) => this.mark(row, place + 1)));
    for (const [place, row] of this.rows.entries()) row.querySelector('[data-part="number"]').textContent = place + 1;
    this.part("undo").disabled = this.history.isEmpty;
    if (focused) this.focusMark(focused);
  }

  mark(row, number) {
    const { x, y, r } = this.circle(row);
    const middle = { cx: x, cy: y * this.proportion };
    const name = this.field(row, "name").value || "还没有名称";
    const group = shape("g", {
      "data-mark": row.dataset.row,
      tabindex: 0,
      role: "button",
      "aria-label": `第 ${number} 处，${name}，${words({ x, y, r })}`,
    });
    const text = shape("text", { x: middle.cx, y: middle.cy });
    text.textContent = number;
    group.append(shape("circle", { ...middle, r }), text, shape("circle", { cx: x + r, cy: middle.cy, r: 1.6, class: "edge" }));
    return group;
  }
}

function words({ x, y, r }) {
  return `从左 ${tenth(x)}，从上 ${tenth(y)}，半径 ${tenth(r)}`;
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

customElements.define("hazard-editor", HazardEditor);
