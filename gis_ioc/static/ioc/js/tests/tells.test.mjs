import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveChannel } from "../live/channel.js";

const fields = [
  { name: "speed_kn", tile: true },
  { name: "home_port", tile: false },
];
const tells = (filter) =>
  LiveChannel.prototype.tells.call({ layers: { entries: new Map([["a", { fields }]]), filters: { a: filter }, times: {} } }, "a");

test("rows stand for the layer only while they say what the filter asks", () => {
  assert.equal(tells(undefined), true);
  assert.equal(tells({ speed_kn: { min: 3 } }), true);
  assert.equal(tells({ speed_kn: { min: 3 }, home_port: { in: ["A"] } }), false);
});
