import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { areaOf, inverse } from "../map/furniture/geodesy.js";
import { NOTATIONS, read, written } from "../map/furniture/notation.js";
import { fromGrid, toGrid } from "../map/furniture/vn2000.js";

/** Made by pyproj; gis_ioc/printing/tests/test_positions.py asks it again. */
const file = new URL("../../../../printing/tests/positions.json", import.meta.url);
const known = JSON.parse(readFileSync(file, "utf8"));

const near = (found, wanted, within) => assert.ok(Math.abs(found - wanted) <= within, `${found}, not ${wanted}`);

test("lengths and bearings are those of the ellipsoid", () => {
  for (const { from, to, metres, bearing } of known.ways) {
    const found = inverse(from, to);
    near(found.metres, metres, 0.001);
    near(found.bearing, bearing, 0.001);
  }
});

test("a way to the same place has no length", () => {
  assert.equal(inverse([105, 20], [105, 20]).metres, 0);
});

test("areas are those of the ellipsoid", () => {
  for (const { ring, square_metres } of known.areas) {
    near(areaOf(ring) / square_metres, 1, 2e-4);
    near(areaOf(ring.toReversed()) / square_metres, 1, 2e-4);
    near(areaOf([...ring, ring[0]]) / square_metres, 1, 2e-4);
  }
});

test("VN-2000 is that of pyproj within a centimetre, there and back", () => {
  for (const { lat, lon, east, north } of known.grid) {
    const found = toGrid(lat, lon);
    near(found.east, east, 0.01);
    near(found.north, north, 0.01);
    const back = fromGrid(north, east);
    near(back.lat, lat, 1e-7);
    near(back.lon, lon, 1e-7);
  }
});

const PLACE = { lat: 19.8067, lon: 105.7764 };

test("what is written in any notation is read as the same place", () => {
  for (const notation of NOTATIONS) {
    for (const place of [PLACE, { lat: 19.99999, lon: 105.99999 }, { lat: 9.5, lon: 104.00001 }]) {
      const text = written(place, notation);
      const found = read(text);
      assert.ok(found, text);
      assert.equal(found.notation, notation, text);
      near(found.lat, place.lat, 1.5e-5); // a tenth of a second is 3 m
      near(found.lon, place.lon, 1.5e-5);
    }
  }
});

test("minutes never read sixty, and south and west have their letters", () => {
  assert.equal(written({ lat: 19.5, lon: 105.75 }, "minutes"), "19°30.000′N 105°45.000′E");
  assert.equal(written({ lat: -0.9999999, lon: -10 }, "minutes"), "01°00.000′S 010°00.000′W");
  assert.equal(written({ lat: 19.9999999, lon: 105 }, "minutes"), "20°00.000′N 105°00.000′E");
  assert.equal(written({ lat: 19.9999999, lon: 105 }, "seconds"), "20°00′00.0″N 105°00′00.0″E");
});

test("what people type is read", () => {
  const typed = [
    "19.8067 105.7764",
    "19,8067; 105,7764",
    "105.7764E 19.8067N",
    "N19°48.402' E105°46.584'",
    "19 48.402 N 105 46.584 E",
    "19°48'24.12\"N 105°46'35.04\"E",
    "19.8067 B, 105.7764 \u0110",
  ];
  for (const text of typed) {
    const found = read(text);
    assert.ok(found, text);
    near(found.lat, PLACE.lat, 2e-5);
    near(found.lon, PLACE.lon, 2e-5);
  }
});

test("a place of the grid is read with and without letters, in both orders", () => {
  const { north, east } = toGrid(PLACE.lat, PLACE.lon);
  for (const text of [`${north} ${east}`, `X=${north} Y=${east}`, `${east}, ${north}`]) {
    near(read(text)?.lat ?? 0, PLACE.lat, 1e-6);
  }
});

test("what is no position is refused", () => {
  for (const text of ["", "abc", "19.8", "95 105", "19°75.0'N 105°E", "19N 20N", "10 20 30", "1000000 10"]) {
    assert.equal(read(text), null, text);
  }
});
