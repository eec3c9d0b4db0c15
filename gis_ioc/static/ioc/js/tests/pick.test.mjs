import assert from "node:assert/strict";
import { test } from "node:test";
import { candidates, decide, ordered } from "../map/pick.js";

const thing = (layer, id, shape, distance_px = 0) => ({ layer, id, shape, distance_px, title: "" });

test("the nearest point wins over the area below it", () => {
  const items = ordered([thing("areas", 1, "area"), thing("boats", 7, "point", 6), thing("boats", 8, "point", 1)]);
  assert.deepEqual(items.map((i) => i.id), [8, 7, 1]);
  assert.equal(decide(items).open.id, 8);
});

test("two points on one spot are offered as a list, with the area", () => {
  const { open, choose } = decide(ordered([thing("boats", 7, "point", 2), thing("boats", 8, "point", 1), thing("areas", 1, "area")]));
  assert.equal(open, null);
  assert.equal(choose.length, 3);
});

test("a feature drawn by icon, halo and label counts once, at its nearest", () => {
  const items = ordered([thing("boats", 7, "point", 5), thing("boats", 7, "point", 2)]);
  assert.deepEqual(items, [thing("boats", 7, "point", 2)]);
});

test("a click on nothing opens nothing", () => {
  assert.deepEqual(decide([]), { open: null, choose: [] });
});

test("the name of a neighbour beside the finger does not hide the area below it", () => {
  const label = {
    id: 2,
    sourceLayer: "areas_label",
    layer: { metadata: { slug: "areas" } },
    geometry: { type: "Point", coordinates: [0, 0] },
    properties: { title: "Neighbour" },
  };
  const area = {
    id: 1,
    sourceLayer: "areas",
    layer: { metadata: { slug: "areas" } },
    geometry: { type: "Polygon", coordinates: [] },
    properties: { title: "Touched" },
  };
  const map = {
    queryRenderedFeatures: (/** @type {any} */ where) => (Array.isArray(where[0]) ? [label, area] : [area]),
    project: () => ({ x: 0, y: 0 }),
  };
  const found = candidates(map, { x: 15, y: 15 }, { clickable: () => ["areas"], near: () => [] }, 20);
  assert.deepEqual(found.map((one) => one.id), [1]);
});

test("rows of our own drawing are found among the others, the nearest first", () => {
  const map = { queryRenderedFeatures: () => [] };
  const near = () => [5, 2].map((distance_px) => ({ layer: "moving", id: distance_px, title: "", shape: /** @type {const} */ ("point"), distance_px }));
  const found = candidates(map, { x: 15, y: 15 }, { clickable: () => [], near }, 20);
  assert.deepEqual(found.map((one) => one.id), [2, 5]);
});
