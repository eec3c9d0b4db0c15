/** Clicks on the map and jumps to a feature, from wherever they come. */
import { bus } from "./lib/bus.js";
import { asOf } from "./lib/clock.js";
import { getJson } from "./lib/http.js";
import { candidates, decide } from "./map/pick.js";
import { select } from "./map/selection.js";
import { chooseFrom, closeDrawer, openDrawer, opened } from "./panels/drawer.js";

const MOUSE_PX = 7;
const FINGER_PX = 20;
const CLOSE_ZOOM = 13;
/** The ring follows what moves. */
const FOLLOW_MS = 500;

/**
 * @param {any} map
 * @param {import("./map/layers.js").MapLayers} layers
 */
export function startClicks(map, layers) {
  const tolerance = matchMedia("(pointer: coarse)").matches ? FINGER_PX : MOUSE_PX;
  map.on("click", (/** @type {any} */ event) => {
    if (layers.pickers.some((pick) => pick(event.point))) return;
    const found = candidates(map, event.point, layers, tolerance);
    const { open, choose } = decide(found);
    if (open) bus.emit("go", { layer: open.layer, id: open.id });
    else if (choose.length) chooseFrom(choose, (slug) => describe(layers, slug));
    else closeDrawer();
  });
  hover(map, layers, tolerance);
  bus.on("go", (target) => go(map, layers, target));
  bus.on("drawer", (open) => show(map, layers, open));
  bus.on("clock", () => show(map, layers, opened()));
  bus.on("do:outline", (button) => outline(map, button.dataset.url));
  bus.on("live:rows", ({ layer, ids }) => {
    const open = opened();
    if (open?.layer === layer && ids.has(open?.id)) show(map, layers, open);
  });
}

/** @param {import("./map/layers.js").MapLayers} layers @param {string} slug */
function describe(layers, slug) {
  const entry = layers.entries.get(slug);
  return { icon: entry?.icon ?? "map-pin", title: entry?.title ?? slug };
}

/**
 * The hand over what can be opened, looked up once per frame.
 * @param {any} map
 * @param {import("./map/layers.js").MapLayers} layers
 * @param {number} tolerance
 */
function hover(map, layers, tolerance) {
  let waiting = false;
  map.on("mousemove", (/** @type {any} */ event) => {
    if (waiting || map.isMoving()) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const [first] = candidates(map, event.point, layers, tolerance);
      map.getCanvas().style.cursor = first && first.shape !== "area" ? "pointer" : "";
    });
  });
}

/**
 * @param {any} map
 * @param {import("./map/layers.js").MapLayers} layers
 * @param {{layer: string, id: number, lon?: number|null, lat?: number|null, fly?: boolean}} target
 */
async function go(map, layers, { layer, id, lon, lat, fly }) {
  if (!layers.shown.has(layer)) bus.emit("layer:toggle", { slug: layer, visible: true });
  if (fly && lon !== null && lon !== undefined) {
    map.flyTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CLOSE_ZOOM), duration: 900 });
  }
  await openDrawer(layer, id);
}

/**
 * Draws an area that belongs to what is open, and shows all of it.
 * @param {any} map
 * @param {string} url of a GeoJSON feature
 */
async function outline(map, url) {
  const turn = ++asked;
  const { geometry } = await getJson(url);
  if (turn !== asked) return;
  select(map, geometry);
  const points = geometry.coordinates.flat(2);
  const [lons, lats] = [0, 1].map((axis) => points.map((/** @type {number[]} */ point) => point[axis]));
  const corners = [
    [Math.min(...lons), Math.min(...lats)],
    [Math.max(...lons), Math.max(...lats)],
  ];
  map.fitBounds(corners, { padding: 80, duration: 700 });
}

let asked = 0;
let following = 0;

/**
 * Draws the ring round what is open, where it is drawn now.
 * @param {any} map
 * @param {import("./map/layers.js").MapLayers} layers
 * @param {{layer: string, id: number}|null} open
 */
async function show(map, layers, open) {
  const turn = ++asked;
  clearTimeout(following);
  if (!open) return select(map, null);
  const coordinates = layers.placeOf(open.layer, open.id);
  if (coordinates) {
    following = /** @type {any} */ (setTimeout(() => show(map, layers, open), FOLLOW_MS));
    return select(map, { type: "Point", coordinates });
  }
  try {
    const at = asOf();
    const feature = await getJson(`/api/v1/layers/${open.layer}/features/${open.id}${at ? `?at=${at}` : ""}`);
    if (turn === asked) select(map, feature.geometry);
  } catch {
    if (turn === asked) select(map, null);
  }
}
