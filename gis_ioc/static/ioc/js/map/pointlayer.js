/** One part of a live layer's style, drawn over its rows (CustomLayerInterface). */
import { program, shifted, uniforms } from "./gl.js";
import { LOOK_WORDS, Look } from "./looks.js";
import { FRAGMENT, VERTEX } from "./pointshaders.js";
import { sprites } from "./sprites.js";
import { LINE, TableTexture } from "./tabletexture.js";

/** Of a drawn row: its number, its look, and one to spare. */
const WORDS = LOOK_WORDS + 2;
const CORNERS = 6;
/** How much of its opacity an old row keeps. */
const STALE = 0.38;
const STEPS = 2 ** 32;

export class PointLayer {
  /**
   * @param {any} part a MapLibre layer of points
   * @param {import("./livepoints.js").LivePoints} points
   */
  constructor(part, points) {
    this.id = part.id;
    this.type = /** @type {const} */ ("custom");
    this.renderingMode = /** @type {const} */ ("2d");
    this.metadata = part.metadata;
    this.points = points;
    this.data = new Uint32Array(LINE * WORDS);
    this.table = new TableTexture(WORDS);
    this.count = 0;
    /** place of each row among those drawn, -1: not drawn */
    this.places = new Int32Array(0);
    /** @type {any} */
    this.own = null;
    this.restyle(part);
  }

  /** Another theme: all looks anew. @param {any} part */
  restyle(part) {
    this.look = new Look(part, (name) => sprites.number(name), this.points.state);
    this.stale = this.look.clocked ? 1 : STALE;
    /** looks of all rows have to be made before it is drawn */
    this.behind = true;
  }

  /** Whether it is drawn at a zoom. @param {number} zoom */
  drawnAt(zoom) {
    return zoom >= this.look.minzoom && zoom < this.look.maxzoom;
  }

  /** Start anew with no rows. */
  clear() {
    this.count = 0;
    this.places.fill(-1);
    this.look.forget();
    this.behind = true;
  }

  /**
   * Rows may look otherwise: those of a part that is not drawn wait until it is.
   * @param {ArrayLike<number>} rows
   */
  changed(rows) {
    if (!this.behind && this.drawnAt(this.points.zoom)) this.update(rows);
    else this.behind = true;
  }

  /** @param {ArrayLike<number>} rows */
  update(rows) {
    const { store } = this.points;
    const hidden = (/** @type {number} */ row) => this.points.hides(row);
    if (store.size > this.places.length) this.grow(store.size);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (hidden(row) || !this.look.draws(store, row)) this.leave(row);
      else this.draw(row);
    }
  }

  /** @param {number} size */
  grow(size) {
    const places = new Int32Array(size).fill(-1);
    places.set(this.places);
    this.places = places;
  }

  /** @param {number} row */
  draw(row) {
    let place = this.places[row];
    if (place < 0) {
      place = this.places[row] = this.count++;
      if (this.count * WORDS > this.data.length) {
        const data = new Uint32Array(this.data.length * 2);
        data.set(this.data);
        this.data = data;
      }
    }
    const o = place * WORDS;
    this.data[o] = row;
    this.look.write(this.points.store, row, this.data, o + 1);
    this.table.touch(place);
  }

  /** The last one takes the place of one that goes. @param {number} row */
  leave(row) {
    const place = this.places[row] ?? -1;
    if (place < 0) return;
    this.places[row] = -1;
    const last = --this.count;
    if (place === last) return;
    this.data.copyWithin(place * WORDS, last * WORDS, (last + 1) * WORDS);
    this.places[this.data[place * WORDS]] = place;
    this.table.touch(place);
  }

  /** Half of the size that a row is drawn with now, px; 0: not drawn. @param {number} row @param {number} zoom */
  halfSize(row, zoom) {
    const place = this.places[row] ?? -1;
    if (place < 0 || !this.drawnAt(zoom)) return 0;
    const sizes = this.data[place * WORDS + 3];
    const part = zoom - Math.floor(zoom);
    return ((sizes & 0xffff) * (1 - part) + (sizes >>> 16) * part) / 64;
  }

  /** @param {any} _map @param {WebGL2RenderingContext} gl */
  onAdd(_map, gl) {
    const used = program(gl, VERTEX, FRAGMENT);
    this.own = { used, set: uniforms(gl, used), vao: gl.createVertexArray() };
    this.points.added();
  }

  /** @param {any} _map @param {WebGL2RenderingContext} gl */
  onRemove(_map, gl) {
    if (!this.own) return;
    gl.deleteProgram(this.own.used);
    gl.deleteVertexArray(this.own.vao);
    this.own = null;
    this.table.drop(gl);
    this.points.removed(gl);
  }

  /** What the graphics card held has gone with its context. */
  lost() {
    this.own = null;
    this.table.drop(null);
  }

  /** @param {WebGL2RenderingContext} gl @param {any} options */
  render(gl, options) {
    const { points, own } = this;
    if (!points.begin() || !own || !this.drawnAt(points.zoom)) return;
    if (this.look.setZoom(points.zoom) || this.behind) this.update(points.store.rows());
    this.behind = false;
    if (!this.count) return;
    const { used, set, vao } = own;
    gl.useProgram(used);
    const { x, y } = points.centre;
    gl.uniformMatrix4fv(set.u_matrix, false, shifted(options.defaultProjectionData.mainMatrix, x / STEPS, y / STEPS));
    gl.uniform2ui(set.u_centre, x, y);
    gl.uniform1i(set.u_now, points.now.ticks);
    gl.uniform1f(set.u_part, points.now.part);
    gl.uniform1f(set.u_fresh, points.motion.fresh);
    gl.uniform1f(set.u_stale, points.fades ? this.stale : 1);
    gl.uniform2f(set.u_half, gl.drawingBufferWidth / 2, gl.drawingBufferHeight / 2);
    gl.uniform1f(set.u_ratio, points.ratio);
    gl.uniform1f(set.u_between, points.zoom - Math.floor(points.zoom));
    gl.uniform1f(set.u_bearing, points.bearing);
    gl.uniform1i(set.u_circle, this.look.circle ? 1 : 0);
    points.bind(gl, set);
    gl.activeTexture(gl.TEXTURE2);
    this.table.bind(gl, this.data, this.count);
    gl.uniform1i(set.u_looks, 2);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.bindVertexArray(vao);
    // not instanced: a square is too little work for an instance, by far in software
    gl.drawArrays(gl.TRIANGLES, 0, this.count * CORNERS);
    gl.bindVertexArray(null);
  }
}
