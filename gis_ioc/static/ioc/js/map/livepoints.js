/** The rows of one live layer on the map, drawn by the graphics card on the shared clock. */
import { passes } from "../lib/cql.js";
import { now } from "../lib/time.js";
import { LiveColumns, STEPS } from "../live/columns.js";
import { lonLatOf, xOf, yOf } from "./mercator.js";
import { Motion, TICKS, WORDS, moment } from "./motion.js";
import { PointLayer } from "./pointlayer.js";
import { sprites } from "./sprites.js";
import { TableTexture } from "./tabletexture.js";

/** Behind the server's clock by so much, so that most fixes are here before they are drawn. */
export const DELAY_MS = 1_000;
/** A frame when the fastest row has gone so far. */
const STEP_PX = 0.3;
const EACH_FRAME_S = 0.03;
const IDLE_S = 5;
const TILE_PX = 512;
const CLOCKED_MS = 60_000;

export class LivePoints {
  /**
   * @param {any} map
   * @param {import("./style.js").Entry} entry
   * @param {any[]} parts MapLibre layers of points
   */
  constructor(map, entry, parts) {
    this.map = map;
    this.store = new LiveColumns();
    this.motion = new Motion(entry);
    this.texture = new TableTexture(WORDS);
    this.fades = Boolean(entry.freshness_s);
    this.known = new Uint8Array(0);
    this.shown = false;
    /** what expressions call the global state */
    this.state = { now_s: Math.round(now() / 1000) };
    /** @type {{name: string, condition: any, kept: Map<number, boolean>}[]} */
    this.conditions = [];
    this.layers = parts.map((part) => new PointLayer(part, this));
    this.drawing = 0;
    this.timer = 0;
    this.look();
    this.ending = new AbortController();
    document.addEventListener("visibilitychange", () => this.repaint(), { signal: this.ending.signal });
    const clocked = this.layers.some((layer) => layer.look.clocked);
    this.clocking = clocked ? setInterval(() => this.clock(), CLOCKED_MS) : 0;
  }

  /** The map is gone. */
  end() {
    this.shown = false;
    this.ending.abort();
    clearInterval(this.clocking);
    clearTimeout(this.timer);
  }

  /** Camera and clock of the frame that begins. */
  look() {
    const { map } = this;
    const { lng, lat } = map.getCenter();
    this.zoom = map.getZoom();
    this.ratio = map.getPixelRatio();
    this.bearing = (map.getBearing() * Math.PI) / 180;
    this.centre = { x: Math.floor(xOf(lng)) >>> 0, y: Math.floor(yOf(lat)) >>> 0 };
    this.now = moment(now() - DELAY_MS);
  }

  /** Once a frame, whichever part is drawn first. @returns {boolean} whether to draw */
  begin() {
    const frame = document.timeline.currentTime;
    if (this.frame !== frame) {
      this.frame = frame;
      this.look();
      this.schedule();
    }
    return this.shown && this.store.count > 0;
  }

  /** The next frame, when something has moved that far; none on a page nobody sees. */
  schedule() {
    if (!this.shown || document.hidden || !this.store.count) return;
    const speed_px = ((this.motion.fastest * TICKS) / STEPS) * TILE_PX * 2 ** this.zoom;
    const wait = Math.min(STEP_PX / speed_px, IDLE_S);
    if (wait < EACH_FRAME_S) this.map.triggerRepaint();
    else if (!this.timer) {
      this.timer = /** @type {any} */ (
        setTimeout(() => {
          this.timer = 0;
          this.repaint();
        }, wait * 1_000)
      );
    }
  }

  repaint() {
    if (this.shown && !document.hidden) this.map.triggerRepaint();
  }

  /** @param {boolean} shown */
  show(shown) {
    if (shown === this.shown) return;
    this.shown = shown;
    this.map.triggerRepaint();
  }

  /**
   * @param {import("../live/frame.js").Frame} frame
   * @returns {import("../live/columns.js").Changed|null}
   */
  take(frame) {
    const { store, layers } = this;
    const changed = store.apply(frame);
    if (!changed) return null;
    if (store.size > this.known.length) {
      const known = new Uint8Array(store.size);
      known.set(this.known);
      this.known = known;
    }
    if (changed.fresh) this.clear();
    for (const row of changed.removed) this.known[row] = 0;
    for (const layer of layers) for (const row of changed.removed) layer.leave(row);
    this.motion.take(store, changed, this.known);
    for (const row of changed.rows) this.texture.touch(row);
    for (const layer of layers) layer.changed(this.affected(layer, changed));
    this.repaint();
    return changed;
  }

  clear() {
    this.known.fill(0);
    for (const { kept } of this.conditions) kept.clear();
    for (const layer of this.layers) layer.clear();
    this.texture.all = true;
  }

  /** Everything goes. */
  empty() {
    this.store.clear();
    this.clear();
    this.repaint();
  }

