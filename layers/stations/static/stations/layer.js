/** The hint of an open station: the next stations on its river, the wind at it. */
import { getJson } from "@ioc/lib/http.js";
import { fill } from "@ioc/lib/texts.js";
import { opened } from "@ioc/panels/drawer.js";
import { hint } from "./hint.js";
import { Surface } from "./surface/surface.js";

const SOURCE = "stations-hint";
const NOTHING = { type: "FeatureCollection", features: [] };
const COLORS = { dark: ["#9cc4e4", "#0d1218"], light: ["#2f6390", "#f4f7f9"] };
const FONT = ["Be Vietnam Pro Regular"];

const theme = () => (document.documentElement.dataset.theme === "light" ? "light" : "dark");

/** @param {any} map the first layer that lies above lines */
const above = (map) => map.getStyle().layers.find((/** @type {any} */ layer) => (layer.metadata?.rank ?? -1) > 1)?.id;

/** @param {any} map */
function addLayers(map) {
  map.addSource(SOURCE, { type: "geojson", data: NOTHING });
  const common = { source: SOURCE, metadata: { rank: 1 } };
  const [colour, ground] = COLORS[theme()];
  map.addLayer(
    {
      ...common,
      id: `${SOURCE}-line`,
      type: "line",
      filter: ["==", ["get", "part"], "river"],
      paint: { "line-color": colour, "line-width": 2, "line-dasharray": [2, 2] },
    },
    above(map),
  );
  map.addLayer({
    ...common,
    id: `${SOURCE}-words`,
    type: "symbol",
    metadata: { rank: 6 },
    filter: ["==", ["get", "part"], "words"],
    layout: {
      "text-field": ["get", "text"],
      "text-font": FONT,
      "text-size": 12,
      "text-offset": [0, -1],
      "text-allow-overlap": true,
    },
    paint: { "text-color": colour, "text-halo-color": ground, "text-halo-width": 1.6 },
  });
  map.addLayer({
    ...common,
    id: `${SOURCE}-wind`,
    type: "symbol",
    metadata: { rank: 6 },
    filter: ["==", ["get", "part"], "wind"],
    layout: {
      "icon-image": "arrow-up",
      "icon-size": 1.2,
      "icon-rotate": ["get", "towards"],
      "icon-rotation-alignment": "map",
      "icon-allow-overlap": true,
      "text-field": ["get", "text"],
      "text-font": FONT,
      "text-size": 12,
      "text-offset": [0, 2.2],
    },
    paint: { "icon-color": colour, "text-color": colour, "text-halo-color": ground, "text-halo-width": 1.6 },
  });
}

/** @param {any} map */
function recolour(map) {
  const [colour, ground] = COLORS[theme()];
  map.setPaintProperty(`${SOURCE}-line`, "line-color", colour);
  for (const id of [`${SOURCE}-words`, `${SOURCE}-wind`]) {
    map.setPaintProperty(id, "text-color", colour);
    map.setPaintProperty(id, "text-halo-color", ground);
  }
  map.setPaintProperty(`${SOURCE}-wind`, "icon-color", colour);
}

/** @param {{map: any, layers: any, entry: any, bus: any}} parts */
export function start({ map, layers, entry, bus }) {
  addLayers(map);
  new Surface({ map, layers, entry, bus });
  let asked = 0;
  const draw = (/** @type {any} */ data) => map.getSource(SOURCE)?.setData(data);
  const show = async (/** @type {{layer: string, id: number}|null} */ open) => {
    const own = ++asked;
    if (open?.layer !== entry.slug) return draw(NOTHING);
    try {
      const found = await getJson(`/api/v1/${entry.slug}/${open.id}/around`);
      if (own === asked) draw(hint(found, (key, values) => fill(entry.words[key], values)));
    } catch (error) {
      if (own === asked) draw(NOTHING);
      console.warn("hint", error);
    }
  };
  bus.on("drawer", show);
  show(opened());
  bus.on("theme", () => recolour(map));
}
