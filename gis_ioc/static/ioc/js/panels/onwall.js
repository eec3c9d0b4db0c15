/** "Show on wall" in the drawer's row: the feature over the wall's scene for a while. */
import { bus } from "../lib/bus.js";
import { clock } from "../lib/clock.js";
import { send } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { drawerActions } from "./actions.js";

const SECONDS = 60;
/** So near a single place is shown: degrees on each side. */
const NEAR_DEG = 0.06;
const MOST_TITLE = 70;

/**
 * What a map shows, as a wall takes it (`gis_ioc/console/pushing.py`).
 * @param {any} map
 * @param {import("../map/layers.js").MapLayers} layers
 */
export function pictureOf(map, layers) {
  const [west, south, east, north] = map.getBounds().toArray().flat();
  const speed = clock.playing ? clock.speed : 0;
  return {
    bounds: [west, south, east, north],
    layers: [...layers.shown].sort(),
    filters: structuredClone(layers.filters),
    clock: clock.live ? null : { at: Math.round(clock.at), speed, exercise: Boolean(clock.bound) },
  };
}

/** @param {HTMLElement} told what is in the drawer @returns {number[]|null} */
function boundsOf(told) {
  const [west, south, east, north] = (told.dataset.bbox || "x").split(",").map(Number);
  if (!Number.isFinite(west)) return null;
  return [west - NEAR_DEG, south - NEAR_DEG, east + NEAR_DEG, north + NEAR_DEG];
}

/**
 * @param {{wall: string, console?: string}} to
 * @param {any} map
 * @param {import("../map/layers.js").MapLayers} layers
 */
export function addOnWall({ wall, console = "" }, map, layers) {
  const run = async (/** @type {HTMLElement} */ told) => {
    const picture = pictureOf(map, layers);
    const bounds = boundsOf(told) ?? picture.bounds;
    const title = told.querySelector(".drawer-title")?.textContent?.trim().slice(0, MOST_TITLE) ?? "";
    const body = { ...picture, bounds, title, console, seconds: SECONDS };
    const { ok, problem } = await send(`/console/walls/${wall}/push`, body);
    bus.emit("toast", ok ? t("wall.spotlit", { n: SECONDS }) : problem || t("wall.failed"));
  };
  drawerActions.add({ name: "wall", text: "act.wall", icon: "device-tv", key: "s", run });
}
