/** A table of words in a texture, that vertex shaders read: rows of the same length. */

/** Rows in a line of the texture. */
export const LINE = 512;

export class TableTexture {
  /** @param {number} words of a row, a multiple of 4 */
  constructor(words) {
    this.texels = words / 4;
    this.line = LINE * words;
    /** @type {WebGLTexture|null} */
    this.texture = null;
    this.lines = 0;
    this.forget();
  }

  /** Everything has to be handed over again. */
  forget() {
    this.first = Number.POSITIVE_INFINITY;
    this.last = -1;
    this.all = true;
  }

  /** A row has changed. @param {number} row */
  touch(row) {
    if (row < this.first) this.first = row;
    if (row > this.last) this.last = row;
  }

  /**
   * Bind it, with the lines that have changed handed over.
   * @param {WebGL2RenderingContext} gl
   * @param {Uint32Array} words whole lines
   * @param {number} rows how many are in use
   */
  bind(gl, words, rows) {
    this.texture ??= gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    const held = words.length / this.line;
    if (held !== this.lines || this.all) this.make(gl, held);
    const first = this.all ? 0 : this.first;
    const last = Math.min(this.all ? Number.POSITIVE_INFINITY : this.last, rows - 1);
    this.forget();
    this.all = false;
    if (last < first) return;
    const [from, to] = [Math.floor(first / LINE), Math.floor(last / LINE)];
    const part = words.subarray(from * this.line, (to + 1) * this.line);
    unpack(gl);
    gl.texSubImage2D(
      gl.TEXTURE_2D,
      0,
      0,
      from,
      LINE * this.texels,
      to - from + 1,
      gl.RGBA_INTEGER,
      gl.UNSIGNED_INT,
      part,
    );
  }

  /** @param {WebGL2RenderingContext} gl @param {number} lines */
  make(gl, lines) {
    this.lines = lines;
    this.all = true;
    unpack(gl);
    gl.texImage2D(
      gl.TEXTURE_2D,
      0,
      gl.RGBA32UI,
      LINE * this.texels,
      Math.max(lines, 1),
      0,
      gl.RGBA_INTEGER,
      gl.UNSIGNED_INT,
      null,
    );
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  }

  /** @param {WebGL2RenderingContext|null} gl null: it has gone with its context */
  drop(gl) {
    gl?.deleteTexture(this.texture);
    this.texture = null;
    this.forget();
  }
}

/** What the map may have left otherwise. @param {WebGL2RenderingContext} gl */
function unpack(gl) {
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
}
