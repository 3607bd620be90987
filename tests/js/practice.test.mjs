import assert from "node:assert/strict";
import { test } from "node:test";

import { meaningOf } from "../../ankang/practice/static/practice/keys.js";
import { Outbox, waitingGroups } from "../../ankang/practice/static/practice/outbox.js";
import { responseOf } from "../../ankang/practice/static/practice/response.js";
import { moved, tapped, words } from "../../ankang/practice/static/practice/spotting.js";

function storage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
    key: (place) => [...kept.keys()][place],
    get length() {
      return kept.size;
    },
  };
}

function outbox(kept, { group = "7", person = "1", now = () => 0 } = {}) {
  return new Outbox({ person, group, storage: kept, now });
}

const RIGHT = { response: [0], seconds: 4, usedHint: false };

test("an answer given without network is still there after a reload, with the time it waited", () => {
  const kept = storage();
  outbox(kept, { now: () => 1_000 }).put(2, RIGHT);

  const [answer] = outbox(kept, { now: () => 91_000 }).letter().answers;

  assert.deepEqual(answer, { position: 2, response: [0], seconds: 4, used_hint: false, waited: 90 });
});

test("a second answer to the same question is not taken", () => {
  const box = outbox(storage());
  box.put(1, RIGHT);
  box.put(1, { ...RIGHT, response: [1] });

  assert.deepEqual(box.letter().answers.map((one) => one.response), [[0]]);
});

test("answers are sent in the order of answering and never to another group or person", () => {
  let clock = 0;
  const kept = storage();
  const box = outbox(kept, { now: () => (clock += 1) });
  box.put(3, RIGHT);
  box.put(1, RIGHT);
  outbox(kept, { person: "2", group: "9" }).put(1, RIGHT);

  assert.deepEqual(box.letter().answers.map((one) => one.position), [3, 1]);
  assert.deepEqual(waitingGroups("1", kept), ["7"]);
  assert.equal(outbox(kept, { group: "8" }).size, 0);
});

test("what the server has is dropped, and nothing is left behind", () => {
  const kept = storage();
  const box = outbox(kept);
  box.put(1, RIGHT);
  box.drop(1);

  assert.equal(kept.length, 0);
});

test("a storage that is full, forbidden or spoiled loses nothing that is in the page", () => {
  const broken = {
    getItem: () => "{spoiled",
    setItem: () => {
      throw new Error("full");
    },
    removeItem: () => {},
  };
  const box = outbox(broken);
  box.put(1, RIGHT);

  assert.equal(box.size, 1);
});

test("arrows move the cross, Shift moves it far, and the edge stops it", () => {
  assert.deepEqual(moved([50, 50], "ArrowLeft", false), [48, 50]);
  assert.deepEqual(moved([50, 50], "ArrowDown", true), [50, 60]);
  assert.deepEqual(moved([1, 99], "ArrowLeft", true), [0, 99]);
  assert.equal(moved([50, 50], "Enter", false), null);
});

test("a tap marks, a tap on a mark takes it away, and no more than allowed are made", () => {
  const one = tapped([], [20.04, 40], 2, 0.75);
  assert.deepEqual(one, [[20, 40]]);
  assert.deepEqual(tapped(one, [21, 41], 2, 0.75), []);
  assert.equal(tapped([[1, 1], [90, 90]], [50, 50], 2, 0.75).length, 2);
  assert.equal(words([10, 90]), "左下，从左 10，从上 90");
});

function key(name, tagName = "BODY", more = {}) {
  return { key: name, target: { tagName, ...more } };
}

test("numbers and letters choose; Enter goes on unless what has the keyboard needs it", () => {
  assert.deepEqual(meaningOf(key("2")), { act: "choose", place: 1 });
  assert.deepEqual(meaningOf(key("C")), { act: "choose", place: 2 });
  assert.deepEqual(meaningOf(key("Enter")), { act: "go-on" });
  assert.equal(meaningOf(key("Enter", "BUTTON")), null);
  assert.equal(meaningOf(key("a", "INPUT", { type: "text" })), null);
  assert.equal(meaningOf({ ...key("a"), ctrlKey: true }), null);
});

function form(kind, found) {
  return {
    dataset: { kind },
    querySelectorAll: () => found,
    querySelector: () => found,
  };
}

test("a form says nothing until it is answered whole", () => {
  assert.equal(responseOf(form("single", [])), null);
  assert.deepEqual(responseOf(form("multiple", [{ value: "0" }, { value: "2" }])), [0, 2]);
  assert.equal(responseOf(form("fill_in", [{ value: "通风" }, { value: " " }])), null);
  assert.equal(responseOf(form("hazard", { taps: [] })), null);
  assert.equal(responseOf(form("ordering", { response: null })), null);
});
