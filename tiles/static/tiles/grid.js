/** Outlines of the tiles in view with their place, size and time. */
import { FONT } from "@ioc/map/style.js";
import { theme } from "@ioc/map/engine.js";
import { timeWord } from "./measures.js";
import { isOver } from "./meter.js";
import { SCALE } from "./preview.js";
import { size, w } from "./words.js";

const SOURCE = "tile-grid";
const EMPTY = { type: "FeatureCollection", features: [] };
const LOOK = {
  dark: { line: "#7f93a8", text: "#c3cedb", halo: "#10161d", over: "#ff9a3d", chosen: "#9ccaff" },
  light: { line: "#61717f", text: "#2f3c49", halo: "#f7f6f2", over: "#b85c00", chosen: "#1f62a5" },
};

/** @typedef {import("./meter.js").Measure} Measure */

/** @param {number} x @param {number} z */
const lonOf = (x, z) => (x / 2 ** z) * 360 - 180;
/** @param {number} y @param {number} z */
const latOf = (y, z) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;

/** @param {{x: number, y: number, z: number}} tile @returns {[number, number, number, number]} west, south, east, north */
export const boundsOf = ({ x, y, z }) => [lonOf(x, z), latOf(y + 1, z), lonOf(x + 1, z), latOf(y, z)];

/** The tile that holds a place. @param {{lng: number, lat: number}} place @param {number} z */
export function tileAt({ lng, lat }, z) {
  const sine = Math.sin((lat * Math.PI) / 180);
  const down = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  return { z, x: Math.floor((lng / 360 + 0.5) * 2 ** z), y: Math.floor(down * 2 ** z) };
}

export class Grid {
  /** @param {any} map whose style is loaded */
  constructor(map) {
    this.map = map;
    this.shown = true;
    this.chosen = "";
    map.addSource(SOURCE, { type: "geojson", data: EMPTY });
    const colors = this.colors();
    const over = ["get", "over"];
    const color = ["case", over, colors.over, colors.line];
    map.addLayer({
      id: "tile-over",
      type: "fill",
      source: SOURCE,
      filter: over,
      paint: { "fill-color": colors.over, "fill-opacity": 0.1 },
    });
    map.addLayer({
      id: "tile-line",
      type: "line",
      source: SOURCE,
      paint: { "line-color": color, "line-width": 1, "line-opacity": 0.6, "line-dasharray": [3, 2] },
    });
    map.addLayer({
      id: "tile-chosen",
      type: "line",
      source: SOURCE,
      filter: ["get", "chosen"],
      paint: { "line-color": colors.chosen, "line-width": 2.5 },
    });
    map.addLayer({
      id: "tile-label",
      type: "symbol",
      source: SOURCE,
      filter: ["==", ["geometry-type"], "Point"],
      layout: labelLayout(),
      paint: {
        "text-color": colors.text,
        "text-halo-color": colors.halo,
        "text-halo-width": 2,
        "icon-color": colors.over,
      },
    });
  }

  colors() {
    return theme() === "light" ? LOOK.light : LOOK.dark;
  }

  /** @param {Measure[]} tiles */
  draw(tiles) {
    const features = this.shown ? tiles.flatMap((tile) => this.features(tile)) : [];
    this.map.getSource(SOURCE).setData({ type: "FeatureCollection", features });
    for (const id of ["tile-over", "tile-line", "tile-chosen", "tile-label"]) this.map.moveLayer(id);
  }

  /** @param {Measure} tile */
  features(tile) {
    const [west, south, east, north] = boundsOf(tile);
    const seen = this.map.getBounds();
    const corner = [Math.max(west, seen.getWest()), Math.min(north, seen.getNorth())];
    const figures = tile.problem
      ? `HTTP ${tile.status}`
      : tile.status === 204
        ? w("tile.empty")
        : `${size(tile.encoded)} · ${timeWord(tile)}`;
    const properties = { over: isOver(tile), chosen: tile.place === this.chosen, label: `${tile.place}\n${figures}` };
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    return [
      { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ring] } },
      { type: "Feature", properties, geometry: { type: "Point", coordinates: corner } },
    ];
  }

  recolour() {
    const colors = this.colors();
    this.map.setPaintProperty("tile-line", "line-color", ["case", ["get", "over"], colors.over, colors.line]);
    this.map.setPaintProperty("tile-over", "fill-color", colors.over);
    this.map.setPaintProperty("tile-chosen", "line-color", colors.chosen);
    this.map.setPaintProperty("tile-label", "text-color", colors.text);
    this.map.setPaintProperty("tile-label", "text-halo-color", colors.halo);
  }
}

function labelLayout() {
  return {
    "text-field": ["get", "label"],
    "text-font": FONT,
    "text-size": 11.5 * SCALE,
    "text-line-height": 1.25,
    "text-justify": "left",
    "text-anchor": "top-left",
    "text-offset": ["case", ["get", "over"], ["literal", [2.2, 0.5]], ["literal", [0.6, 0.5]]],
    "text-allow-overlap": true,
    // beyond budget: a shape besides the colour
    "icon-image": ["case", ["get", "over"], "sev-high", ""],
    "icon-anchor": "top-left",
    "icon-size": 0.7,
    "icon-offset": [4, 4],
    "icon-allow-overlap": true,
    "icon-ignore-placement": true,
  };
}
