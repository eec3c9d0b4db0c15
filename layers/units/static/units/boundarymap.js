/** The map of a boundary set: outlines before and of the set, land that changes hands. */
import { createMap, theme } from "@ioc/map/engine.js";
import { palette } from "@ioc/map/palette.js";
import { getJson } from "@ioc/lib/http.js";

const EMPTY = { type: "FeatureCollection", features: [] };
const GAIN = "#8ab8e0";
const LOSS = "#c9a46b";
const PADDING = 30;

/** A hatch for land that is lost: told from what is gained by shape too. */
function hatch() {
  const size = 12;
  const data = new Uint8Array(size * size * 4);
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(LOSS.slice(at, at + 2), 16));
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) if ((x + y) % size < 3) data.set([r, g, b, 255], 4 * (y * size + x));
  return { width: size, height: size, data };
}

/** @param {any} geometry @param {number[]} box */
function grow(geometry, box) {
  const each = (/** @type {any} */ part) => {
    if (typeof part[0] !== "number") for (const inner of part) each(inner);
    else {
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    }
  };
  each(geometry.coordinates);
  return box;
}

export class Picture {
  /**
   * @param {HTMLElement} container
   * @param {string} base address of the set
   * @param {{picked: (row: number) => void, failed: (reason: string) => void}} tell
   */
  constructor(container, base, tell) {
    this.map = createMap(container, null, {
      fitBoundsOptions: { padding: PADDING },
      attributionControl: { compact: true },
    });
    /** @type {Record<string, any>} */
    this.data = { old: EMPTY, new: EMPTY, difference: EMPTY };
    this.selected = -1;
    this.tell = tell;
    this.loaded = this.start(base).catch((error) => tell.failed(error.message));
  }

  /** @param {string} base */
  async start(base) {
    const names = Object.keys(this.data);
    const styled = new Promise((resolve) => {
      if (this.map.isStyleLoaded()) resolve(undefined);
      else this.map.once("style.load", resolve);
    });
    const [, ...found] = await Promise.all([styled, ...names.map((name) => getJson(`${base}${name}.geojson`))]);
    names.forEach((name, at) => {
      this.data[name] = found[at];
    });
    this.draw();
    this.whole(0);
    this.map.on("click", (/** @type {any} */ event) => {
      const hit = this.map.queryRenderedFeatures(event.point, { layers: ["sets-new-fill", "sets-old-fill"] });
      if (hit.length) this.tell.picked(Number(hit[0].properties.row));
    });
  }

  draw() {
    const { map } = this;
    const colors = palette(theme());
    map.addImage("sets-hatch", hatch());
    for (const [name, data] of Object.entries(this.data)) map.addSource(`sets-${name}`, { type: "geojson", data });
    map.addSource("sets-flaws", { type: "geojson", data: EMPTY });
    const none = ["==", ["get", "row"], -1];
    const add = (/** @type {any} */ layer) => map.addLayer(layer);
    add({ id: "sets-old-fill", type: "fill", source: "sets-old", paint: { "fill-opacity": 0 } });
    add({ id: "sets-new-fill", type: "fill", source: "sets-new", paint: { "fill-color": GAIN, "fill-opacity": 0.05 } });
    add({
      id: "sets-all",
      type: "fill",
      source: "sets-difference",
      paint: { "fill-color": GAIN, "fill-opacity": 0.35 },
    });
    add({
      id: "sets-gain",
      type: "fill",
      source: "sets-difference",
      filter: none,
      paint: { "fill-color": GAIN, "fill-opacity": 0.65 },
    });
    add({
      id: "sets-loss",
      type: "fill",
      source: "sets-difference",
      filter: none,
      paint: { "fill-pattern": "sets-hatch" },
    });
    add({
      id: "sets-new-line",
      type: "line",
      source: "sets-new",
      paint: { "line-color": "#7fb2e5", "line-width": 1.2 },
    });
    add({
      id: "sets-old-line",
      type: "line",
      source: "sets-old",
      paint: { "line-color": colors.label, "line-width": 1.1, "line-dasharray": [3, 2] },
    });
    add({
      id: "sets-chosen",
      type: "line",
      source: "sets-new",
      filter: none,
      paint: { "line-color": colors.selection, "line-width": 2.6 },
    });
    add({
      id: "sets-chosen-old",
      type: "line",
      source: "sets-old",
      filter: none,
      paint: { "line-color": colors.selection, "line-width": 2, "line-dasharray": [3, 2] },
    });
    const mark = {
      "circle-radius": 6,
      "circle-opacity": 0,
      "circle-stroke-color": colors.selection,
      "circle-stroke-width": 2,
    };
    add({ id: "sets-flaws", type: "circle", source: "sets-flaws", paint: mark });
  }

  /** Only the outlines of these rows; null: all. @param {number[]|null} ids */
  filter(ids) {
    this.loaded.then(() => {
      const rule = ids && ["in", ["get", "row"], ["literal", ids]];
      for (const layer of ["sets-old-fill", "sets-old-line", "sets-new-fill", "sets-new-line"])
        this.map.setFilter(layer, rule);
    });
  }

  /** @param {any[]} found with at: [lon, lat] */
  flaws(found) {
    this.loaded.then(() => {
      const features = found.map((flaw) => ({
        type: "Feature",
        properties: { ha: flaw.ha },
        geometry: { type: "Point", coordinates: flaw.at },
      }));
      /** @type {any} */ (this.map.getSource("sets-flaws")).setData({ type: "FeatureCollection", features });
    });
  }

  /** @param {number} row @param {boolean} move */
  select(row, move) {
    this.loaded.then(() => {
      const own = ["==", ["get", "row"], row];
      this.map.setFilter("sets-chosen", own);
      this.map.setFilter("sets-chosen-old", own);
      this.map.setFilter("sets-gain", ["==", ["get", "gaining"], row]);
      this.map.setFilter("sets-loss", ["==", ["get", "losing"], row]);
      this.map.setLayoutProperty("sets-all", "visibility", row < 0 ? "visible" : "none");
      this.selected = row;
      if (!move) return;
      if (row < 0) this.whole(500);
      else
        this.fit(
          [...this.data.new.features, ...this.data.old.features].filter((feature) => feature.properties.row === row),
          500,
        );
    });
  }

  /** @param {number[]} at @param {number} ha */
  goTo(at, ha) {
    this.loaded.then(() =>
      this.map.easeTo({ center: /** @type {[number, number]} */ (at), zoom: ha > 20 ? 13.5 : 15, duration: 500 }),
    );
  }

  /** @param {number} duration */
  whole(duration) {
    this.fit(this.data.new.features, duration);
  }

  /** @param {any[]} features @param {number} duration */
  fit(features, duration) {
    if (!features.length) return;
    const box = features.reduce((found, feature) => grow(feature.geometry, found), [180, 90, -180, -90]);
    this.map.fitBounds(/** @type {any} */ (box), { padding: PADDING, duration, maxZoom: 14 });
  }
}
