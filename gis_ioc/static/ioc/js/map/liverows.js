/** A live layer drawn from its rows: points by our own drawing, words by MapLibre. */
import { LivePoints } from "./livepoints.js";
import { LiveWords } from "./livewords.js";
import { liveParts, liveSource } from "./style.js";

const EMPTY = { type: "FeatureCollection", features: [] };

export class LiveRows {
  /**
   * @param {any} map
   * @param {import("./style.js").Entry} entry
   * @param {{theme: string, scale?: import("./style.js").Scale}} look
   */
  constructor(map, entry, look) {
    this.map = map;
    this.entry = entry;
    const { points, words } = liveParts(entry, look);
    this.points = new LivePoints(map, entry, points);
    this.words = new LiveWords(map, entry.slug, words, this.points);
  }

  /** Put everything on the map. @param {(layer: any) => void} put */
  add(put) {
    this.map.addSource(liveSource(this.entry.slug), { type: "geojson", data: EMPTY });
    for (const layer of this.points.layers) put(layer);
    for (const part of this.words.parts) put(part);
  }

  /** The graphics card has lost everything: MapLibre restores its own layers only. @param {(layer: any) => void} put */
  restore(put) {
    this.points.lost();
    for (const layer of this.points.layers) if (!this.map.getLayer(layer.id)) put(layer);
  }

  /**
   * @param {import("../live/frame.js").Frame} frame
   * @returns {boolean} false: it is older than what is held
   */
  take(frame) {
    const taken = Boolean(this.points.take(frame));
    if (taken) this.words.soon();
    return taken;
  }

  empty() {
    this.points.empty();
    this.words.soon();
  }

  /** @param {boolean} shown */
  show(shown) {
    this.points.show(shown);
    this.words.soon();
  }

  /** @param {import("../lib/cql.js").Filter|undefined} filter */
  setFilter(filter) {
    this.points.setFilter(filter);
    this.words.soon();
  }

  /**
   * In another theme.
   * @param {{theme: string, scale?: import("./style.js").Scale}} look
   * @returns {any[]} MapLibre's own layers, whose paint is to be set
   */
  recolour(look) {
    const { points, words } = liveParts(this.entry, look);
    this.points.restyle(points);
    return words;
  }

  /**
   * Rows drawn around a point of the screen.
   * @param {{x: number, y: number}} point
   * @param {number} tolerance_px
   * @returns {import("./pick.js").Candidate[]}
   */
  near(point, tolerance_px) {
    const { points, entry } = this;
    return points.near(point, tolerance_px).map(({ row, id, distance_px }) => ({
      layer: entry.drawer ?? entry.slug,
      id,
      title: String(points.store.value("title", row) ?? id),
      shape: /** @type {const} */ ("point"),
      distance_px,
    }));
  }

  /** The map is gone. */
  end() {
    this.points.end();
    this.words.end();
  }
}
