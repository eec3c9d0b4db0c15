/** The ring or outline around the feature whose drawer is open. */
import { palette } from "./palette.js";
import { theme } from "./engine.js";

const SOURCE = "selection";
const EMPTY = { type: "FeatureCollection", features: [] };
const RANK = 20;

/** @param {any} map */
export function addSelection(map) {
  map.addSource(SOURCE, { type: "geojson", data: EMPTY });
  const colors = palette(theme());
  const common = { source: SOURCE, metadata: { rank: RANK } };
  const flat = ["!=", ["geometry-type"], "Point"];
  map.addLayer({
    id: "selection-casing",
    type: "line",
    ...common,
    filter: flat,
    paint: { "line-color": colors.selectionHalo, "line-width": 5, "line-opacity": 0.7 },
  });
  map.addLayer({
    id: "selection-line",
    type: "line",
    ...common,
    filter: flat,
    paint: { "line-color": colors.selection, "line-width": 2 },
  });
  map.addLayer({
    id: "selection-ring",
    type: "circle",
    ...common,
    filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-radius": 16,
      "circle-opacity": 0,
      "circle-stroke-color": colors.selection,
      "circle-stroke-width": 2,
    },
  });
}

/**
 * @param {any} map
 * @param {any} geometry GeoJSON or null
 */
export function select(map, geometry) {
  const data = geometry ? { type: "Feature", geometry, properties: {} } : EMPTY;
  map.getSource(SOURCE)?.setData(data);
}

/** @param {any} map */
export function recolourSelection(map) {
  const colors = palette(theme());
  map.setPaintProperty("selection-casing", "line-color", colors.selectionHalo);
  map.setPaintProperty("selection-line", "line-color", colors.selection);
  map.setPaintProperty("selection-ring", "circle-stroke-color", colors.selection);
}
