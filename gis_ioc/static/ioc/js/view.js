/** The view and the address bar keep each other: every view can be linked to. */
import { bus } from "./lib/bus.js";
import { clock, isoOf } from "./lib/clock.js";
import { decodeView, encodeView } from "./lib/viewlink.js";
import { closeDrawer, openDrawer, opened } from "./panels/drawer.js";

const WAIT_MS = 200;
/** While time runs the address follows so often. */
const TICK_MS = 1_000;
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
    if (!view.time) layers.setTime(slug, view.times?.[slug] ?? null);
    layers.show(slug, view.layers ? view.layers.includes(slug) : entry.visible);
  }
  if (view.time) {
    clock.speed = view.time.speed;
    clock.seek(view.time.at);
  } else if (!clock.bound) clock.goLive();
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
      times: clock.live ? layers.times : {},
      time: clock.live || clock.bound ? null : { at: Date.parse(isoOf(clock.at)), speed: clock.speed },
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
  bus.on("clock", later);
  let written = 0;
  bus.on("clock:tick", () => {
    if (performance.now() - written < TICK_MS) return;
    written = performance.now();
    write();
  });
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
