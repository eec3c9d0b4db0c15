/** A ring that spreads where a new alert has just come up. */
import { h } from "../lib/dom.js";
import { pin } from "./engine.js";

const SHOWN_MS = 20_000;
const MOST = 20;

/** @type {any[]} */
const rings = [];

/**
 * @param {any} map
 * @param {{severity: string, lon: number|null, lat: number|null}} alert
 */
export function pulse(map, alert) {
  if (alert.lon === null || alert.lat === null || alert.lon === undefined) return;
  const element = h("div", { class: `pulse sev-${alert.severity}`, "aria-hidden": "true" });
  const ring = pin(map, element, [alert.lon, /** @type {number} */ (alert.lat)]);
  rings.push(ring);
  if (rings.length > MOST) rings.shift().remove();
  setTimeout(() => ring.remove(), SHOWN_MS);
}
