import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveColumns, STEPS } from "../live/columns.js";
import { Motion, moment } from "../map/motion.js";

const NOON_S = 1_795_323_600;
const FIELDS = [{ name: "course_deg" }, { name: "speed_kn" }];
const METRE = STEPS / 40_075_016.69; // at the equator

/** A layer of one row, and the hand that moves it. */
function one({ fields = FIELDS, freshness_s = /** @type {number|null} */ (600) } = {}) {
  const store = new LiveColumns();
  const motion = new Motion({ fields, freshness_s });
  const known = new Uint8Array(256);
  let begun = false;
  const put = (/** @type {any} */ { at, x = 0, y = 0, course = null, speed = null }) => {
    store.ids[0] = 1;
    store.end = 1;
    store.x[0] = STEPS / 2 + x * METRE;
    store.y[0] = STEPS / 2 - y * METRE;
    store.at[0] = at;
    store.columns.set("course_deg", { codes: new Int32Array(256).fill(course === null ? -1 : 0), values: [course] });
    store.columns.set("speed_kn", { codes: new Int32Array(256).fill(speed === null ? -1 : 0), values: [speed] });
    const changed = /** @type {any} */ ({ fresh: !begun, rows: new Uint32Array([0]) });
    begun = true;
    motion.take(store, changed, known);
  };
  const at = (/** @type {number} */ seconds) => {
    const [x, y] = motion.at(0, moment(seconds * 1000));
    return [(x - STEPS / 2) / METRE, (STEPS / 2 - y) / METRE];
  };
  return { put, at, motion };
}

/** @param {number} a @param {number} b @param {number} [within] */
const near = (a, b, within = 0.1) => assert.ok(Math.abs(a - b) < within, `${a} is not ${b}`);

test("a row goes on by course and speed for a minute, then stands", () => {
  const { put, at } = one();
  put({ at: NOON_S, course: 90, speed: 10 });
  near(at(NOON_S)[0], 0);
  near(at(NOON_S + 30)[0], 154.3);
  near(at(NOON_S + 60)[0], 308.7);
  near(at(NOON_S + 300)[0], 308.7);
  near(at(NOON_S + 30)[1], 0);
});

test("what is no longer fresh is drawn where it was last heard", () => {
  const { put, at } = one({ freshness_s: 120 });
  put({ at: NOON_S, course: 90, speed: 10 });
  near(at(NOON_S + 119)[0], 308.7);
  near(at(NOON_S + 130)[0], 0);
});

test("a row without course stands still", () => {
  const { put, at } = one();
  put({ at: NOON_S, speed: 10 });
  near(at(NOON_S + 60)[0], 0);
});

test("a newer fix takes over without a leap", () => {
  const { put, at } = one();
  put({ at: NOON_S, course: 90, speed: 10 });
  const before = at(NOON_S + 9.9)[0];
  put({ at: NOON_S + 10, x: 100, course: 90, speed: 10 });
  near(at(NOON_S + 9.9)[0], before);
  let last = before;
  for (let t = 9.9; t < 12.5; t += 0.05) {
    const here = at(NOON_S + t)[0];
    assert.ok(Math.abs(here - last) < 3, `from ${last} to ${here} at ${t}`);
    last = here;
  }
  near(at(NOON_S + 12)[0], 110.3);
});

test("fixes of every second are followed without a leap", () => {
  const { put, at } = one({ fields: [] });
  let last = 0;
  for (let t = 0; t < 8; t++) {
    put({ at: NOON_S + t, x: 10 * t });
    for (let part = -1; part < 0; part += 0.1) {
      const here = at(NOON_S + t + part)[0];
      assert.ok(Math.abs(here - last) < 4, `from ${last} to ${here} at ${t + part}`);
      last = here;
    }
  }
  near(at(NOON_S + 12)[0], 70);
});

test("two screens draw the same, whenever the fixes reached them", () => {
  const early = one();
  const late = one();
  const fixes = [0, 10, 20].map((s) => ({ at: NOON_S + s, x: s * 6, y: s, course: 80, speed: 11 }));
  for (const fix of fixes) early.put(fix);
  for (const fix of fixes) late.put(fix);
  late.put(fixes[2]); // told again
  for (const t of [19, 20, 20.7, 25, 100]) assert.deepEqual(early.at(NOON_S + t), late.at(NOON_S + t));
});

test("a place far away is leapt to, not sailed to", () => {
  const { put, at } = one();
  put({ at: NOON_S, course: 90, speed: 10 });
  put({ at: NOON_S + 10, x: 50_000 });
  near(at(NOON_S + 10.1)[0], 50_000);
});

test("a row whose time is not known is drawn at its place", () => {
  const { put, at } = one();
  put({ at: Number.NaN, x: 5, course: 90, speed: 10 });
  near(at(NOON_S)[0], 5);
});
