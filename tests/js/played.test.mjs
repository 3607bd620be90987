import assert from "node:assert/strict";
import { test } from "node:test";

import { BeatQueue } from "../../ankang/learning/static/learning/beat-queue.js";
import { Played, clock, furthest, rangesOf } from "../../ankang/learning/static/learning/played.js";

function play(played, from, to) {
  for (let at = from; at <= to + 1e-9; at += 0.25) played.advance(at);
}

test("whole seconds are claimed as they end", () => {
  const played = new Played();
  played.jump(0);
  play(played, 0, 3.5);
  assert.deepEqual(played.take(), [[[0, 3]]]);
  play(played, 3.75, 5);
  assert.deepEqual(played.take(), [[[3, 5]]]);
});

test("a jump claims nothing of what lies between", () => {
  const played = new Played();
  played.jump(0);
  play(played, 0, 2);
  played.advance(100);
  play(played, 100.25, 102);
  assert.deepEqual(played.take(), [[[0, 2], [100, 102]]]);
});

test("a claim is never longer than a beat", () => {
  const played = new Played();
  played.jump(0);
  play(played, 0, 40);
  assert.deepEqual(played.take(15), [[[0, 15]], [[15, 30]], [[30, 40]]]);
});

test("a pause in the middle of a second loses nothing", () => {
  const played = new Played();
  played.jump(0);
  play(played, 0, 8.5);
  played.pause();
  played.resume(8.5);
  play(played, 8.5, 12);
  assert.deepEqual(played.take(), [[[0, 12]]]);
});

test("going on elsewhere is a new stretch", () => {
  const played = new Played();
  played.jump(0);
  play(played, 0, 8.5);
  played.pause();
  played.resume(20);
  play(played, 20, 21);
  assert.deepEqual(played.take(), [[[0, 8], [20, 21]]]);
});

test("seconds played twice are claimed once", () => {
  const played = new Played();
  played.jump(0);
  play(played, 0, 5);
  played.jump(2);
  play(played, 2, 4);
  assert.deepEqual(played.take(), [[[0, 5]]]);
});

test("one may move inside what is covered, not beyond", () => {
  assert.equal(furthest([[0, 100]], 20), 100);
  assert.equal(furthest([], 20), 20);
});

test("ranges and clock", () => {
  assert.deepEqual(rangesOf([1, 2, 5]), [[1, 3], [5, 6]]);
  assert.equal(clock(200.7), "3:20");
});

function storage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
}

test("beats survive a reload and leave only when they were answered", () => {
  const kept = storage();
  const queue = new BeatQueue("beats:1", kept);
  queue.push("a", { sequence: 1 });
  queue.push("a", { sequence: 2 });
  queue.push("b", { sequence: 1 });
  const again = new BeatQueue("beats:1", kept);
  const message = again.next();
  assert.equal(message.token, "a");
  assert.deepEqual(message.beats, [{ sequence: 1 }, { sequence: 2 }]);
  again.push("b", { sequence: 2 });
  again.drop(message);
  assert.equal(again.length, 2);
  assert.equal(again.next().token, "b");
});

test("a forbidden storage loses nothing in memory", () => {
  const broken = {
    getItem: () => null,
    setItem: () => {
      throw new Error("full");
    },
    removeItem: () => {},
  };
  const queue = new BeatQueue("beats:1", broken);
  queue.push("a", { sequence: 1 });
  assert.equal(queue.length, 1);
});
