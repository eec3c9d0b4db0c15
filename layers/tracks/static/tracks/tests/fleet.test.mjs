import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet, HIDDEN, MOVING, STILL, WAITING } from "../fleet.js";
import { latOf, lonOf } from "../geo.js";
import { decode } from "../pages.js";

const T0 = Date.parse("2026-11-21T00:00:00Z") / 1000;
const iso = (s) => new Date((T0 + s) * 1000).toISOString();

/** A page as the API writes it. Points: [seconds, lon, lat]. */
function page(from, to, runs, ids = runs.map(([id]) => id)) {
  const vessels = [...new Set(ids)];
  const columns = { at: [], lon: [], lat: [] };
  for (const [, , points] of runs) {
    let before = [0, 0, 0];
    for (const [at, lon, lat] of points) {
      const whole = [at - from, Math.round(lon * 1e5), Math.round(lat * 1e5)];
      ["at", "lon", "lat"].forEach((name, i) => columns[name].push(whole[i] - before[i]));
      before = whole;
    }
  }
  return {
    from: iso(from), to: iso(to), degree: 100_000,
    vessels: { id: vessels, title: vessels.map((id) => `V${id}`), vessel_class: vessels.map(() => "fishing") },
    tracks: { vessel: runs.map(([id]) => vessels.indexOf(id)), kind: runs.map(([, kind]) => kind), count: runs.map(([, , points]) => points.length) },
    points: columns,
  };
}

const fleet = (...pages) => {
  const made = new Fleet();
  for (const each of pages) made.add(decode(each));
  return made;
};
const place = (made, lane) => [lonOf(made.now.x[lane]), latOf(made.now.y[lane])].map((v) => Number(v.toFixed(4)));

test("between two fixes of one run a vessel is on the way, before the first it is not there", () => {
  const made = fleet(page(0, 3600, [[7, "ais", [[600, 106, 20], [1200, 106.02, 20]]]]));
  made.seek(T0 + 599);
  assert.equal(made.now.state[0], HIDDEN);
  made.seek(T0 + 900);
  assert.equal(made.now.state[0], MOVING);
  assert.deepEqual(place(made, 0), [106.01, 20]);
  assert.ok(Math.abs(made.now.course[0] - Math.PI / 2) < 1e-6, "eastward");
  assert.ok(Math.abs(made.now.speed_kn[0] - 6.77) < 0.05);
});

test("in a silence it waits where it was heard last and nothing is interpolated", () => {
  const made = fleet(page(0, 86400, [[7, "ais", [[0, 106, 20], [600, 106.01, 20]]], [7, "ais", [[40000, 106.2, 20], [40600, 106.2, 20]]]]));
  made.seek(T0 + 20_000);
  assert.equal(made.now.state[0], WAITING);
  assert.deepEqual(place(made, 0), [106.01, 20]);
  assert.equal(made.now.heard[0], T0 + 600);
  assert.deepEqual(made.gaps(), [{ lane: 0, place: 1 }]);
  made.seek(T0 + 40_300);
  assert.equal(made.now.state[0], STILL);
});

test("a jump that no ship makes is neither joined nor drawn as a silence", () => {
  const made = fleet(page(0, 7200, [[7, "ais", [[0, 106, 20], [600, 106.01, 20]]], [7, "ais", [[700, 109, 20], [1300, 109.01, 20]]]]));
  assert.deepEqual(made.gaps(), []);
  made.seek(T0 + 650);
  assert.equal(made.now.state[0], WAITING);
});

test("pages join into one run, in whatever order they come", () => {
  const first = page(0, 3600, [[7, "ais", [[0, 106, 20], [3000, 106.05, 20], [4000, 106.07, 20]]], [8, "ais", [[100, 107, 20]]]]);
  const second = page(3600, 7200, [[7, "ais", [[3000, 106.05, 20], [4000, 106.07, 20], [7000, 106.1, 20]]]]);
  for (const pages of [[first, second], [second, first]]) {
    const made = fleet(...pages);
    const lane = [...made.vesselOf].findIndex((vessel) => made.vessels[vessel].id === 7);
    assert.deepEqual([...made.at.slice(made.start[lane], made.start[lane + 1])].map((t) => t - T0), [0, 3000, 4000, 7000]);
    assert.deepEqual([...made.joined.slice(made.start[lane], made.start[lane + 1])], [1, 1, 1, 0]);
    assert.deepEqual(made.gaps(), []);
  }
});

test("what is not loaded is not called a silence", () => {
  const made = fleet(page(0, 3600, [[7, "ais", [[0, 106, 20], [3000, 106.05, 20]]]]), page(72_000, 75_600, [[7, "ais", [[73_000, 106.1, 20]]]]));
  assert.deepEqual(made.gaps(), []);
  made.add(decode(page(3600, 72_000, [])));
  assert.equal(made.gaps().length, 1);
});

test("two devices of one vessel are one marker: the one that is heard", () => {
  const made = fleet(page(0, 86400, [
    [7, "ais", [[0, 106, 20], [600, 106.01, 20]]],
    [7, "vms", [[0, 106, 20], [7200, 106.1, 20]]],
  ]));
  made.seek(T0 + 300);
  assert.equal([...made.now.state].filter((state) => state !== HIDDEN).length, 1);
  made.seek(T0 + 3600);
  assert.deepEqual([...made.now.state], [HIDDEN, MOVING]);
});

test("tracks of two units that share one identity at one time stay apart", () => {
  const made = fleet(page(0, 3600, [[7, "ais", [[0, 106, 20], [1000, 106.01, 20]]], [7, "ais", [[500, 109, 19], [900, 109.01, 19]]]]));
  assert.equal(made.count, 2);
  assert.deepEqual([...made.joined], [1, 0, 1, 0]);
});

test("seeking backwards and far finds the same as playing on", () => {
  const points = Array.from({ length: 500 }, (_, i) => [i * 60, 106 + i * 0.001, 20]);
  const made = fleet(page(0, 30_000, [[7, "ais", points]]));
  for (const at of [29_000, 30, 15_015, 15_016, 14_000, 29_940]) {
    made.seek(T0 + at);
    assert.deepEqual(place(made, 0)[0], Number((106 + at / 60_000).toFixed(4)));
  }
});

test("the histogram counts every fix once", () => {
  const made = fleet(page(0, 3600, [[7, "ais", [[0, 106, 20], [1700, 106, 20], [3599, 106, 20]]]]));
  assert.deepEqual([...made.histogram(T0, T0 + 3600, 4)], [1, 1, 0, 1]);
});

test("5,000 vessels of a day are placed in less than 8 ms a frame", () => {
  const runs = Array.from({ length: 5_000 }, (_, v) => [v + 1, "ais", Array.from({ length: 80 }, (_, i) => [i * 1080 + (v % 900), 105 + (v % 100) / 50 + i * 0.002, 18 + v / 2500])]);
  const made = fleet(page(0, 90_000, runs));
  for (let i = 0; i < 100; i++) made.seek(T0 + i * 60);
  const begin = performance.now();
  for (let i = 0; i < 300; i++) made.seek(T0 + 6000 + i * 60);
  const each = (performance.now() - begin) / 300;
  console.log(`${each.toFixed(2)} ms a frame`);
  assert.ok(each < 8, `${each} ms`);
});
