import assert from "node:assert/strict";
import { test } from "node:test";
import { genericLayers } from "../generic.js";
import { featureCounts } from "../mvt.js";
import { curl, gdal, leaflet, maplibre, qgisXml, withKey } from "../snippets.js";

const told = {
  id: "roads",
  title: 'Roads & "tracks"',
  tilejson: "https://ioc.example/tiles/roads?filter=a%20%3D%20'b'",
  xyz: "https://ioc.example/tiles/roads/{z}/{x}/{y}?filter=a%20%3D%20'b'",
  style: null,
  minzoom: 4,
  maxzoom: 16,
  layers: ["roads", "bridges"],
  raster: false,
};

/** @param {number} field @param {number[]} bytes */
const part = (field, bytes) => [(field << 3) | 2, bytes.length, ...bytes];
const text = (/** @type {string} */ value) => [...new TextEncoder().encode(value)];

test("features are counted by layer without decoding them", () => {
  const version = [15 << 3, 2];
  const roads = part(3, [...part(1, text("roads")), ...part(2, [1, 2]), ...part(2, [3]), ...version]);
  const rails = part(3, [...part(2, [9]), ...part(1, text("rails"))]);
  assert.deepEqual(featureCounts(new Uint8Array([...roads, ...rails]).buffer), { roads: 2, rails: 1 });
  assert.deepEqual(featureCounts(new ArrayBuffer(0)), {});
});

test("what is no vector tile is refused", () => {
  assert.throws(() => featureCounts(new Uint8Array([0xff, 0xff, 0xff]).buffer), RangeError);
});

test("QGIS gets well-formed XML without a key", () => {
  const xml = qgisXml([told, { ...told, id: "photo", raster: true }]);
  assert.match(xml, /name="Roads &#38; &#34;tracks&#34;"/);
  assert.equal(xml.match(/<vectortile /g)?.length, 1);
  assert.doesNotMatch(xml, /key=/);
});

test("a quote in a filter does not end the word of a shell", () => {
  const command = curl(told, { z: 8, x: 203, y: 113 });
  assert.ok(command.includes("roads/8/203/113?filter=a%20%3D%20'\\''b'\\'''"));
});

test("the key is a placeholder and goes behind other parameters", () => {
  assert.equal(withKey("https://a/{z}"), "https://a/{z}?key=YOUR_KEY");
  assert.equal(withKey("https://a/{z}?at=1"), "https://a/{z}?at=1&key=YOUR_KEY");
});

test("every client gets all vector layers or the style", () => {
  assert.match(maplibre(told), /"source-layer": "bridges"/);
  assert.match(maplibre({ ...told, style: "https://a/style" }), /style: "https:\/\/a\/style"/);
  assert.match(leaflet(told), /"bridges": \{/);
  assert.match(gdal(told, 8), /MVT:https:\/\/ioc\.example\/tiles\/roads\/8' -oo METADATA_FILE=/);
});

test("areas are drawn below lines and lines below points", () => {
  const types = genericLayers("s", [{ id: "a" }, { id: "b" }], "dark").map((layer) => layer.type);
  assert.deepEqual(types, ["fill", "fill", "line", "line", "line", "line", "circle", "circle"]);
});
