import assert from "node:assert/strict";
import { test } from "node:test";
import { turned } from "../map/palette.js";
import { paintFor, placeBefore, styleLayers, tileUrl, times } from "../map/style.js";

const ENTRY = {
  slug: "things",
  time_field: "at",
  freshness_s: 600,
  roles: [],
  tiles: { kind: "live", url: "/tiles/things/{z}/{x}/{y}", minzoom: 0, maxzoom: 22 },
  style: [
    { id: "things-icon", type: "symbol", layout: { "icon-image": "vessel" }, paint: { "text-color": "#c3cfdf" } },
    { id: "things-area", type: "fill", paint: { "fill-color": "#123456" } },
  ],
};

test("tiles and live rows get the same layers over different sources", () => {
  const [tiled] = styleLayers(ENTRY, { theme: "dark" });
  const [live] = styleLayers(ENTRY, { theme: "dark", live: true });
  assert.deepEqual([tiled.source, tiled["source-layer"], tiled.id], ["tiles-things", "things", "things-icon"]);
  assert.deepEqual([live.source, live["source-layer"], live.id], ["live-things", undefined, "things-icon--live"]);
  assert.deepEqual(live.paint, tiled.paint);
});

test("what is old is drawn faded by the clock of the map", () => {
  const text = JSON.stringify(styleLayers(ENTRY, { theme: "dark" })[0].paint["icon-opacity"]);
  assert.match(text, /global-state/);
  assert.match(text, /600/);
});

test("a style that reads the clock itself is left to fade by itself", () => {
  const part = {
    id: "p",
    type: "symbol",
    paint: { "icon-opacity": ["case", [">", ["global-state", "now_s"], 5], 1, 0] },
  };
  assert.deepEqual(paintFor({ ...ENTRY, style: [part] }, part, "dark"), part.paint);
});

test("words and outlines turn for the light theme, own overrides win", () => {
  const part = ENTRY.style[0];
  assert.equal(paintFor(ENTRY, part, "light")["text-color"], turned("#c3cfdf"));
  const own = { ...ENTRY, style_light: { "things-icon": { "text-color": "#111111" } } };
  assert.equal(paintFor(own, part, "light")["text-color"], "#111111");
  assert.equal(turned("#000000"), "#ffffff");
  assert.equal(turned(turned("#c3cfdf")), "#c3cfdf");
  assert.deepEqual(turned(["get", "colour"]), ["get", "colour"]);
});

test("areas go below symbols whatever the order they are added in", () => {
  const [icon, area] = styleLayers(ENTRY, { theme: "dark" });
  assert.equal(placeBefore(area, [{ id: "base" }, icon]), "things-icon");
  assert.equal(placeBefore(icon, [{ id: "base" }, area]), undefined);
});

test("layers of one rank stand in one order, whichever came first", () => {
  const named = (slug) =>
    styleLayers({ ...ENTRY, slug, style: [{ ...ENTRY.style[0], id: slug }] }, { theme: "dark" })[0];
  const [boats, cranes] = [named("boats"), named("cranes")];
  assert.equal(boats.metadata.rank, cranes.metadata.rank);
  assert.equal(placeBefore(boats, [cranes]), "cranes");
  assert.equal(placeBefore(cranes, [boats]), undefined);
});

test("a curve over zoom stays outermost when it is multiplied", () => {
  const curve = ["interpolate", ["linear"], ["zoom"], 8, 2, 12, 4];
  assert.deepEqual(times(curve, 2), ["interpolate", ["linear"], ["zoom"], 8, ["*", 2, 2], 12, ["*", 4, 2]]);
  const steps = ["step", ["zoom"], 1, 10, 3];
  assert.deepEqual(times(steps, 2), ["step", ["zoom"], 2, 10, ["*", 3, 2]]);
  assert.deepEqual(times(["get", "size"], 2), ["*", ["get", "size"], 2]);
});

test("the filter goes into the tile address, encoded", () => {
  assert.equal(tileUrl(ENTRY, "http://h", ""), "http://h/tiles/things/{z}/{x}/{y}");
  assert.equal(
    tileUrl(ENTRY, "http://h", "a", "2024-12-31T05:00:00Z"),
    "http://h/tiles/things/{z}/{x}/{y}?filter=a&at=2024-12-31T05%3A00%3A00Z",
  );
  assert.equal(tileUrl(ENTRY, "http://h", "a = 'x&y'"), "http://h/tiles/things/{z}/{x}/{y}?filter=a%20%3D%20'x%26y'");
});

test("a wall draws everything larger, also what had no size of its own", () => {
  const [icon] = styleLayers(ENTRY, { theme: "dark", scale: { text: 3, mark: 2 } });
  assert.equal(icon.layout["icon-size"], 2);
});

test("on a wall a name keeps one side of its point and is no longer than panels share", () => {
  const layout = {
    ...{ "text-field": ["get", "title"], "text-size": 12, "text-max-width": 14, "text-justify": "auto" },
    ...{ "text-variable-anchor": ["top", "left"], "text-radial-offset": 1.4 },
  };
  const entry = { ...ENTRY, style: [{ id: "x", type: "symbol", layout, paint: {} }] };
  const [wall] = styleLayers(entry, { theme: "dark", scale: { text: 3, mark: 2 } });
  assert.equal(wall.layout["text-anchor"], "top");
  assert.deepEqual(wall.layout["text-offset"], [0, 1.4]);
  assert.equal(wall.layout["text-max-width"], 9);
  assert.equal("text-variable-anchor" in wall.layout, false);
  const [desk] = styleLayers(entry, { theme: "dark" });
  assert.deepEqual(desk.layout["text-variable-anchor"], ["top", "left"]);
});
