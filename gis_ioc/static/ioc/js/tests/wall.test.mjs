import assert from "node:assert/strict";
import { test } from "node:test";
import { ClockSync } from "../lib/clocksync.js";
import { Aim, between, EASE_MS, Track } from "../wall/camera.js";
import { Cameras, resolved, spotted } from "../wall/cameras.js";
import { fitted, lonLat, mercatorX, mercatorY, onGrid } from "../wall/canvas.js";
import { alike, measuring, published } from "../wall/panes/series.js";
import { rows } from "../wall/panes/ranking.js";
import { isQuiet } from "../wall/release.js";

const T0 = 1_790_000_000_000;
const view = (x, zoom = 10) => ({ x, y: 0.44, zoom });
const HOME = [104, 19, 107, 21];

/** A machine whose clock is `offset` behind, with ways of these lengths in ms. */
function synced(clock, offset, ways, from = 1_000) {
  let local = from;
  for (const [there, back] of ways) {
    clock.sample(local, local + there + offset, local + there + back);
    local += 1_000;
  }
  return local;
}

test("of several answers the one with the shortest way sets the clock", () => {
  const clock = new ClockSync();
  const at = synced(clock, 7_000, [
    [40, 2],
    [3, 2],
    [90, 1],
    [2, 60],
  ]);
  assert.ok(Math.abs(clock.believed - 7_000) <= 0.5);
  assert.equal(clock.rtt, 5);
  assert.ok(clock.now(at) >= at);
});

test("the clock is turned smoothly and never runs backwards", () => {
  const clock = new ClockSync();
  const at = synced(clock, 100, [[50, 0]]); // 25 ms wrong
  const first = clock.now(at);
  synced(clock, 100, [[1, 1]], at);
  let last = first;
  for (let local = at; local < at + 3_000; local += 10) {
    const now = clock.now(local);
    assert.ok(now >= last);
    assert.ok(now - last <= 10 * 1.021 + 1);
    last = now;
  }
  assert.ok(Math.abs(clock.offset - 100) < 0.6);
});

test("a clock that somebody set is followed at once", () => {
  const clock = new ClockSync();
  const at = synced(clock, 0, [
    [1, 1],
    [1, 1],
  ]);
  synced(clock, 3_600_000, [[5, 5]], at);
  assert.equal(Math.round(clock.offset), 3_600_000);
});

test("between two cameras one point of the map stands still while it is zoomed", () => {
  const [a, b] = [view(0.79, 8), { x: 0.7903, y: 0.4401, zoom: 11 }];
  // the point that is on the same pixel in both
  const scale = (one) => 512 * 2 ** one.zoom;
  const fixed = (b.x * scale(b) - a.x * scale(a)) / (scale(b) - scale(a));
  const pixel = (one) => (fixed - one.x) * scale(one);
  for (const k of [0, 0.3, 0.5, 0.9, 1]) assert.ok(Math.abs(pixel(between(a, b, k)) - pixel(a)) < 1e-6);
});

test("a track is the same on two panels whose messages come at different times", () => {
  const [one, other] = [new Track(), new Track()];
  const samples = [0, 1, 2, 3, 4].map((i) => ({ n: i, at: T0 + 50 * i, ...view(0.79 + i / 1000), rest: i === 4 }));
  for (const sample of samples) one.take(sample);
  for (const sample of [samples[0], samples[2], samples[1], samples[3], samples[4], samples[3]]) other.take(sample);
  // the one that came too late is missing on one of them: it lay on the same line
  for (let at = T0 + 120; at < T0 + 400; at += 7) assert.ok(Math.abs(one.look(at).x - other.look(at).x) < 1e-9);
  assert.equal(one.look(T0 + 1_000).x, 0.794);
  assert.equal(one.moving(T0 + 1_000), false);
  assert.equal(one.moving(T0 + 200), true);
});

test("after a rest the next sample does not draw out the pause", () => {
  const track = new Track();
  track.take({ n: 1, at: T0, ...view(0.79), rest: true });
  track.take({ n: 2, at: T0 + 60_000, ...view(0.8) });
  const delay = track.delay_ms;
  assert.equal(track.look(T0 + 30_000 + delay).x, 0.79);
  assert.equal(track.look(T0 + 60_000 + delay).x, 0.8);
});

