/**
 * The replay on the map, drawn by the graphics card: legs are handed over once, only
 * the places of the vessels in every frame.
 */
import { attributes, program, shifted } from "@ioc/map/gl.js";
import { LOOK } from "./colours.js";
import { LEG_FRAGMENT, LEG_VERTEX, MARK_FRAGMENT, MARK_VERTEX } from "./shaders.js";

const LEG_FLOATS = 7; // from x y, to x y, times, colour
const MARK_FLOATS = 5; // place, course, state, colour

/** @param {string} hex */
const rgb = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);

/** One replay's drawing; a layer of the map's own making (CustomLayerInterface). */
export class Drawing {
  /** @param {string} id */
  constructor(id) {
    this.id = id;
    this.type = /** @type {const} */ ("custom");
    this.renderingMode = /** @type {const} */ ("2d");
    this.origin = { x: 0.79, y: 0.44 };
    /** @type {{buffer: WebGLBuffer, vao: any, times: Float64Array, ends: number, longest: number}[]} */
    this.legs = [];
    /** silences @type {any} */
    this.gaps = null;
    this.marks = new Float32Array(0);
    this.count = 0;
    this.now = 0;
    this.tail = 3600;
    this.whole = false;
    this.theme = "dark";
    this.scale = 1;
    this.epoch = 0;
  }

  /** @param {any} map @param {WebGL2RenderingContext} gl */
  onAdd(map, gl) {
    this.map = map;
    this.gl = gl;
    this.legProgram = program(gl, LEG_VERTEX, LEG_FRAGMENT);
    this.markProgram = program(gl, MARK_VERTEX, MARK_FRAGMENT);
    this.markBuffer = gl.createBuffer();
    this.markVao = attributes(gl, this.markProgram, this.markBuffer, MARK_FLOATS, 0, [
      ["a_place", 2, 0],
      ["a_course", 1, 2],
      ["a_state", 1, 3],
      ["a_color", 1, 4],
    ]);
  }

  /** @param {any} _map @param {WebGL2RenderingContext} gl */
  onRemove(_map, gl) {
    this.clear();
    gl.deleteBuffer(this.markBuffer);
    gl.deleteVertexArray(this.markVao);
    gl.deleteProgram(this.legProgram);
    gl.deleteProgram(this.markProgram);
  }

  clear() {
    for (const part of [...this.legs, this.gaps].filter(Boolean)) this.drop(part);
    this.legs = [];
    this.gaps = null;
    this.count = 0;
  }

  /** @param {any} part */
  drop(part) {
    this.gl.deleteBuffer(part.buffer);
    this.gl.deleteVertexArray(part.vao);
  }

  /**
   * Hand legs over: in order of their beginning.
   * @param {{x1: number, y1: number, t1: number, x2: number, y2: number, t2: number, color: number}[]} legs
   *   mercator 0..1, epoch s
   */
  hand(legs) {
    legs.sort((a, b) => a.t1 - b.t1);
    const data = new Float32Array(legs.length * LEG_FLOATS);
    const times = new Float64Array(legs.length);
    let longest = 0;
    legs.forEach((leg, i) => {
      const { x, y } = this.origin;
      data.set(
        [leg.x1 - x, leg.y1 - y, leg.x2 - x, leg.y2 - y, leg.t1 - this.epoch, leg.t2 - this.epoch, leg.color],
        i * LEG_FLOATS,
      );
      times[i] = leg.t1;
      longest = Math.max(longest, leg.t2 - leg.t1);
    });
    const { gl } = this;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    return { buffer, vao: null, times, longest };
  }

  /**
   * Legs of one chunk, apart by how long they last: among short ones few have to be
   * looked at for a moment.
   * @param {any[]} legs
   */
  addLegs(legs) {
    for (const group of byLength(legs)) this.legs.push(/** @type {any} */ (this.hand(group)));
  }

  /** @param {any[]} legs all silences known so far */
  setGaps(legs) {
    if (this.gaps) this.drop(this.gaps);
    this.gaps = this.hand(legs);
  }

  /** @param {Float32Array} marks @param {number} count how many of them */
  setMarks(marks, count) {
    this.marks = marks;
    this.count = count;
  }

  /** @param {WebGL2RenderingContext} gl @param {any} options */
  render(gl, options) {
    const matrix = shifted(options.defaultProjectionData.mainMatrix, this.origin.x, this.origin.y);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    this.renderLegs(gl, matrix);
    this.renderMarks(gl, matrix);
    gl.bindVertexArray(null);
  }

