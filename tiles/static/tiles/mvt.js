/** How many features each layer of a vector tile has, without decoding them. */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const LAYER = 3; // of Tile
const NAME = 1; // of Layer
const FEATURE = 2;

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  varint() {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (!(byte & 0x80)) return value;
    }
    throw new RangeError("not a vector tile");
  }

  /** The length-delimited fields, others are passed over. @returns {Generator<[number, Uint8Array]>} */
  *parts() {
    while (this.at < this.bytes.length) {
      const tag = this.varint();
      const wire = tag & 7;
      if (wire === VARINT) this.varint();
      else if (wire === FIXED64) this.at += 8;
      else if (wire === FIXED32) this.at += 4;
      else if (wire === BYTES) {
        const end = this.varint() + this.at;
        yield [tag >> 3, this.bytes.subarray(this.at, end)];
        this.at = end;
      } else throw new RangeError("not a vector tile");
    }
  }
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {Record<string, number>} by layer
 */
export function featureCounts(buffer) {
  /** @type {Record<string, number>} */
  const found = {};
  for (const [number, layer] of new Reader(new Uint8Array(buffer)).parts()) {
    if (number !== LAYER) continue;
    let name = "";
    let features = 0;
    for (const [part, bytes] of new Reader(layer).parts()) {
      if (part === NAME) name = new TextDecoder().decode(bytes);
      else if (part === FEATURE) features += 1;
    }
    found[name] = (found[name] ?? 0) + features;
  }
  return found;
}
