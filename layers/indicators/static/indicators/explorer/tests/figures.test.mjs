import assert from "node:assert/strict";
import { test } from "node:test";
import { decimalsOf, estimated, fold, found, inkOn, periodParts, rowsOf, sorted, yearBack } from "../figures.js";
import { commonBreaks, periodsToShow, placeOf } from "../grid.js";
import { alike, aroundNothing, beside, difference, readPair, writePair } from "../pair.js";

const area = (unit_id, value, more = {}) => ({ unit_id, title: `Unit ${unit_id}`, value, rank: null, status: null, how: "own", period: "2024", ...more });

test("Vietnamese is found without its marks", () => {
  assert.equal(fold("Tỷ lệ hộ nghèo, ĐÓNG"), "ty le ho ngheo, dong");
  assert.ok(found(fold("KT16 Tỷ lệ hộ nghèo đa chiều"), "ngheo kt16"));
  assert.ok(!found(fold("KT16 Tỷ lệ hộ nghèo"), "ngheo giau"));
});

test("units without the figure come last whichever way the column is sorted", () => {
  const rows = rowsOf([area(1, 5), area(2, null), area(3, 9)]);
  assert.deepEqual(sorted(rows, "value").map((row) => row.unit_id), [1, 3, 2]);
  assert.deepEqual(sorted(rows, "-value").map((row) => row.unit_id), [3, 1, 2]);
});

test("red comes before amber and green", () => {
  const rows = rowsOf([area(1, 1, { status: "green" }), area(2, 2, { status: "red" }), area(3, 3, { status: "amber" })]);
  assert.deepEqual(sorted(rows, "status").map((row) => row.status), ["red", "amber", "green"]);
});

test("a change is in points where the measure is a per cent, and none without another period", () => {
  const before = [area(1, 4, { period: "2023" }), area(2, 4)];
  assert.deepEqual(rowsOf([area(1, 5), area(2, 5)], before).map((row) => row.change), [25, null]);
  assert.deepEqual(rowsOf([area(1, 5), area(2, 5)], before, true).map((row) => row.change), [1, null]);
  assert.equal(rowsOf([area(1, 5)], [area(1, 0, { period: "2023" })])[0].change, null);
});

test("a change is to the same period of the year before and to no other", () => {
  assert.equal(yearBack("2026-01..10"), "2025-01..10");
  assert.equal(yearBack("2025/2026"), "2024/2025");
  assert.equal(yearBack(null), null);
  const ten = area(1, 100, { period: "2026-01..10" });
  assert.equal(rowsOf([ten], [area(1, 10, { period: "2025-10" })])[0].change, null);
  assert.equal(rowsOf([ten], [area(1, 80, { period: "2025-01..10" })])[0].change, 25);
});

test("what nobody published for the unit is an estimate", () => {
  assert.equal(estimated(area(1, 3, { how: "recast" })), true);
  assert.equal(estimated(area(1, 3)), false);
  assert.equal(estimated(area(1, null, { how: null })), false);
});

test("a column has as many decimals as it needs and no more", () => {
  assert.equal(decimalsOf([1, 2, null], 2), 0);
  assert.equal(decimalsOf([1.5, 2], 2), 1);
  assert.equal(decimalsOf([1.234, 2], 2), 2);
  assert.equal(decimalsOf([1_234.56], 2), 1);
  assert.equal(decimalsOf([54_321.5], 2), 0);
});

test("periods are told apart by their text", () => {
  const kinds = ["2024", "2024-H1", "2024-Q3", "2024-11", "2024-01..11", "2024-W47", "2024-11-22", "2023/2024", "2024-11-22..12-05"];
  assert.deepEqual(kinds.map((text) => periodParts(text)[0].slice(7)), ["year", "half", "quarter", "month", "months", "week", "day", "school", "span"]);
  assert.equal(periodParts("2024-Q3")[1].q, "III");
});

