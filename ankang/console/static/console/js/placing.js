/** Hazards as circles in percent of the picture's width (x, r) and height (y). Pure. */

export const RADII = [1, 50];
const STEP = 1;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function tenth(number) {
  return Math.round(number * 10) / 10;
}

function between(number, [least, most]) {
  return tenth(Math.min(most, Math.max(least, number)));
}

/** The circle with its middle here, never outside the picture. */
export function moved(circle, x, y) {
  return { ...circle, x: between(x, [0, 100]), y: between(y, [0, 100]) };
}

/** The circle whose edge goes through this place. */
export function resized(circle, [x, y], proportion) {
  return { ...circle, r: between(Math.hypot(x - circle.x, (y - circle.y) * proportion), RADII) };
}

/** The circle after a key; null if the key does nothing to it. */
export function pressed(circle, key, isFar) {
  const step = isFar ? STEP * 5 : STEP;
  if (key === "+" || key === "=") return { ...circle, r: between(circle.r + step, RADII) };
  if (key === "-") return { ...circle, r: between(circle.r - step, RADII) };
  const move = MOVES[key];
  return move ? moved(circle, circle.x + move[0] * step, circle.y + move[1] * step) : null;
}

/** What was before, so that it can be had again; the oldest is forgotten first. */
export class History {
  constructor(most = 50) {
    this.most = most;
    this.kept = [];
  }

  keep(state) {
    if (JSON.stringify(this.kept.at(-1)) === JSON.stringify(state)) return;
    this.kept = [...this.kept, state].slice(-this.most);
  }

  /** The state before; null when there is none that differs from now. */
  undo(now) {
    while (this.kept.length > 0) {
      const before = this.kept.pop();
      if (JSON.stringify(before) !== JSON.stringify(now)) return before;
    }
    return null;
  }

  get isEmpty() {
    return this.kept.length === 0;
  }
}
