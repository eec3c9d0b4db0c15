/** One replay at a time: the bar, what is loaded, what is drawn. */
import { bus } from "@ioc/lib/bus.js";
import { h } from "@ioc/lib/dom.js";
import { toCql } from "@ioc/lib/cql.js";
import { roles, slugOf } from "@ioc/lib/roles.js";
import { number } from "@ioc/lib/texts.js";
import { briefText } from "@ioc/lib/time.js";
import { TimeBar } from "@ioc/panels/timebar.js";
import { colourOf } from "./colours.js";
import { Drawing } from "./drawing.js";
import { Fleet } from "./fleet.js";
import { latOf, lonOf } from "./geo.js";
import { writeReplay } from "./link.js";
import { Loader, united } from "./loader.js";
import { Marks } from "./marks.js";
import { Pointer } from "./pointer.js";
import { chunkOf, doubtsIn, doubtsOf, levelOf, pageOf, trackOf } from "./requests.js";

const BARS = 240;
/** So few vessels show their whole way and their names. */
const FEW = 12;
const TAIL_PART = 24;
const LEAST_TAIL_S = 600;
const SHARED = ["vessel_class", "registration"];
const KEEP_MS = 1_000;
/** Mercator; a few metres: nothing to be drawn. */
const STAYS = 2e-7;

export class Player {
  /** @param {{map: any, layers: any, entry: any, say: (key: string, values?: any) => string}} parts */
  constructor({ map, layers, entry, say }) {
    Object.assign(this, { map, layers, entry, say });
    const entries = [...layers.entries.values()];
    this.vessels = slugOf(entries, "vessels");
    // what would mix now with then
    this.live = [this.vessels, slugOf(entries, roles.alarms), entry.slug].filter(Boolean);
    this.bar = new TimeBar(/** @type {HTMLElement} */ (document.querySelector(".stage")));
    this.stopButton = h("button", { type: "button", hidden: true, onclick: () => this.stop() }, say("stop"));
    this.bar.extra.append(this.stopButton);
    this.drawing = new Drawing("replay");
    this.pointer = new Pointer(this);
    this.keptAt = 0;
    this.listen();
  }

  listen() {
    const { bar } = this;
    bar.addEventListener("time", () => this.show());
    bar.addEventListener("span", (event) => this.open({ ...this.replay, .../** @type {any} */ (event).detail, at: undefined }, { playing: bar.clock.playing }));
    bar.addEventListener("state", () => this.keep());
    bar.addEventListener("close", () => this.leave());
    bus.on("theme", (theme) => {
      this.drawing.theme = theme;
      this.map.triggerRepaint();
      this.chart?.recolour();
    });
  }

  /**
   * @param {import("./link.js").Replay} replay
   * @param {{playing?: boolean, fit?: boolean}} [options]
   */
  open(replay, { playing = false, fit = false } = {}) {
    this.loader?.cancel();
    this.closeChart();
    this.replay = replay;
    this.fit = fit;
    this.fleet = new Fleet();
    this.marks = new Marks(this.fleet);
    this.level = levelOf(replay);
    const { from, to } = replay;
    const at = replay.at ?? from;
    this.bar.open({ title: this.title(), from, to, at, speed: replay.speed ?? speedFor(to - from) });
    this.bar.setReady(at);
    this.startDrawing();
    this.load();
    if (playing) this.bar.toggle();
    this.keep();
  }

  title() {
    const { ids, box } = this.replay;
    return box ? this.say("title.view") : this.say("title.some", { n: number(ids.length) });
  }

  startDrawing() {
    const { drawing, map, replay } = this;
    if (map.getLayer(drawing.id)) drawing.clear();
    else map.addLayer(drawing);
    drawing.theme = document.documentElement.dataset.theme ?? "dark";
    drawing.scale = innerWidth >= 2400 && devicePixelRatio < 1.5 ? 1.45 : 1;
    drawing.epoch = replay.from / 1000;
    drawing.tail = Math.max(LEAST_TAIL_S, (replay.to - replay.from) / 1000 / TAIL_PART);
    drawing.whole = !replay.box && replay.ids.length <= FEW;
    this.hold(true);
  }

