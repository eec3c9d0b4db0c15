/** What draws each kind of pane; the kinds are those of gis_ioc/wall/scenes/panes. */
import { h } from "../../lib/dom.js";
import { create as alerts } from "./alerts.js";
import { create as camera } from "./camera.js";
import { create as chart } from "./chart.js";
import { create as clock } from "./clock.js";
import { create as counts } from "./counts.js";
import { create as legend } from "./legend.js";
import { create as map } from "./map.js";
import { create as orders } from "./orders.js";
import { create as ranking } from "./ranking.js";
import { create as text } from "./text.js";
import { create as web } from "./web.js";

/**
 * @typedef {object} Given
 * @property {HTMLElement} host where it draws, as large as its box
 * @property {import("../canvas.js").Box} box canvas pixels
 * @property {any} pane of the scene: id, kind, options
 * @property {Record<string, number>} sizes of words and lines, canvas pixels
 * @property {import("../glass.js").Glass} wall
 */
/** `update` is told every second and whenever something changes. @typedef {{update: (show: any) => void, destroy: () => void, look?: (camera: any) => boolean, view?: import("../mapview.js").MapView}} Part */

/** @type {Record<string, (given: Given) => Part>} */
const KINDS = { alerts, camera, chart, clock, counts, legend, map, orders, ranking, text, web };

/** @param {Given} given @returns {Part} */
export function create(given) {
  const make = KINDS[given.pane.kind];
  if (make) return make(given);
  // a scene of a newer release: the page loads that release soon
  given.host.append(h("p", { class: "wall-quiet" }, given.pane.kind));
  return { update() {}, destroy() {} };
}
