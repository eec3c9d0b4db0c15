import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, isShown, toggled } from "../scenes/chosen.js";
import { seen } from "../scenes/eye.js";
import { added, freePlace, History, moved, regridded, removed, reordered, resized } from "../scenes/grid.js";
import { least, ofStyle } from "../scenes/measure.js";
import { boundsOf } from "../scenes/view.js";
import { pieces, swapped } from "../scenes/week.js";

const pane = (id, column, row, width, height) => ({ id, kind: "map", column, row, width, height });
const body = (...panes) => ({ grid_columns: 24, grid_rows: 12, panes });

test("a pane is moved and resized on the grid and never off it", () => {
  const begun = body(pane("a", 0, 0, 6, 6));
  assert.equal(moved(begun, "a", 3, 2).panes[0].column, 3);
  assert.equal(moved(begun, "a", 99, -5).panes[0].column, 18);
  assert.equal(moved(begun, "a", 99, -5).panes[0].row, 0);
  assert.equal(resized(begun, "a", 99, -99).panes[0].width, 24);
  assert.equal(resized(begun, "a", 99, -99).panes[0].height, 1);
  assert.equal(begun.panes[0].width, 6, "the body before stays as it was");
});

test("a new pane takes the first free place that is large enough", () => {
  const begun = body(pane("map", 0, 0, 18, 12));
  const found = added(begun, { slug: "clock", least: [4, 1] });
  assert.deepEqual(
    { ...found.body.panes[1], options: 0 },
    { ...pane("clock", 18, 0, 6, 6), kind: "clock", options: 0 },
  );
  assert.equal(freePlace(begun, 7, 1), null);
  const full = added(body(pane("map", 0, 0, 24, 12)), { slug: "map", least: [4, 3] });
  assert.equal(full.free, false);
  assert.equal(full.id, "map-2");
});

test("a pane that is taken away is no longer what an alarm takes", () => {
  const begun = { ...body(pane("a", 0, 0, 2, 2), pane("b", 2, 0, 2, 2)), spotlight: "a" };
  assert.equal(removed(begun, "a").spotlight, undefined);
  assert.equal(removed(begun, "b").spotlight, "a");
  assert.deepEqual(
    reordered(begun, "a", 1).panes.map((one) => one.id),
    ["b", "a"],
  );
  assert.equal(reordered(begun, "a", -1), begun);
});

test("on another grid panes keep their place on the canvas", () => {
  const next = regridded(body(pane("a", 18, 6, 6, 6)), 12, 6);
  assert.deepEqual(next.panes[0], pane("a", 9, 3, 3, 3));
  assert.equal(next.grid_columns, 12);
});

test("what was drawn comes back step by step", () => {
  const begun = body(pane("a", 0, 0, 2, 2));
  const history = new History(begun);
  assert.equal(history.take({ ...begun }), false);
  history.take(moved(begun, "a", 1, 0));
  assert.equal(history.undo(), true);
  assert.deepEqual(history.body, begun);
  assert.equal(history.redo(), true);
  assert.equal(history.body.panes[0].column, 1);
  assert.equal(history.redo(), false);
});

const ENTRIES = [
  { slug: "boats", title: "", roles: ["fleet"], visible: true },
  { slug: "zones", title: "", roles: [], visible: false },
  { slug: "gauges", title: "", roles: ["measuring"], visible: true },
];

test("layers that are shown by themselves stay when one more is chosen", () => {
  const next = toggled({}, ENTRIES, "zones", true);
  assert.deepEqual(next.layers, ["boats", "zones", "gauges"]);
  assert.equal(isShown(next, ENTRIES[1]), true);
});

test("a role goes when one who plays it goes, its filter with it", () => {
  const begun = { roles: ["fleet", "measuring"], layers: ["unseen"], filters: { boats: { x: {} }, unseen: { y: {} } } };
  const next = toggled(begun, ENTRIES, "boats", false);
  assert.deepEqual(next.roles, ["measuring"]);
  assert.deepEqual(next.layers, ["unseen"]);
  assert.deepEqual(Object.keys(next.filters), ["unseen"]);
  assert.deepEqual(chosen(begun, ENTRIES, new Set(["boats", "gauges"])).roles, ["fleet", "measuring"]);
});

test("the least of an expression for a size is found", () => {
  assert.equal(least(11), 11);
  assert.equal(least(["interpolate", ["linear"], ["zoom"], 9, 10, 14, 13]), 10);
  assert.equal(least(["step", ["zoom"], 9, 10, 14, 13, 8]), 8);
  assert.equal(least(["case", ["has", "a"], 12, 9]), 9);
  assert.equal(least(["match", ["get", "a"], "x", 7, "y", 12, 9]), 7);
  assert.equal(least(["max", ["*", 11, 2], 30]), 30);
  assert.equal(least(["get", "size"]), null);
});

test("the words of a map that are too small are named by their layer", () => {
  const layers = [
    { id: "names", type: "symbol", layout: { "text-field": "x", "text-size": 40 } },
    { id: "large", type: "symbol", layout: { "text-field": "x", "text-size": 60 } },
    { id: "marks", type: "symbol", layout: { "icon-image": "x" } },
    { id: "off", type: "symbol", layout: { "text-field": "x", "text-size": 4, visibility: "none" } },
  ];
  const found = ofStyle(layers, "map", 58.8);
  assert.equal(found.all, 2);
  assert.deepEqual(found.small, [{ pane: "map", text: "names", px: 40, needed_px: 58.8 }]);
});

test("from the desk the wall fills the same angle as from the last row", () => {
  // 4.84 m of wall at 8 m are 363 mm at 60 cm, 1,372 CSS pixels at 96 an inch
  const found = seen({ width_px: 7680 }, { pitch_mm: 0.63, farthest_m: 8 }, { distance_cm: 60, px_mm: 25.4 / 96 });
  assert.equal(found.wall_mm, 4838);
  assert.ok(Math.abs(found.width_px - 1371.5) < 1);
  assert.ok(Math.abs(found.angle_deg - 33.7) < 0.1);
});

test("a view is kept as the degrees that it shows", () => {
  const found = boundsOf({ west: 104.1234567, south: 19, east: 200, north: 20.5 });
  assert.deepEqual(found, { kind: "bounds", west: 104.12346, south: 19, east: 180, north: 20.5 });
});

test("a slot over midnight goes on the next day, and the upper of the list wins", () => {
  const slots = [
    { days: [7], begins: "21:00", ends: "06:00", playlist: "night" },
    { days: [1], begins: "00:00", ends: "05:00", playlist: "day" },
    { days: [1], begins: "05:00", ends: "07:00", playlist: "day" },
  ];
  const found = pieces(slots);
  assert.deepEqual(found[0], { slot: 0, day: 7, from: 1260, to: 1440, under: false });
  assert.deepEqual(found[1], { slot: 0, day: 1, from: 0, to: 360, under: false });
  assert.equal(found[2].under, true);
  assert.equal(found[3].under, false);
});

test("a slot that ends when it begins lasts a day", () => {
  const [one, two] = pieces([{ days: [3], begins: "06:00", ends: "06:00", playlist: "day" }]);
  assert.deepEqual([one.from, one.to, two.day, two.to], [360, 1440, 4, 360]);
});

test("two of a list change places, none outside", () => {
  assert.deepEqual(swapped(["a", "b"], 0, 1), ["b", "a"]);
  assert.deepEqual(swapped(["a", "b"], 0, -1), ["a", "b"]);
});
