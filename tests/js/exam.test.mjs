import assert from "node:assert/strict";
import { test } from "node:test";

import { AnswerQueue } from "../../ankang/learning/static/learning/answer-queue.js";
import { ServerClock, minutes } from "../../ankang/core/static/core/js/server-clock.js";

function storage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
    get size() {
      return kept.size;
    },
  };
}

test("answers given without network are still there after a reload", () => {
  const kept = storage();
  new AnswerQueue("7", kept).put(3, ["1"]);

  assert.deepEqual(new AnswerQueue("7", kept).next(), { position: "3", places: ["1"] });
});

test("answers of one paper never reach another", () => {
  const kept = storage();
  new AnswerQueue("7", kept).put(3, ["1"]);

  assert.equal(new AnswerQueue("8", kept).next(), null);
});

test("only the latest answer to a question waits", () => {
  const queue = new AnswerQueue("7", storage());
  queue.put(3, ["1"]);
  queue.put(4, ["0"]);
  queue.put(3, ["2"]);

  assert.equal(queue.size, 2);
  assert.deepEqual(queue.waiting.get("3"), ["2"]);
});

test("an answer changed while it was sent is sent again", () => {
  const queue = new AnswerQueue("7", storage());
  queue.put(3, ["1"]);
  const sent = queue.next();
  queue.put(3, ["2"]);

  queue.drop(sent);

  assert.deepEqual(queue.next(), { position: "3", places: ["2"] });
});

test("a confirmed answer leaves nothing behind", () => {
  const kept = storage();
  const queue = new AnswerQueue("7", kept);
  queue.put(3, ["1"]);

  queue.drop(queue.next());

  assert.equal(queue.size, 0);
  assert.equal(kept.size, 0);
});

test("a storage with rubbish or none at all is no obstacle", () => {
  const broken = { getItem: () => "{", setItem: () => assert.fail, removeItem: () => {} };
  const forbidden = {
    getItem() {
      throw new Error("forbidden");
    },
    setItem() {
      throw new Error("forbidden");
    },
  };

  assert.equal(new AnswerQueue("7", broken).size, 0);
  const queue = new AnswerQueue("7", forbidden);
  queue.put(1, ["0"]);
  assert.equal(queue.size, 1);
});

test("the clock counts from what the server said and never below zero", () => {
  let now = 1_000_000;
  const clock = new ServerClock(() => now);
  clock.set(90);
  now += 30_000;
  assert.equal(clock.left(), 60);
  clock.set(10);
  now += 60_000;
  assert.equal(clock.left(), 0);
  assert.equal(minutes(1805), "30:05");
});
