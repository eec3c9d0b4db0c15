/** The layers of the catalogue on the map: shown, filtered, refreshed, live or tiled. */
import { isEmpty, toCql } from "../lib/cql.js";
import { theme } from "./engine.js";
import { isLive, liveSource, paintFor, placeBefore, styleLayers, tileSource, tileUrl, vectorSource } from "./style.js";

const EMPTY = { type: "FeatureCollection", features: [] };
const REFRESH_MS = 1_500;

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
    /** slugs now drawn from live rows @type {Set<string>} */
    this.fromRows = new Set();
    /** @type {Map<string, number>} */
    this.timers = new Map();
    for (const entry of entries) this.add(entry);
  }

  /** @param {Entry} entry */
  add(entry) {
    const { map, scale } = this;
    map.addSource(tileSource(entry.slug), vectorSource(entry, location.origin, ""));
    if (isLive(entry)) map.addSource(liveSource(entry.slug), { type: "geojson", data: EMPTY });
    const look = { theme: theme(), scale };
    const parts = styleLayers(entry, look);
    if (isLive(entry)) parts.push(...styleLayers(entry, { ...look, live: true }));
    for (const part of parts) {
      part.layout.visibility = "none";
      map.addLayer(part, placeBefore(part, map.getStyle().layers));
    }
  }

  /** @param {string} slug */
  partsOf(slug) {
    const entry = this.entries.get(slug);
    if (!entry) return [];
    const ids = entry.style.map((part) => ({ id: part.id, part, live: false }));
    if (isLive(entry)) ids.push(...entry.style.map((part) => ({ id: `${part.id}--live`, part, live: true })));
    return ids;
  }

  /**
   * @param {string} slug
   * @param {boolean} visible
   */
  show(slug, visible) {
    if (visible) this.shown.add(slug);
    else this.shown.delete(slug);
    const rows = this.fromRows.has(slug);
    for (const { id, live } of this.partsOf(slug)) {
      const drawn = visible && live === rows;
      this.map.setLayoutProperty(id, "visibility", drawn ? "visible" : "none");
    }
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
   * @param {string} slug
   * @param {Filter} filter
   */
  setFilter(slug, filter) {
    const entry = this.entries.get(slug);
    if (!entry) return;
    if (isEmpty(filter)) delete this.filters[slug];
    else this.filters[slug] = filter;
    this.map.getSource(tileSource(slug)).setTiles([tileUrl(entry, location.origin, toCql(filter))]);
  }

  /**
   * Ask for the tiles anew, at most once in a while; drawn ones stay until then.
   * @param {string} slug
   */
  refresh(slug) {
    if (this.timers.has(slug) || !this.shown.has(slug) || this.fromRows.has(slug)) return;
    const timer = setTimeout(() => {
      this.timers.delete(slug);
      this.map.refreshTiles(tileSource(slug));
    }, REFRESH_MS);
    this.timers.set(slug, /** @type {any} */ (timer));
  }

  /** @param {string} slug */
  rowsOf(slug) {
    return this.map.getSource(liveSource(slug));
  }

  /** After a change of theme. */
  recolour() {
    for (const entry of this.entries.values()) {
      for (const { id, part } of this.partsOf(entry.slug)) {
        const paint = paintFor(entry, part, theme());
        for (const name of Object.keys(paint)) {
          if (name.endsWith("-color") || name.endsWith("-opacity")) {
            this.map.setPaintProperty(id, name, paint[name]);
          }
        }
      }
    }
  }

  /** Ids of the map layers that can be clicked now. */
  clickable() {
    return [...this.shown].flatMap((slug) =>
      this.partsOf(slug)
        .filter(({ live }) => live === this.fromRows.has(slug))
        .map(({ id }) => id),
    );
  }
}
