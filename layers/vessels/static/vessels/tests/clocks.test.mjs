import assert from "node:assert/strict";
import { test } from "node:test";
import { show, span } from "../clocks.js";

const place = (dataset) => ({
  dataset,
  textContent: "",
  classList: { toggle(_name, on) { this.on = on; } },
});

const root = (until, since) => ({
  querySelectorAll: (what) => (what === "[data-until]" ? until : since),
});

test("a span counts seconds, and days in words", () => {
  assert.equal(span(0), "00:00:00");
  assert.equal(span(3_661), "01:01:01");
  assert.equal(span(2 * 86_400 + 61), "2 days 00:01:01");
});

test("what is due counts down, and up again once it is over", () => {
  const due = place({ until: "1000" });
  show(root([due], []), 940);
  assert.equal(due.textContent, "−00:01:00");
  assert.equal(due.classList.on, false);
  show(root([due], []), 1_005);
  assert.equal(due.textContent, "+00:00:05");
  assert.equal(due.classList.on, true);
});

test("what lasts counts up from its beginning", () => {
  const age = place({ since: "100" });
  show(root([], [age]), 160);
  assert.equal(age.textContent, "00:01:00");
});
