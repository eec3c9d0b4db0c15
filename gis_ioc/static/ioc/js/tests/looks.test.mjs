import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveColumns } from "../live/columns.js";
import { columnsOf, Look } from "../map/looks.js";

/** A store of rows given as objects. @param {...Record<string, any>} rows */
function held(...rows) {
  const store = new LiveColumns();
  rows.forEach((row, i) => {
    store.ids[i] = i + 1;
    for (const [name, value] of Object.entries(row)) {
      const column = store.columns.get(name) ?? { codes: new Int32Array(256).fill(-1), values: [] };
      store.columns.set(name, column);
      column.codes[i] = column.values.push(value) - 1;
    }
  });
  store.end = store.count = rows.length;
  return store;
}

/** @param {any} part @param {any} store @param {number} row @param {number} [zoom] */
function words(part, store, row, zoom = 8.5) {
  const look = new Look(part, (name) => ["", "ship", "boat"].indexOf(name), { now_s: 100 });
  look.setZoom(zoom);
  const into = new Uint32Array(6);
  look.write(store, row, into, 0);
  return { look, into };
}

const ICON = {
  type: "symbol",
  filter: [">=", ["coalesce", ["get", "speed"], 0], 1],
  layout: {
    "icon-image": ["match", ["get", "kind"], "fishing", "boat", "ship"],
    "icon-rotate": ["coalesce", ["get", "course"], 0],
    "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.5, 12, 1],
    "icon-offset": [0, -14],
    "icon-rotation-alignment": "map",
  },
  paint: { "icon-color": "#ff8000", "icon-opacity": ["case", ["==", ["get", "kind"], "fishing"], 0.5, 1] },
};

test("image, turn, colour, size, shift and opacity of an icon are those of its style", () => {
  const store = held({ kind: "fishing", course: 90, speed: 3 }, { kind: "cargo", speed: 0 });
  const { into, look } = words(ICON, store, 0);
  assert.deepEqual([into[0] & 255, (into[0] >> 8) & 255, into[0] >>> 24], [255, 128, 255]);
  assert.deepEqual([into[2] & 0xffff, into[2] >>> 16], [8 * 64, 10 * 64]); // px at zoom 8 and 9
  assert.deepEqual([into[3] & 0xffff, into[3] >>> 16], [16_384, 2]);
  assert.equal((into[4] << 0) >> 16, -14 * 16);
  assert.deepEqual([into[5] & 255, into[5] >>> 24], [128, 1]);
  assert.deepEqual([look.draws(store, 0), look.draws(store, 1)], [true, false]);
});

test("a look is kept by the values it depends on, and follows them", () => {
  const store = held({ kind: "fishing", speed: 3 });
  const { look } = words(ICON, store, 0);
  assert.equal(look.draws(store, 0), true);
  store.columns.get("speed").values.push(0);
  store.columns.get("speed").codes[0] = 1;
  assert.equal(look.draws(store, 0), false);
});

test("a circle has a radius, an edge, and an opacity of its own for the edge", () => {
  const part = {
    type: "circle",
    paint: {
      "circle-radius": 6,
      "circle-color": "#000",
      "circle-stroke-color": "#fff",
      "circle-stroke-width": 1.5,
      "circle-stroke-opacity": 0.5,
    },
  };
  const { into } = words(part, held({}), 0);
  assert.equal(into[2] & 0xffff, 6 * 64);
  assert.equal((into[5] >> 16) & 255, 24);
  assert.equal(into[1] >>> 24, 128);
});

test("what reads more than columns is made anew for every row", () => {
  assert.deepEqual(columnsOf(["match", ["get", "a"], ["x"], ["get", "b"], 1]), new Set(["a", "b"]));
  assert.equal(columnsOf(["-", ["global-state", "now_s"], ["get", "seen"]]), null);
  assert.equal(columnsOf([">", ["get", "at"], 5]), null);
  const part = { type: "circle", paint: { "circle-radius": ["-", ["global-state", "now_s"], ["get", "seen"]] } };
  const store = held({ seen: 90 }, { seen: 80 });
  const { look, into } = words(part, store, 1);
  assert.equal(into[2] & 0xffff, 20 * 64);
  assert.deepEqual([look.columns, look.clocked], [null, true]);
});
