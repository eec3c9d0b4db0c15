/** The one loop that draws: it runs while something moves and sleeps otherwise. Measures
 *  how long frames take. */
import { local, now } from "../lib/time.js";

const MEASURED = 240;
const LOGGED = 1_200;
/** A gap longer than this is no frame but a pause. */
const PAUSE_MS = 2_000;
const PROBED = 12;

/** @param {number[]} sorted @param {number} share */
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

export class Frames {
  constructor() {
    /** what draws; true: it still moves @type {Set<(at: number) => boolean>} */
    this.drawers = new Set();
    this.running = false;
    this.last = 0;
    /** gaps between frames, ms @type {number[]} */
    this.gaps = [];
    /** what was drawn when: {local, at, camera}, the newest last @type {any[]} */
    this.log = [];
    this.movedAt = Number.NEGATIVE_INFINITY;
  }

  /** @param {(at: number) => boolean} drawer @returns {() => void} ends it */
  add(drawer) {
    this.drawers.add(drawer);
    this.wake();
    return () => this.drawers.delete(drawer);
  }

  /** Something may move. */
  wake() {
    if (this.running) return;
    this.running = true;
    this.last = 0;
    requestAnimationFrame(() => this.frame());
  }

  frame() {
    const at = now();
    this.measure();
    let moving = false;
    for (const drawer of this.drawers) moving = drawer(at) || moving;
    if (moving) this.movedAt = at;
    this.running = moving;
    if (moving) requestAnimationFrame(() => this.frame());
  }

  measure() {
    const at = performance.now();
    const gap = at - this.last;
    if (this.last && gap < PAUSE_MS) this.gaps.push(gap);
    if (this.gaps.length > MEASURED) this.gaps.shift();
    this.last = at;
  }

  /** Remember what is on the glass. @param {number} at server ms @param {import("./canvas.js").Camera} camera */
  note(at, camera) {
    this.log.push({ local: local(), at, ...camera });
    if (this.log.length > LOGGED) this.log.shift();
  }

  /** How long frames take: while it moved, or a few empty ones if nothing did. */
  async stats() {
    if (this.gaps.length < PROBED) await this.probe();
    const sorted = this.gaps.splice(0).sort((a, b) => a - b);
    if (!sorted.length) return { frame_p50_ms: null, frame_p95_ms: null, fps: null };
    const mean = sorted.reduce((sum, gap) => sum + gap, 0) / sorted.length;
    const tenth = (/** @type {number} */ value) => Math.round(value * 10) / 10;
    return {
      frame_p50_ms: tenth(quantile(sorted, 0.5)),
      frame_p95_ms: tenth(quantile(sorted, 0.95)),
      fps: tenth(1000 / mean),
    };
  }

  /** @returns {Promise<void>} */
  probe() {
    return new Promise((resolve) => {
      let left = PROBED;
      let last = 0;
      // a hidden page draws no frames
      const never = setTimeout(resolve, PAUSE_MS);
      const step = (/** @type {number} */ at) => {
        if (last) this.gaps.push(at - last);
        last = at;
        if (left-- > 0) requestAnimationFrame(step);
        else {
          clearTimeout(never);
          resolve();
        }
      };
      requestAnimationFrame(step);
    });
  }
}
