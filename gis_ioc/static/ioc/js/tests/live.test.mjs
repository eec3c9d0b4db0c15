import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "../live/socket.js";
import { LiveStore } from "../live/store.js";

const COLUMNS = ["id", "lon", "lat", "at", "title", "speed_kn"];
const rows = (...list) => list.map(([id, lon, at]) => [id, lon, 19.5, at, `v${id}`, null]);

test("a snapshot replaces everything and knows the newest time", () => {
  const store = new LiveStore();
  store.snapshot({ seq: 5, columns: COLUMNS, rows: rows([1, 105.1, 100], [2, 105.2, 130]) });
  const features = store.snapshot({ seq: 6, columns: COLUMNS, rows: rows([2, 105.3, 160]) });
  assert.deepEqual(
    features.map((f) => f.id),
    [2],
  );
  assert.deepEqual(features[0].geometry.coordinates, [105.3, 19.5]);
  assert.deepEqual(features[0].properties, { at: 160, title: "v2" });
  assert.equal(store.newest_s, 160);
});

test("a delta moves, adds and removes", () => {
  const store = new LiveStore();
  store.snapshot({ seq: 5, columns: COLUMNS, rows: rows([1, 105, 100], [2, 105, 100]) });
  const { add, remove } = store.delta({ seq: 6, columns: COLUMNS, rows: rows([3, 106, 120]), gone: [1, 99] });
  assert.deepEqual(
    add.map((f) => f.id),
    [3],
  );
  assert.deepEqual(remove, [1]);
  assert.deepEqual([...store.features.keys()], [2, 3]);
});

test("a delta that was already in the snapshot changes nothing", () => {
  const store = new LiveStore();
  store.snapshot({ seq: 7, columns: COLUMNS, rows: rows([1, 105.5, 200]) });
  assert.deepEqual(store.delta({ seq: 7, columns: COLUMNS, rows: rows([1, 105.0, 100]) }), { add: [], remove: [] });
  assert.equal(store.features.get(1).geometry.coordinates[0], 105.5);
});

test("reconnecting waits longer each time, up to a limit, and never all at once", () => {
  const waits = [0, 1, 2, 3, 10].map((failures) => backoff(failures, 1));
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 15000]);
  assert.ok(backoff(3, 0) < backoff(3, 1));
});
