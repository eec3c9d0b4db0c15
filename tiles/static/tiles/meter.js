/** Tiles of the preview go through here: each one is measured as it comes. */
import { addProtocol } from "maplibre-gl";
import { featureCounts } from "./mvt.js";

const PROTOCOL = "measured";
export const MAX_BYTES = 500_000;
export const MAX_MS = 300;
const PLACE = /\/(\d+)\/(\d+)\/(\d+)(?:\?|$)/;
const KEPT = 500;

/**
 * @typedef {object} Measure one tile as it came
 * @property {string} url
 * @property {string} place z/x/y
 * @property {number} z
 * @property {number} x
 * @property {number} y
 * @property {number} status
 * @property {number} encoded bytes of the body as sent
 * @property {number} decoded bytes of the tile
 * @property {string} encoding
 * @property {Record<string, number>} layers features by layer
 * @property {number} features
 * @property {number} server_ms
 * @property {boolean} told whether the server told its time itself
 * @property {number} total_ms
 * @property {"hit"|"miss"|"unchanged"|"kept"|""} cache
 * @property {string} problem text of an answer that is no tile
 */

/** @param {string} url */
export const measured = (url) => url.replace(/^https?:/, `${PROTOCOL}:`);

/** @param {Measure} tile */
export const isHeavy = (tile) => tile.encoded > MAX_BYTES;
/** @param {Measure} tile */
export const isSlow = (tile) => tile.server_ms > MAX_MS;
/** @param {Measure} tile */
export const isOver = (tile) => isHeavy(tile) || isSlow(tile);

export class Meter {
  constructor() {
    /** by place, newest last @type {Map<string, Measure>} */
    this.tiles = new Map();
    /** @type {(tile: Measure) => void} */
    this.onTile = () => {};
    /** past the browser's cache, for true sizes */
    this.fresh = false;
    /** @type {Map<string, (entry: PerformanceResourceTiming) => void>} */
    this.waiting = new Map();
    this.raster = false;
    addProtocol(PROTOCOL, (params, abort) => this.load(params.url, abort.signal));
    new PerformanceObserver((list) => this.timings(list.getEntries())).observe({ type: "resource" });
  }

  clear() {
    this.tiles.clear();
  }

  /**
   * @param {string} address
   * @param {AbortSignal} signal
   */
  async load(address, signal) {
    const url = address.replace(/^\w+:/, location.protocol);
    const started = performance.now();
    const timing = this.timingOf(url);
    const answer = await fetch(url, { signal, cache: this.fresh ? "reload" : "default" });
    const body = await answer.arrayBuffer();
    const total_ms = performance.now() - started;
    const problem = answer.ok ? "" : new TextDecoder().decode(body.slice(0, 1_000));
    const tile = { ...this.measure(url, answer, problem ? new ArrayBuffer(0) : body), total_ms, problem };
    this.note(tile);
    timing.then((entry) => this.note(timed(tile, entry)));
    if (problem) throw new Error(problem);
    return { data: body };
  }

  /**
   * @param {string} url
   * @param {Response} answer
   * @param {ArrayBuffer} body
   */
  measure(url, answer, body) {
    const [, z, x, y] = /** @type {string[]} */ (PLACE.exec(url)).map(Number);
    const layers = this.raster ? {} : featureCounts(body);
    return {
      url,
      place: `${z}/${x}/${y}`,
      z,
      x,
      y,
      status: answer.status,
      encoded: body.byteLength && Number(answer.headers.get("content-length") ?? body.byteLength),
      decoded: body.byteLength,
      encoding: answer.headers.get("content-encoding") ?? "",
      layers,
      features: Object.values(layers).reduce((sum, n) => sum + n, 0),
      server_ms: 0,
      told: false,
      cache: /** @type {Measure["cache"]} */ (""),
    };
  }

  /** @param {Measure} tile */
  note(tile) {
    this.tiles.delete(tile.place);
    this.tiles.set(tile.place, tile);
    if (this.tiles.size > KEPT) this.tiles.delete(this.tiles.keys().next().value ?? "");
    this.onTile(tile);
  }

  /** @param {string} url @returns {Promise<PerformanceResourceTiming>} */
  timingOf(url) {
    return new Promise((resolve) => this.waiting.set(new URL(url).href, resolve));
  }

  /** @param {PerformanceEntryList} entries */
  timings(entries) {
    for (const entry of entries) {
      const tell = this.waiting.get(entry.name);
      this.waiting.delete(entry.name);
      tell?.(/** @type {PerformanceResourceTiming} */ (entry));
    }
  }
}

/**
 * With what the browser knows of the transfer and the server of its work.
 * @param {Measure} tile
 * @param {PerformanceResourceTiming} entry
 * @returns {Measure}
 */
export function timed(tile, entry) {
  if (tile.problem) return tile;
  const told = entry.serverTiming ?? [];
  const own = told.filter((part) => part.duration > 0);
  const cache = cacheOf(entry, told.find((part) => part.name === "cache")?.description ?? "");
  const first = Math.max(0, entry.responseStart - entry.requestStart);
  return {
    ...tile,
    status: cache === "unchanged" ? 304 : tile.status,
    encoded: entry.encodedBodySize || tile.encoded,
    server_ms: own.length ? Math.max(...own.map((part) => part.duration)) : first,
    told: own.length > 0,
    cache,
  };
}

/**
 * @param {PerformanceResourceTiming} entry
 * @param {string} told by the server
 * @returns {Measure["cache"]}
 */
function cacheOf(entry, told) {
  const { transferSize, encodedBodySize } = entry;
  if (!transferSize && encodedBodySize) return "kept"; // nobody was asked
  if (transferSize < encodedBodySize) return "unchanged"; // only headers came
  return told === "hit" || told === "miss" ? told : "";
}
