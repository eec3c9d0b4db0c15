/** The small map of the public page: every station as a dot with its figure in it. */
import { createMap, recolour, theme } from "@ioc/map/engine.js";

/** @type {{lon: number, lat: number, value: number|null, colour: string}[]} */
const points = JSON.parse(document.getElementById("pub-points")?.textContent ?? "[]");
const container = /** @type {HTMLElement} */ (document.getElementById("pub-map"));
const SOURCE = "pub-stations";
const UNKNOWN = "#8c98a7";
const TEXT_PX = 13;

/** Dark words on the light colours of the bands, white on the dark ones. @param {string} colour */
function ink(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return r * 0.299 + g * 0.587 + b * 0.114 > 140 ? "#111111" : "#ffffff";
}

const features = points.map((point) => {
  const colour = point.colour || UNKNOWN;
  const label = point.value === null ? "–" : String(point.value);
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [point.lon, point.lat] },
    properties: { colour, ink: ink(colour), label },
  };
});

const lons = points.map((point) => point.lon);
const lats = points.map((point) => point.lat);
const bounds = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];

const map = createMap(container, null, {
  ...(points.length ? { bounds } : {}),
  fitBoundsOptions: { padding: 48, maxZoom: 11 },
  attributionControl: { compact: true },
  cooperativeGestures: matchMedia("(max-width: 900px)").matches,
});

/** Words keep the colour that can be read on their dot. */
function draw() {
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: `${SOURCE}-dots`,
    source: SOURCE,
    type: "circle",
    metadata: { rank: 5 },
    paint: {
      "circle-radius": 14,
      "circle-color": ["get", "colour"],
      "circle-stroke-width": 1.5,
      "circle-stroke-color": theme() === "light" ? "#18212b" : "#e4e9ef",
    },
  });
  map.addLayer({
    id: `${SOURCE}-words`,
    source: SOURCE,
    type: "symbol",
    metadata: { rank: 6 },
    layout: {
      "text-field": ["get", "label"],
      "text-font": ["Be Vietnam Pro SemiBold"],
      "text-size": TEXT_PX,
      "text-allow-overlap": true,
    },
    paint: { "text-color": ["get", "ink"] },
  });
}

map.once("style.load", draw);
document.addEventListener("theme", () => recolour(map));
