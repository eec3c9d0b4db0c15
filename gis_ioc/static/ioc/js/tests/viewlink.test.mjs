import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeView, encodeView } from "../lib/viewlink.js";

const VIEW = {
  map: { zoom: 9.25, lat: 19.80731, lon: 105.77642 },
  layers: ["a", "b_c"],
  filters: { a: { kind: { in: ["x", "y;z|&"] }, length_m: { min: -1.5 }, ok: { is: true }, code: { text: "a=b:c" } } },
  times: { b_c: "2024-12-31T05:00:00Z" },
  states: { b_c: "KT16,2024-12-31" },
  open: { layer: "a", id: 12 },
  play: "7,8/2026-11-21T00:00:00Z/2026-11-22T00:00:00Z//60",
};

test("a replay that is no plain text is left out", () => {
  assert.equal(decodeView("#play=<b>").play, null);
});

test("a view written to the address reads back the same", () => {
  assert.deepEqual(decodeView(encodeView(VIEW)), VIEW);
});

test("a layer is drawn as of a whole moment or as it is now", () => {
  const view = decodeView("#at.a=2024-12-31&at.b=2024-12-31T05:00:00Z");
  assert.deepEqual(view.times, { b: "2024-12-31T05:00:00Z" });
});

test("no layers shown differs from layers not said", () => {
  assert.deepEqual(decodeView("#layers=").layers, []);
  assert.equal(decodeView("#map=9/19/105").layers, null);
});

test("what makes no sense in a link is left out", () => {
  const view = decodeView("#map=99/xx/105&open=../etc&f.a=kind:%E0%A4%A;ok:!no&junk");
  assert.equal(view.map, null);
  assert.equal(view.open, null);
  assert.deepEqual(view.filters, { a: { ok: { is: false } } });
});
