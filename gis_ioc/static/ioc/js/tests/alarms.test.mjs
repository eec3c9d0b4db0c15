import assert from "node:assert/strict";
import { test } from "node:test";
import { FLOOD_MS, REPEAT_MS, toneDue } from "../lib/sound.js";
import { heldBack } from "../panels/alarmbar.js";

const NOW = 1_000_000;
const quiet = { alerts: [], fresh: [], flood: false, now: NOW, lastAt: 0, silencedUntil: 0 };
const critical = { severity: "critical", acknowledged: false };

test("a new alert sounds at once with the tone of the gravest", () => {
  assert.equal(toneDue({ ...quiet, fresh: [{ severity: "low" }, { severity: "high" }] }), "high");
  assert.equal(toneDue(quiet), null);
});

test("the tone comes again while a critical alert is not acknowledged, and only then", () => {
  const state = { ...quiet, alerts: [critical], lastAt: NOW - REPEAT_MS + 1 };
  assert.equal(toneDue(state), null);
  assert.equal(toneDue({ ...state, now: NOW + 1 }), "critical");
  assert.equal(toneDue({ ...state, now: NOW + 1, alerts: [{ ...critical, acknowledged: true }] }), null);
  assert.equal(toneDue({ ...state, now: NOW + 1, alerts: [{ ...critical, severity: "high" }] }), null);
});

test("in a flood there is one tone in half a minute, whatever comes", () => {
  const state = { ...quiet, flood: true, fresh: [critical], alerts: [critical] };
  assert.equal(toneDue({ ...state, lastAt: NOW - FLOOD_MS + 1 }), null);
  assert.equal(toneDue({ ...state, lastAt: NOW - FLOOD_MS }), "flood");
  assert.equal(toneDue({ ...quiet, flood: true }), null);
});

test("silenced, nothing sounds until the time is over", () => {
  const state = { ...quiet, alerts: [critical], fresh: [critical], silencedUntil: NOW };
  assert.equal(toneDue({ ...state, now: NOW - 1 }), null);
  assert.equal(toneDue(state), "critical");
});

test("a flood shows roots and the gravest and counts the others", () => {
  const alerts = [
    { severity: "critical", feature_id: 1 },
    { severity: "low", feature_id: null },
    { severity: "low", feature_id: 2 },
    { severity: "medium", feature_id: 3 },
  ];
  assert.deepEqual(heldBack(alerts, true), { shown: alerts.slice(0, 2), held: 2 });
  assert.deepEqual(heldBack(alerts, false), { shown: alerts, held: 0 });
});
