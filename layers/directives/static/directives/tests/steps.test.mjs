import assert from "node:assert/strict";
import { test } from "node:test";
import { STEPS, stepsLeft } from "../steps.js";

const HOUR_S = 3_600;

test("a ring empties with the time that is left of the whole clock", () => {
  const clock = { span_s: 2 * HOUR_S, due_at: 10 * HOUR_S, running: true };
  assert.equal(stepsLeft(clock, 8 * HOUR_S), STEPS);
  assert.equal(stepsLeft(clock, 9 * HOUR_S), STEPS / 2);
  assert.equal(stepsLeft(clock, 10 * HOUR_S), 0);
});

test("what the clock stood still is not gone", () => {
  // an hour of two was gone when it stopped for ten: the deadline moved, the span did not
  const clock = { span_s: 2 * HOUR_S, due_at: 20 * HOUR_S, running: true };
  assert.equal(stepsLeft(clock, 19 * HOUR_S), STEPS / 2);
});

test("a clock that stands, or none, is a full ring", () => {
  assert.equal(stepsLeft({ span_s: HOUR_S, due_at: 0, running: false }, HOUR_S), STEPS);
  assert.equal(stepsLeft({ span_s: null, due_at: null, running: true }, HOUR_S), STEPS);
});
