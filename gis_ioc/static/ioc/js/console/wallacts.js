/** What a console asks of a wall: one function an act, all posted to one address. Pure but for `send`. */
import { send } from "../lib/http.js";

/** @typedef {{x: number, y: number, zoom: number}} Camera normalised Web Mercator; zoom in canvas pixels */

const RAD = Math.PI / 180;

/** @param {number} lon */
export const mercatorX = (lon) => (lon + 180) / 360;
/** @param {number} lat */
export const mercatorY = (lat) => (1 - Math.log(Math.tan(((90 + lat) * RAD) / 2)) / Math.PI) / 2;
/** @param {number} x */
export const lonOf = (x) => x * 360 - 180;
/** @param {number} y */
export const latOf = (y) => (2 * Math.atan(Math.exp((1 - 2 * y) * Math.PI)) * 180) / Math.PI - 90;

/**
 * The camera of the wall that shows all of what a map on the desk shows.
 * @param {{lon: number, lat: number, zoom: number, width: number, height: number}} view width, height: px of the map
 * @param {{width_px: number, height_px: number}} canvas or the part of it that its map has
 * @returns {Camera}
 */
export function wallCamera({ lon, lat, zoom, width, height }, canvas) {
  const larger = Math.min(canvas.width_px / width, canvas.height_px / height);
  return { x: mercatorX(lon), y: mercatorY(lat), zoom: Math.min(22, Math.max(0, zoom + Math.log2(larger))) };
}

/** The zoom of a desk map that shows as much as the wall. @param {number} zoom @param {{width: number, height: number}} map @param {{width_px: number, height_px: number}} canvas */
export const deskZoom = (zoom, map, canvas) =>
  zoom - Math.log2(Math.min(canvas.width_px / map.width, canvas.height_px / map.height));

/**
 * The part of the canvas that the first map of a scene has.
 * @param {any} body of the scene
 * @param {{width_px: number, height_px: number}} canvas
 */
export function mapPart(body, canvas) {
  const pane = body?.panes?.find((/** @type {any} */ one) => one.kind === "map");
  if (!pane) return canvas;
  const width_px = (canvas.width_px * pane.width) / (body.grid_columns ?? 24);
  return { width_px, height_px: (canvas.height_px * pane.height) / (body.grid_rows ?? 12) };
}

/** Acts by name, each the body that is posted (`gis_ioc/wall/acts.py`). */
export const acts = {
  scene: (/** @type {string} */ scene) => ({ act: "scene", scene }),
  playlist: (/** @type {string} */ playlist) => ({ act: "playlist", playlist }),
  schedule: () => ({ act: "schedule" }),
  next: () => ({ act: "next" }),
  pause: () => ({ act: "pause" }),
  resume: () => ({ act: "resume" }),
  dismiss: (/** @type {string} */ id) => ({ act: "dismiss", id }),
  blank: (/** @type {"black"|"privacy"} */ kind) => ({ act: "blank", kind }),
  unblank: () => ({ act: "unblank" }),
  take: () => ({ act: "take" }),
  release: () => ({ act: "release" }),
  handover: (/** @type {{user: number, console: string}} */ { user, console: to }) => ({ act: "handover", user, to }),
  arm: () => ({ act: "arm" }),
  disarm: () => ({ act: "disarm" }),
  clock: (/** @type {{at: number, speed: number, exercise?: boolean, title?: string}} */ clock) => ({
    act: "clock",
    ...clock,
  }),
  live: () => ({ act: "live" }),
};

/** @param {string} slug @param {any} body @param {string} [key] */
export const post = (slug, body, key) => send(`/wall/${slug}/acts`, body, key);

/** The picture of a console, instead of the scene or over it for a while. @param {string} slug @param {any} picture */
export const push = (slug, picture) => send(`/console/walls/${slug}/push`, picture);

/** Ask for the hand. @param {string} slug @param {string} from */
export const ask = (slug, from) => send(`/console/walls/${slug}/ask`, { console: from });

const CONSOLE = "console.id";

/** This window's name towards the conductor: two windows of one person are two consoles. */
export function consoleId() {
  try {
    const known = sessionStorage.getItem(CONSOLE) ?? crypto.randomUUID().slice(0, 8);
    sessionStorage.setItem(CONSOLE, known);
    return known;
  } catch {
    return crypto.randomUUID().slice(0, 8);
  }
}
