/** The explorer: one indicator over the units of a level, map and ranking in step. */
import { bus } from "@ioc/lib/bus.js";
import { copyLink } from "@ioc/lib/copylink.js";
import { byId } from "@ioc/lib/dom.js";
import { theme } from "@ioc/map/engine.js";
import { startToast } from "@ioc/panels/toast.js";
import { Card, Tip } from "./card.js";
import { Controls } from "./controls.js";
import { decimalsOf, estimated, rowsOf } from "./figures.js";
import { fillHead, fillSummary, problemOf, showProblem, tabs } from "./head.js";
import { legend, provenance } from "./legend.js";
import { Picker } from "./picker.js";
import { Ranking } from "./ranking.js";
import { catalogue, data, inPoints, number, say } from "./say.js";
import { days, get, outlines, outlinesUrl, prepare } from "./source.js";
import { decode, encode, marksOf, question, stopsOf, unitsOf, yearBefore } from "./state.js";
import { Timeline } from "./timeline.js";
import { boxOf, UnitMap } from "./unitmap.js";

const MOVE_MS = 300;
/** A wall shows the same page for days. */
const AGAIN_MS = 300_000;

/** What is looked at first: a headline that is known below the province. */
export function firstCode() {
  const all = [...catalogue.values()];
  const below = all.filter((one) => data.levels.some((/** @type {any} */ level) => one.levels[level.kind]));
  const headline = below.filter((one) => one.headline !== null).sort((a, b) => Number(a.headline) - Number(b.headline));
  return (headline[0] ?? below[0] ?? all[0])?.code ?? "";
}

class Explorer {
  constructor() {
    this.state = decode(location.search, { code: firstCode() });
    this.asked = 0;
    this.rows = /** @type {import("./figures.js").Row[]} */ ([]);
    this.boxes = new Map();
    if (innerWidth <= 900) byId("xp-legend").toggleAttribute("data-shut", true);
    this.map = new UnitMap(byId("xp-map"), { view: this.state.map });
    this.timeline = new Timeline(byId("xp-time"), (date) => this.go({ date }));
    this.ranking = new Ranking(byId("xp-ranking"), {
      hover: (id) => this.light(id, false),
      choose: (id) => this.choose(id, true),
      sort: (sort) => this.go({ sort }, false),
    });
    this.picker = new Picker("xp-picker", (code) => this.go({ code, facet: "", date: this.dateFor(code) }));
    this.controls = new Controls(byId("xp-controls"), (change) => this.go(change));
    this.card = new Card(byId("xp-card"), () => this.choose(null, false));
    this.tip = new Tip(byId("xp"));
    this.listen();
    this.refresh();
  }

  /** The same day for another indicator, or its newest where it has none by then. @param {string} code */
  dateFor(code) {
    const newest = Object.values(catalogue.get(code)?.levels ?? {}).sort();
    return newest.length && newest[newest.length - 1] < this.state.date ? "" : this.state.date;
  }

  listen() {
    this.map.addEventListener("hover", (/** @type {any} */ event) => this.light(event.detail, true));
    this.map.addEventListener("point", (/** @type {any} */ { detail }) =>
      this.tip.show(
        this.rows.find((row) => row.unit_id === detail.id),
        detail,
        { unit: catalogue.get(this.state.code)?.unit ?? "", decimals: this.decimals ?? 2 },
      ),
    );
    this.map.addEventListener("pick", (/** @type {any} */ event) => this.choose(event.detail, false));
    bus.on("do:pick-indicator", () => this.picker.open(this.state.code, this.units.kind));
    bus.on("do:link", copyLink);
    bus.on("do:zoom-in", () => this.map.map.zoomIn());
    bus.on("do:zoom-out", () => this.map.map.zoomOut());
    bus.on("do:home", () => this.home());
    bus.on("do:controls", () => byId("xp-controls").toggleAttribute("data-open"));
    bus.on("do:legend", () => byId("xp-legend").toggleAttribute("data-shut"));
    bus.on("theme", () => {
      this.map.recolour();
      this.draw();
    });
    addEventListener("popstate", () => {
      this.state = decode(location.search, { code: firstCode() });
      this.refresh();
    });
    setInterval(() => !document.hidden && this.refresh(), AGAIN_MS);
    let timer = 0;
    this.map.map.on("moveend", (/** @type {any} */ event) => {
      if (!event.originalEvent) return;
      clearTimeout(timer);
      timer = /** @type {any} */ (setTimeout(() => this.moved(), MOVE_MS));
    });
  }

  moved() {
    const { lng, lat } = this.map.map.getCenter();
    this.state.map = { zoom: this.map.map.getZoom(), lat, lon: lng };
    this.write(false);
  }

  home() {
    this.state.map = null;
    this.map.fly(this.whole(), 30);
    this.write(false);
  }

  /** The box around the units of the answer: those of the scope. */
  whole() {
    const own = new Set(this.answer.areas.map((/** @type {any} */ area) => area.unit_id));
    const shown = this.shapes.units.filter((/** @type {any} */ one) => own.has(one.id));
    return boxOf(shown.length ? shown : this.shapes.units);
  }

  /** @param {boolean} push */
  write(push) {
    const query = encode(this.state);
    const url = query ? `?${query}` : location.pathname;
    if (push) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
    tabs(this.state);
  }

