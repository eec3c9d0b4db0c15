import assert from "node:assert/strict";
import { test } from "node:test";
import { isEmpty, passes, toCql } from "../lib/cql.js";

test("choices, ranges, yes-or-no and text become one CQL2 condition", () => {
  const filter = { kind: { in: ["a", "b'c"] }, length_m: { min: 15, max: 24.5 }, ok: { is: false }, code: { text: "TH_1" } };
  assert.equal(toCql(filter), "kind IN ('a', 'b''c') AND length_m >= 15 AND length_m <= 24.5 AND ok = false AND code LIKE '%TH\\_1%'");
});

test("an empty filter asks for everything", () => {
  assert.equal(toCql(undefined), "");
  assert.ok(isEmpty({ kind: { in: [] } }));
});

test("a live row passes exactly when its tile would", () => {
  const filter = { kind: { in: ["a"] }, speed_kn: { min: 2 } };
  assert.ok(passes(filter, { kind: "a", speed_kn: 2 }));
  assert.ok(!passes(filter, { kind: "b", speed_kn: 5 }));
  assert.ok(!passes(filter, { kind: "a", speed_kn: 1.9 }));
  assert.ok(!passes(filter, { kind: "a" }), "unknown speed is not at least 2");
  assert.ok(passes(undefined, {}));
});
