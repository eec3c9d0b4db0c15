/** View cones: the ground that cameras see, drawn under their signs from zoom 14 on. */

const SOURCE = "cameras-cones";
const FROM_ZOOM = 14;
const WAIT_MS = 200;
const NOTHING = { type: "FeatureCollection", features: [] };

const FAULTY = ["in", ["get", "state"], ["literal", ["offline", "degraded"]]];
const OFF = ["==", ["get", "state"], "disabled"];
const COLORS = { dark: ["#7f93ab", "#d9993f"], light: ["#3d536d", "#a85a00"] };

/** @param {string} theme */
const colour = (theme) => {
  const [good, bad] = theme === "light" ? COLORS.light : COLORS.dark;
  return ["case", FAULTY, bad, good];
};

const theme = () => document.documentElement.dataset.theme ?? "dark";

/** @param {any} map the first layer that lies above areas */
const above = (map) =>
  map.getStyle().layers.find((/** @type {any} */ layer) => (layer.metadata?.rank ?? -1) > 1)?.id;

/** @param {any} map */
function addLayers(map) {
  map.addSource(SOURCE, { type: "geojson", data: NOTHING });
  const common = { source: SOURCE, minzoom: FROM_ZOOM, metadata: { rank: 1 } };
  const before = above(map);
  map.addLayer(
    {
      ...common,
      id: `${SOURCE}-fill`,
      type: "fill",
      filter: ["!", OFF],
      paint: { "fill-color": colour(theme()), "fill-opacity": ["case", FAULTY, 0.06, 0.16] },
    },
    before,
  );
  map.addLayer(
    {
      ...common,
      id: `${SOURCE}-line`,
      type: "line",
      paint: { "line-color": colour(theme()), "line-width": 1, "line-opacity": 0.6, "line-dasharray": [3, 2] },
    },
    before,
  );
}

/** @param {{map: any, layers: any, entry: any, bus: any}} parts */
export function start({ map, layers, entry, bus }) {
  addLayers(map);
  let asked = 0;
  let timer = 0;
  let abort = new AbortController();
  let wasShown = layers.shown.has(entry.slug);

  const draw = async () => {
    const own = ++asked;
    abort.abort();
    abort = new AbortController();
    const source = map.getSource(SOURCE);
    if (!layers.shown.has(entry.slug) || map.getZoom() < FROM_ZOOM) {
      source.setData(NOTHING);
      return;
    }
    const box = map.getBounds().toArray().flat().map((/** @type {number} */ v) => v.toFixed(5));
    const query = new URLSearchParams({ bbox: box.join(",") });
    const tiles = new URL(map.getSource(`tiles-${entry.slug}`).tiles[0], location.origin);
    const filter = tiles.searchParams.get("filter");
    if (filter) query.set("filter", filter);
    try {
      const answer = await fetch(`/api/v1/${entry.slug}/cones?${query}`, { signal: abort.signal });
      if (answer.ok && own === asked) source.setData(await answer.json());
    } catch (error) {
      if (/** @type {any} */ (error).name !== "AbortError") console.warn("view cones", error);
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = /** @type {any} */ (setTimeout(draw, WAIT_MS));
  };
  map.on("moveend", soon);
  map.on("styledata", () => {
    if (layers.shown.has(entry.slug) !== wasShown) {
      wasShown = layers.shown.has(entry.slug);
      soon();
    }
  });
  bus.on("theme", () => {
    map.setPaintProperty(`${SOURCE}-fill`, "fill-color", colour(theme()));
    map.setPaintProperty(`${SOURCE}-line`, "line-color", colour(theme()));
  });
  soon();
}
