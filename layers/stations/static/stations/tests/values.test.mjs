import assert from "node:assert/strict";
import { test } from "node:test";
import { hint } from "../hint.js";
import { extent, limitAt, marks, meanWords, panels, points, stepFor } from "../pages/values.js";

const upper = (value, averaging_minutes = 0, from = 0, to = 9e9) => ({ value, averaging_minutes, direction: "upper", from, to, legal_source: "x" });
const made = (parts) => ({
  id: 1, station: 1, parameter: "COD", title: "COD", unit: "mg/L", decimals: 1, statistic: "value", step_s: 300, expected: 1,
  at: [300, 600, 900], value: [10, 20, 30], flag: [1, 1, 1], status: [0, 0, 0], valid: [true, true, true], reviewed: [false, false, false],
  limits: [], levels: [], bands: [], ...parts,
});

test("a gap in time is a gap in the line, and so is a value that does not count", () => {
  const series = made({ at: [300, 600, 1800], valid: [true, false, true] });
  assert.deepEqual(points(series, series.value, 0), [
    [300_000, 10],
    [600_000, null],
    [900_000, null],
    [1_800_000, 30],
  ]);
});

test("times are shifted to the clock of the page", () => {
  const series = made({ at: [300], value: [1], valid: [true] });
  assert.deepEqual(points(series, series.value, 25_200_000), [[25_500_000, 1]]);
});

test("a person's word comes before that of a test, and each has its shape", () => {
  const series = made({ flag: [3, 4, 4], reviewed: [false, false, true] });
  assert.deepEqual(marks(series).map(({ kind }) => kind), ["suspect", "fail", "reviewed"]);
});

test("series of one unit share a chart, pH keeps its own", () => {
  const all = [made({}), made({ id: 2, parameter: "TSS" }), made({ id: 3, parameter: "pH", unit: "" })];
  assert.deepEqual(panels(all, "unit").map(({ series }) => series.map(({ id }) => id)), [[1, 2], [3]]);
  assert.equal(panels(all, "parameter").length, 3);
  assert.equal(panels(all, "share").length, 0, "nothing has a limit");
});

test("the limit of a share is the shortest upper one of its day", () => {
  const series = made({ limits: [upper(45, 1440), upper(50, 60, 0, 500), { ...upper(5), direction: "lower" }] });
  assert.equal(limitAt(series, 300)?.value, 50);
  assert.equal(limitAt(series, 600)?.value, 45);
});

test("a limit near the values is in the picture, one far above is not", () => {
  assert.ok(extent([made({ limits: [upper(40)] })], false).max > 40);
  assert.ok(extent([made({ limits: [upper(400)] })], false).max < 40);
  assert.equal(extent([made({ at: [], value: [] })], false), null);
});

test("a mean is told in the words of its length", () => {
  const words = { eachValue: "each", minutesMean: "{n} min", hoursMean: "{n} h", yearMean: "year" };
  assert.deepEqual([0, 30, 480, 525_600].map((minutes) => meanWords(minutes, words)), ["each", "30 min", "8 h", "year"]);
});

test("the page asks for the step that the server would choose", () => {
  assert.deepEqual([1, 2, 3, 90, 91].map((days) => stepFor(days * 86_400)), ["raw", "raw", "hour", "hour", "day"]);
});

test("the hint draws the river with its water and the wind with its air", () => {
  const river = [{ side: "upstream", title: "A", at: [1, 1], distance_km: 3 }, { side: "downstream", title: "B", at: [3, 3], distance_km: 4 }];
  const { features } = hint({ here: [2, 2], river, wind: { from_deg: 270, from: "west", speed_ms: null } }, (key) => key);
  const lines = features.filter(({ geometry }) => geometry.type === "LineString");
  assert.deepEqual(lines.map(({ geometry }) => geometry.coordinates), [[[1, 1], [2, 2]], [[2, 2], [3, 3]]]);
  assert.equal(features.at(-1).properties.towards, 90);
  assert.deepEqual(hint({ here: null, river: [], wind: null }, () => "").features, []);
});
