import assert from "node:assert/strict";
import { test } from "node:test";
import { readReplay, writeReplay } from "../link.js";
import { Loader, nextPart, united } from "../loader.js";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const HOUR = 3_600_000;

test("a link says which vessels, from when to when, where the clock stands", () => {
  const text = "12,15/2026-11-21T00:00:00Z/2026-11-22T00:00:00Z/2026-11-21T06:00:00Z/120";
  const replay = readReplay(text, NOW);
  assert.deepEqual(replay.ids, [12, 15]);
  assert.equal(replay.to - replay.from, 24 * HOUR);
  assert.equal(replay.at - replay.from, 6 * HOUR);
  assert.equal(replay.speed, 120);
  assert.equal(writeReplay(replay), text);
});

test("a link may ask for the end of the span", () => {
  assert.equal(readReplay("7/24h/end", NOW).at, NOW);
});

test("a short link means the hours up to now", () => {
  assert.deepEqual(readReplay("7", NOW), { ids: [7], box: null, from: NOW - 24 * HOUR, to: NOW, at: undefined, speed: undefined });
  assert.equal(readReplay("7/7d", NOW).from, NOW - 168 * HOUR);
  const box = readReplay("box:105.5,19.1,106.5,20/6h", NOW);
  assert.deepEqual(box.box, [105.5, 19.1, 106.5, 20]);
  assert.deepEqual(readReplay(writeReplay(box), NOW), box);
});

test("a link that makes no sense replays nothing", () => {
  for (const text of ["", "x", "12;13", "box:1,2,3", "box:106,19,105,20", "7/yesterday", "7/2026-11-22T00:00:00Z", "7/2026-11-22T00:00:00Z/2026-11-21T00:00:00Z"]) {
    assert.equal(readReplay(text, NOW), null, text);
  }
});

test("what touches is one part", () => {
  assert.deepEqual(united([{ from: 5, to: 9 }, { from: 0, to: 3 }, { from: 3, to: 5 }, { from: 20, to: 30 }]), [{ from: 0, to: 9 }, { from: 20, to: 30 }]);
});

test("what lies ahead of the clock comes first, then the holes before it", () => {
  const span = { from: 0, to: 100 };
  assert.deepEqual(nextPart([], span, 40, 10), { from: 40, to: 50 });
  assert.deepEqual(nextPart([{ from: 40, to: 95 }], span, 50, 10), { from: 95, to: 100 });
  assert.deepEqual(nextPart([{ from: 40, to: 100 }], span, 50, 100), { from: 0, to: 40 });
  assert.equal(nextPart([{ from: 0, to: 100 }], span, 50, 10), null);
});

test("the whole span is loaded once, and a refusal makes the parts smaller", async () => {
  const asked = [];
  let state = "";
  const loader = new Loader({
    span: { from: 0, to: 86_400 },
    clock: () => 30_000,
    bring: async (part) => {
      if (part.to - part.from > 4_000) throw Object.assign(new Error("too much"), { status: 400 });
      asked.push(part);
      return { points: 1, to: part.to };
    },
    tell: (now) => { state = now; },
  });
  await loader.run();
  assert.equal(state, "done");
  assert.deepEqual(united(asked), [{ from: 0, to: 86_400 }]);
  assert.equal(asked.reduce((sum, part) => sum + part.to - part.from, 0), 86_400);
});

test("a server that goes on refusing, or too many points, ends with its word", async () => {
  for (const [bring, wanted] of [
    [async () => { throw Object.assign(new Error("no"), { status: 400 }); }, "failed"],
    [async () => { throw Object.assign(new Error("no"), { status: 500 }); }, "failed"],
    [async (part) => ({ points: 2_000_000, to: part.to }), "full"],
  ]) {
    let last = "";
    await new Loader({ span: { from: 0, to: 864_000 }, clock: () => 0, bring, tell: (now) => { last = now; } }).run();
    assert.equal(last, wanted);
  }
});
