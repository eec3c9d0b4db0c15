/** The preview map: one source over the quiet ground, in its own style or a plain one. */
import { basemapStyle } from "@ioc/map/basemap.js";
import { createMap, theme } from "@ioc/map/engine.js";
import { palette } from "@ioc/map/palette.js";
import { page } from "@ioc/lib/page.js";
import { genericLayers } from "./generic.js";
import { measured } from "./meter.js";
import { ask, isWide } from "./sources.js";

const SOURCE = "preview";
const MAX_ZOOM = 22;
const ROUND = 16; // pixels around a click that still hit a point
const PADDING = 24;
/** A very large screen whose system does not magnify is looked at from farther away. */
export const SCALE = innerWidth >= 2400 && devicePixelRatio < 1.5 ? 1.45 : 1;

/** @typedef {import("./sources.js").Source} Source */

export class Preview {
  /**
   * @param {HTMLElement} container
   * @param {import("./meter.js").Meter} meter
   * @param {{zoom: number, lat: number, lon: number}|null} view
   */
  constructor(container, meter, view) {
    this.meter = meter;
    this.map = createMap(container, view, { minZoom: 0, maxZoom: MAX_ZOOM, fadeDuration: 0 }, SCALE);
    /** @type {Source|null} */
    this.source = null;
    /** ids of the map layers that draw the source @type {string[]} */
    this.drawn = [];
    this.own = true;
    // What went wrong with a tile is told by the meter, in words.
    this.map.on("error", () => {});
  }

  loaded() {
    return new Promise((resolve) => {
      if (this.map.isStyleLoaded()) resolve(undefined);
      else this.map.once("style.load", resolve);
    });
  }

  /**
   * @param {Source} source whose TileJSON is there
   * @param {boolean} keepView
   */
  async show(source, keepView) {
    this.clear();
    this.source = source;
    const raster = source.kind === "raster";
    this.meter.clear();
    this.meter.raster = raster;
    const { tiles, minzoom, maxzoom, bounds, attribution } = source.json;
    const limits = {
      minzoom: minzoom ?? 0,
      maxzoom: Math.min(maxzoom ?? MAX_ZOOM, MAX_ZOOM),
      ...(bounds ? { bounds } : {}),
    };
    this.map.addSource(SOURCE, {
      type: raster ? "raster" : "vector",
      tiles: tiles.map(measured),
      ...limits,
      ...(attribution ? { attribution } : {}),
      ...(raster ? { tileSize: 256 } : {}),
    });
    if (!keepView) this.first();
    await this.draw();
  }

  /** Layers over the source, anew (another style or theme). */
  async draw() {
    const source = /** @type {Source} */ (this.source);
    for (const id of this.drawn) this.map.removeLayer(id);
    this.drawn = [];
    const layers = await this.layersFor(source);
    if (this.source !== source) return;
    for (const layer of layers) this.map.addLayer(layer);
    this.drawn = layers.map((layer) => layer.id);
    this.map.fire("drawn");
  }

  /** @param {Source} source @returns {Promise<any[]>} */
  async layersFor(source) {
    if (source.kind === "raster") return [{ id: "p-raster", type: "raster", source: SOURCE }];
    if (this.own && source.style) {
      const own = await ownLayers(source, theme()).catch(() => []);
      if (own.length) return own;
    }
    return genericLayers(SOURCE, source.json.vector_layers ?? [{ id: source.id }], theme(), SCALE);
  }

  clear() {
    for (const id of this.drawn) this.map.removeLayer(id);
    this.drawn = [];
    if (this.map.getSource(SOURCE)) this.map.removeSource(SOURCE);
    this.source = null;
  }

  /** The tiles with other parameters. @param {string[]} urls */
  setTiles(urls) {
    this.meter.clear();
    /** @type {any} */ (this.map.getSource(SOURCE))?.setTiles(urls.map(measured));
  }

  /** Every tile in view once more. */
  again() {
    this.meter.clear();
    this.map.refreshTiles(SOURCE);
  }

  /** The zoom whose tiles are drawn now; null: below the source's range. */
  tileZoom() {
    if (!this.source) return null;
    const { minzoom = 0, maxzoom = MAX_ZOOM } = this.source.json;
    const zoom = this.source.kind === "raster" ? Math.round(this.map.getZoom() + 1) : Math.floor(this.map.getZoom());
    return zoom < minzoom ? null : Math.min(zoom, maxzoom);
  }

  /** Where a source opens: its area, or the province when it is the whole world. */
  first() {
    const { bounds, minzoom = 0 } = this.source?.json ?? {};
    this.fit(isWide(bounds) ? page.home : bounds, 0);
    if (this.map.getZoom() < minzoom) this.map.setZoom(minzoom);
  }

  /** @param {number} duration */
  home(duration) {
    this.fit(this.source?.json?.bounds ?? page.home, duration);
  }

  /** @param {number[]} box @param {number} duration */
  fit(box, duration) {
    const [west, south, east, north] = within(box);
    this.map.fitBounds([west, south, east, north], { padding: PADDING, duration });
  }

  /** Features of the source at a place of the screen. @param {{x: number, y: number}} point */
  at(point) {
    const layers = this.drawn.filter((id) => this.map.getLayer(id));
    if (!layers.length) return [];
    const exact = this.map.queryRenderedFeatures([point.x, point.y], { layers });
    if (exact.length) return unique(exact);
    const box = [
      [point.x - ROUND / 2, point.y - ROUND / 2],
      [point.x + ROUND / 2, point.y + ROUND / 2],
    ];
    return unique(this.map.queryRenderedFeatures(/** @type {any} */ (box), { layers }));
  }

  /** Features drawn now, each once per tile. */
  rendered() {
    return this.drawn.length ? this.map.queryRenderedFeatures({ layers: this.drawn }) : [];
  }

  /** Ground and source in the colours of the theme. */
  recolour() {
    for (const layer of basemapStyle(location.origin, palette(theme()), page.language).layers) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.map.setPaintProperty(layer.id, name, value);
    }
    if (this.source) this.draw();
  }
}

/**
 * The layer's own style as the service gives it to every client.
 * @param {Source} source
 * @param {string} colours theme
 */
async function ownLayers(source, colours) {
  const style = await ask(`/tiles/style/${source.style}${colours === "light" ? "-light" : ""}`);
  const own = style.layers.filter((/** @type {any} */ layer) => layer.source === source.id);
  return own.map((/** @type {any} */ layer) => ({ ...layer, id: `p-${layer.id}`, source: SOURCE }));
}

/** Bounds that the projection can show. @param {number[]} box */
const within = ([west, south, east, north]) => [
  Math.max(west, -180),
  Math.max(south, -85),
  Math.min(east, 180),
  Math.min(north, 85),
];

/** A feature that several layers draw counts once. @param {any[]} features */
function unique(features) {
  const seen = new Set();
  return features.filter((feature) => {
    const name = `${feature.sourceLayer}|${feature.id ?? JSON.stringify(feature.properties)}`;
    return !seen.has(name) && seen.add(name);
  });
}
