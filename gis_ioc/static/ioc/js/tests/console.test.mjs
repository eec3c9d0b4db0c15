import assert from "node:assert/strict";
import { test } from "node:test";
import { underRoots } from "../console/alerts.js";
import { recorded } from "../console/drill.js";
import { Follow } from "../console/follow.js";
import { grouped, groupOf } from "../console/orders.js";
import { matching, plain } from "../console/palette.js";
import { deskZoom, latOf, lonOf, mapPart, mercatorX, mercatorY, wallCamera } from "../console/wallacts.js";
import { stripOf } from "../console/wallpanel.js";
import { healthOf } from "../console/wallpicture.js";

const canvas = { width_px: 7680, height_px: 2160 };

test("the wall's camera shows all that the desk's map shows, and back", () => {
  const map = { width: 1160, height: 900 };
  const { x, y, zoom } = wallCamera({ lon: 105.7, lat: 19.8, zoom: 8, ...map }, canvas);
  assert.ok(Math.abs(lonOf(x) - 105.7) < 1e-9);
  assert.ok(Math.abs(latOf(y) - 19.8) < 1e-9);
  assert.ok(Math.abs(zoom - (8 + Math.log2(2160 / 900))) < 1e-9);
  assert.ok(Math.abs(deskZoom(zoom, map, canvas) - 8) < 1e-9);
  assert.ok(Math.abs(mercatorX(0) - 0.5) < 1e-12 && Math.abs(mercatorY(0) - 0.5) < 1e-12);
});

test("the map of a scene has its part of the canvas", () => {
  const body = { panes: [{ kind: "clock" }, { kind: "map", width: 18, height: 12 }] };
  assert.deepEqual(mapPart(body, canvas), { width_px: 5760, height_px: 2160 });
  assert.deepEqual(mapPart(null, canvas), canvas);
});

test("directives stand by clock, drafts wait, the soonest first", () => {
  const order = (id, status, clock, needed_by) => ({ id, status, clock, needed_by });
  const found = grouped([
    order(1, "issued", "in_time", "2026-11-23T12:00:00Z"),
    order(2, "draft", "stopped", null),
    order(3, "issued", "overdue", "2026-11-23T09:00:00Z"),
    order(4, "issued", "overdue", "2026-11-23T08:00:00Z"),
    order(5, "in_progress", "due_soon", "2026-11-23T11:00:00Z"),
  ]);
  assert.deepEqual(
    found.map(([name, list]) => [name, list.map(({ id }) => id)]),
    [
      ["overdue", [4, 3]],
      ["due_soon", [5]],
      ["in_time", [1]],
      ["waiting", [2]],
    ],
  );
  assert.equal(groupOf({ status: "suspended", clock: "stopped" }), "in_time");
});

test("members of the past stand under a root that was there", () => {
  const roots = new Map([
    [1, null],
    [2, 1],
    [3, 1],
    [4, 9],
  ]);
  const found = underRoots([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }], roots);
  assert.deepEqual(
    found.map(({ id, members }) => [id, members]),
    [
      [1, 2],
      [4, undefined],
    ],
  );
});

test("commands are found without diacritics, those that begin so first", () => {
  const all = [{ title: "Hi\u1ec7n T\u00e0u thuy\u1ec1n" }, { title: "Tàu" }, { title: "\u0110\u01b0a l\u00ean" }];
  assert.deepEqual(
    matching(all, "tau").map(({ title }) => title),
    ["Tàu", "Hi\u1ec7n T\u00e0u thuy\u1ec1n"],
  );
  assert.equal(plain("\u0110\u01b0a L\u00caN"), "dua len");
  assert.equal(matching(all, "dua").length, 1);
});

test("figures show the scenes that ask for them; pictures pushed before are none", () => {
  const scenes = {
    a: { slug: "a", title: "A" },
    b: { slug: "b", title: "B", hotkey: "1" },
    "console-main-4": { slug: "console-main-4", title: "Pushed" },
  };
  const strip = stripOf({ scenes, program: { playlists: { p: { slug: "p", title: "P" } } } });
  assert.deepEqual(
    strip.map(({ kind, slug }) => [kind, slug]),
    [
      ["scene", "b"],
      ["scene", "a"],
      ["playlist", "p"],
    ],
  );
});

test("a panel that is not heard is late, then gone", () => {
  const told = { column: 1, row: 1, heard: 100_000 };
  assert.equal(healthOf(told, 104_000), "ok");
  assert.equal(healthOf(told, 115_000), "late");
  assert.equal(healthOf(told, 140_000), "gone");
  assert.equal(healthOf(undefined, 140_000), "never");
});

test("everybody in a drill is at the same recorded moment", () => {
  const drill = { from: 0, to: 100_000, speed: 10, started: 5_000 };
  assert.equal(recorded(drill, 4_000), 0);
  assert.equal(recorded(drill, 6_000), 10_000);
  assert.equal(recorded(drill, 60_000), 100_000);
});

test("an unarmed map sends nothing; armed, the last camera is the one at rest", () => {
  const handlers = {};
  const sent = [];
  const map = { on: (name, run) => (handlers[name] = run) };
  const follow = new Follow(map, (rest) => sent.push(rest), () => {});
  handlers.move();
  handlers.moveend();
  assert.deepEqual(sent, []);
  follow.arm(true);
  for (let i = 0; i < 50; i++) handlers.move();
  handlers.moveend();
  assert.ok(sent.length <= 4, "50 moves at once are not 50 messages");
  assert.equal(sent.at(-1), true);
  follow.arm(false);
  handlers.move();
  assert.equal(sent.at(-1), true);
});
