/** Where a map of the wall looks at a moment: the way from the old camera to the new
 *  one, or the track that a console draws. Pure: made of messages and the shared clock
 *  alone, so that every panel says the same. */

/** @typedef {import("./canvas.js").Camera} Camera */
/** @typedef {{at: number, camera: Camera, rest: boolean}} Sample */

/** How long the way to a new camera takes. */
export const EASE_MS = 1_200;
/** What is drawn lies so far back, to have samples on both sides. */
const LEAST_DELAY_MS = 60;
const MOST_DELAY_MS = 200;
const KEPT = 64;
const SPACINGS = 12;

/** Slow, fast, slow. @param {number} k 0–1 */
export const eased = (k) => (k <= 0 ? 0 : k >= 1 ? 1 : k < 0.5 ? 4 * k ** 3 : 1 - (2 - 2 * k) ** 3 / 2);

/**
 * Between two cameras so that what both show moves along a straight line: zooming, one
 * point of the map stands still.
 * @param {Camera} a
 * @param {Camera} b
 * @param {number} k 0–1
 * @returns {Camera}
 */
export function between(a, b, k) {
  if (k <= 0) return a;
  if (k >= 1) return b;
  const rise = b.zoom - a.zoom;
  const zoom = a.zoom + rise * k;
  const part = Math.abs(rise) < 1e-6 ? k : (1 - 2 ** (a.zoom - zoom)) / (1 - 2 ** -rise);
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part, zoom };
}

/** @param {Camera|null} a @param {Camera|null} b */
export const same = (a, b) => a === b || Boolean(a && b && a.x === b.x && a.y === b.y && a.zoom === b.zoom);

/** What a console draws, sample by sample. */
export class Track {
  constructor() {
    /** @type {Sample[]} */
    this.samples = [];
    this.newest = Number.NEGATIVE_INFINITY;
  }

  /**
   * One message of the conductor; one that comes too late or twice changes nothing.
   * @param {{n: number, at: number, x: number, y: number, zoom: number, rest?: boolean}} message
   */
  take({ n, at, x, y, zoom, rest = false }) {
    if (n <= this.newest && at <= (this.last?.at ?? Number.NEGATIVE_INFINITY)) return;
    this.newest = n;
    if (this.last && at <= this.last.at) return;
    this.samples.push({ at, camera: { x, y, zoom }, rest });
    if (this.samples.length > KEPT) this.samples.shift();
  }

  get last() {
    return this.samples.at(-1) ?? null;
  }

  clear() {
    this.samples = [];
  }

  /** The same on every panel: it follows from how far apart the samples are. */
  get delay_ms() {
    const moments = this.samples.slice(-SPACINGS).map((sample) => sample.at);
    const gaps = moments.slice(1).map((at, i) => at - moments[i]);
    const moving = gaps.filter((gap) => gap < 2 * MOST_DELAY_MS).sort((a, b) => a - b);
    const typical = moving[Math.floor(moving.length / 2)] ?? 50;
    return Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, typical * 1.25));
  }

  /** @param {number} at the server's now @returns {Camera|null} */
  look(at) {
    const moment = at - this.delay_ms;
    const after = this.samples.findIndex((sample) => sample.at > moment);
    if (after < 0) return this.last?.camera ?? null;
    if (after === 0) return this.samples[0].camera;
    const [a, b] = [this.samples[after - 1], this.samples[after]];
    // after a rest the hand begins anew: nothing moved in between
    const from = a.rest ? Math.max(a.at, b.at - MOST_DELAY_MS) : a.at;
    return between(a.camera, b.camera, (moment - from) / (b.at - from));
  }

  /** Whether it still changes. @param {number} at */
  moving(at) {
    return this.last !== null && at - this.delay_ms <= this.last.at;
  }
}

/** The camera of one map pane: it goes from aim to aim, and by the track when led. */
export class Aim {
  constructor() {
    /** @type {Camera|null} */
    this.from = null;
    /** @type {Camera|null} */
    this.to = null;
    this.since = Number.NEGATIVE_INFINITY;
    /** @type {Track|null} */
    this.track = null;
  }

  /**
   * @param {Camera} to
   * @param {number} since server ms; the way ends at `since` + EASE_MS
   */
  turn(to, since) {
    if (!this.track && same(to, this.to)) return;
    const from = this.look(since);
    this.track = null;
    // the hand has just put it there: nothing to ease
    this.from = from && near(from, to) ? to : from;
    this.to = to;
    this.since = since;
  }

  /** From now on the console leads. @param {Track} track */
  follow(track) {
    this.track = track;
  }

  /** @param {number} at server ms @returns {Camera|null} */
  look(at) {
    const led = this.track?.look(at) ?? null;
    if (led || !this.from || !this.to) return led ?? this.to;
    return between(this.from, this.to, eased((at - this.since) / EASE_MS));
  }

  /** @param {number} at */
  moving(at) {
    if (this.track) return this.track.moving(at);
    return this.from !== null && !same(this.from, this.to) && at < this.since + EASE_MS;
  }
}

/** Nearer than a reader can see: rounding on the way through the server. @param {Camera} a @param {Camera} b */
function near(a, b) {
  const px = 512 * 2 ** b.zoom;
  return Math.abs(a.zoom - b.zoom) < 1e-4 && Math.hypot(a.x - b.x, a.y - b.y) * px < 0.5;
}
