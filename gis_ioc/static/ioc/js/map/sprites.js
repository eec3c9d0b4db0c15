/** Images of the icon sheet side by side in one texture, for layers of our own drawing. */
import { drawing } from "./images.js";
import { RADIUS } from "./sdf.js";

/** Side of a cell, texels: that of every drawing. */
const CELL = 64;
const ACROSS = 16;
/** Texels from the edge of a shape to where its field ends. */
export const FIELD = { cell: CELL, across: ACROSS, radius: RADIUS };

export class Sprites {
  constructor() {
    /** @type {Map<string, number>} */
    this.numbers = new Map();
    this.data = new Uint8Array(CELL * ACROSS * CELL * ACROSS);
    /** grows with every new image */
    this.version = 0;
  }

  /** Number of an image; a name that nobody knows is a disc. @param {string} name */
  number(name) {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = Math.min(this.numbers.size, ACROSS * ACROSS - 1);
    this.numbers.set(name, number);
    const image = drawing(name) ?? drawing("shape-circle");
    if (image) this.put(number, image.data);
    return number;
  }

  /** @param {number} number @param {Uint8ClampedArray} rgba */
  put(number, rgba) {
    const left = (number % ACROSS) * CELL;
    const top = Math.floor(number / ACROSS) * CELL;
    for (let y = 0; y < CELL; y++) {
      for (let x = 0; x < CELL; x++) this.data[(top + y) * CELL * ACROSS + left + x] = rgba[4 * (y * CELL + x) + 3];
    }
    this.version++;
  }

  /** Hand the images over. @param {WebGL2RenderingContext} gl the texture is bound */
  upload(gl) {
    const side = CELL * ACROSS;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, side, side, 0, gl.RED, gl.UNSIGNED_BYTE, this.data);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR);
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  }
}

/** One for the page: a name means the same in every layer. */
export const sprites = new Sprites();
