/**
 * Where every vessel is at any time of a span, from pages of the playback API. Pure.
 *
 * A lane is one device of one vessel: points in order of time; `joined` says that
 * nothing broke between a point and the next. Only there is a place interpolated.
 */
import { knots } from "./geo.js";

/** Faster than any ship that the fleet meets: such a leg is a jump, not a way. */
const FASTEST_KN = 60;
const STEPS = 8;
export const HIDDEN = 0;
export const MOVING = 1;
export const STILL = 2;
export const WAITING = 3;
const STILL_KN = 0.5;

/** @typedef {import("./pages.js").Vessel} Vessel */
/** @typedef {import("./pages.js").Chunk} Chunk */
/** @typedef {{vessel: number, kind: string, at: number[], x: number[], y: number[], joined: number[]}} Lane */

export class Fleet {
  constructor() {
    /** @type {Vessel[]} */
    this.vessels = [];
    /** place of a vessel in `vessels` by its number @type {Map<number, number>} */
    this.places = new Map();
    /** in order of time @type {Chunk[]} */
    this.chunks = [];
    /** @type {Lane[][]} by place of the vessel */
    this.lanes = [];
    this.flatten();
  }

  /** @param {Chunk} chunk */
  add(chunk) {
    const last = this.chunks.at(-1);
    this.chunks.push(chunk);
    if (last && last.to > chunk.from) {
      this.chunks.sort((a, b) => a.from - b.from);
      this.lanes = this.vessels.map(() => []);
      for (const each of this.chunks) this.append(each);
    } else {
      this.append(chunk);
    }
    this.flatten();
  }

  /** @param {Chunk} chunk */
  append(chunk) {
    const places = chunk.vessels.map((vessel) => this.placeOf(vessel));
    const runs = [...chunk.runs].sort((a, b) => chunk.at[a.first] - chunk.at[b.first]);
    for (const run of runs) {
      const lane = this.laneFor(places[run.vessel], run, chunk);
      for (let i = run.first; i < run.end; i++) {
        lane.at.push(chunk.at[i]);
        lane.x.push(chunk.x[i]);
        lane.y.push(chunk.y[i]);
        lane.joined.push(i + 1 < run.end ? 1 : 0);
      }
    }
  }

  /** @param {Vessel} vessel */
  placeOf(vessel) {
    const known = this.places.get(vessel.id);
    if (known !== undefined) return known;
    this.places.set(vessel.id, this.vessels.length);
    this.lanes.push([]);
    return this.vessels.push(vessel) - 1;
  }

  /**
   * The lane that a run goes on in: cut back to where both have the same point, as
   * pages overlap by a leg, or ended before the run begins; else a new one.
   * @param {number} vessel
   * @param {Chunk["runs"][0]} run
   * @param {Chunk} chunk
   * @returns {Lane}
   */
  laneFor(vessel, run, chunk) {
    const [at, x, y] = [chunk.at[run.first], chunk.x[run.first], chunk.y[run.first]];
    const own = this.lanes[vessel].filter((lane) => lane.kind === run.kind);
    for (const lane of own) {
      let same = lane.at.length - 1;
      while (same >= 0 && lane.at[same] > at) same--;
      if (same >= 0 && lane.at[same] === at && lane.x[same] === x && lane.y[same] === y) {
        for (const column of [lane.at, lane.x, lane.y, lane.joined]) column.length = same;
        return lane;
      }
    }
    const ended = own.find((lane) => /** @type {number} */ (lane.at.at(-1)) < at);
    if (ended) return ended;
    const made = { vessel, kind: run.kind, at: [], x: [], y: [], joined: [] };
    this.lanes[vessel].push(made);
    return made;
  }

  /** Lanes as arrays over all of them, for the work of each frame. */
  flatten() {
    const lanes = this.lanes.flat();
    const count = lanes.length;
    const size = lanes.reduce((sum, lane) => sum + lane.at.length, 0);
    this.count = count;
    this.size = size;
    this.start = new Int32Array(count + 1);
    this.vesselOf = new Int32Array(count);
    this.at = new Float64Array(size);
    this.x = new Float64Array(size);
    this.y = new Float64Array(size);
    this.joined = new Uint8Array(size);
    lanes.forEach((lane, i) => {
      const begin = this.start[i];
      this.start[i + 1] = begin + lane.at.length;
      this.vesselOf[i] = lane.vessel;
      this.at.set(lane.at, begin);
      this.x.set(lane.x, begin);
      this.y.set(lane.y, begin);
      this.joined.set(lane.joined, begin);
    });
    this.cursor = Int32Array.from(this.start.subarray(0, count));
    this.now = {
      state: new Uint8Array(count),
      x: new Float64Array(count),
      y: new Float64Array(count),
      course: new Float32Array(count), // radians, clockwise from north
      speed_kn: new Float32Array(count),
      heard: new Float64Array(count), // epoch s of the fix before
    };
    this.several = this.lanes.some((own) => own.length > 1);
  }

