import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, localText, parseLocal } from "../choice.js";

const AT = [1000, 1300, 1600, 1900];
const HANOI_MS = 7 * 3_600_000;

test("a stretch means the first and the last value inside it", () => {
  assert.deepEqual(chosen(AT, 1_200_000, 1_700_000), { since: 1_300_000, until: 1_600_000 });
});

test("a click between two values means the nearest one", () => {
  assert.deepEqual(chosen(AT, 1_480_000, 1_480_000), { since: 1_600_000, until: 1_600_000 });
  assert.deepEqual(chosen(AT, 9_000_000, 9_000_000), { since: 1_900_000, until: 1_900_000 });
});

test("where nothing was measured nothing is chosen", () => {
  assert.equal(chosen([], 0, 1), null);
});

test("times of the fields are those of the page's zone", () => {
  const text = localText(Date.UTC(2026, 10, 21, 17, 0), HANOI_MS);
  assert.equal(text, "2026-11-22T00:00:00");
  assert.equal(parseLocal(text), Date.UTC(2026, 10, 22));
  assert.equal(parseLocal("2026-11-22T08:05"), Date.UTC(2026, 10, 22, 8, 5));
});

test("what is no time is none", () => {
  for (const text of ["", "yesterday", "2026-13-40T99:99"]) assert.equal(parseLocal(text), null);
});
