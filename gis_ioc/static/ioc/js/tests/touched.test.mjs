import assert from "node:assert/strict";
import { test } from "node:test";
import { reload, related, Touched } from "../map/touched.js";

const at = (z, x, y) => ({ z, x, y });

/** Stands in for MapLibre's map: its tiles in view, and those that have left it. */
function mapWith(inView, outOfView = []) {
  const asked = [];
  const tiles = inView.map(([z, x, y, state = "loaded"]) => ({ tileID: { canonical: at(z, x, y) }, state }));
  let kept = outOfView.map(([z, x, y]) => ({ tileID: { canonical: at(z, x, y) } }));
  const manager = {
    getIds: () => Object.keys(tiles),
    getTileByID: (id) => tiles[id],
    _outOfViewCache: {
      filter: (keep) => {
        kept = kept.filter(keep);
      },
    },
  };
  return {
    asked,
    kept: () =>
      kept.map(
        ({
          tileID: {
            canonical: { z, x, y },
          },
        }) => [z, x, y],
      ),
    style: { tileManagers: { s: manager } },
    refreshTiles: (_source, ids) => asked.push(ids ? ids.map(({ z, x, y }) => [z, x, y]) : "all"),
  };
}

test("a tile is related to those above and below it, and to itself", () => {
  const deep = at(10, 814, 450);
  for (const other of [at(10, 814, 450), at(9, 407, 225), at(0, 0, 0), at(12, 3257, 1803)])
    assert.ok(related(deep, other));
  for (const other of [at(10, 815, 450), at(9, 408, 225), at(12, 3260, 1803)]) assert.ok(!related(deep, other));
});

test("only the listed tiles are asked for, and those above and below the deep ones", () => {
  const touched = new Touched();
  touched.add({ tiles: [[8, 1, 1]], deep: [[10, 814, 450]] });
  const map = mapWith([
    [8, 1, 1],
    [8, 1, 2],
    [9, 407, 225],
    [9, 408, 225],
    [12, 3257, 1803],
  ]);
  assert.deepEqual(reload(map, "s", touched), []);
  assert.deepEqual(map.asked, [
    [
      [8, 1, 1],
      [9, 407, 225],
      [12, 3257, 1803],
    ],
  ]);
});

test("nothing is asked for when no tile in view has changed", () => {
  const touched = new Touched();
  touched.add({ tiles: [], deep: [[16, 1, 1]] });
  const map = mapWith([[9, 408, 225]]);
  reload(map, "s", touched);
  assert.deepEqual(map.asked, []);
});

test("a changed tile that has left the view is forgotten, others stay", () => {
  const touched = new Touched();
  touched.add({ tiles: [], deep: [[10, 814, 450]] });
  const map = mapWith(
    [],
    [
      [9, 407, 225],
      [9, 408, 225],
    ],
  );
  reload(map, "s", touched);
  assert.deepEqual(map.kept(), [[9, 408, 225]]);
});

test("a tile that is still being loaded is to be looked at again", () => {
  const touched = new Touched();
  touched.add({ tiles: [[8, 1, 1]], deep: [] });
  assert.deepEqual(
    reload(
      mapWith([
        [8, 1, 1, "loading"],
        [8, 1, 2],
      ]),
      "s",
      touched,
    ),
    [[8, 1, 1]],
  );
});

test("a message without lists, or too many lists, means every tile", () => {
  const whole = new Touched();
  whole.add({});
  const many = new Touched();
  for (let n = 0; n < 3; n++) many.add({ tiles: Array.from({ length: 400 }, (_, k) => [12, k, n]), deep: [] });
  for (const touched of [whole, many]) {
    const map = mapWith([[9, 408, 225]]);
    reload(map, "s", touched);
    assert.deepEqual(map.asked, ["all"]);
  }
});

test("a change of what no tile shows touches nothing", () => {
  const touched = new Touched();
  touched.add({ tiles: [], deep: [] });
  assert.ok(touched.empty);
});