test("a new aim is reached after the way, and a late panel is there at once", () => {
  const [early, late] = [new Aim(), new Aim()];
  early.turn(view(0.7), T0);
  early.turn(view(0.8), T0 + 10_000);
  assert.equal(early.look(T0 + 10_000).x, 0.7);
  const middle = early.look(T0 + 10_000 + EASE_MS / 2).x;
  assert.ok(middle > 0.74 && middle < 0.76);
  assert.equal(early.moving(T0 + 10_500), true);
  late.turn(view(0.8), T0 + 10_000);
  for (const aim of [early, late]) {
    assert.equal(aim.look(T0 + 10_000 + EASE_MS).x, 0.8);
    assert.equal(aim.moving(T0 + 10_000 + EASE_MS), false);
  }
});

test("what the hand has set is where the track has come to rest", () => {
  const aim = new Aim();
  const track = new Track();
  aim.turn(view(0.7), T0);
  track.take({ n: 1, at: T0 + 100, ...view(0.71), rest: true });
  aim.follow(track);
  aim.turn({ ...view(0.71), x: 0.71 + 1e-9 }, T0 + 150);
  assert.equal(aim.moving(T0 + 200), false);
  assert.ok(Math.abs(aim.look(T0 + 160).x - 0.71) < 1e-8);
});

const canvas = { columns: 2, rows: 1, panel_width_px: 1920, panel_height_px: 1080, bezel_x_px: 12, bezel_y_px: 12 };

test("panes share their edges", () => {
  const grid = { grid_columns: 7, grid_rows: 3 };
  const left = onGrid(canvas, grid, { column: 0, row: 0, width: 3, height: 3 });
  const right = onGrid(canvas, grid, { column: 3, row: 0, width: 4, height: 3 });
  assert.equal(left.x + left.width, right.x);
  assert.equal(right.x + right.width, 3852);
});

test("the province fits into its pane", () => {
  const pane = { x: 0, y: 0, width: 3000, height: 1000 };
  const home = resolved({ kind: "home" }, pane, HOME, 50);
  assert.deepEqual(home, fitted(HOME, pane, 50));
  const px = 512 * 2 ** home.zoom;
  assert.ok(Math.abs((mercatorY(19) - mercatorY(21)) * px - 900) < 1e-6);
  assert.ok((mercatorX(107) - mercatorX(104)) * px <= 2900);
  const [lon, lat] = lonLat({ x: mercatorX(105.5), y: mercatorY(19.8) });
  assert.ok(Math.abs(lon - 105.5) + Math.abs(lat - 19.8) < 1e-9);
});

test("the spotlight goes to the alert's place on its pane only, and comes back", () => {
  const cameras = new Cameras();
  const boxes = [0, 1000].map((x) => ({ x, y: 0, width: 1000, height: 800 }));
  const maps = boxes.map((box, i) => ({ pane: { id: `map${i}`, kind: "map", options: {} }, box }));
  const scene = { camera: { kind: "home" } };
  const calm = { scene: "a", since: T0, over: null, camera: null };
  const alarm = { ...calm, over: { id: "x", kind: "alarm", begins: T0 + 5_000, alert: 7 } };
  const track = new Track();
  cameras.turn({ scene, stage: calm, maps, spot: null }, track, HOME, 20, T0);
  const before = cameras.aims.map((aim) => aim.look(T0 + 4_000));
  const spot = { pane: "map1", place: { lon: 105.9, lat: 19.7 } };
  cameras.turn({ scene, stage: alarm, maps, spot }, track, HOME, 20, T0 + 5_000);
  assert.deepEqual(cameras.aims[0].look(T0 + 9_000), before[0]);
  assert.deepEqual(cameras.aims[1].look(T0 + 9_000), spotted(spot.place, boxes[1]));
  cameras.turn({ scene, stage: calm, maps, spot: null }, track, HOME, 20, T0 + 20_000);
  assert.deepEqual(cameras.aims[1].look(T0 + 22_000), before[1]);
});

