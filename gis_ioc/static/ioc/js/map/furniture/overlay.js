/** Shapes of the tools on the map: areas, lines, points and their words, above all layers. */
import { theme } from "../engine.js";
import { palette } from "../palette.js";
import { FONT } from "../style.js";

const RANK = 30;
const EMPTY = { type: "FeatureCollection", features: [] };

export class Overlay {
  /**
   * @param {any} map
   * @param {string} name
   * @param {"measure"|"mark"} colour of the palette
   */
  constructor(map, name, colour) {
    this.map = map;
    this.name = name;
    this.colour = colour;
    map.addSource(name, { type: "geojson", data: EMPTY });
    for (const layer of this.layers()) map.addLayer({ source: name, metadata: { rank: RANK }, ...layer });
  }

  get paint() {
    const colours = palette(theme());
    return { colour: colours[this.colour], text: colours.markText, halo: colours.markHalo };
  }

  layers() {
    const { name } = this;
    const { colour, text, halo } = this.paint;
    const type = (/** @type {string} */ kind) => ["==", ["geometry-type"], kind];
    return [
      {
        id: `${name}-area`,
        type: "fill",
        filter: type("Polygon"),
        paint: { "fill-color": colour, "fill-opacity": 0.14 },
      },
      {
        id: `${name}-casing`,
        type: "line",
        filter: ["!", type("Point")],
        paint: { "line-color": halo, "line-width": 5, "line-opacity": 0.75 },
      },
      {
        id: `${name}-line`,
        type: "line",
        filter: ["!", type("Point")],
        paint: { "line-color": colour, "line-width": 2.5 },
      },
      {
        id: `${name}-dot`,
        type: "circle",
        filter: ["all", type("Point"), ["!", ["has", "bare"]]],
        paint: { "circle-radius": 5, "circle-color": colour, "circle-stroke-color": halo, "circle-stroke-width": 2 },
      },
      {
        id: `${name}-words`,
        type: "symbol",
        filter: ["has", "text"],
        layout: {
          "text-field": ["get", "text"],
          "text-font": FONT,
          "text-size": ["coalesce", ["get", "size"], 13],
          "text-variable-anchor": ["top", "bottom", "left", "right"],
          "text-radial-offset": 0.8,
          "text-max-width": 14,
          "text-padding": 2,
          "symbol-sort-key": ["-", 0, ["coalesce", ["get", "weight"], 0]],
        },
        paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 2 },
      },
    ];
  }

  /** @param {any[]} features */
  show(features) {
    this.map.getSource(this.name)?.setData({ type: "FeatureCollection", features });
  }

  recolour() {
    for (const { id, paint } of this.layers()) {
      for (const [property, value] of Object.entries(paint))
        if (property.endsWith("-color")) this.map.setPaintProperty(id, property, value);
    }
  }
}

/** @param {any} geometry @param {Record<string, any>} [properties] */
export const feature = (geometry, properties = {}) => ({ type: "Feature", geometry, properties });

/** @param {number[]} coordinates @param {string} text @param {Record<string, any>} [more] */
export const words = (coordinates, text, more = {}) =>
  feature({ type: "Point", coordinates }, { text, bare: true, ...more });