  /**
   * Place of the last point at or before a time.
   * @param {number} lane
   * @param {number} time epoch s
   * @returns {number} -1: not heard yet
   */
  find(lane, time) {
    let low = this.start[lane];
    let high = this.start[lane + 1];
    if (low === high || this.at[low] > time) return -1;
    let place = this.cursor[lane];
    if (this.at[place] <= time) {
      // mostly it is the same leg as in the frame before, or one of the next
      for (let step = 0; step < STEPS; step++) {
        if (place + 1 === high || this.at[place + 1] > time) return place;
        place++;
      }
      low = place;
    }
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.at[middle] <= time) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Fill `now` for a time. @param {number} time epoch s */
  seek(time) {
    for (let lane = 0; lane < this.count; lane++) {
      const place = this.find(lane, time);
      if (place < 0) {
        this.now.state[lane] = HIDDEN;
        continue;
      }
      this.cursor[lane] = place;
      this.put(lane, place, time);
    }
    if (this.several) this.chooseLanes();
  }

  /** @param {number} lane @param {number} place @param {number} time epoch s */
  put(lane, place, time) {
    const { now, at, x, y } = this;
    now.heard[lane] = at[place];
    if (!this.joined[place]) {
      now.state[lane] = at[place] === time ? STILL : WAITING;
      now.x[lane] = x[place];
      now.y[lane] = y[place];
      now.speed_kn[lane] = 0;
      return;
    }
    const seconds = at[place + 1] - at[place];
    const part = seconds > 0 ? (time - at[place]) / seconds : 0;
    const dx = x[place + 1] - x[place];
    const dy = y[place + 1] - y[place];
    now.x[lane] = x[place] + dx * part;
    now.y[lane] = y[place] + dy * part;
    const speed = knots(dx, dy, y[place], seconds);
    now.speed_kn[lane] = speed;
    now.state[lane] = speed < STILL_KN ? STILL : MOVING;
    if (speed >= STILL_KN) now.course[lane] = Math.atan2(dx, -dy);
  }

  /** Of a vessel heard by several devices only the best heard is drawn. */
  chooseLanes() {
    const { state, heard } = this.now;
    for (let lane = 1; lane < this.count; lane++) {
      if (this.vesselOf[lane] !== this.vesselOf[lane - 1] || state[lane] === HIDDEN) continue;
      for (let other = lane - 1; other >= 0 && this.vesselOf[other] === this.vesselOf[lane]; other--) {
        if (state[other] === HIDDEN) continue;
        const [goes, otherGoes] = [state[lane] !== WAITING, state[other] !== WAITING];
        const better = goes === otherGoes ? heard[lane] > heard[other] : goes;
        state[better ? other : lane] = HIDDEN;
        if (!better) break;
      }
    }
  }

  /**
   * Silences: from the last point before to the first after, where all between is
   * loaded and a ship can have gone that way.
   * @returns {{lane: number, place: number}[]} place: the point before
   */
  gaps() {
    const found = [];
    for (let lane = 0; lane < this.count; lane++) {
      for (let i = this.start[lane]; i < this.start[lane + 1] - 1; i++) {
        if (!this.joined[i] && this.silent(i)) found.push({ lane, place: i });
      }
    }
    return found;
  }

  /** @param {number} i */
  silent(i) {
    const seconds = this.at[i + 1] - this.at[i];
    const way = knots(this.x[i + 1] - this.x[i], this.y[i + 1] - this.y[i], this.y[i], seconds);
    return seconds > 0 && way < FASTEST_KN && this.covers(this.at[i], this.at[i + 1]);
  }

  /** Whether all of a time is loaded. @param {number} from @param {number} to epoch s */
  covers(from, to) {
    let reached = null;
    for (const chunk of this.chunks) {
      if (reached === null ? chunk.from <= from && chunk.to >= from : chunk.from <= reached) {
        reached = Math.max(reached ?? from, chunk.to);
      }
    }
    // a run may begin a little before its page and end a little after it
    const first = this.chunks[0]?.from ?? 0;
    if (reached === null && from < first && to >= first) return this.covers(first, to);
    const end = this.chunks.at(-1)?.to ?? 0;
    return reached !== null && reached >= Math.min(to, end);
  }

  /** How many points lie in each of equal parts of a span. @param {number} from @param {number} to epoch s @param {number} parts */
  histogram(from, to, parts) {
    const counts = new Uint32Array(parts);
    for (const at of this.at) {
      const part = Math.floor(((at - from) / (to - from)) * parts);
      if (part >= 0 && part < parts) counts[part]++;
    }
    return counts;
  }

  /** @returns {[number, number, number, number]|null} west, south, east, north in mercator */
  bounds() {
    if (!this.size) return null;
    let [west, north, east, south] = [1, 1, 0, 0];
    for (let i = 0; i < this.size; i++) {
      west = Math.min(west, this.x[i]);
      east = Math.max(east, this.x[i]);
      north = Math.min(north, this.y[i]);
      south = Math.max(south, this.y[i]);
    }
    return [west, south, east, north];
  }
}
