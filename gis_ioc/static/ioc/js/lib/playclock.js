/** The clock of a replay: where it stands in a span, how fast it runs. Pure. */

export const SPEEDS = [1, 2, 5, 10, 30, 60, 120, 300, 600];

/** The longest step that one frame may make, so that a page that slept does not leap. */
const LONGEST_FRAME_MS = 1_000;

export class PlayClock {
  /** @param {{from: number, to: number, at?: number, speed?: number}} span epoch ms */
  constructor({ from, to, at, speed = 60 }) {
    this.from = from;
    this.to = to;
    this.speed = SPEEDS.includes(speed) ? speed : 60;
    this.playing = false;
    this.at = this.inside(at ?? from);
  }

  /** @param {number} at epoch ms */
  inside(at) {
    return Math.min(this.to, Math.max(this.from, at));
  }

  /** @param {number} at epoch ms */
  seek(at) {
    this.at = this.inside(at);
  }

  /** At the end it starts anew. */
  play() {
    if (this.at >= this.to) this.at = this.from;
    this.playing = true;
  }

  /** One step up or down the list of speeds. @param {number} step */
  faster(step) {
    const place = SPEEDS.indexOf(this.speed) + step;
    this.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place))];
  }

  /**
   * Move on by the wall's time, but never past what is loaded.
   * @param {number} passed_ms
   * @param {number} [ready] epoch ms up to which there are data
   * @returns {boolean} whether it had to wait for data
   */
  advance(passed_ms, ready = Number.POSITIVE_INFINITY) {
    if (!this.playing) return false;
    const step = Math.min(LONGEST_FRAME_MS, Math.max(0, passed_ms)) * this.speed;
    const wanted = this.inside(this.at + step);
    const waits = wanted > ready;
    this.at = waits ? Math.max(this.at, this.inside(ready)) : wanted;
    if (this.at >= this.to) this.playing = false;
    return waits;
  }
}
