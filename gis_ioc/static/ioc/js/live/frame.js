/** A binary frame of the live channel, as docs/api.md describes it. */

const MAGIC = 0x31434f49; // "IOC1" read as a little-endian number
const HEAD = 8;

/** @type {Record<string, any>} */
const KINDS = { i1: Int8Array, i2: Int16Array, i4: Int32Array, u4: Uint32Array, f8: Float64Array };

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {any} data typed array: the values themselves, or numbers into the list of values
 * @property {any[]} [values] to append to that list
 * @property {number} [from] how long the list is before
 * @property {Uint32Array} [rows] which rows of the frame the data are of; absent: of all
 */

/**
 * @typedef {object} Frame
 * @property {"snapshot"|"delta"} type
 * @property {string} layer
 * @property {number} seq
 * @property {number} count
 * @property {Map<string, Column>} columns
 */

/**
 * Nothing is copied: the arrays are views of the buffer. All machines that browsers
 * run on are little-endian.
 * @param {ArrayBuffer} buffer
 * @returns {Frame}
 */
export function readFrame(buffer) {
  const [magic, size] = new Uint32Array(buffer, 0, 2);
  if (magic !== MAGIC) throw new Error("not a frame of the live channel");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, HEAD, size)));
  const start = HEAD + size;
  const view = (/** @type {any} */ { kind, at, count }) => new KINDS[kind](buffer, start + at, count);
  const columns = new Map();
  for (const column of header.columns) {
    const { name, values, from, rows } = column;
    columns.set(name, { name, data: view(column), values, from, rows: rows && view(rows) });
  }
  return { ...header, columns };
}