test("ink stands out from the colour below it", () => {
  assert.equal(inkOn("#ecdcff"), "#10161d");
  assert.equal(inkOn("#443650"), "#f2f5f9");
});

test("common classes hold every value of every map once", () => {
  const ramp = ["a", "b", "c"].map((dark) => ({ dark, light: dark }));
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const { bounds, classes } = commonBreaks([...values, null], [{ classes: ramp }], 3);
  assert.equal(classes.length, bounds.length - 1);
  for (const value of values) assert.notEqual(placeOf(value, bounds), null);
  assert.equal(placeOf(null, bounds), null);
  assert.equal(placeOf(9, bounds), classes.length - 1);
  assert.equal(placeOf(10, bounds), null);
});

test("equal values make one class", () => {
  const { bounds, classes } = commonBreaks([4, 4, 4], [{ classes: [{ dark: "a" }, { dark: "b" }] }], 2);
  assert.deepEqual([classes.length, placeOf(4, bounds)], [1, 0]);
});

test("years stand beside years, and the last periods beside each other", () => {
  const months = Array.from({ length: 36 }, (_, i) => `${2022 + Math.floor(i / 12)}-${String(1 + (i % 12)).padStart(2, "0")}-28`);
  const days = [...months, "2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31"].sort();
  assert.deepEqual(periodsToShow(days, "years", 12), ["2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31"]);
  assert.equal(periodsToShow(days, "last", 12).length, 12);
  assert.deepEqual(periodsToShow([], "years", 12), []);
});

const RAMP = { dark: ["1", "2", "3", "4", "5", "6", "7"], light: ["1", "2", "3", "4", "5", "6", "7"] };

test("a difference is coloured around nothing, as far down as up", () => {
  const bounds = aroundNothing([-6, 2], 7);
  assert.equal(bounds.length, 8);
  assert.deepEqual([bounds[0], bounds[7]], [-6, 6]);
  const made = difference({ areas: [area(1, 10), area(2, 4), area(3, null)] }, { areas: [area(1, 4), area(2, 4), area(3, 1)] }, RAMP);
  assert.deepEqual(made.areas.map((one) => one.value), [-6, 0, null]);
  assert.deepEqual(made.areas.map((one) => one.place), [0, 3, null]);
});

test("where nothing changed there is only the colour of the middle", () => {
  const made = difference({ areas: [area(1, 2)] }, { areas: [area(1, 2)] }, RAMP);
  assert.deepEqual(made.classes.map((one) => one.dark), ["4"]);
  assert.equal(made.areas[0].place, 0);
});

test("both sides of a swipe map share their classes", () => {
  const ramp = ["a", "b"].map((dark) => ({ dark, light: dark, status: "red" }));
  const [left, right] = alike({ classes: ramp, areas: [area(1, 1)] }, { classes: ramp, areas: [area(1, 9), area(2, 5)] }, 2);
  assert.deepEqual(left.classes, right.classes);
  assert.ok(left.areas[0].place < right.areas[0].place);
});

test("a comparison has a link, and one that makes no sense falls back to dates", () => {
  const pair = { view: "units", a: "12", b: "14", mode: "swipe" };
  assert.deepEqual(readPair(writePair(pair, "code=KT16")), pair);
  assert.deepEqual(readPair("view=magic&a=1&b=%3Cscript%3E&mode=x"), { view: "dates", a: "", b: "", mode: "swipe" });
});

test("units are compared only where both have a figure, and only in the same measure", () => {
  const line = (indicator, value, measure = "%") => ({ indicator, facet: "", figure: value === null ? null : { value, measure, period: "2024" } });
  const rows = beside([line("A", 1), line("B", 2), line("C", 3)], [line("C", 5, "cases"), line("B", null), line("A", 4)], ["C", "A"]);
  assert.deepEqual(rows.map((row) => [row.first.indicator, row.change]), [["C", null], ["A", 3]]);
});
