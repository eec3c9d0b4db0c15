import assert from "node:assert/strict";
import { test } from "node:test";
import { moment, placeOf } from "../days.js";

const SPANS = [
  { first: null, last: "2024-12-31", at: "2024-12-31T12:00:00+07:00", counts: { district: 27 } },
  { first: "2025-01-01", last: "2025-06-30", at: "2025-06-30T12:00:00+07:00", counts: { district: 26 } },
  { first: "2025-07-01", last: null, at: null, counts: { commune: 166 } },
];

test("without a moment it is today", () => {
  assert.equal(placeOf(SPANS, undefined), 2);
});

test("a moment is in the span that ends after it", () => {
  assert.equal(placeOf(SPANS, "2022-01-01T00:00:00Z"), 0);
  assert.equal(placeOf(SPANS, "2024-12-31T05:00:00Z"), 0);
  assert.equal(placeOf(SPANS, "2025-03-01T00:00:00Z"), 1);
  assert.equal(placeOf(SPANS, "2026-01-01T00:00:00Z"), 2);
});

test("each span's own moment leads back to it, as links write it", () => {
  for (const [place, span] of SPANS.entries()) {
    assert.equal(placeOf(SPANS, moment(span.at) ?? undefined), place);
  }
  assert.equal(moment("2024-12-31T12:00:00+07:00"), "2024-12-31T05:00:00Z");
});
