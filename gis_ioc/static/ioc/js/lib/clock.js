/**
 * The clock of this page, and what it tells the other parts: on the bus `clock` when
 * it was set ({live, at, playing, speed, drill}), `clock:tick` while it runs by itself.
 */
import { bus } from "./bus.js";
import { now } from "./time.js";
import { WorldClock } from "./worldclock.js";

export const clock = new WorldClock(now);

const state = () => ({
  live: clock.live,
  at: clock.at,
  playing: clock.playing,
  speed: clock.speed,
  drill: Boolean(clock.bound),
});

let frame = 0;
let last = 0;

/** @param {number} time */
function run(time) {
  frame = 0;
  clock.advance(time - last);
  last = time;
  if (clock.playing && !clock.live) frame = requestAnimationFrame(run);
}

clock.on((moved) => {
  bus.emit(moved ? "clock:tick" : "clock", state());
  if (!frame && clock.playing && !clock.live) {
    last = performance.now();
    frame = requestAnimationFrame(run);
  }
});

/** The moment as addresses and the API take it, whole seconds; null: live. @returns {string|null} */
export const asOf = () => (clock.live ? null : isoOf(clock.at));

/** @param {number} ms */
export const isoOf = (ms) => `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