  /** @param {Partial<import("./state.js").State>} change @param {boolean} [push] */
  go(change, push = true) {
    Object.assign(this.state, change);
    this.write(push);
    this.refresh();
  }

  get units() {
    return unitsOf(this.state, data.levels, data.today);
  }

  /** Ask for what the state says and draw it; an answer that is overtaken is dropped. */
  async refresh() {
    const turn = ++this.asked;
    byId("xp").setAttribute("aria-busy", "true");
    try {
      const known = await days(this.state.code);
      const date = this.state.date || known.figures[known.figures.length - 1] || data.today;
      const asked = { ...this.state, date };
      const units = unitsOf(asked, data.levels, data.today);
      const [answer, shapes] = await Promise.all([get(question(asked, units)), outlines(units.kind, units.on)]);
      if (turn !== this.asked) return;
      Object.assign(this, { answer, shapes, known, date, shown: units });
      this.draw();
      await this.addChange(asked, units, turn);
      if (turn === this.asked) prepare(this.beside());
    } catch (error) {
      if (turn === this.asked) showProblem(error);
    } finally {
      if (turn === this.asked) byId("xp").removeAttribute("aria-busy");
    }
  }

  /** What the stops to the left and right ask for. */
  beside() {
    const here = this.timeline.index();
    const stops = [here - 1, here + 1].map((i) => this.timeline.days[i]).filter(Boolean);
    return stops.flatMap((date) => {
      const asked = { ...this.state, date };
      const units = unitsOf(asked, data.levels, data.today);
      return [question(asked, units), outlinesUrl(units.kind, units.on)];
    });
  }

  draw() {
    if (!this.answer) return;
    const { answer, shapes, known, state } = /** @type {any} */ (this);
    const indicator = /** @type {import("./say.js").Indicator} */ (catalogue.get(state.code));
    this.boxes = new Map(shapes.units.map((/** @type {any} */ one) => [one.id, one.box]));
    this.rows = rowsOf(answer.areas, this.before?.of === answer ? this.before.areas : [], inPoints(indicator.unit));
    this.decimals = decimalsOf(
      answer.areas.map((/** @type {any} */ area) => area.value),
      indicator.decimals,
    );
    const label = (/** @type {any} */ area) =>
      area.value === null
        ? ""
        : `${area.status === "red" ? "▲ " : ""}${estimated(area) ? "≈ " : ""}${number(area.value, this.decimals)}`;
    this.map.show(answer, shapes.units, label);
    this.map.choose(state.unit);
    fillHead(this, indicator);
    fillSummary(answer, indicator, this.decimals);
    byId("xp-legend-body").replaceChildren(legend(answer, indicator.unit, this.decimals));
    byId("xp-source").textContent = provenance(answer);
    const marks = marksOf(data.levels, known.units).map(({ day, before, after }) => ({
      day,
      label: `${before}→${after}`,
      title: say("units.changed", { before, after }),
    }));
    this.timeline.fill(stopsOf(known.figures, known.units, data.today), marks, /** @type {any} */ (this).date);
    this.controls.fill(this, indicator);
    byId("xp-csv").href = question({ ...state, date: answer.date }, { on: answer.units_on, kind: answer.kind }).replace(
      "/map?",
      "/map.csv?",
    );
    this.ranking.show(this.rows, { answer, indicator, theme: theme(), decimals: this.decimals }, state.sort);
    this.choose(state.unit, false, false);
    problemOf(this, indicator);
    this.frame();
    this.write(false);
    document.documentElement.dataset.ready = "1";
  }

  /** The whole province at first, once everything around the map has its size. */
  frame() {
    if (this.framed) return;
    this.framed = true;
    this.map.map.resize();
    if (!this.state.map) this.map.fly(this.whole(), innerWidth <= 900 ? 10 : 36, 0);
  }

  /** The same units a year before, once what was asked for is drawn. @param {any} asked @param {any} units @param {number} turn */
  async addChange(asked, units, turn) {
    const answer = this.answer;
    const { areas } = await get(question({ ...asked, date: yearBefore(asked.date) }, units));
    if (turn !== this.asked) return;
    this.before = { of: answer, areas };
    const indicator = /** @type {any} */ (catalogue.get(this.state.code));
    this.rows = rowsOf(/** @type {any} */ (answer).areas, areas, inPoints(indicator.unit));
    this.ranking.show(this.rows, { answer, indicator, theme: theme(), decimals: this.decimals }, this.state.sort);
    this.card.show(
      this.rows.find((row) => row.unit_id === this.state.unit),
      this,
    );
  }

  /** @param {number|null} id @param {boolean} fromMap */
  light(id, fromMap) {
    if (!fromMap) this.map.hover(id);
    this.ranking.light(id, fromMap);
  }

  /** @param {number|null} id @param {boolean} fly @param {boolean} [write] */
  choose(id, fly, write = true) {
    const known = id !== null && this.boxes.has(id) ? id : null;
    if (write) this.state.unit = known;
    this.map.choose(known);
    this.ranking.choose(known);
    this.card.show(
      this.rows.find((row) => row.unit_id === known),
      this,
    );
    if (fly && known !== null) this.map.fly(this.boxes.get(known), Math.min(160, innerWidth / 5));
    if (write) this.write(false);
  }
}

startToast();
const explorer = new Explorer();
/** For the browser's own tools and for tests of speed. */
Object.assign(globalThis, { explorer });
