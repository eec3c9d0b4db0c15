/** The marks of a moment, as numbers for the graphics card. Pure. */
import { colourOf } from "./colours.js";
import { HIDDEN } from "./fleet.js";

export const MARK_FLOATS = 5;
const DOUBT = 4;

export class Marks {
  /** @param {import("./fleet.js").Fleet} fleet */
  constructor(fleet) {
    this.fleet = fleet;
    /** fixes that are not believed @type {import("./requests.js").Doubt[]} */
    this.doubts = [];
    this.data = new Float32Array(0);
    this.count = 0;
    this.colours = new Uint8Array(0);
  }

  /** Room for all, and a colour for each vessel. */
  room() {
    const size = (this.fleet.count + this.doubts.length) * MARK_FLOATS;
    if (this.data.length < size) this.data = new Float32Array(size * 2);
    const { vessels } = this.fleet;
    if (this.colours.length !== vessels.length) {
      this.colours = Uint8Array.from(vessels, ({ vessel_class }) => colourOf(vessel_class));
    }
  }

  /**
   * @param {{x: number, y: number}} origin
   * @param {number} at epoch s
   * @param {number} tail s: how long a doubtful fix stays
   */
  fill(origin, at, tail) {
    this.room();
    const { data, fleet, colours } = this;
    const { now } = fleet;
    let place = 0;
    for (const doubt of this.doubts) {
      if (doubt.at > at || doubt.at < at - tail) continue;
      data[place] = doubt.x - origin.x;
      data[place + 1] = doubt.y - origin.y;
      data[place + 2] = 0;
      data[place + 3] = DOUBT;
      data[place + 4] = 0;
      place += MARK_FLOATS;
    }
    for (let lane = 0; lane < fleet.count; lane++) {
      if (now.state[lane] === HIDDEN) continue;
      data[place] = now.x[lane] - origin.x;
      data[place + 1] = now.y[lane] - origin.y;
      data[place + 2] = now.course[lane];
      data[place + 3] = now.state[lane];
      data[place + 4] = colours[fleet.vesselOf[lane]];
      place += MARK_FLOATS;
    }
    this.count = place / MARK_FLOATS;
  }
}
