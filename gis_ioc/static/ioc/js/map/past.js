/**
 * The layers of the map at the moment of the page's clock. Tiles of a moment are asked
 * for when those of the one before have come, never more than one round at a time.
 */
import { bus } from "../lib/bus.js";
import { isoOf } from "../lib/clock.js";
import { now } from "../lib/time.js";
import { tileSource } from "./style.js";

/** A tile that never comes must not hold up the clock for ever. */
const LONGEST_ROUND_MS = 8_000;
const LOOK_MS = 60;

export class Past {
  /**
   * @param {any} map
   * @param {import("./layers.js").MapLayers} layers
   * @param {(slug: string) => void} redraw a layer whose rows came live, drawn anew
   */
  constructor(map, layers, redraw) {
    this.map = map;
    this.layers = layers;
    this.redraw = redraw;
    /** the moment wanted, ISO 8601; null: live @type {string|null} */
    this.wanted = null;
    /** what is drawn now @type {string|null} */
    this.drawn = null;
    /** times of layers before the page went to the past @type {Record<string, string>|null} */
    this.own = null;
    this.began = 0;
    this.timer = 0;
  }

  /** Layers that are shown but keep no past: they are drawn as they are now. */
  get without() {
    return [...this.layers.shown]
      .flatMap((slug) => this.layers.entries.get(slug) ?? [])
      .filter((entry) => !entry.history);
  }

  /** @param {number|null} ms epoch ms; null: live */
  want(ms) {
    this.wanted = ms === null ? null : isoOf(ms);
    if (this.wanted === null) this.back();
    else if (!this.timer) this.round();
  }

  round() {
    if (this.wanted === null) return;
    const begins = this.own === null;
    this.own ??= { ...this.layers.times };
    this.drawn = this.wanted;
    this.began = performance.now();
    this.tellStyle(Date.parse(this.drawn));
    for (const slug of this.layers.shown) this.set(slug, this.drawn);
    if (begins) bus.emit("layers");
    const look = () => {
      this.timer = 0;
      if (this.wanted === null) return;
      const late = performance.now() - this.began > LONGEST_ROUND_MS;
      if (!late && !this.arrived()) this.timer = /** @type {any} */ (setTimeout(look, LOOK_MS));
      else if (this.wanted !== this.drawn) this.round();
    };
    this.timer = /** @type {any} */ (setTimeout(look, LOOK_MS));
  }

  /** Signs that fade with age are drawn as of then. @param {number} ms epoch ms */
  tellStyle(ms) {
    this.map.setGlobalStateProperty("now_s", Math.round(ms / 1000));
  }

  /** A layer has come into the picture. @param {string} slug */
  joined(slug) {
    if (this.drawn !== null) this.set(slug, this.drawn);
  }

  /** @param {string} slug @param {string|null} iso */
  set(slug, iso) {
    this.layers.setTime(slug, iso);
    this.redraw(slug);
  }

  arrived() {
    const { map, layers } = this;
    return [...layers.shown].every(
      (slug) => !layers.entries.get(slug)?.history || map.isSourceLoaded(tileSource(slug)),
    );
  }

  back() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.drawn = null;
    const own = this.own;
    this.own = null;
    this.tellStyle(now());
    if (!own) return;
    for (const slug of this.layers.entries.keys()) this.set(slug, own[slug] ?? null);
    bus.emit("layers");
  }
}
