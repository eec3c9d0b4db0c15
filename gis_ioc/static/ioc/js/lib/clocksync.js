/** The server's clock, estimated as NTP does: of several answers the one with the
 *  shortest way is believed; the clock is turned towards it smoothly and never runs
 *  backwards. Pure: moments come from outside. */

/** Answers that are remembered. */
const KEPT = 32;
/** What a cheap crystal drifts: an old short way is worth less than a new one. */
const DRIFT = 50e-6;
/** How fast the shown clock may be turned: 2 % of the time that passes. */
const SLEW = 0.02;
/** Farther off than this it is set at once. */
const STEP_MS = 500;
/** Answers that disagree by more than their ways and this tell of a clock that was set. */
const SET_MS = 100;

/** @typedef {{offset: number, rtt: number, at: number}} Sample */

export class ClockSync {
  constructor() {
    /** @type {Sample[]} */
    this.samples = [];
    /** server time − local time, as believed, ms @type {number|null} */
    this.believed = null;
    /** the same, as shown */
    this.offset = 0;
    /** local time of the last turn */
    this.turned = 0;
    this.last = Number.NEGATIVE_INFINITY;
  }

  /**
   * One question and its answer.
   * @param {number} sent local ms
   * @param {number} server its ms when it answered
   * @param {number} received local ms
   */
  sample(sent, server, received) {
    const rtt = Math.max(0, received - sent);
    const heard = { offset: server - (sent + received) / 2, rtt, at: received };
    const held = this.samples.length ? this.best(received) : heard;
    // both cannot be true: one of the two clocks was set, or this machine slept
    const apart = Math.abs(heard.offset - held.offset) > (heard.rtt + held.rtt) / 2 + SET_MS;
    if (apart) this.samples = [];
    this.samples.push(heard);
    if (this.samples.length > KEPT) this.samples.shift();
    this.offsetAt(received); // what was to be turned until now
    const { offset } = this.best(received);
    if (this.believed === null || Math.abs(offset - this.offset) > STEP_MS) {
      this.offset = offset;
      this.last = Number.NEGATIVE_INFINITY;
    }
    this.believed = offset;
  }

  /** @param {number} at local ms @returns {Sample} */
  best(at) {
    const error = (/** @type {Sample} */ one) => one.rtt / 2 + (at - one.at) * DRIFT;
    return this.samples.reduce((a, b) => (error(b) <= error(a) ? b : a));
  }

  /** Shortest way of those remembered, ms. */
  get rtt() {
    return this.samples.length ? Math.min(...this.samples.map((one) => one.rtt)) : null;
  }

  /** @param {number} local ms */
  offsetAt(local) {
    const passed = Math.max(0, local - this.turned);
    this.turned = Math.max(this.turned, local);
    if (this.believed === null) return this.offset;
    const wanted = this.believed - this.offset;
    this.offset += Math.sign(wanted) * Math.min(Math.abs(wanted), passed * SLEW);
    return this.offset;
  }

  /** Now by the server's clock, ms; later calls never give less. @param {number} local ms */
  now(local) {
    this.last = Math.max(this.last, local + this.offsetAt(local));
    return this.last;
  }
}
