import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, marksOf, question, START, setOn, stopsOf, unitsOf, yearBefore } from "../state.js";

const DISTRICTS = {
  kind: "district",
  sets: [
    { start: null, end: "2020-05-31", count: 26 },
    { start: "2020-06-01", end: "2024-12-31", count: 27 },
    { start: "2025-01-01", end: "2025-06-30", count: 26 },
  ],
};
const COMMUNES = { kind: "commune", sets: [{ start: "2025-07-01", end: null, count: 166 }] };
const LEVELS = [DISTRICTS, COMMUNES];
const TODAY = "2026-11-22";

test("a link says everything that is shown and is read back as the same view", () => {
  const state = {
    ...START,
    code: "KT16",
    facet: "rural",
    kind: "commune",
    date: "2024-12-31",
    units: "2022-06-01",
    known: "2024-01-31",
    method: "natural",
    count: 7,
    unit: 14,
    sort: "-change",
    map: { zoom: 9.5, lat: 19.8, lon: 105.7 },
  };
  const query = encode(state);
  assert.deepEqual(decode(query), state);
  assert.match(query, /map=9\.50\/19\.8000\/105\.7000/);
});

test("what holds anyway is left out of the link", () => {
  assert.equal(encode({ ...START, code: "KT16" }), "code=KT16");
});

test("parts of a link that make no sense are dropped, the others hold", () => {
  const state = decode("code=KT16&date=2024-13-45&count=99&method=magic&unit=x&map=9/200/1&sort=rm&kind=DROP");
  assert.deepEqual(state, { ...START, code: "KT16" });
});

test("the level follows the day, and a chosen level stays", () => {
  const on = (date, more = {}) => unitsOf({ ...START, date, ...more }, LEVELS, TODAY);
  assert.deepEqual([on("2024-12-31").kind, on("2024-12-31").set.count], ["district", 27]);
  assert.deepEqual([on("2025-06-30").kind, on("2025-06-30").set.count], ["district", 26]);
  assert.deepEqual([on("2025-07-01").kind, on("2025-07-01").set.count], ["commune", 166]);
  assert.equal(on("2025-07-01", { kind: "district" }).set, undefined);
});

test("figures of one day can be asked for on the units of another", () => {
  const state = { ...START, code: "KT16", date: "2024-12-31", units: "today" };
  const units = unitsOf(state, LEVELS, TODAY);
  assert.deepEqual([units.on, units.kind], [TODAY, "commune"]);
  const asked = new URL(question(state, units), "http://x").searchParams;
  assert.deepEqual([asked.get("date"), asked.get("units_on"), asked.get("kind")], ["2024-12-31", TODAY, "commune"]);
});

test("as known on a day means to the end of that day", () => {
  const asked = new URL(question({ ...START, code: "A", known: "2024-01-31" }, { on: TODAY, kind: "commune" }), "http://x");
  assert.equal(asked.searchParams.get("known"), "2024-01-31T23:59:59+07:00");
});

test("the slider stops where there are figures and where units changed in between", () => {
  const stops = stopsOf(["2023-12-31", "2024-12-31"], ["2020-06-01", "2025-07-01", "2027-01-01"], TODAY);
  assert.deepEqual(stops.map(({ day, figures }) => [day, figures]), [
    ["2023-12-31", true],
    ["2024-12-31", true],
    ["2025-07-01", false],
  ]);
  assert.deepEqual(stopsOf([], ["2025-07-01"], TODAY), []);
});

test("marks say how many units there were before and after", () => {
  const marks = marksOf(LEVELS, ["2020-06-01", "2025-01-01", "2025-07-01"]);
  assert.deepEqual(marks.map(({ before, after }) => `${before} ${after}`), ["26 27", "27 26", "26 166"]);
});

test("a set of units holds on its first and on its last day", () => {
  assert.equal(setOn(DISTRICTS.sets, "2020-06-01").count, 27);
  assert.equal(setOn(DISTRICTS.sets, "2020-05-31").count, 26);
  assert.equal(setOn(DISTRICTS.sets, "2025-07-01"), undefined);
});

test("a year before the end of February is the end of February", () => {
  assert.equal(yearBefore("2024-02-29"), "2023-02-28");
  assert.equal(yearBefore("2024-12-31"), "2023-12-31");
});