  /** How long a doubtful fix is shown, s: of a few vessels all that were. */
  get memory() {
    return this.drawing.whole ? Number.POSITIVE_INFINITY : this.drawing.tail;
  }

  /** What is live gives way to what was. @param {boolean} held */
  hold(held) {
    for (const slug of this.live) this.layers.hold(slug, held);
    for (const id of ["selection-ring", "selection-line", "selection-casing"]) {
      if (this.map.getLayer(id)) this.map.setLayoutProperty(id, "visibility", held ? "none" : "visible");
    }
    this.pointer.listen(held);
  }

  load() {
    const { from, to } = this.replay;
    const single = this.replay.ids.length === 1 && !this.replay.box;
    this.loader = new Loader({
      span: { from: from / 1000, to: to / 1000 },
      clock: () => this.bar.clock.at / 1000,
      bring: (part, signal) => (single ? this.bringOne(signal) : this.bringPage(part, signal)),
      tell: (state, error) => this.told(state, error),
    });
    this.stopButton.hidden = false;
    this.report("say.loading", { share: 0, points: 0 });
    if (!single) this.bringDoubts(this.loader.abort.signal);
    this.loader.run();
  }

  /** Conditions of both layers that mean the same of a track. */
  filter() {
    const own = this.layers.filters[this.entry.slug] ?? {};
    const other = this.layers.filters[this.vessels ?? ""] ?? {};
    const shared = Object.fromEntries(Object.entries(other).filter(([name]) => SHARED.includes(name)));
    return toCql({ ...shared, ...own });
  }

  /** @param {import("./loader.js").Part} part @param {AbortSignal} signal */
  async bringPage(part, signal) {
    const chunk = await pageOf(this.replay, part, this.filter(), signal);
    if (!signal.aborted) this.took(chunk);
    return { points: chunk.at.length, to: Math.min(chunk.to, part.to) };
  }

  /** @param {AbortSignal} signal */
  async bringOne(signal) {
    const { from, to } = this.replay;
    const part = { from: from / 1000, to: to / 1000 };
    const track = await trackOf(this.replay, signal);
    const chunk = chunkOf(track, part);
    if (!signal.aborted) {
      this.track = track;
      this.level = track.level_m;
      this.bar.title.textContent = track.vessel.title;
      this.marks.doubts = doubtsOf(track);
      this.took(chunk);
      if (chunk.at.length) this.openChart(track);
    }
    return { points: chunk.at.length, ...part };
  }

  /** @param {AbortSignal} signal */
  async bringDoubts(signal) {
    try {
      const doubts = await doubtsIn(this.entry.slug, this.replay, this.filter(), signal);
      if (!signal.aborted) this.marks.doubts = doubts;
    } catch (error) {
      if (!signal.aborted) console.warn("replay:", error);
    }
  }

  /** @param {import("./pages.js").Chunk} chunk */
  took(chunk) {
    const { fleet, drawing } = this;
    if (!fleet.chunks.length && chunk.at.length) drawing.origin = { x: chunk.x[0], y: chunk.y[0] };
    fleet.add(chunk);
    drawing.addLegs(legsOf(chunk));
    drawing.setGaps(gapsOf(fleet));
    if (this.fit && fleet.size) this.goThere();
    this.show();
  }

  goThere() {
    this.fit = false;
    const [west, south, east, north] = /** @type {any} */ (this.fleet.bounds());
    const box = [
      [lonOf(west), latOf(south)],
      [lonOf(east), latOf(north)],
    ];
    const wide = innerWidth > 900;
    const foot = this.bar.node.offsetHeight + 70;
    const padding = wide ? { left: 350, right: 430, top: 50, bottom: foot + (this.replay.ids.length === 1 ? 200 : 0) } : { left: 30, right: 30, top: 40, bottom: foot + 60 };
    this.map.fitBounds(box, { padding, maxZoom: 13, duration: 500 });
  }

