/** The address bar and the page keep each other: source, view and parameters. */
import { nothing } from "./query.js";

/** @typedef {{zoom: number, lat: number, lon: number}} View */
/** @typedef {{source: string, view: View|null, asked: import("./query.js").Asked, tab: string}} State */

/** @param {string} hash @returns {State} */
export function decode(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const asked = nothing();
  for (const name of /** @type {(keyof typeof asked)[]} */ (Object.keys(asked))) asked[name] = params.get(name) ?? "";
  const [zoom, lat, lon] = (params.get("map") ?? "").split("/").map(Number);
  const view = params.has("map") && [zoom, lat, lon].every(Number.isFinite) ? { zoom, lat, lon } : null;
  return { source: params.get("source") ?? "", view, asked, tab: params.get("tab") ?? "" };
}

/** @param {State} state */
export function encode({ source, view, asked, tab }) {
  const parts = [`source=${encodeURIComponent(source)}`];
  if (view) parts.push(`map=${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`);
  for (const [name, value] of Object.entries(asked)) if (value) parts.push(`${name}=${encodeURIComponent(value)}`);
  if (tab) parts.push(`tab=${tab}`);
  return `#${parts.join("&")}`;
}
