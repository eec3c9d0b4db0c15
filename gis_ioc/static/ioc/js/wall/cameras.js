/** Where the map panes of a scene are to look. Pure. */
import { Aim } from "./camera.js";
import { fitted, mercatorX, mercatorY, WORLD_PX } from "./canvas.js";
import { began } from "./interrupts.js";

/** How many metres of land a spotlight shows across its pane. */
const SPOT_M = 45_000;
const EARTH_M = 40_075_016.686;
/** The place stands in the upper part: words lie below it. */
const SPOT_RISE = 0.2;

/** @typedef {import("./canvas.js").Camera} Camera */
/** @typedef {import("./canvas.js").Box} Box */

/**
 * @param {any} given `SceneBody.camera`
 * @param {Box} pane
 * @param {[number, number, number, number]} home west, south, east, north of the province
 * @param {number} edge_px
 * @returns {Camera}
 */
export function resolved(given, pane, home, edge_px) {
  if (given?.kind === "view") return { x: mercatorX(given.lon), y: mercatorY(given.lat), zoom: given.zoom };
  if (given?.kind === "bounds") return fitted([given.west, given.south, given.east, given.north], pane, edge_px);
  return fitted(home, pane, edge_px);
}

/**
 * @param {{lon: number, lat: number}} place
 * @param {Box} pane
 * @returns {Camera}
 */
export function spotted({ lon, lat }, pane) {
  const share = SPOT_M / (EARTH_M * Math.cos((lat * Math.PI) / 180));
  const zoom = Math.log2(pane.width / WORLD_PX / share);
  const world_px = WORLD_PX * 2 ** zoom;
  return { x: mercatorX(lon), y: mercatorY(lat) + (pane.height * SPOT_RISE) / world_px, zoom };
}

/** The cameras of all map panes of the wall, also of those that other panels draw. */
export class Cameras {
  constructor() {
    /** by order of the map panes in the scene @type {Aim[]} */
    this.aims = [];
  }

  /**
   * @param {object} show
   * @param {any} show.scene body
   * @param {import("./stage.js").Stage} show.stage
   * @param {{pane: any, box: Box}[]} show.maps
   * @param {any} show.spot id of the pane that the alarm takes, and the place of its alert
   * @param {import("./camera.js").Track} track
   * @param {[number, number, number, number]} home
   * @param {number} edge_px
   * @param {number} changed when it came to be so, server ms
   */
  turn({ scene, stage, maps, spot }, track, home, edge_px, changed) {
    this.aims.length = Math.max(this.aims.length, maps.length);
    for (const [index, { pane, box }] of maps.entries()) {
      const aim = this.aims[index] ?? new Aim();
      this.aims[index] = aim;
      const lit = spot?.place && spot.pane === pane.id;
      const own = pane.options.camera;
      const held = own ? null : stage.camera;
      const led = track.last && !own && !lit && track.last.at > Math.max(stage.since, held?.since ?? 0);
      if (led) {
        aim.follow(track);
        continue;
      }
      const to = lit ? spotted(spot.place, box) : (held ?? resolved(own ?? scene.camera, box, home, edge_px));
      const since = lit && stage.over ? began(stage.over, changed) : held ? held.since : changed;
      aim.turn({ x: to.x, y: to.y, zoom: to.zoom }, since);
    }
  }
}
