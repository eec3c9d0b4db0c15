import assert from "node:assert/strict";
import { test } from "node:test";
import { WorldClock } from "../lib/worldclock.js";
import { decodeView, encodeView } from "../lib/viewlink.js";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const HOUR = 3_600_000;
const clockAt = (now = NOW) => {
  const time = { now };
  const clock = new WorldClock(() => time.now);
  return { clock, time };
};

test("a clock is live until it is set, and live again when set to what lies ahead", () => {
  const { clock } = clockAt();
  assert.equal(clock.live, true);
  clock.seek(NOW - HOUR);
  assert.equal(clock.at, NOW - HOUR);
  clock.seek(NOW + HOUR);
  assert.equal(clock.live, true);
});

test("the past runs as fast as it is told, and ends in live", () => {
  const { clock } = clockAt();
  clock.seek(NOW - 10 * 60_000);
  clock.setSpeed(600);
  clock.toggle();
  clock.advance(500);
  assert.equal(clock.at, NOW - 10 * 60_000 + 300_000);
  clock.advance(500);
  assert.equal(clock.live, true);
  assert.equal(clock.playing, false);
});

test("a page that slept does not leap", () => {
  const { clock } = clockAt();
  clock.seek(NOW - 24 * HOUR);
  clock.setSpeed(60);
  clock.toggle();
  clock.advance(3_600_000);
  assert.equal(clock.at, NOW - 24 * HOUR + 60_000);
});

test("speeds go up and down a list and stay within it", () => {
  const { clock } = clockAt();
  clock.faster(1);
  assert.equal(clock.speed, 120);
  for (let i = 0; i < 20; i++) clock.faster(1);
  assert.equal(clock.speed, 600);
  for (let i = 0; i < 20; i++) clock.faster(-1);
  assert.equal(clock.speed, 1);
});

test("who is bound to a drill cannot set the time, only leave", () => {
  const { clock, time } = clockAt();
  clock.bind((now) => now - 5 * HOUR);
  clock.seek(NOW - HOUR);
  clock.toggle();
  assert.equal(clock.at, NOW - 5 * HOUR);
  time.now += 2_000;
  clock.advance(16);
  assert.equal(clock.at, NOW - 5 * HOUR + 2_000);
  clock.goLive();
  assert.equal(clock.bound, null);
  assert.equal(clock.live, true);
});

test("listeners hear what is set apart from what runs by itself", () => {
  const { clock } = clockAt();
  const heard = [];
  clock.on((moved) => heard.push(moved));
  clock.seek(NOW - HOUR);
  clock.toggle();
  clock.advance(16);
  clock.goLive();
  clock.goLive();
  assert.deepEqual(heard, [false, false, true, false]);
});

test("a link carries the moment and the speed of the whole picture", () => {
  const time = { at: NOW - HOUR, speed: 120 };
  const hash = encodeView({ map: null, layers: null, filters: {}, time, open: null });
  assert.equal(hash, "#time=2026-11-23T09:00:00Z/120");
  assert.deepEqual(decodeView(hash).time, time);
  for (const bad of ["#time=yesterday", "#time=/60", "#time=2026-99-23T09:00:00Z/60"]) assert.ok(!decodeView(bad).time);
});