  /** @param {string} state @param {any} [error] */
  told(state, error) {
    const { loader, bar, fleet } = this;
    const points = number(loader.points);
    bar.progress(united(loader.loaded).map(({ from, to }) => ({ from: from * 1000, to: to * 1000 })));
    const { from, to } = loader.span;
    bar.histogram(fleet.histogram(from, to, BARS), this.say("source"));
    if (state === "more") {
      const share = loader.loaded.reduce((sum, part) => sum + part.to - part.from, 0) / (to - from);
      this.report("say.loading", { share: Math.round(share * 100), points });
      return;
    }
    this.stopButton.hidden = true;
    if (state === "done" && !fleet.size) this.report("say.none", {}, "problem");
    else if (state === "done") this.sayDone(points);
    else if (state === "full") this.report("say.full", { points, until: briefText((loader.loaded.at(-1)?.to ?? from) * 1000) }, "problem");
    else this.report(error?.status === 400 ? "say.much" : "say.failed", {}, "problem");
    if (state === "failed") console.warn("replay:", error);
  }

  /** @param {string} points */
  sayDone(points) {
    const counts = this.track && this.replay.ids.length === 1 ? this.track.counts : null;
    if (counts && !this.level) this.report("say.fixes", { points, gaps: number(counts.gaps), suspects: number(counts.suspects) });
    else this.report("say.done", { vessels: number(this.fleet.vessels.length), points, level: this.level });
  }

  /** @param {string} key @param {any} values @param {"info"|"problem"} [level] */
  report(key, values, level = "info") {
    this.bar.say(this.say(key, values), level);
  }

  stop() {
    this.loader.cancel();
    this.stopButton.hidden = true;
    this.report("say.stopped", {});
  }

  /** The picture at the time of the clock. */
  show() {
    const { bar, fleet, drawing, marks } = this;
    const at = bar.clock.at / 1000;
    bar.setReady(this.loader ? this.loader.ready * 1000 : Number.POSITIVE_INFINITY);
    fleet.seek(at);
    drawing.now = at;
    marks.fill(drawing.origin, at, this.memory);
    drawing.setMarks(marks.data, marks.count);
    this.pointer.moved();
    this.chart?.at(bar.clock.at);
    this.map.triggerRepaint();
    if (bar.clock.playing && performance.now() - this.keptAt > KEEP_MS) this.keep();
  }

  /** The address follows. */
  keep() {
    this.keptAt = performance.now();
    const { at, speed } = this.bar.clock;
    bus.emit("playing", writeReplay({ ...this.replay, at, speed }));
  }

  /** Back to live. */
  leave() {
    this.loader?.cancel();
    this.closeChart();
    this.hold(false);
    if (this.map.getLayer(this.drawing.id)) this.map.removeLayer(this.drawing.id);
    bus.emit("playing", null);
  }

  /** @param {any} track */
  async openChart(track) {
    const { replay } = this;
    const { SpeedChart } = await import("./chart.js");
    if (this.replay !== replay || this.bar.node.hidden) return;
    this.chart = new SpeedChart(this, track);
    this.bar.resized();
  }

  closeChart() {
    this.chart?.remove();
    this.chart = null;
    this.track = null;
  }
}

/** A day in about half a minute to a few minutes. @param {number} length ms */
const speedFor = (length) => (length > 86_400_000 * 2 ? 600 : length > 3_600_000 * 6 ? 300 : 60);

/** @param {import("./pages.js").Chunk} chunk */
export function legsOf({ runs, vessels, at, x, y }) {
  const legs = [];
  for (const run of runs) {
    const color = colourOf(vessels[run.vessel].vessel_class);
    for (let i = run.first; i + 1 < run.end; i++) {
      if (Math.abs(x[i + 1] - x[i]) + Math.abs(y[i + 1] - y[i]) < STAYS) continue;
      legs.push({ x1: x[i], y1: y[i], t1: at[i], x2: x[i + 1], y2: y[i + 1], t2: at[i + 1], color });
    }
  }
  return legs;
}

/** Silences, seen once the vessel was heard again. @param {Fleet} fleet */
export function gapsOf(fleet) {
  const { at, x, y } = fleet;
  const color = colourOf("silence");
  return fleet.gaps().map(({ place: i }) => ({ x1: x[i], y1: y[i], t1: at[i + 1] - 1, x2: x[i + 1], y2: y[i + 1], t2: at[i + 1], color }));
}
