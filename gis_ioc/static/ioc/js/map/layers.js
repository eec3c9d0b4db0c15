/** The layers of the catalogue on the map: shown, filtered, refreshed, live or tiled. */
import { isEmpty, toCql } from "../lib/cql.js";
import { theme } from "./engine.js";
import { LiveRows } from "./liverows.js";
import { isBeside, isLive, placeBefore, styleLayers, tileSource, tileUrl, vectorSource } from "./style.js";
import { reload, Touched } from "./touched.js";

const REFRESH_MS = 1_500;
const TAILS_S = 15;

/** @typedef {import("./style.js").Entry} Entry */
/** @typedef {import("../lib/cql.js").Filter} Filter */

export class MapLayers {
  /**
   * @param {any} map whose style is loaded
   * @param {Entry[]} entries
   * @param {{scale?: import("./style.js").Scale}} [look]
   */
  constructor(map, entries, { scale } = {}) {
    this.map = map;
    this.scale = scale;
    /** @type {Map<string, Entry>} */
    this.entries = new Map(entries.map((entry) => [entry.slug, entry]));
    /** @type {Set<string>} */
    this.shown = new Set();
    /** @type {Record<string, Filter>} */
    this.filters = {};
    /** moments that layers are drawn as of, ISO 8601; none: now @type {Record<string, string>} */
    this.times = {};
    /** what the layers' own modules show, as links keep it @type {Record<string, string>} */
    this.states = {};
    /** slugs not drawn for the time being, whatever is shown: a replay stands for them @type {Set<string>} */
    this.held = new Set();
    /** asked first what a click on the map means; true: it is dealt with @type {((point: {x: number, y: number}) => boolean)[]} */
    this.pickers = [];
    /** slugs now drawn from live rows @type {Set<string>} */
    this.fromRows = new Set();
    /** of the live layers @type {Map<string, LiveRows>} */
    this.rows = new Map();
    /** @type {Map<string, number>} */
    this.timers = new Map();
    /** what has changed since the tiles were asked for @type {Map<string, Touched>} */
    this.touched = new Map();
    /** @type {any[]} */
    this.clocks = [];
    map.on("webglcontextrestored", () => this.restore());
    for (const entry of entries) {
      this.add(entry);
      // what depends on the clock changes without news of it
      if (entry.tiles.expires_s)
        this.clocks.push(setInterval(() => this.refresh(entry.slug), entry.tiles.expires_s * 1_000));
    }
    map.once("remove", () => this.end());
  }

  /** The map is gone: nothing more is asked for. */
  end() {
    for (const timer of [...this.clocks, ...this.timers.values()]) clearTimeout(timer);
    for (const rows of this.rows.values()) rows.end();
    this.shown.clear();
  }

  /** @param {Entry} entry */
  add(entry) {
    this.map.addSource(tileSource(entry.slug), vectorSource(entry, location.origin, ""));
    for (const part of styleLayers(entry, this.look)) this.put(part);
    if (!isLive(entry)) return;
    const rows = new LiveRows(this.map, entry, this.look);
    this.rows.set(entry.slug, rows);
    rows.add((layer) => this.put(layer));
  }

  get look() {
    return { theme: theme(), scale: this.scale };
  }

  /** @param {any} layer MapLibre's own, not shown yet, or of our drawing */
  put(layer) {
    if (layer.layout) layer.layout.visibility = "none";
    this.map.addLayer(layer, this.above(layer));
  }

  /** @param {any} layer */
  above(layer) {
    const drawn = this.map.getLayersOrder().map((/** @type {string} */ id) => {
      const { metadata, implementation } = this.map.getLayer(id);
      return { id, metadata: metadata ?? implementation?.metadata };
    });
    return placeBefore(layer, drawn);
  }

  /** The graphics card has lost everything. */
  restore() {
    const again = () => {
      for (const rows of this.rows.values()) rows.restore((layer) => this.put(layer));
    };
    if (this.map.isStyleLoaded()) again();
    else this.map.once("style.load", again);
  }

  /** MapLibre's own layers of a slug. @param {string} slug */
  partsOf(slug) {
    const entry = this.entries.get(slug);
    if (!entry) return [];
    const tiled = entry.style.map((part) => ({ id: part.id, live: false, beside: isBeside(entry, part) }));
    const words = this.rows.get(slug)?.words.parts ?? [];
    return [...tiled, ...words.map(({ id }) => ({ id, live: true, beside: false }))];
  }

  /**
   * @param {string} slug
   * @param {boolean} visible
   */
  show(slug, visible) {
    if (visible) this.shown.add(slug);
    else this.shown.delete(slug);
    const rows = this.fromRows.has(slug);
    for (const { id, live, beside } of this.partsOf(slug)) {
      const drawn = visible && !this.held.has(slug) && (live === rows || beside);
      this.map.setLayoutProperty(id, "visibility", drawn ? "visible" : "none");
    }
    this.rows.get(slug)?.show(visible && !this.held.has(slug) && rows);
    this.ask(slug); // what changed while it was not drawn
  }

