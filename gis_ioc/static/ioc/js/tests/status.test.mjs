import assert from "node:assert/strict";
import { test } from "node:test";
import { ageParts, epochMs } from "../lib/time.js";
import { ranked } from "../panels/alerts.js";
import { scaleBar } from "../map/furniture/scale.js";
import { health } from "../panels/status.js";

test("the scale bar is a round length that fits its room", () => {
  const bar = scaleBar(19.8, 9, 120);
  assert.equal(bar.metres, 10_000);
  assert.ok(bar.width_px <= 120 && bar.width_px > 40);
  // At the equator a zoom-0 world of 512 px is 40,075 km around.
  assert.equal(Math.round(scaleBar(0, 0, 512).metres / scaleBar(0, 0, 512).width_px), 78_272);
});

test("the chip tells live, delayed and offline apart by what was heard", () => {
  const base = { open: true, tried: true, heard_s: 1000, newest_s: 998, now_s: 1001 };
  assert.deepEqual(health(base), { state: "live", age_s: 3 });
  assert.deepEqual(health({ ...base, now_s: 1040, heard_s: 1039 }), { state: "delayed", age_s: 42 });
  assert.equal(health({ ...base, now_s: 1020, newest_s: 0 }).state, "delayed");
  assert.deepEqual(health({ ...base, open: false }), { state: "off", age_s: 1 });
  assert.equal(health({ ...base, open: false, tried: false }).state, "wait");
});

test("an age is one number with one unit", () => {
  assert.deepEqual([0, 59, 61, 7300, 200_000].map(ageParts), [
    { n: 0, unit: "s" },
    { n: 59, unit: "s" },
    { n: 1, unit: "min" },
    { n: 2, unit: "h" },
    { n: 2, unit: "d" },
  ]);
});

test("times are read as tiles, API and live rows write them", () => {
  const ms = Date.UTC(2026, 10, 22, 8);
  assert.equal(epochMs(ms / 1000), ms);
  assert.equal(epochMs("2026-11-22T15:00:00+07:00"), ms);
  assert.equal(epochMs("2026-11-22 08:00:00+00"), ms);
  assert.equal(epochMs(""), null);
});

test("alerts wait in order: not acknowledged, then severity, then the newest", () => {
  const alert = (id, severity, acknowledged, raised_at) => ({ id, severity, acknowledged, raised_at });
  const list = ranked([
    alert(1, "critical", true, "2026-11-22T00:00:00Z"),
    alert(2, "low", false, "2026-11-22T03:00:00Z"),
    alert(3, "high", false, "2026-11-22T01:00:00Z"),
    alert(4, "high", false, "2026-11-22T02:00:00Z"),
  ]);
  assert.deepEqual(list.map((a) => a.id), [4, 3, 2, 1]);
});