  /**
   * Rows whose look in a part may differ now: a row that has only moved looks the same.
   * @param {PointLayer} layer
   * @param {import("../live/columns.js").Changed} changed
   * @returns {ArrayLike<number>}
   */
  affected(layer, { fresh, rows, added, columns }) {
    const names = layer.look.columns;
    if (fresh || !names) return rows;
    /** @type {Uint32Array[]} */
    const lists = [added];
    for (const [name, some] of columns) {
      if (!names.has(name) && !this.conditions.some((condition) => condition.name === name)) continue;
      if (!some) return rows;
      lists.push(some);
    }
    return joined(lists);
  }

  /** @param {import("../lib/cql.js").Filter|undefined} filter */
  setFilter(filter) {
    this.conditions = Object.entries(filter ?? {}).map(([name, condition]) => ({ name, condition, kept: new Map() }));
    this.again();
  }

  /** Whether the filter leaves a row out. @param {number} row */
  hides(row) {
    for (const { name, condition, kept } of this.conditions) {
      const column = this.store.columns.get(name);
      const code = column ? column.codes[row] : -1;
      let passed = kept.get(code);
      if (passed === undefined) {
        passed = passes({ [name]: condition }, { [name]: this.store.value(name, row) });
        kept.set(code, passed);
      }
      if (!passed) return true;
    }
    return false;
  }

  /** All looks are made anew before the next frame. */
  again() {
    for (const layer of this.layers) layer.behind = true;
    this.map.triggerRepaint();
  }

  /** What depends on the clock by an expression of its own. */
  clock() {
    this.state.now_s = Math.round(now() / 1000);
    for (const layer of this.layers) {
      if (layer.look.clocked) {
        layer.look.forget();
        layer.behind = true;
      }
    }
    this.repaint();
  }

  /** In another theme. @param {any[]} parts as for the constructor */
  restyle(parts) {
    for (const [i, part] of parts.entries()) this.layers[i].restyle(part);
    this.map.triggerRepaint();
  }

  /** Where a feature is drawn now. @param {number} id @returns {[number, number]|null} lon, lat */
  placeOf(id) {
    const row = this.store.rowOf(id);
    return row < 0 ? null : this.lonLat(row);
  }

  /** @param {number} row */
  lonLat(row) {
    return lonLatOf(...this.motion.at(row, moment(now() - DELAY_MS)));
  }

  /**
   * Rows drawn around a point of the screen.
   * @param {{x: number, y: number}} point
   * @param {number} tolerance_px
   * @returns {{row: number, id: number, distance_px: number}[]}
   */
  near(point, tolerance_px) {
    if (!this.shown) return [];
    const { store, motion, layers, map } = this;
    this.look();
    const { lng, lat } = map.unproject([point.x, point.y]);
    const [x, y] = [xOf(lng), yOf(lat)];
    const px = (TILE_PX * 2 ** this.zoom) / STEPS;
    const most = (tolerance_px + 48) / px + motion.reach;
    const found = [];
    for (let row = 0; row < store.end; row++) {
      if (Math.abs(store.x[row] - x) > most || Math.abs(store.y[row] - y) > most || store.ids[row] < 0) continue;
      const half = layers.reduce((size, layer) => Math.max(size, layer.halfSize(row, this.zoom)), 0);
      if (!half) continue;
      const at = motion.at(row, this.now);
      const distance_px = Math.hypot(at[0] - x, at[1] - y) * px;
      // images have room around their shape
      if (distance_px <= tolerance_px + half / 2) found.push({ row, id: store.ids[row], distance_px });
    }
    return found;
  }

  /** One more part is drawn. */
  added() {
    this.drawing++;
  }

  /** The last part takes with it what all share. @param {WebGL2RenderingContext} gl */
  removed(gl) {
    if (--this.drawing) return;
    this.texture.drop(gl);
    gl.deleteTexture(this.images);
    this.images = null;
  }

  /** What the graphics card held has gone with its context. */
  lost() {
    this.texture.drop(null);
    this.images = null;
    this.drawing = 0;
    for (const layer of this.layers) layer.lost();
  }

  /** Both textures in their places. @param {WebGL2RenderingContext} gl @param {Record<string, WebGLUniformLocation>} set */
  bind(gl, set) {
    gl.activeTexture(gl.TEXTURE0);
    this.texture.bind(gl, this.motion.words, this.store.end);
    gl.uniform1i(set.u_rows, 0);
    gl.activeTexture(gl.TEXTURE1);
    this.images ??= gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.images);
    if (this.imagesVersion !== sprites.version || this.imagesOf !== this.images) {
      this.imagesVersion = sprites.version;
      this.imagesOf = this.images;
      sprites.upload(gl);
    }
    gl.uniform1i(set.u_images, 1);
  }
}

/** One list of all. @param {Uint32Array[]} lists */
function joined(lists) {
  if (lists.length === 1) return lists[0];
  const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let end = 0;
  for (const list of lists) {
    all.set(list, end);
    end += list.length;
  }
  return all;
}
