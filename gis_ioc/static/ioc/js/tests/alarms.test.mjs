import assert from "node:assert/strict";
import { test } from "node:test";
import { FLOOD_MS, REPEAT_MS, toneDue } from "../lib/sound.js";
import { heldBack } from "../panels/alarmbar.js";
import { AGAIN_MS, isOn, SHOWN_MS, waiting } from "../wall/spotlight.js";

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

test("the spotlight is for the newest critical alert that nobody acknowledged", () => {
  const alert = (id, raised_at, more = {}) => ({ id, raised_at, severity: "critical", acknowledged: false, ...more });
  const alerts = [
    alert(1, "2026-11-22T08:00:00Z"),
    alert(2, "2026-11-22T09:00:00Z"),
    alert(3, "2026-11-22T10:00:00Z", { acknowledged: true }),
    alert(4, "2026-11-22T11:00:00Z", { severity: "high" }),
  ];
  assert.deepEqual(
    waiting(alerts).map((entry) => entry.id),
    [2, 1],
  );
});

test("the spotlight goes by itself and comes again while the alert waits", () => {
  const at = (ms, more = {}) => isOn({ id: 5, shownId: 5, since: NOW, now: NOW + ms, ...more });
  assert.equal(at(0), true);
  assert.equal(at(SHOWN_MS), false);
  assert.equal(at(AGAIN_MS), true);
  assert.equal(at(AGAIN_MS + SHOWN_MS), false);
  assert.equal(at(SHOWN_MS, { id: 6 }), true); // another one
  assert.equal(at(0, { id: null }), false);
});
