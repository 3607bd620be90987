import assert from "node:assert/strict";
import { test } from "node:test";

import { History, moved, pressed, resized } from "../../ankang/console/static/console/js/placing.js";

const CIRCLE = { x: 50, y: 50, r: 8 };

test("a hazard is moved to a tenth of a percent and never out of the picture", () => {
  assert.deepEqual(moved(CIRCLE, 12.345, 67.89), { x: 12.3, y: 67.9, r: 8 });
  assert.deepEqual(moved(CIRCLE, -4, 130), { x: 0, y: 100, r: 8 });
});

test("its edge goes through the pointer, measured in percent of the width", () => {
  assert.equal(resized(CIRCLE, [70, 50], 0.75).r, 20);
  assert.equal(resized(CIRCLE, [50, 70], 0.75).r, 15);
  assert.equal(resized(CIRCLE, [50, 50], 0.75).r, 1);
  assert.equal(resized({ x: 0, y: 0, r: 8 }, [100, 100], 1).r, 50);
});

test("arrow keys move it, plus and minus size it, other keys do nothing", () => {
  assert.deepEqual(pressed(CIRCLE, "ArrowUp", false), { x: 50, y: 49, r: 8 });
  assert.deepEqual(pressed(CIRCLE, "ArrowRight", true), { x: 55, y: 50, r: 8 });
  assert.equal(pressed(CIRCLE, "=", false).r, 9);
  assert.equal(pressed(CIRCLE, "-", true).r, 3);
  assert.equal(pressed(CIRCLE, "a", false), null);
});

test("what was before comes back step by step, and nothing that is the same as now", () => {
  const history = new History(2);
  for (const state of [["a"], ["a"], ["b"], ["c"]]) history.keep(state);

  assert.deepEqual(history.undo(["c"]), ["b"]);
  assert.ok(history.isEmpty);
  assert.equal(history.undo(["b"]), null);
});
