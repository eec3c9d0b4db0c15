/** One MapLibre map of the wall: as much of a map pane as this window shows and a margin,
 *  so that the names that cross its edge are the same on the neighbour. */
import { bus } from "../lib/bus.js";
import { LiveChannel } from "../live/channel.js";
import { createMap, recolour, theme } from "../map/engine.js";
import { MapLayers } from "../map/layers.js";
import { Past } from "../map/past.js";
import { DESK_TEXT_PX, WALL_LINE_EM } from "../map/style.js";
import { common, grown, lonLat, shifted } from "./canvas.js";

/** Marks of the map are about this large on a desk. */
const DESK_MARK_PX = 20;
/** A long name, in sizes of the text: half of one that crosses the edge, and half of the
 *  one beyond that it has to leave room for; and never less than a few names' width. */
const MARGIN = WALL_LINE_EM;
const LEAST_MARGIN_PX = 180;
const MOST_MARGIN_PX = 640;
/** WebGL draws no larger canvas everywhere. */
const MOST_PX = 8_192;

/** @param {string} a @param {string} b */
const order = (a, b) => (a < b ? -1 : 1);

export class MapView {
  /**
   * @param {any[]} entries of the catalogue
   * @param {number} text_px size of the smallest words, canvas pixels
   * @param {number} ratio window pixels of a canvas pixel
   */
  constructor(entries, text_px, ratio) {
    this.entries = entries;
    this.text_px = text_px;
    this.ratio = ratio;
    this.theme = theme();
    this.node = document.createElement("div");
    this.node.className = "wall-map";
    /** @type {MapLayers|null} */
    this.layers = null;
    /** @type {import("./canvas.js").Box|null} */
    this.pane = null;
    /** @type {import("./canvas.js").Box|null} */
    this.part = null;
    this.drawn = "";
    /** @type {any} */
    this.wanted = null;
  }

  /**
   * Where the map is to be: a pane of the canvas, in a window that shows a part of it.
   * @param {HTMLElement} host of the pane
   * @param {import("./canvas.js").Box} pane
   * @param {import("./canvas.js").Box} window_
   */
  place(host, pane, window_) {
    const margin = Math.min(MOST_MARGIN_PX, Math.max(LEAST_MARGIN_PX, Math.round(this.text_px * MARGIN)));
    this.pane = pane;
    this.part = common(pane, grown(window_, margin)) ?? pane;
    const { style } = this.node;
    style.left = `${this.part.x - pane.x}px`;
    style.top = `${this.part.y - pane.y}px`;
    style.width = `${this.part.width}px`;
    style.height = `${this.part.height}px`;
    host.prepend(this.node);
    this.drawn = "";
    if (this.map) this.map.resize();
    else this.start();
  }

  start() {
    const scale = { text: this.text_px / DESK_TEXT_PX, mark: Math.max(1, this.text_px / DESK_MARK_PX) };
    this.map = createMap(
      this.node,
      null,
      {
        interactive: false,
        minZoom: 0,
        maxZoom: 22,
        pixelRatio: this.ratio,
        maxCanvasSize: [MOST_PX, MOST_PX],
        trackResize: false,
        // names fade by each panel's own clock; none is better than two
        fadeDuration: 0,
      },
      scale.text,
    );
    this.map.once("style.load", () => this.fill(scale));
  }

  /** @param {{text: number, mark: number}} scale */
  fill(scale) {
    const { map } = this;
    this.layers = new MapLayers(map, this.entries, { scale });
    this.channel = new LiveChannel(map, this.layers);
    this.past = new Past(map, this.layers, (slug) => this.channel?.redraw(slug));
    if (this.wanted) this.show(this.wanted);
    this.node.dataset.ready = "1";
  }

  /** @param {{slugs: Set<string>, filters: Record<string, any>}} wanted */
  show(wanted) {
    this.wanted = wanted;
    const { layers } = this;
    if (!layers) return;
    for (const slug of [...layers.entries.keys()].sort(order)) {
      const filter = wanted.filters[slug] ?? {};
      if (JSON.stringify(filter) !== JSON.stringify(layers.filters[slug] ?? {})) layers.setFilter(slug, filter);
      const shown = wanted.slugs.has(slug);
      if (shown) this.load(slug);
      if (shown === layers.shown.has(slug)) continue;
      layers.show(slug, shown);
      if (shown) this.past?.joined(slug);
    }
    this.channel?.sync();
    if (this.theme !== theme()) this.recolour();
  }

  /** What a layer draws by its own module. @param {string} slug */
  async load(slug) {
    this.loaded ??= new Set();
    const entry = this.layers?.entries.get(slug);
    if (!entry?.module || this.loaded.has(slug)) return;
    this.loaded.add(slug);
    const own = await import(/** @type {string} */ (entry.module));
    if (this.layers) own.wall?.({ map: this.map, layers: this.layers, entry, bus });
  }

  /** The layers that keep their past, as of a moment. @param {number|null} time epoch ms, null: live */
  setTime(time) {
    if (time !== null || this.past?.wanted) this.past?.want(time);
  }

  /**
   * @param {import("./canvas.js").Camera} camera of the whole pane
   * @returns {boolean} whether it has changed
   */
  look(camera) {
    if (!this.map || !this.pane || !this.part) return false;
    const key = `${camera.x},${camera.y},${camera.zoom}`;
    if (key === this.drawn) return false;
    this.drawn = key;
    const own = shifted(camera, this.pane, this.part);
    this.map.jumpTo({ center: lonLat(own), zoom: own.zoom });
    return true;
  }

  recolour() {
    this.theme = theme();
    recolour(this.map);
    this.layers?.recolour();
  }

  destroy() {
    this.past?.want(null);
    this.channel?.destroy();
    this.layers = null;
    this.map?.remove();
    this.node.remove();
  }
}

/** Maps are dear: those of the last scene serve the next. */
export class Maps {
  /** @param {any[]} entries */
  constructor(entries) {
    this.entries = entries;
    /** @type {MapView[]} */
    this.idle = [];
    /** how many there are, in use or not */
    this.alive = 0;
  }

  /** @param {number} text_px @param {number} ratio */
  take(text_px, ratio) {
    const at = this.idle.findIndex((view) => view.text_px === text_px && view.ratio === ratio);
    if (at >= 0) return this.idle.splice(at, 1)[0];
    this.alive++;
    return new MapView(this.entries, text_px, ratio);
  }

  /** @param {MapView} view */
  give(view) {
    this.idle.push(view);
  }

  /** After a change of scene: one is kept in reserve. */
  trim() {
    while (this.idle.length > 1) {
      this.idle.shift()?.destroy();
      this.alive--;
    }
    for (const view of this.idle) view.node.remove();
  }
}
