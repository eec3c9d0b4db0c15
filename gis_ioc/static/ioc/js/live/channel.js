/** Keeps the map's layers in step with the live channel. */
import { bus } from "../lib/bus.js";
import { isLive } from "../map/style.js";
import { LiveSocket, liveUrl } from "./socket.js";

const WORLD = [-180, -85, 180, 85];
const MOVE_MS = 250;
const AWAY_REFRESH_MS = 15_000;
/** A short break keeps the rows on the map; only a longer one falls back to tiles. */
const GRACE_MS = 8_000;

export class LiveChannel {
  /**
   * @param {any} map
   * @param {import("../map/layers.js").MapLayers} layers
   * @param {string[]} always slugs to hear of even when they are not shown
   * @param {LiveSocket} [socket] already there; without, the channel makes its own
   */
  constructor(map, layers, always = [], socket = new LiveSocket(liveUrl())) {
    this.map = map;
    this.layers = layers;
    this.always = always;
    /** live layers whose rows are here @type {Set<string>} */
    this.held = new Set();
    /** @type {Set<string>} */
    this.subscribed = new Set();
    this.timer = 0;
    this.awayTimer = 0;
    this.wasAway = false;
    this.socket = socket;
    this.ending = new AbortController();
    this.listen();
    map.on("moveend", () => {
      clearTimeout(this.timer);
      this.timer = /** @type {any} */ (setTimeout(() => this.moved(), MOVE_MS));
    });
    this.polling = setInterval(() => this.pollWhileAway(), AWAY_REFRESH_MS);
  }

  /** For good, with the socket. */
  destroy() {
    this.ending.abort();
    clearInterval(this.polling);
    clearTimeout(this.timer);
    clearTimeout(this.awayTimer);
    this.socket.close();
  }

  listen() {
    /** @type {Record<string, (message: any) => void>} */
    const handlers = {
      hello: (message) => {
        clearTimeout(this.awayTimer);
        bus.emit("live:open", message);
        this.subscribed.clear();
        this.sync();
        if (this.wasAway) for (const slug of this.layers.entries.keys()) this.layers.refresh(slug);
        this.wasAway = false;
      },
      away: (detail) => this.away(detail),
      pong: () => bus.emit("live:beat"),
      snapshot: (message) => this.snapshot(message),
      delta: (message) => this.delta(message),
      changed: (message) => this.changed(message),
      error: ({ reason }) => console.warn("live:", reason),
    };
    for (const [type, handler] of Object.entries(handlers)) {
      this.socket.addEventListener(type, (event) => handler(/** @type {CustomEvent} */ (event).detail), {
        signal: this.ending.signal,
      });
    }
  }

  /** Subscribe to what is shown, leave what is not. */
  sync() {
    if (!this.socket.open) return;
    const wanted = new Set([...this.layers.shown, ...this.always]);
    for (const slug of this.subscribed) if (!wanted.has(slug)) this.leave(slug);
    for (const slug of wanted) if (!this.subscribed.has(slug)) this.join(slug);
  }

  /** @param {string} slug */
  join(slug) {
    const entry = this.layers.entries.get(slug);
    if (!entry) return;
    this.subscribed.add(slug);
    const live = isLive(entry) ? { bbox: this.bbox(), format: "binary" } : { bbox: WORLD };
    this.socket.send({ type: "subscribe", layer: slug, ...live });
  }

  /** @param {string} slug */
  leave(slug) {
    this.subscribed.delete(slug);
    this.drop(slug);
    this.socket.send({ type: "unsubscribe", layer: slug });
  }

  /** A quarter more on each side, so that a short pan finds its boats there. */
  bbox() {
    const bounds = this.map.getBounds();
    const [w, s, e, n] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const dx = (e - w) / 4;
    const dy = (n - s) / 4;
    return [Math.max(-180, w - dx), Math.max(-85, s - dy), Math.min(180, e + dx), Math.min(85, n + dy)];
  }

  moved() {
    for (const slug of this.subscribed) {
      const entry = this.layers.entries.get(slug);
      if (entry && isLive(entry)) this.join(slug);
    }
  }

  /** All rows in view, or that they are too many. @param {any} message */
  snapshot(message) {
    if (!this.subscribed.has(message.layer)) return;
    if (message.mode === "tiles") this.drop(message.layer);
    else {
      this.held.add(message.layer);
      this.take(message);
    }
  }

  /** What changed among the rows in view. @param {import("./frame.js").Frame} message */
  delta(message) {
    if (this.held.has(message.layer)) this.take(message);
  }

  /** @param {import("./frame.js").Frame} frame */
  take(frame) {
    const slug = frame.layer;
    const rows = this.layers.rows.get(slug);
    if (!rows?.take(frame)) return;
    this.redraw(slug);
    this.layers.grown(slug);
    const ids = /** @type {any} */ (frame.columns.get("id")).data;
    bus.emit("live:data", { layer: slug, newest_s: rows.points.store.newest_s });
    bus.emit("live:rows", { layer: slug, ids: { has: (/** @type {number} */ id) => ids.includes(id) } });
  }

  /** Rows give way to tiles. @param {string} slug */
  drop(slug) {
    if (!this.held.delete(slug)) return;
    this.layers.useRows(slug, false);
    this.layers.rows.get(slug)?.empty();
  }

  /** Whether rows say what the filter asks; if not, the server filters: tiles. @param {string} slug */
  tells(slug) {
    if (this.layers.times[slug]) return false; // rows are of now
    const fields = this.layers.entries.get(slug)?.fields ?? [];
    const said = new Set(fields.filter((field) => field.tile).map((field) => field.name));
    return Object.keys(this.layers.filters[slug] ?? {}).every((name) => said.has(name));
  }

  /** Draw from the rows; from tiles where rows do not tell. @param {string} slug */
  redraw(slug) {
    if (this.held.has(slug)) this.layers.useRows(slug, this.tells(slug));
  }

  /** @param {{layer: string} & import("../map/touched.js").Changed} message */
  changed(message) {
    this.layers.refresh(message.layer, message);
    bus.emit("changed", message.layer);
  }

  /** @param {any} detail */
  away(detail) {
    this.subscribed.clear();
    this.wasAway = true;
    this.awayTimer = /** @type {any} */ (setTimeout(() => this.fallBack(), GRACE_MS));
    bus.emit("live:away", detail);
  }

  fallBack() {
    for (const slug of [...this.held]) this.drop(slug);
  }

  /** Without the channel the tiles are asked for again and again. */
  pollWhileAway() {
    if (this.socket.open) return;
    for (const slug of this.layers.shown) this.layers.refresh(slug);
    for (const slug of this.always) bus.emit("changed", slug);
  }
}
