import assert from "node:assert/strict";
import { test } from "node:test";

import { BeatRoad } from "../../ankang/learning/static/learning/beat-road.js";

const COLLECTOR = "https://beats.example.cn/learning/beats/";
const MAIN = "/learning/beats/";
const CREDITED = { status: 200, said: { credited: 15 } };

/** A road whose addresses answer as told; `asked` is what was sent where. */
function road(answers, collector = COLLECTOR) {
  const asked = [];
  const clock = { ms: 0 };
  async function ask(address, options) {
    asked.push({ address, ...options });
    const answer = answers[address];
    if (!answer) throw new TypeError("network");
    return { ok: answer.status < 300, status: answer.status, json: async () => answer.said ?? JSON.parse("<") };
  }
  const made = new BeatRoad({ main: MAIN, collector, csrf: "c" }, { ask, now: () => clock.ms });
  return { road: made, asked, clock, where: () => asked.map((one) => one.address) };
}

test("without a collector beats go to the main process", async () => {
  const { road: ours, where } = road({ [MAIN]: CREDITED }, "");
  assert.equal((await ours.send({ beats: [] })).said.credited, 15);
  assert.deepEqual(where(), [MAIN]);
});

test("with a collector the main process is left alone, and no cookie is sent", async () => {
  const { road: ours, asked, where } = road({ [MAIN]: CREDITED, [COLLECTOR]: CREDITED });
  assert.equal((await ours.send({ beats: [] })).status, 200);
  assert.deepEqual(where(), [COLLECTOR]);
  assert.equal(asked[0].credentials, "omit");
  assert.equal(asked[0].headers, undefined);
});

for (const [name, answer] of [
  ["is not reached", undefined],
  ["is behind a proxy that does not reach it", { status: 502 }],
  ["is not there", { status: 404 }],
  ["is broken", { status: 500, said: { error: "internal" } }],
  ["is behind a proxy that finds nobody", { status: 503 }],
]) {
  test(`a collector that ${name}: the same message goes to the main process`, async () => {
    const { road: ours, asked, where } = road({ [MAIN]: CREDITED, [COLLECTOR]: answer });
    assert.equal((await ours.send({ beats: [1] })).said.credited, 15);
    assert.deepEqual(where(), [COLLECTOR, MAIN]);
    assert.equal(asked[0].body, asked[1].body);
  });
}

test("it is asked again after a minute", async () => {
  const answers = { [MAIN]: CREDITED };
  const { road: ours, clock, where } = road(answers);
  await ours.send({});
  answers[COLLECTOR] = CREDITED;
  clock.ms = 59_000;
  await ours.send({});
  clock.ms = 60_000;
  await ours.send({});
  assert.deepEqual(where(), [COLLECTOR, MAIN, MAIN, COLLECTOR]);
});

for (const error of ["queue", "database"]) {
  test(`one that says it is busy (${error}) keeps its phones: they wait and ask it again`, async () => {
    const { road: ours, where } = road({ [MAIN]: CREDITED, [COLLECTOR]: { status: 503, said: { error } } });
    assert.equal((await ours.send({})).status, 503);
    await ours.send({});
    assert.deepEqual(where(), [COLLECTOR, COLLECTOR]);
  });
}

test("a refusal is an answer", async () => {
  const { road: ours, where } = road({ [MAIN]: CREDITED, [COLLECTOR]: { status: 403, said: { error: "token" } } });
  assert.equal((await ours.send({})).ok, false);
  assert.deepEqual(where(), [COLLECTOR]);
});

test("nobody answers: the beats stay in the queue", async () => {
  const { road: ours } = road({});
  assert.equal(await ours.send({}), null);
});
