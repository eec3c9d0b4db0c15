import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMoment, partsIn, writeMoment } from "../lib/moments.js";
import { PlayClock, SPEEDS } from "../lib/playclock.js";

const ZONE = "Asia/Ho_Chi_Minh";
const NOW = Date.parse("2026-11-22T10:00:00Z");
const at = (text) => parseMoment(text, ZONE, NOW);

test("a moment is read as Vietnamese and as international habit write it", () => {
  const wanted = Date.parse("2026-11-21T07:30:00Z"); // 14:30 in Vietnam
  for (const text of ["21/11/2026 14:30", "14:30 21/11/2026", "21-11-2026 14h30", "2026-11-21 14:30", "2026-11-21T14:30", "21/11 14:30", "2026-11-21T07:30:00Z", "2026-11-21T14:30:00+07:00", " 21.11.2026,  14:30:00 "]) {
    assert.equal(at(text), wanted, text);
  }
  assert.equal(at("21/11/2026"), Date.parse("2026-11-20T17:00:00Z"));
  assert.equal(at("08:05"), Date.parse("2026-11-22T01:05:00Z"));
});

test("what no calendar has is refused", () => {
  for (const text of ["", "31/02/2026", "25:00", "22/13/2026 10:00", "22/11/2026 10:00 11:00", "yesterday", "10:75", "2026-13-01T00:00:00Z"]) {
    assert.equal(at(text), null, text);
  }
});

test("what is written is read back, also where clocks change", () => {
  for (const [zone, ms] of [[ZONE, NOW], ["Europe/Berlin", Date.parse("2026-10-25T12:00:00Z")], ["Europe/Berlin", Date.parse("2026-03-29T01:30:00Z")]]) {
    assert.equal(parseMoment(writeMoment(ms, zone), zone, NOW), ms);
  }
  assert.deepEqual(partsIn(NOW, ZONE), [2026, 11, 22, 17, 0, 0]);
});

test("an hour that summer time leaves out does not exist", () => {
  assert.equal(parseMoment("29/03/2026 02:30", "Europe/Berlin", NOW), null);
});

test("the clock runs at its speed and stops at the end", () => {
  const clock = new PlayClock({ from: 0, to: 60_000, speed: 60 });
  clock.advance(100);
  assert.equal(clock.at, 0, "it does not run before it is told to");
  clock.play();
  clock.advance(100);
  assert.equal(clock.at, 6_000);
  for (let i = 0; i < 20; i++) clock.advance(100);
  assert.equal(clock.at, 60_000);
  assert.equal(clock.playing, false);
  clock.play();
  assert.equal(clock.at, 0, "from the end it starts anew");
});

test("the clock waits for data and then goes on from there", () => {
  const clock = new PlayClock({ from: 0, to: 600_000, speed: 60 });
  clock.play();
  assert.equal(clock.advance(100, 4_000), true);
  assert.equal(clock.at, 4_000);
  assert.equal(clock.advance(100, 0), true);
  assert.equal(clock.at, 4_000, "it never runs back");
  assert.equal(clock.advance(100, 600_000), false);
  assert.equal(clock.at, 10_000);
});

test("a page that slept does not leap", () => {
  const clock = new PlayClock({ from: 0, to: 1e9, speed: 600 });
  clock.play();
  clock.advance(3_600_000);
  assert.ok(clock.at <= 1_000 * 600);
});

test("speeds go up and down their list and stay on it", () => {
  const clock = new PlayClock({ from: 0, to: 1, speed: 7 });
  assert.equal(clock.speed, 60);
  clock.faster(1);
  assert.equal(clock.speed, 120);
  for (let i = 0; i < 20; i++) clock.faster(1);
  assert.equal(clock.speed, 600);
  for (let i = 0; i < 20; i++) clock.faster(-1);
  assert.equal(clock.speed, SPEEDS[0]);
});
