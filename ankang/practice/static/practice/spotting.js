/** Places in a picture in percent of its width and height. Pure, for the element. */

const STEP = 2;
const NEAR = 3;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Where the cross goes when a key is pressed; null if the key moves nothing. */
export function moved([x, y], key, isFar) {
  const move = MOVES[key];
  if (!move) return null;
  const step = isFar ? STEP * 5 : STEP;
  return [clamped(x + move[0] * step), clamped(y + move[1] * step)];
}

function clamped(number) {
  return Math.min(100, Math.max(0, number));
}

/** The marks after a tap: one more, or the touched one taken away; never above most. The picture's height by its width. */
export function tapped(marks, [x, y], most, proportion) {
  const touched = marks.findIndex(([a, b]) => Math.hypot(a - x, (b - y) * proportion) < NEAR);
  if (touched >= 0) return marks.filter((_, place) => place !== touched);
  if (marks.length >= most) return marks;
  return [...marks, [tenth(x), tenth(y)]];
}

function tenth(number) {
  return Math.round(number * 10) / 10;
}

/** Where the cross stands, in words. */
export function words([x, y]) {
  const across = x < 34 ? "左" : x > 66 ? "右" : "中";
  const down = y < 34 ? "上" : y > 66 ? "下" : "中";
  const part = across === "中" && down === "中" ? "正中" : `${across}${down}`;
  return `${part}，从左 ${Math.round(x)}，从上 ${Math.round(y)}`;
}
