/**
 * A ring that spreads from an alert for as long as nobody has acknowledged it: with the
 * next list of alerts that says somebody has, or that it is over, it is gone. Without
 * motion (prefers-reduced-motion) the ring stands still.
 */
import { bus } from "../lib/bus.js";
import { h } from "../lib/dom.js";
import { pin } from "./engine.js";

/** More rings than that call to nobody. */
const MOST = 20;

/** @typedef {{id: number, severity: string, acknowledged: boolean, lon: number|null, lat: number|null}} Alert */

/** By map and by id of the alert. @type {Map<any, Map<number, any>>} */
const rings = new Map();

/**
 * @param {any} map
 * @param {Alert} alert
 */
export function pulse(map, alert) {
  const own = ringsOf(map);
  if (alert.acknowledged || own.has(alert.id) || own.size >= MOST) return;
  if (alert.lon === null || alert.lat === null || alert.lon === undefined) return;
  const element = h("div", { class: `pulse sev-${alert.severity}`, "aria-hidden": "true" });
  own.set(alert.id, pin(map, element, [alert.lon, /** @type {number} */ (alert.lat)]));
}

/** @param {any} map */
function ringsOf(map) {
  const known = rings.get(map);
  if (known) return known;
  const made = new Map();
  rings.set(map, made);
  map.once("remove", () => rings.delete(map));
  return made;
}

/** Ids that still call. @param {Alert[]} alerts */
export const calling = (alerts) => new Set(alerts.filter(({ acknowledged }) => !acknowledged).map(({ id }) => id));

bus.on("alerts", ({ alerts }) => {
  const call = calling(alerts);
  for (const own of rings.values()) {
    for (const [id, ring] of own) {
      if (call.has(id)) continue;
      ring.remove();
      own.delete(id);
    }
  }
});
