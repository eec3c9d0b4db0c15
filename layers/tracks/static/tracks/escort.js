/**
 * While the page's clock runs in the past, boats go along their tracks instead of
 * leaping from tile to tile. What is not loaded yet is left to the tiles.
 */
import { bus } from "@ioc/lib/bus.js";
import { clock } from "@ioc/lib/clock.js";
import { toCql } from "@ioc/lib/cql.js";
import { slugOf } from "@ioc/lib/roles.js";
import { now } from "@ioc/lib/time.js";
import { Drawing } from "./drawing.js";
import { Fleet } from "./fleet.js";
import { Loader } from "./loader.js";
import { Marks } from "./marks.js";
import { gapsOf, legsOf } from "./player.js";
import { pageOf } from "./requests.js";

const MIN_MS = 60_000;
const TAIL_S = 900;
/** So much is loaded before the clock, and ahead of it: so many seconds of running. */
const BEFORE_MS = 30 * MIN_MS;
const LEAST_AHEAD_MS = 60 * MIN_MS;
const AHEAD_S = 90;
/** Shared by tracks and boats, so a filter of boats means the same of tracks. */
const SHARED = ["vessel_class", "registration"];

export class Escort {
  /** @param {{map: any, layers: any}} parts */
  constructor({ map, layers }) {
    this.map = map;
    this.layers = layers;
    this.slug = slugOf([...layers.entries.values()], "vessels");
    this.drawing = new Drawing("escort");
    /** @type {{box: [number, number, number, number], from: number, to: number}|null} */
    this.run = null;
    this.holds = false;
    if (!this.slug) return;
    bus.on("clock", () => this.look());
    bus.on("clock:tick", () => this.look());
    bus.on("layers", () => this.look());
    bus.on("theme", (theme) => {
      this.drawing.theme = theme;
    });
    map.on("moveend", () => this.run && !this.within() && this.begin());
  }

  get wanted() {
    // a replay of its own has its own bar
    const replaying = document.body.classList.contains("has-timebar");
    return !clock.live && clock.playing && !replaying && this.layers.shown.has(this.slug);
  }

  look() {
    if (!this.wanted) return this.end();
    const { at } = clock;
    if (!this.run || at < this.run.from || at >= this.run.to) this.begin();
    return this.show(at);
  }

  /** Whether the view lies in what is loaded. */
  within() {
    const [west, south, east, north] = this.run?.box ?? [0, 0, 0, 0];
    const seen = this.map.getBounds();
    return seen.getWest() >= west && seen.getSouth() >= south && seen.getEast() <= east && seen.getNorth() <= north;
  }

  /** A quarter more on each side of the view. @returns {[number, number, number, number]} */
  box() {
    const [west, south, east, north] = this.map.getBounds().toArray().flat();
    const [dx, dy] = [(east - west) / 4, (north - south) / 4];
    return [Math.max(-180, west - dx), Math.max(-85, south - dy), Math.min(180, east + dx), Math.min(85, north + dy)];
  }

  begin() {
    this.loader?.cancel();
    const { at, speed } = clock;
    const to = Math.min(now(), at + Math.max(LEAST_AHEAD_MS, AHEAD_S * 1_000 * speed));
    this.run = { ids: [], box: this.box(), from: at - BEFORE_MS, to };
    this.fleet = new Fleet();
    this.marks = new Marks(this.fleet);
    const { drawing, map, run } = this;
    if (map.getLayer(drawing.id)) drawing.clear();
    else map.addLayer(drawing);
    drawing.theme = document.documentElement.dataset.theme ?? "dark";
    drawing.scale = innerWidth >= 2400 && devicePixelRatio < 1.5 ? 1.45 : 1;
    drawing.epoch = run.from / 1_000;
    drawing.tail = TAIL_S;
    this.loader = new Loader({
      span: { from: Math.floor(run.from / 1_000), to: Math.floor(to / 1_000) },
      clock: () => clock.at / 1_000,
      bring: (part, signal) => this.bring(part, signal),
      tell: (state, error) => state === "failed" && console.warn("replay:", error),
    });
    this.loader.run();
  }

  filter() {
    const conditions = this.layers.filters[this.slug] ?? {};
    return toCql(Object.fromEntries(Object.entries(conditions).filter(([name]) => SHARED.includes(name))));
  }

  /** @param {import("./loader.js").Part} part @param {AbortSignal} signal */
  async bring(part, signal) {
    const chunk = await pageOf(this.run, part, this.filter(), signal);
    if (!signal.aborted) {
      const { fleet, drawing } = this;
      if (!fleet.chunks.length && chunk.at.length) drawing.origin = { x: chunk.x[0], y: chunk.y[0] };
      fleet.add(chunk);
      drawing.addLegs(legsOf(chunk));
      drawing.setGaps(gapsOf(fleet));
    }
    return { points: chunk.at.length, to: Math.min(chunk.to, part.to) };
  }

  /** @param {number} at epoch ms */
  show(at) {
    const { fleet, drawing, marks, loader, map } = this;
    const ready = fleet.size > 0 && loader.ready * 1_000 > at;
    this.hold(ready);
    if (!ready) return;
    fleet.seek(at / 1_000);
    drawing.now = at / 1_000;
    marks.fill(drawing.origin, at / 1_000, TAIL_S);
    drawing.setMarks(marks.data, marks.count);
    map.triggerRepaint();
  }

  /** The tiles of the boats give way. @param {boolean} held */
  hold(held) {
    if (held === this.holds) return;
    this.holds = held;
    this.layers.hold(this.slug, held);
    if (!held && this.map.getLayer(this.drawing.id)) this.drawing.setMarks(new Float32Array(0), 0);
  }

  end() {
    if (!this.run) return;
    this.loader?.cancel();
    this.hold(false);
    this.run = null;
    if (this.map.getLayer(this.drawing.id)) this.map.removeLayer(this.drawing.id);
  }
}
