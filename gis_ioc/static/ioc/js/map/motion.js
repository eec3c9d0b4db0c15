/**
 * Where rows are on the shared clock, from their last two fixes.
 *
 * The same sums stand in the vertex shader (GLSL below) and here for picking. A row
 * follows course and speed of its newest fix for a bounded time; when a newer fix
 * takes over, the difference is made up smoothly. Only fixes and the clock count, never
 * when a message arrived, so all screens with one clock draw the same.
 */
import { STEPS } from "../live/columns.js";
import { LINE } from "./tabletexture.js";

/** Times are whole 1/64 s, modulo 2**32: good for a year on either side. */
export const TICKS = 64;
/** So long a row goes on by its course and speed. */
const RECKON_S = 60;
/** So long a difference takes to be made up. */
const GLIDE_S = 2;
/** Farther off than this is no way but a leap, parts of the world's side (10 km). */
const LEAP = Math.round((10_000 / 40_075_017) * STEPS);
/** No layer's fixes are fresh for longer without its saying so. */
const FRESH_S = 600;
/** Words of a row: both places, both times and the newer velocity, the older velocity and difference. */
export const WORDS = 12;

/** Fields by which a row goes on, metres a second for one unit. */
const COURSE = "course_deg";
const SPEEDS = /** @type {Record<string, number>} */ ({ speed_kn: 1852 / 3600, speed_kmh: 1 / 3.6, speed_ms: 1 });
const EARTH_M = 40_075_016.69;

export const GLSL = `
uniform highp usampler2D u_rows;
uniform uvec2 u_centre;
uniform int u_now;
uniform float u_part, u_fresh;
float reckon(float age) {
  float ahead = clamp(age, 0.0, ${RECKON_S * TICKS}.0);
  return ahead * (1.0 - clamp((age - u_fresh) / ${GLIDE_S * TICKS}.0, 0.0, 1.0));
}
float left(float age) { return 1.0 - smoothstep(0.0, ${GLIDE_S * TICKS}.0, age); }
vec2 place(uint row, out float age) {
  ivec2 at = ivec2(int(row % ${LINE}u) * 3, int(row / ${LINE}u));
  uvec4 fixes = texelFetch(u_rows, at, 0);
  uvec4 times = texelFetch(u_rows, at + ivec2(1, 0), 0);
  vec4 before = uintBitsToFloat(texelFetch(u_rows, at + ivec2(2, 0), 0));
  int t0 = int(times.x), t1 = int(times.y);
  age = t1 == 0 ? 0.0 : float(u_now - t1) + u_part;
  if (age < 0.0) {
    float since = float(u_now - t0) + u_part;
    return vec2(ivec2(fixes.xy - u_centre)) + before.xy * reckon(since) + before.zw * left(since);
  }
  float span = float(t1 - t0);
  vec2 off = vec2(ivec2(fixes.xy - fixes.zw)) + before.xy * reckon(span) + before.zw * left(span);
  vec2 ahead = uintBitsToFloat(times.zw) * reckon(age);
  return vec2(ivec2(fixes.zw - u_centre)) + ahead + off * left(age);
}`;

const RECKON = RECKON_S * TICKS;
const GLIDE = GLIDE_S * TICKS;

/** @param {number} age ticks @param {number} fresh */
function reckon(age, fresh) {
  const ahead = Math.min(Math.max(age, 0), RECKON);
  return ahead * (1 - Math.min(Math.max((age - fresh) / GLIDE, 0), 1));
}

/** @param {number} age ticks */
function left(age) {
  const t = Math.min(Math.max(age / GLIDE, 0), 1);
  return 1 - t * t * (3 - 2 * t);
}

/** @param {number} seconds epoch */
const ticksOf = (seconds) => Math.round(seconds * TICKS) | 0 || 1;

/** The moves of one layer's rows. */
export class Motion {
  /** @param {{freshness_s: number|null, fields: {name: string}[]}} entry */
  constructor({ freshness_s, fields }) {
    this.fresh = (freshness_s ?? FRESH_S) * TICKS;
    const names = new Set(fields.map(({ name }) => name));
    const speed = Object.keys(SPEEDS).find((name) => names.has(name));
    /** columns that tell where a row goes on to @type {[string, string]|null} */
    this.goes = speed && names.has(COURSE) ? [COURSE, speed] : null;
    this.factor = speed ? SPEEDS[speed] : 0;
    this.words = new Uint32Array(0);
    this.floats = new Float32Array(0);
    /** of the fastest row lately, parts a tick */
    this.fastest = 0;
    /** farthest that a row is drawn from its newest fix, parts */
    this.reach = 0;
  }

  /** @param {number} rows */
  reserve(rows) {
    if (rows * WORDS <= this.words.length) return;
    const words = new Uint32Array(Math.ceil(rows / LINE) * LINE * WORDS);
    words.set(this.words);
    this.words = words;
    this.floats = new Float32Array(words.buffer);
  }

