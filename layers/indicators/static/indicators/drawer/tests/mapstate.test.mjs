import assert from "node:assert/strict";
import { test } from "node:test";
import { colours, labels, readState, writeState } from "../mapstate.js";

const ANSWER = {
  indicator: { decimals: 1 },
  classes: [{ dark: "#111111", light: "#eeeeee" }, { dark: "#222222", light: "#dddddd" }],
  areas: [
    { unit_id: 1, value: 3.25, place: 0, status: "green" },
    { unit_id: 2, value: 9, place: 1, status: "red" },
    { unit_id: 3, value: null, place: null, status: null },
  ],
};

test("a state written to the address reads back the same", () => {
  for (const state of [{ code: "KT16", date: "2024-12-31" }, { code: "KT16", date: "" }, { code: "", date: "" }]) {
    assert.deepEqual(readState(writeState(state)), state);
  }
});

test("what makes no sense in a link is left out", () => {
  assert.deepEqual(readState("<script>,yesterday"), { code: "", date: "" });
  assert.deepEqual(readState(undefined), { code: "", date: "" });
});

test("units have the colour of their class in the theme, others stay clear", () => {
  assert.deepEqual(colours(ANSWER, "dark"), ["match", ["id"], [1], "#111111", [2], "#222222", "rgba(0,0,0,0.01)"]);
  assert.equal(colours({ areas: [], classes: [] }, "dark"), "rgba(0,0,0,0.01)");
});

test("a red unit bears the shape beside its figure, a missing one nothing", () => {
  assert.deepEqual(labels(ANSWER, "vi"), [[1, "3,3"], [2, "▲ 9"]]);
});
