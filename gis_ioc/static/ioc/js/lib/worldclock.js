/**
 * The page's one clock: live, or at a moment of the past, standing or running. Pure:
 * it is told what time it is. Listeners hear of every change (`on`).
 */
import { SPEEDS } from "./playclock.js";

/** The longest step that one frame may make, so that a page that slept does not leap. */
const LONGEST_FRAME_MS = 1_000;
/** So near to now is live. */
const LIVE_MS = 1_500;

export class WorldClock {
  /** @param {() => number} now epoch ms of the server */
  constructor(now) {
    this.now = now;
    /** the moment of the past, epoch ms; null: live @type {number|null} */
    this.past = null;
    this.playing = false;
    this.speed = 60;
    /** who sets the time instead of this page's hands: a drill @type {((now: number) => number)|null} */
    this.bound = null;
    /** up to when there is something to be shown, epoch ms */
    this.ready = Number.POSITIVE_INFINITY;
    /** @type {((moved: boolean) => void)[]} */
    this.listeners = [];
  }

  get live() {
    return this.past === null;
  }

  /** The moment that is shown, epoch ms. */
  get at() {
    return this.past ?? this.now();
  }

  /** @param {(moved: boolean) => void} listener moved: only the hand has moved on by itself */
  on(listener) {
    this.listeners.push(listener);
  }

  /** @param {boolean} [moved] */
  tell(moved = false) {
    for (const listener of this.listeners) listener(moved);
  }

  /** To a moment; what lies ahead is live. @param {number} at epoch ms */
  seek(at) {
    if (this.bound || !Number.isFinite(at)) return;
    if (at >= this.now() - LIVE_MS) return this.goLive();
    this.past = Math.round(at);
    this.ready = Number.POSITIVE_INFINITY;
    this.tell();
  }

  /** @param {number} by ms */
  step(by) {
    this.seek(this.at + by);
  }

  goLive() {
    if (this.live) return;
    this.past = null;
    this.playing = false;
    this.bound = null;
    this.tell();
  }

  /** Run on from where it stands; live runs by itself. */
  toggle() {
    if (this.live || this.bound) return;
    this.playing = !this.playing;
    this.tell();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = Math.min(600, Math.max(1, speed));
    this.tell();
  }

  /** One step up or down the list of speeds. @param {number} step */
  faster(step) {
    const place = SPEEDS.findIndex((speed) => speed >= this.speed);
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place + step))]);
  }

  /** Someone else's hand: a drill. @param {(now: number) => number} moment */
  bind(moment) {
    this.bound = moment;
    this.playing = true;
    this.past = Math.round(moment(this.now()));
    this.tell();
  }

  /** Move on by the time that has passed. @param {number} passed_ms */
  advance(passed_ms) {
    if (this.past === null || !this.playing) return;
    if (this.bound) {
      this.past = Math.round(this.bound(this.now()));
      return this.tell(true);
    }
    const wanted = this.past + Math.min(LONGEST_FRAME_MS, Math.max(0, passed_ms)) * this.speed;
    this.past = Math.round(Math.max(this.past, Math.min(wanted, this.ready)));
    if (this.past >= this.now() - LIVE_MS) this.goLive();
    else this.tell(true);
  }
}
