import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cuts, heightOf, panel, shifted, widthOf } from "../wall/canvas.js";
import { stage } from "../wall/stage.js";

const table = (name) => JSON.parse(readFileSync(new URL(`../../../../wall/tests/${name}.json`, import.meta.url)));
const { programs, cases } = table("stage_cases");

for (const { name, program, state, at, stage: wanted } of cases) {
  test(`the state means at the moment: ${name}`, () => {
    const found = stage(programs[program], state, at);
    const whole = {
      until: null,
      playlist: null,
      item: null,
      paused: false,
      over: null,
      camera: null,
      time: null,
      exercise: false,
      blank: null,
      ...wanted,
    };
    assert.deepEqual(bare(found), bare(whole));
  });
}

/** Without what is null: the server writes it, a test may leave it out. */
function bare(value) {
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(kept.map(([key, one]) => [key, bare(one)]));
}

const { canvases, panels, cuts: pairs, shifted: shifts } = table("canvas_cases");
const box = ([x, y, width, height]) => ({ x, y, width, height });
const camera = ([x, y, zoom]) => ({ x, y, zoom });

test("the canvas is as large as panels and bezels", () => {
  for (const { canvas, width_px, height_px } of canvases)
    assert.deepEqual([widthOf(canvas), heightOf(canvas)], [width_px, height_px]);
});

test("each panel has its part of the canvas, others are refused", () => {
  for (const { canvas, panel: place, box: wanted } of panels) {
    if (wanted) assert.deepEqual(panel(canvas, ...place), box(wanted));
    else assert.throws(() => panel(canvas, ...place), RangeError);
  }
});

test("boxes cut each other when they share a pixel", () => {
  for (const { a, b, cuts: wanted } of pairs) assert.equal(cuts(box(a), box(b)), wanted);
});

test("the camera of a part is moved by its pixels", () => {
  for (const { camera: given, pane, part, shifted: wanted } of shifts) {
    const found = shifted(camera(given), box(pane), box(part));
    const px = 512 * 2 ** found.zoom;
    assert.ok(Math.hypot(found.x - wanted[0], found.y - wanted[1]) * px < 1e-3);
    assert.equal(found.zoom, wanted[2]);
  }
});
