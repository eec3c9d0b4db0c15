/** The view and the address bar keep each other: every view can be linked to. */
import { bus } from "./lib/bus.js";
import { decodeView, encodeView } from "./lib/viewlink.js";
import { closeDrawer, openDrawer, opened } from "./panels/drawer.js";

const WAIT_MS = 200;
const CLOSE_ZOOM = 12;
const PADDING = 80;

/** Show the place of what the drawer tells about. @param {any} map */
function goToDrawer(map) {
  const told = /** @type {HTMLElement|null} */ (document.querySelector("#drawer [data-bbox]"));
  const [west, south, east, north] = (told?.dataset.bbox ?? "").split(",").map(Number);
  if (![west, south, east, north].every(Number.isFinite)) return;
  const box = [
    [west, south],
    [east, north],
  ];
  map.fitBounds(box, { maxZoom: CLOSE_ZOOM, padding: PADDING, duration: 600 });
}

/**
 * @param {any} map
 * @param {import("./map/layers.js").MapLayers} layers
 * @param {import("./lib/viewlink.js").View} view
 */
export function applyView(map, layers, view) {
  layers.states = view.states ?? {};
  if (view.map) map.jumpTo({ center: [view.map.lon, view.map.lat], zoom: view.map.zoom });
  for (const [slug, entry] of layers.entries) {
    layers.setFilter(slug, view.filters[slug] ?? {});
    layers.setTime(slug, view.times?.[slug] ?? null);
    layers.show(slug, view.layers ? view.layers.includes(slug) : entry.visible);
  }
  if (view.open && layers.entries.has(view.open.layer)) {
    layers.show(view.open.layer, true);
    const opening = openDrawer(view.open.layer, view.open.id);
    // a link that names no place leads to the feature
    if (!view.map) opening.then(() => goToDrawer(map));
  } else {
    closeDrawer();
  }
}

/**
 * @param {any} map
 * @param {import("./map/layers.js").MapLayers} layers
 * @param {import("./panels/layertree.js").LayerTree} tree
 */
export function startView(map, layers, tree) {
  let timer = 0;
  // kept until who replays has read it and says what it became
  let play = decodeView(location.hash).play;
  const write = () => {
    const { lng, lat } = map.getCenter();
    const hash = encodeView({
      map: { zoom: map.getZoom(), lat, lon: lng },
      layers: [...layers.shown].sort(),
      filters: layers.filters,
      times: layers.times,
      states: layers.states,
      open: opened(),
      play,
    });
    history.replaceState(history.state, "", location.pathname + location.search + hash);
  };
  const later = () => {
    clearTimeout(timer);
    timer = /** @type {any} */ (setTimeout(write, WAIT_MS));
  };
  map.on("moveend", later);
  bus.on("layers", later);
  bus.on("drawer", later);
  bus.on("playing", (text) => {
    play = text;
    later();
  });
  later();
  addEventListener("hashchange", () => {
    const view = decodeView(location.hash);
    applyView(map, layers, view);
    play = view.play;
    bus.emit("play", view);
    tree.reset();
    bus.emit("layers");
  });
}