  /** @param {WebGL2RenderingContext} gl @param {Float32Array} matrix */
  renderLegs(gl, matrix) {
    const ratio = this.map.getPixelRatio();
    const set = this.use(gl, this.legProgram, matrix);
    gl.uniform2f(set("u_half"), gl.drawingBufferWidth / 2, gl.drawingBufferHeight / 2);
    gl.uniform1f(set("u_now"), this.now - this.epoch);
    gl.uniform1f(set("u_dash"), 0);
    const draw = (
      /** @type {any} */ part,
      /** @type {number} */ tail,
      /** @type {number} */ width,
      /** @type {number} */ alpha,
      /** @type {number} */ least,
    ) => {
      gl.uniform1f(set("u_tail"), tail);
      gl.uniform1f(set("u_width"), (width / 2) * ratio * this.scale);
      gl.uniform1f(set("u_alpha"), alpha);
      gl.uniform1f(set("u_least"), least);
      this.drawPart(gl, part, tail);
    };
    // a few vessels: also the whole way up to now, faintly
    if (this.whole) for (const part of this.legs) draw(part, 1e9, 1.4, 0.45, 1);
    for (const part of this.legs) draw(part, this.tail, 2, 0.95, 0);
    if (!this.gaps) return;
    gl.uniform1f(set("u_dash"), 9 * ratio * this.scale);
    draw(this.gaps, this.whole ? 1e9 : this.tail, 1.5, 0.85, this.whole ? 1 : 0.15);
  }

  /** Only what may lie within the tail. @param {WebGL2RenderingContext} gl @param {any} part @param {number} tail */
  drawPart(gl, part, tail) {
    const first = lowerBound(part.times, this.now - tail - part.longest);
    const end = lowerBound(part.times, this.now);
    if (end <= first) return;
    gl.deleteVertexArray(part.vao);
    part.vao = attributes(gl, this.legProgram, part.buffer, LEG_FLOATS, first, LEG_ATTRIBUTES, 1);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, end - first);
  }

  /** @param {WebGL2RenderingContext} gl @param {Float32Array} matrix */
  renderMarks(gl, matrix) {
    if (!this.count) return;
    const look = LOOK[/** @type {"dark"|"light"} */ (this.theme)];
    const set = this.use(gl, this.markProgram, matrix);
    const zoom = this.map.getZoom();
    const size = Math.min(26, Math.max(9, 4 + zoom * 1.35)) * (this.whole ? 1.3 : 1);
    gl.uniform1f(set("u_size"), size * this.map.getPixelRatio() * this.scale);
    gl.uniform3fv(set("u_edge"), rgb(look.edge));
    gl.uniform3fv(set("u_silent"), rgb(look.silent));
    gl.uniform3fv(set("u_doubt"), rgb(look.doubt));
    gl.bindVertexArray(this.markVao);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.markBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.marks.subarray(0, this.count * MARK_FLOATS), gl.DYNAMIC_DRAW);
    gl.drawArrays(gl.POINTS, 0, this.count);
  }

  /** @param {WebGL2RenderingContext} gl @param {any} used @param {Float32Array} matrix */
  use(gl, used, matrix) {
    gl.useProgram(used);
    const set = (/** @type {string} */ name) => gl.getUniformLocation(used, name);
    gl.uniformMatrix4fv(set("u_matrix"), false, matrix);
    const { colors } = LOOK[/** @type {"dark"|"light"} */ (this.theme)];
    gl.uniform3fv(set("u_colors"), colors.flatMap(rgb));
    return set;
  }
}

/** @type {[string, number, number][]} */
const LEG_ATTRIBUTES = [
  ["a_from", 2, 0],
  ["a_to", 2, 2],
  ["a_times", 2, 4],
  ["a_color", 1, 6],
];

const LENGTHS_S = [300, 1_200, 3_600, 14_400, Number.POSITIVE_INFINITY];

/** Groups of legs that last about as long. @param {{t1: number, t2: number}[]} legs */
export function byLength(legs) {
  /** @type {{t1: number, t2: number}[][]} */
  const groups = LENGTHS_S.map(() => []);
  for (const leg of legs) groups[LENGTHS_S.findIndex((most) => leg.t2 - leg.t1 <= most)].push(leg);
  return groups.filter((group) => group.length);
}

/** First place whose value is not less. @param {Float64Array} values ascending @param {number} value */
export function lowerBound(values, value) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
