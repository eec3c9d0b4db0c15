/** The store of live rows, fed with frames that the server's encoder has made. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LiveColumns, STEPS } from "../live/columns.js";
import { readFrame } from "../live/frame.js";

const made = JSON.parse(readFileSync(new URL("frames.json", import.meta.url), "utf8"));
/** @param {string} name */
const frame = (name) => readFrame(new Uint8Array(Buffer.from(made[name], "base64")).buffer);
const NOON_S = 1_795_323_600;

/** A store that has taken frames in turn. @param {...string} names */
function after(...names) {
  const store = new LiveColumns();
  let changed = null;
  for (const name of names) changed = store.apply(frame(name));
  return { store, changed: /** @type {import("../live/columns.js").Changed} */ (changed) };
}

/** @param {LiveColumns} store @param {number} id */
const row = (store, id) => store.properties(store.rowOf(id));

test("a snapshot says all rows, without what is null", () => {
  const { store, changed } = after("snapshot");
  assert.equal(changed.fresh, true);
  assert.deepEqual(row(store, 1), { title: "v1", kind: "fishing", speed_kn: 4.5, crew: 6, moored: false, at: NOON_S });
  assert.equal("kind" in row(store, 2), false);
  assert.equal(store.newest_s, NOON_S + 30);
  const lon = (store.x[store.rowOf(1)] / STEPS) * 360 - 180;
  assert.ok(Math.abs(lon - 105.9) < 1e-7);
});

test("a delta moves and adds", () => {
  const { store, changed } = after("snapshot", "delta");
  assert.equal(store.count, 3);
  assert.deepEqual([...changed.added], [store.rowOf(3)]);
  assert.equal(row(store, 1).at, NOON_S + 60);
  assert.equal(row(store, 1).title, "v1");
  assert.equal(row(store, 3).title, "v3");
});

test("a row that is gone leaves its place to the next", () => {
  const { store } = after("snapshot", "delta");
  const place = store.rowOf(2);
  const changed = store.apply(frame("gone"));
  assert.deepEqual([...(changed?.removed ?? [])], [place]);
  assert.equal(store.rowOf(2), -1);
  store.apply(frame("growth"));
  assert.ok([...store.rows()].includes(place));
  assert.match(row(store, store.ids[place]).title, /^n/);
});

test("the columns grow and keep what was there", () => {
  const { store } = after("snapshot", "delta", "gone", "growth");
  assert.equal(store.count, 602);
  assert.ok(store.size >= 602);
  assert.equal(row(store, 1).title, "v1");
  assert.equal(row(store, 609).title, "n609");
  assert.equal(store.rows().length, 602);
});

test("where rows have only moved, nothing else is said to have changed", () => {
  const { store, changed } = after("snapshot", "delta", "gone", "growth", "sparse");
  assert.equal(changed.rows.length, 51);
  assert.deepEqual([...changed.columns.keys()], ["kind"]);
  assert.deepEqual([...(changed.columns.get("kind") ?? [])], [store.rowOf(100)]);
  assert.equal(row(store, 100).kind, "tanker");
});

test("after a move of the view the rows beyond it are gone", () => {
  const { store } = after("snapshot", "delta", "gone", "growth", "sparse", "moved");
  assert.ok(store.count > 100 && store.count < 602);
  assert.equal(store.rowOf(609), -1);
  assert.equal(row(store, 100).title, "n100");
});

test("a frame that is older than what is held changes nothing", () => {
  const { store } = after("snapshot", "delta");
  store.seq = 100;
  assert.equal(store.apply(frame("gone")), null);
  assert.equal(store.count, 3);
});

test("what is no frame is refused", () => {
  assert.throws(() => readFrame(new Uint8Array(64).buffer), /not a frame/);
});