  /**
   * Take over new fixes.
   * @param {import("../live/columns.js").LiveColumns} store
   * @param {import("../live/columns.js").Changed} changed
   * @param {Uint8Array} known 1: the row had a fix before; set here
   */
  take(store, { fresh, rows }, known) {
    this.reserve(store.size);
    if (fresh) this.reach = this.fastest = 0;
    this.fastest *= 0.9;
    const [course, speed] = (this.goes ?? []).map((name) => store.columns.get(name));
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      this.fix(row, store, known[row] === 1, course, speed);
      known[row] = 1;
    }
  }

  /**
   * @param {number} row
   * @param {import("../live/columns.js").LiveColumns} store
   * @param {boolean} known
   * @param {import("../live/columns.js").Coded|undefined} course
   * @param {import("../live/columns.js").Coded|undefined} speed
   */
  fix(row, store, known, course, speed) {
    const { words, floats } = this;
    const o = row * WORDS;
    const x = store.x[row];
    const y = store.y[row];
    const at = store.at[row];
    const t1 = at > 0 ? ticksOf(at) : 0;
    const newer = known && t1 && words[o + 5] && ((t1 - words[o + 5]) | 0) > 0;
    if (newer) this.keep(o, x, y);
    else if (!known || words[o + 2] !== x || words[o + 3] !== y || !t1) {
      words[o] = x;
      words[o + 1] = y;
      words[o + 4] = t1;
      floats.fill(0, o + 8, o + 12);
    }
    words[o + 2] = x;
    words[o + 3] = y;
    words[o + 5] = t1;
    floats[o + 6] = floats[o + 7] = 0;
    const knows = course && speed && course.codes[row] >= 0 && speed.codes[row] >= 0;
    if (knows) this.go(o, y, course.values[course.codes[row]], speed.values[speed.codes[row]]);
  }

  /** The newest fix becomes the one before. @param {number} o @param {number} x @param {number} y of the new one */
  keep(o, x, y) {
    const { words, floats } = this;
    const span = (words[o + 5] - words[o + 4]) | 0;
    const shift = reckon(span, this.fresh);
    const rest = left(span);
    let dx = ((words[o] - words[o + 2]) | 0) + floats[o + 8] * shift + floats[o + 10] * rest;
    let dy = ((words[o + 1] - words[o + 3]) | 0) + floats[o + 9] * shift + floats[o + 11] * rest;
    words[o] = words[o + 2];
    words[o + 1] = words[o + 3];
    words[o + 4] = words[o + 5];
    floats[o + 8] = floats[o + 6];
    floats[o + 9] = floats[o + 7];
    if (Math.abs((x - words[o]) | 0) + Math.abs((y - words[o + 1]) | 0) > LEAP) {
      words[o] = x;
      words[o + 1] = y;
      floats[o + 8] = floats[o + 9] = dx = dy = 0;
    }
    floats[o + 10] = dx;
    floats[o + 11] = dy;
    const off = Math.abs(dx) + Math.abs(dy) + Math.abs((x - words[o]) | 0) + Math.abs((y - words[o + 1]) | 0);
    this.reach = Math.max(this.reach, off);
    this.fastest = Math.max(this.fastest, off / Math.max(GLIDE, span, 1));
  }

  /** @param {number} o @param {number} y @param {number} course degrees @param {number} speed */
  go(o, y, course, speed) {
    // metres of the ground are longer on the map the farther from the equator
    const stretch = Math.cosh(Math.PI * (1 - (2 * y) / STEPS));
    const parts = ((speed * this.factor * stretch) / EARTH_M / TICKS) * STEPS;
    const angle = (course * Math.PI) / 180;
    this.floats[o + 6] = parts * Math.sin(angle);
    this.floats[o + 7] = -parts * Math.cos(angle);
    this.fastest = Math.max(this.fastest, parts);
    this.reach = Math.max(this.reach, parts * RECKON);
  }

  /**
   * Place of a row at a moment, parts of the world's side.
   * @param {number} row
   * @param {{ticks: number, part: number}} now
   * @returns {[number, number]}
   */
  at(row, { ticks, part }) {
    const { words, floats, fresh } = this;
    const o = row * WORDS;
    const t1 = words[o + 5];
    const age = t1 ? ((ticks - t1) | 0) + part : 0;
    if (age < 0) {
      const since = ((ticks - words[o + 4]) | 0) + part;
      const [shift, rest] = [reckon(since, fresh), left(since)];
      return [
        words[o] + floats[o + 8] * shift + floats[o + 10] * rest,
        words[o + 1] + floats[o + 9] * shift + floats[o + 11] * rest,
      ];
    }
    const span = (t1 - words[o + 4]) | 0;
    const [shift, rest, ahead, more] = [reckon(span, fresh), left(span), reckon(age, fresh), left(age)];
    const dx = ((words[o] - words[o + 2]) | 0) + floats[o + 8] * shift + floats[o + 10] * rest;
    const dy = ((words[o + 1] - words[o + 3]) | 0) + floats[o + 9] * shift + floats[o + 11] * rest;
    return [words[o + 2] + floats[o + 6] * ahead + dx * more, words[o + 3] + floats[o + 7] * ahead + dy * more];
  }
}

/** The moment that is drawn, as words of the shader. @param {number} ms epoch */
export function moment(ms) {
  const ticks = (ms / 1000) * TICKS;
  return { ticks: Math.floor(ticks) | 0, part: ticks - Math.floor(ticks) };
}
