/** What the replay asks of the server. */
import { HttpError } from "@ioc/lib/http.js";
import { mercatorX, mercatorY } from "./geo.js";
import { decode } from "./pages.js";

const API = "/api/v1/tracks";
const HOUR_MS = 3_600_000;
/** Longest span, and how far fixes may lie from the line then. */
const LEVELS = [
  [2 * HOUR_MS, 50],
  [72 * HOUR_MS, 250],
];
const COARSEST_M = 1_000;
const MOST_DOUBTS = 5_000;

/** @typedef {import("./link.js").Replay} Replay */
/** @typedef {import("./loader.js").Part} Part */

/** One level for all pages of a span. @param {Replay} replay */
export const levelOf = ({ from, to }) => LEVELS.find(([most]) => to - from <= most)?.[1] ?? COARSEST_M;

/** @param {number} s epoch s */
const iso = (s) => new Date(s * 1000).toISOString();

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function get(url, signal) {
  const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" }, signal });
  if (!response.ok) throw new HttpError(response.status);
  return response.json();
}

/**
 * One page of several vessels.
 * @param {Replay} replay
 * @param {Part} part
 * @param {string} filter CQL2
 * @param {AbortSignal} signal
 * @returns {Promise<import("./pages.js").Chunk>}
 */
export async function pageOf(replay, part, filter, signal) {
  const query = new URLSearchParams({ from: iso(part.from), to: iso(part.to), level_m: String(levelOf(replay)) });
  if (replay.box) query.set("bbox", replay.box.join(","));
  else query.set("ids", replay.ids.join(","));
  if (filter) query.set("filter", filter);
  return decode(await get(`${API}/playback?${query}`, signal));
}

/**
 * The track of one vessel in full.
 * @param {Replay} replay
 * @param {AbortSignal} signal
 */
export function trackOf({ ids, from, to }, signal) {
  const query = new URLSearchParams({ from: iso(from / 1000), to: iso(to / 1000) });
  return get(`${API}/${ids[0]}?${query}`, signal);
}

/** @param {Replay} replay @param {string} format */
export function exportUrl({ ids, from, to }, format) {
  const query = new URLSearchParams({ from: iso(from / 1000), to: iso(to / 1000) });
  return `${API}/${ids[0]}.${format}?${query}`;
}

/**
 * The same as a page.
 * @param {any} track answer of /api/v1/tracks/ID
 * @param {Part} part
 * @returns {import("./pages.js").Chunk}
 */
export function chunkOf(track, part) {
  /** @type {any[]} */
  const pieces = track.pieces;
  const all = (/** @type {string} */ name) => Float64Array.from(pieces.flatMap((piece) => piece[name]));
  let first = 0;
  const runs = pieces.map((piece) => {
    const run = { vessel: 0, kind: `${piece.kind}/${piece.device}`, first, end: first + piece.at.length };
    first = run.end;
    return run;
  });
  const { id, title, vessel_class } = track.vessel;
  return {
    ...part,
    vessels: [{ id, title, vessel_class }],
    runs,
    at: all("at"),
    x: all("lon").map(mercatorX),
    y: all("lat").map(mercatorY),
  };
}

/** @typedef {{at: number, x: number, y: number, reasons: string[]}} Doubt at: epoch s */

/** Fixes of one vessel that are not believed. @param {any} track @returns {Doubt[]} */
export const doubtsOf = (track) =>
  track.suspects.map((/** @type {any} */ { at, lon, lat, reasons }) => ({ at, x: mercatorX(lon), y: mercatorY(lat), reasons }));

/**
 * Fixes that are not believed, of several vessels, from the features of the layer.
 * @param {string} slug
 * @param {Replay} replay
 * @param {string} filter CQL2
 * @param {AbortSignal} signal
 * @returns {Promise<Doubt[]>}
 */
export async function doubtsIn(slug, { ids, box, from, to }, filter, signal) {
  const terms = ["kind = 'suspect'", filter, ids.length ? `vessel_id IN (${ids.join(",")})` : ""];
  const query = new URLSearchParams({
    datetime: `${iso(from / 1000)}/${iso(to / 1000)}`,
    filter: terms.filter(Boolean).join(" AND "),
    fields: "at",
    limit: String(MOST_DOUBTS),
  });
  if (box) query.set("bbox", box.join(","));
  const { features } = await get(`/api/v1/layers/${slug}/features?${query}`, signal);
  return features
    .filter((/** @type {any} */ feature) => feature.geometry?.type === "Point")
    .map((/** @type {any} */ { geometry, properties }) => ({
      at: Date.parse(properties.at) / 1000,
      x: mercatorX(geometry.coordinates[0]),
      y: mercatorY(geometry.coordinates[1]),
      reasons: [],
    }));
}
