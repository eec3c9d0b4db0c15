/** Keeps the map's layers in step with the live channel. */
import { bus } from "../lib/bus.js";
import { passes } from "../lib/cql.js";
import { isLive } from "../map/style.js";
import { LiveSocket, liveUrl } from "./socket.js";
import { LiveStore } from "./store.js";

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
   */
  constructor(map, layers, always = []) {
    this.map = map;
    this.layers = layers;
    this.always = always;
    /** @type {Map<string, LiveStore>} */
    this.stores = new Map();
    /** @type {Set<string>} */
    this.subscribed = new Set();
    this.timer = 0;
    this.awayTimer = 0;
    this.wasAway = false;
    this.socket = new LiveSocket(liveUrl());
    this.listen();
    map.on("moveend", () => {
      clearTimeout(this.timer);
      this.timer = /** @type {any} */ (setTimeout(() => this.moved(), MOVE_MS));
    });
    setInterval(() => this.pollWhileAway(), AWAY_REFRESH_MS);
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
      this.socket.addEventListener(type, (event) => handler(/** @type {CustomEvent} */ (event).detail));
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
    const bbox = isLive(entry) ? this.bbox() : WORLD;
    this.socket.send({ type: "subscribe", layer: slug, bbox, zoom: this.map.getZoom() });
  }

  /** @param {string} slug */
  leave(slug) {
    this.subscribed.delete(slug);
    this.stores.delete(slug);
    this.layers.useRows(slug, false);
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

  /** @param {any} message */
  snapshot(message) {
    const { layer, mode } = message;
    if (!this.subscribed.has(layer)) return;
    const rows = mode === "features";
    if (rows) {
      const store = new LiveStore();
      this.stores.set(layer, store);
      store.snapshot(message);
      this.redraw(layer);
      bus.emit("live:data", { layer, newest_s: store.newest_s });
    } else {
      this.stores.delete(layer);
    }
    this.layers.useRows(layer, rows && this.tells(layer));
  }

  /** Whether rows say what the filter asks; if not, the server filters: tiles. @param {string} slug */
  tells(slug) {
    const fields = this.layers.entries.get(slug)?.fields ?? [];
    const said = new Set(fields.filter((field) => field.tile).map((field) => field.name));
    return Object.keys(this.layers.filters[slug] ?? {}).every((name) => said.has(name));
  }

  /** All rows that pass the filter. @param {string} slug */
  redraw(slug) {
    const store = this.stores.get(slug);
    if (!store) return;
    const filter = this.layers.filters[slug];
    const features = [...store.features.values()].filter((row) => passes(filter, row.properties));
    this.layers.rowsOf(slug).setData({ type: "FeatureCollection", features });
    this.layers.useRows(slug, this.tells(slug));
  }

  /** @param {any} message */
  delta(message) {
    const store = this.stores.get(message.layer);
    if (!store) return this.changed(message);
    const { add, remove } = store.delta(message);
    if (add.length || remove.length) this.apply(message.layer, add, remove);
    this.layers.grown(message.layer);
    bus.emit("live:data", { layer: message.layer, newest_s: store.newest_s });
    bus.emit("live:rows", { layer: message.layer, ids: new Set(add.map((row) => row.id)) });
  }

  /**
   * @param {string} slug
   * @param {any[]} add
   * @param {number[]} remove
   */
  apply(slug, add, remove) {
    const filter = this.layers.filters[slug];
    const kept = add.filter((row) => passes(filter, row.properties));
    const out = add.filter((row) => !passes(filter, row.properties)).map((row) => row.id);
    this.layers.rowsOf(slug).updateData({ add: kept, remove: [...remove, ...out] });
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
    this.stores.clear();
    for (const slug of [...this.layers.fromRows]) this.layers.useRows(slug, false);
  }

  /** Without the channel the tiles are asked for again and again. */
  pollWhileAway() {
    if (this.socket.open) return;
    for (const slug of this.layers.shown) this.layers.refresh(slug);
    for (const slug of this.always) bus.emit("changed", slug);
  }
}
