/** The rows of one live layer as typed columns: they grow, and rows are used again. */

const FIRST = 256;
const OWN = new Set(["id", "x", "y", "at", "gone"]);
/** Places are whole parts of the world's side. */
export const STEPS = 2 ** 32;

/**
 * @typedef {object} Coded
 * @property {Int32Array} codes number of the value of each row, -1: null
 * @property {any[]} values
 */

/**
 * What a frame changed.
 * @typedef {object} Changed
 * @property {boolean} fresh everything is new
 * @property {Uint32Array} rows that were added or changed
 * @property {Uint32Array} added those of them that were not held before
 * @property {Uint32Array} removed rows; some may be among `rows` again
 * @property {Map<string, Uint32Array|null>} columns what changed besides the place: in which rows, null: in all of `rows`
 */

export class LiveColumns {
  constructor() {
    this.clear();
  }

  clear() {
    this.size = FIRST;
    /** rows in use are below */
    this.end = 0;
    this.count = 0;
    /** @type {number[]} */
    this.free = [];
    this.ids = new Float64Array(FIRST).fill(-1); // -1: not in use
    this.x = new Uint32Array(FIRST);
    this.y = new Uint32Array(FIRST);
    this.at = new Float64Array(FIRST); // epoch s, NaN: not known
    /** @type {Map<number, number>} */
    this.places = new Map();
    /** @type {Map<string, Coded>} */
    this.columns = new Map();
    this.seq = -1;
    this.newest_s = 0;
  }

  /** @param {number} id @returns {number} -1: not held */
  rowOf(id) {
    return this.places.get(id) ?? -1;
  }

  /** @param {string} name @param {number} row */
  value(name, row) {
    const column = this.columns.get(name);
    const code = column ? column.codes[row] : -1;
    return code < 0 ? null : /** @type {Coded} */ (column).values[code];
  }

  /** The row as GeoJSON properties would be; what is null is left out. @param {number} row */
  properties(row) {
    /** @type {Record<string, any>} */
    const found = {};
    for (const [name, { codes, values }] of this.columns) if (codes[row] >= 0) found[name] = values[codes[row]];
    if (!Number.isNaN(this.at[row])) found.at = this.at[row];
    return found;
  }

  /**
   * @param {import("./frame.js").Frame} frame
   * @returns {Changed|null} null: it is older than what is held
   */
  apply(frame) {
    const fresh = frame.type === "snapshot";
    if (fresh) this.clear();
    else if (frame.seq < this.seq) return null;
    this.seq = frame.seq;
    const removed = this.remove(/** @type {any} */ (frame.columns.get("gone")).data);
    const { rows, added } = this.locate(/** @type {any} */ (frame.columns.get("id")).data);
    this.put(rows, frame);
    const columns = new Map();
    for (const column of frame.columns.values())
      if (!OWN.has(column.name)) columns.set(column.name, this.code(rows, column));
    return { fresh, rows, added, removed, columns };
  }

  /** @param {ArrayLike<number>} ids */
  remove(ids) {
    const removed = new Uint32Array(ids.length);
    let count = 0;
    for (let i = 0; i < ids.length; i++) {
      const row = this.places.get(ids[i]);
      if (row === undefined) continue;
      this.places.delete(ids[i]);
      this.ids[row] = -1;
      this.free.push(row);
      removed[count++] = row;
    }
    this.count -= count;
    return removed.subarray(0, count);
  }

  /** The row of each id, a new one for those not held. @param {ArrayLike<number>} ids */
  locate(ids) {
    const rows = new Uint32Array(ids.length);
    const added = new Uint32Array(ids.length);
    const before = this.count;
    this.reserve(this.end + ids.length);
    for (let i = 0; i < ids.length; i++) {
      let row = this.places.get(ids[i]);
      if (row === undefined) {
        row = this.free.pop() ?? this.end++;
        this.places.set(ids[i], row);
        this.ids[row] = ids[i];
        for (const { codes } of this.columns.values()) codes[row] = -1;
        added[this.count++ - before] = row;
      }
      rows[i] = row;
    }
    return { rows, added: added.subarray(0, this.count - before) };
  }

  /** All rows in use. */
  rows() {
    const rows = new Uint32Array(this.count);
    let count = 0;
    for (let row = 0; row < this.end; row++) if (this.ids[row] >= 0) rows[count++] = row;
    return rows;
  }

  /** @param {number} wanted */
  reserve(wanted) {
    if (wanted <= this.size) return;
    const size = Math.max(wanted, 2 * this.size);
    this.ids = grown(this.ids, size, -1);
    this.x = grown(this.x, size, 0);
    this.y = grown(this.y, size, 0);
    this.at = grown(this.at, size, 0);
    for (const column of this.columns.values()) column.codes = grown(column.codes, size, -1);
    this.size = size;
  }

  /** @param {Uint32Array} rows @param {import("./frame.js").Frame} frame */
  put(rows, frame) {
    const [x, y, at] = ["x", "y", "at"].map((name) => /** @type {any} */ (frame.columns.get(name)).data);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      this.x[row] = x[i];
      this.y[row] = y[i];
      this.at[row] = at[i];
      if (at[i] > this.newest_s) this.newest_s = at[i];
    }
  }

  /**
   * @param {Uint32Array} rows
   * @param {import("./frame.js").Column} column
   * @returns {Uint32Array|null} rows that were set, null: all
   */
  code(rows, { name, data, values = [], from = 0, rows: some }) {
    let held = this.columns.get(name);
    if (!held) {
      held = { codes: new Int32Array(this.size).fill(-1), values: [] };
      this.columns.set(name, held);
    }
    held.values.length = from;
    for (const value of values) held.values.push(value);
    const { codes } = held;
    const set = some ? some.map((i) => rows[i]) : rows;
    for (let i = 0; i < data.length; i++) codes[set[i]] = data[i];
    return some ? set : null;
  }
}

/**
 * @template {Float64Array|Uint32Array|Int32Array} T
 * @param {T} array
 * @param {number} size
 * @param {number} filler
 * @returns {T}
 */
function grown(array, size, filler) {
  const larger = new /** @type {any} */ (array.constructor)(size).fill(filler);
  larger.set(array);
  return larger;
}