  /**
   * Draw a live layer from its rows, or fall back to its tiles.
   * @param {string} slug
   * @param {boolean} rows
   */
  useRows(slug, rows) {
    if (rows === this.fromRows.has(slug)) return;
    if (rows) this.fromRows.add(slug);
    else this.fromRows.delete(slug);
    this.show(slug, this.shown.has(slug));
    if (!rows) this.refresh(slug);
  }

  /**
   * Leave a layer undrawn while something else stands for it.
   * @param {string} slug
   * @param {boolean} held
   */
  hold(slug, held) {
    if (held) this.held.add(slug);
    else this.held.delete(slug);
    this.show(slug, this.shown.has(slug));
  }

  /**
   * @param {string} slug
   * @param {Filter} filter
   */
  setFilter(slug, filter) {
    const entry = this.entries.get(slug);
    if (!entry) return;
    if (isEmpty(filter)) delete this.filters[slug];
    else this.filters[slug] = filter;
    this.rows.get(slug)?.setFilter(this.filters[slug]);
    this.retile(entry);
  }

  /**
   * Draw a layer as it was at a moment, or as it is now. A layer that keeps no history
   * is always drawn as it is.
   * @param {string} slug
   * @param {string|null} iso
   */
  setTime(slug, iso) {
    const entry = this.entries.get(slug);
    const at = entry?.history ? iso : null;
    if (!entry || at === (this.times[slug] ?? null)) return;
    if (at) this.times[slug] = at;
    else delete this.times[slug];
    this.retile(entry);
  }

  /** @param {Entry} entry */
  retile(entry) {
    const cql = toCql(this.filters[entry.slug] ?? {});
    const url = tileUrl(entry, location.origin, cql, this.times[entry.slug]);
    this.map.getSource(tileSource(entry.slug)).setTiles([url]);
  }

  /**
   * Ask anew for the tiles that a message lists, or for all, at most once in a while.
   * Those of a layer that is not drawn wait until it is.
   * @param {string} slug
   * @param {import("./touched.js").Changed & {overview_s?: number}} [message]
   */
  refresh(slug, message = {}) {
    if (this.times[slug]) return; // what was does not change
    const touched = this.touched.get(slug) ?? new Touched();
    touched.add(message);
    if (touched.empty) return;
    this.touched.set(slug, touched);
    // the server makes the lowest zooms anew no sooner
    this.askSoon(slug, Math.max(REFRESH_MS, (message.overview_s ?? 0) * 1_000));
  }

  /**
   * @param {string} slug
   * @param {number} wait_ms
   */
  askSoon(slug, wait_ms) {
    if (this.timers.has(slug) || !this.tiled(slug)) return;
    const timer = setTimeout(() => {
      this.timers.delete(slug);
      this.ask(slug);
    }, wait_ms);
    this.timers.set(slug, /** @type {any} */ (timer));
  }

  /** @param {string} slug */
  ask(slug) {
    const touched = this.touched.get(slug);
    if (!touched || !this.tiled(slug)) return;
    this.touched.delete(slug);
    const tiles = reload(this.map, tileSource(slug), touched);
    if (tiles.length) this.refresh(slug, { tiles, deep: [] });
  }

  /** Drawn, and from its tiles, or at least its tails. @param {string} slug */
  tiled(slug) {
    if (!this.shown.has(slug)) return false;
    return !this.fromRows.has(slug) || this.partsOf(slug).some((part) => part.beside);
  }

  /** Rows have moved: their tails have grown. @param {string} slug */
  grown(slug) {
    this.refresh(slug, { overview_s: TAILS_S });
  }

  /** After a change of theme. */
  recolour() {
    for (const entry of this.entries.values()) {
      this.repaint(styleLayers(entry, this.look));
      this.repaint(this.rows.get(entry.slug)?.recolour(this.look) ?? []);
    }
  }

  /** @param {any[]} parts */
  repaint(parts) {
    for (const { id, paint } of parts) {
      for (const name of Object.keys(paint)) {
        if (name.endsWith("-color") || name.endsWith("-opacity")) this.map.setPaintProperty(id, name, paint[name]);
      }
    }
  }

  /**
   * Live rows drawn around a point of the screen.
   * @param {{x: number, y: number}} point
   * @param {number} tolerance_px
   * @returns {import("./pick.js").Candidate[]}
   */
  near(point, tolerance_px) {
    return [...this.rows.values()].flatMap((rows) => rows.near(point, tolerance_px));
  }

  /** Where a live feature is drawn now: lon, lat; null: it is not. @param {string} slug @param {number} id */
  placeOf(slug, id) {
    return this.fromRows.has(slug) ? (this.rows.get(slug)?.points.placeOf(id) ?? null) : null;
  }

  /** Ids of the map layers that can be clicked now. */
  clickable() {
    const drawn = [...this.shown].filter((slug) => !this.held.has(slug));
    return drawn.flatMap((slug) =>
      this.partsOf(slug)
        .filter(({ live }) => live === this.fromRows.has(slug))
        .map(({ id }) => id),
    );
  }
}
