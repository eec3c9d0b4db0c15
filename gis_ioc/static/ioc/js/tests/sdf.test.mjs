import assert from "node:assert/strict";
import { test } from "node:test";
import { distanceField, RADIUS } from "../map/sdf.js";

test("the field is three quarters at an edge and falls off with true distance", () => {
  const size = 33;
  const coverage = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) for (let x = 0; x < 16; x++) coverage[y * size + x] = 255;
  const field = distanceField(coverage, size, size);
  const row = 16 * size;
  // The edge lies between columns 15 and 16: a half pixel on either side of 191.
  assert.ok(Math.abs((field[row + 15] + field[row + 16]) / 2 - 191.25) < 1.5);
  const perPixel = 255 / RADIUS;
  assert.ok(Math.abs(field[row + 16] - field[row + 18] - 2 * perPixel) < 2);
  assert.equal(field[row + 30], 0);
});

test("a corner is measured along the diagonal", () => {
  const size = 9;
  const coverage = new Uint8Array(size * size);
  coverage[0] = 255;
  const field = distanceField(coverage, size, size);
  const expected = 255 - 255 * (Math.hypot(3, 3) / RADIUS + 0.25);
  assert.ok(Math.abs(field[3 * size + 3] - expected) < 1.5);
});