test("a held camera ends with its scene", () => {
  const cameras = new Cameras();
  const maps = [{ pane: { id: "map", kind: "map", options: {} }, box: { x: 0, y: 0, width: 1000, height: 800 } }];
  const scene = { camera: { kind: "view", lon: 105.8, lat: 19.8, zoom: 9 } };
  const held = { ...view(0.8), since: T0 + 100 };
  const track = new Track();
  cameras.turn({ scene, stage: { since: T0, camera: held }, maps, spot: null }, track, HOME, 20, T0 + 100);
  assert.equal(cameras.aims[0].look(T0 + 9_000).x, 0.8);
  cameras.turn({ scene, stage: { since: T0 + 10_000, camera: null }, maps, spot: null }, track, HOME, 20, T0 + 10_000);
  assert.equal(cameras.aims[0].look(T0 + 19_000).zoom, 9);
});

test("a new release waits for a quiet moment and for its turn", () => {
  const calm = { open: true, over: null, moved_ms: 60_000, told_ms: 60_000, turn: 0 };
  assert.equal(isQuiet(calm), true);
  assert.equal(isQuiet({ ...calm, open: false }), false);
  assert.equal(isQuiet({ ...calm, over: { kind: "alarm" } }), false);
  assert.equal(isQuiet({ ...calm, moved_ms: 500 }), false);
  assert.equal(isQuiet({ ...calm, told_ms: 12_000, turn: 3 }), false);
});

test("a ranking follows the ranks, else what is better, and can begin with the worst", () => {
  const area = (title, value, rank) => ({ title, value, rank });
  const areas = [area("a", 5, 2), area("b", 9, 1), area("c", null, null), area("d", 1, 3)];
  const answer = { areas, indicator: { direction: "up" } };
  const titles = (wanted, given = answer) => rows(given, wanted).map((row) => row.title);
  assert.deepEqual(titles({ top: 2, worst_first: false }), ["b", "a"]);
  assert.deepEqual(titles({ top: 5, worst_first: true }), ["d", "a", "b"]);
  const unranked = { areas: areas.map((one) => ({ ...one, rank: null })), indicator: { direction: "down" } };
  assert.deepEqual(titles({ top: 5, worst_first: false }, unranked), ["d", "a", "b"]);
});

test("a chart draws the newest publication of each period that was known then", () => {
  const version = (period, value, published_at, vintage = "final") => ({
    period,
    end: `${period}-12-31`,
    value,
    published_at,
    vintage,
  });
  const answer = {
    versions: [
      version("2022", 12.51, "2023-01-05T00:00:00Z", "estimate"),
      version("2023", 7.29, "2024-01-05T00:00:00Z"),
      version("2022", 12.4, "2023-06-01T00:00:00Z"),
      version("2023", 11, "2022-12-01T00:00:00Z", "plan"),
    ],
  };
  assert.deepEqual(
    published(answer, null).map((one) => one.value),
    [12.4, 7.29],
  );
  assert.deepEqual(
    published(answer, Date.parse("2023-03-01")).map((one) => one.value),
    [12.51],
  );
});

test("a chart compares figures of periods of one sort", () => {
  const names = (periods) => alike(periods.map((period) => ({ period }))).map((one) => one.period);
  assert.deepEqual(names(["2024", "2025-01..10", "2025-01..11", "2026-01..10"]), ["2025-01..10", "2026-01..10"]);
  assert.deepEqual(names(["2025", "2026-01", "2026-02"]), ["2026-01", "2026-02"]);
  assert.deepEqual(names(["2025-Q4", "2026-01", "2026-Q1"]), ["2025-Q4", "2026-Q1"]);
  assert.deepEqual(names([]), []);
});

test("a chart that names no feature takes one that measures the field now", async () => {
  const row = (id, parameter, value) => ({ id, properties: { parameter, value } });
  const asked = (features) => async () => ({ answer: { features } });
  const all = [row(1, "VN_AQI", 60), row(2, "Level", null), row(3, "Level", 1.46)];
  assert.equal(await measuring("stations", "Level", asked(all)), 3);
  assert.equal(await measuring("stations", "Level", asked(all.slice(0, 2))), 2);
  assert.equal(await measuring("stations", "Rain", asked(all)), 1);
  assert.equal(await measuring("stations", "", asked(all)), 1);
  assert.equal(await measuring("stations", "", asked([])), undefined);
});
