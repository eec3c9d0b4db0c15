/** The chart of one or several stations: asks, draws, zooms, and keeps the address. */
import { h } from "@ioc/lib/dom.js";
import { getJson } from "@ioc/lib/http.js";
import { fill } from "@ioc/lib/texts.js";
import { init } from "@vendor/echarts/echarts.esm.min.mjs";
import { build } from "./option.js";
import { dragToZoom } from "./rubber.js";
import { valueTable } from "./table.js";
import { clock, DAY_MS, day, full, iso, locale, localMs, month, SHIFT_MS } from "./times.js";
import { stepFor } from "./values.js";

/** @typedef {import("./values.js").Series} Series */
/**
 * @typedef {object} Part what the page around the chart decides
 * @property {() => number[]} stations ids
 * @property {() => string[]} parameters [] all
 * @property {() => "parameter"|"unit"|"share"} by
 * @property {(series: Series) => string} name
 * @property {Record<string, string>} [fixed] further parts of the address
 * @property {(query: URLSearchParams) => void} [state] writes more of the address
 * @property {(all: Series[]) => void} [loaded]
 * @property {(series: Series) => boolean} [only] which of what came is drawn
 * @property {(from: number, to: number) => void} [select] a stretch drawn with the mouse is chosen, not zoomed to
 * @property {(option: any, look: any) => void} [decorate] adds to what is drawn
 */

const WAIT_MS = 250;
const STEP_S = 300;
const SHORTEST_MS = 3_600_000;
const KEYS = {
  ArrowLeft: ["move", -0.25],
  ArrowRight: ["move", 0.25],
  "+": ["zoom", 0.5],
  "=": ["zoom", 0.5],
  "-": ["zoom", 2],
};

/** @param {string} name of a custom property, or a property of the root */
const css = (name) => {
  const found = getComputedStyle(document.documentElement);
  return (name.startsWith("--") ? found.getPropertyValue(name) : found.colorScheme).trim();
};

export class StationChart {
  /** @param {HTMLElement} root @param {any} data of the page @param {Part} part */
  constructor(root, data, part) {
    this.root = root;
    this.data = data;
    this.part = part;
    this.plot = /** @type {HTMLElement} */ (root.querySelector(".st-plot"));
    this.said = /** @type {HTMLElement} */ (root.querySelector(".st-shown"));
    this.tableBox = /** @type {HTMLElement} */ (root.querySelector(".st-table"));
    this.lines = h("ul", { class: "st-keys" });
    this.plot.before(this.lines);
    /** @type {Series[]} */
    this.all = [];
    this.asked = 0;
    this.chart = init(this.plot, null, { renderer: "canvas" });
    this.readAddress();
    this.bind();
    this.load();
  }

  readAddress() {
    const query = new URL(location.href).searchParams;
    this.range = query.get("range");
    const [from, to] = ["from", "to"].map((name) => localMs(query.get(name)));
    if (from !== null && to !== null && from < to) [this.from, this.to, this.range] = [from, to, null];
    else this.toRange(this.data.ranges[this.range ?? ""] ? /** @type {string} */ (this.range) : "24h");
    this.table = query.get("view") === "table";
  }

  /** @param {string} name */
  toRange(name) {
    this.range = name;
    this.to = Math.ceil(Date.now() / 1000 / STEP_S) * STEP_S * 1000;
    this.from = this.to - this.data.ranges[name] * 1000;
  }

  /** Between the clock of the page and UTC, ms. */
  get shift() {
    return SHIFT_MS;
  }

  get step() {
    return stepFor((this.to - this.from) / 1000);
  }

  /** What the server is asked for, chart and export alike. */
  query() {
    const query = new URLSearchParams({ from: iso(this.from), to: iso(this.to), step: this.step });
    const parameters = this.part.parameters();
    if (parameters.length) query.set("p", parameters.join(","));
    return query;
  }

  writeAddress() {
    const url = new URL(location.href);
    const query = url.searchParams;
    for (const name of ["range", "from", "to", "p", "view"]) query.delete(name);
    if (this.range) query.set("range", this.range);
    else {
      query.set("from", iso(this.from));
      query.set("to", iso(this.to));
    }
    if (this.table) query.set("view", "table");
    this.part.state?.(query);
    url.search = decodeURIComponent(query.toString());
    history.replaceState(null, "", url);
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.root.querySelectorAll("[data-export]"))) {
      const base = link.href.split("?")[0];
      const more = this.query();
      const ids = this.part.stations();
      if (base.includes("/compare/")) more.set("s", ids.join(","));
      link.href = `${base}?${more}`;
    }
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-range]")))
      button.setAttribute("aria-pressed", String(button.dataset.range === this.range));
  }

  /** Ask for what the address says, and draw it. */
  async load() {
    const own = ++this.asked;
    this.writeAddress();
    this.said.textContent = this.data.words.loading;
    this.plot.setAttribute("aria-busy", "true");
    try {
      const query = this.query();
      const found = await Promise.all(
        this.part.stations().map((id) => getJson(`${this.root.dataset.api}${id}/series?${query}`)),
      );
      if (own !== this.asked) return;
      this.all = found.flatMap((answer) => answer.series).filter(this.part.only ?? (() => true));
      this.part.loaded?.(this.all);
      this.draw();
    } catch (error) {
      if (own !== this.asked) return;
      console.warn("series", error);
      this.said.textContent = this.data.words.failed;
    }
    this.plot.removeAttribute("aria-busy");
  }

  look() {
    const { data, part } = this;
    return {
      css,
      words: data.words,
      flags: data.flags,
      number: (/** @type {number|null} */ value, /** @type {number} */ decimals) =>
        value === null ? "—" : value.toLocaleString(locale, { maximumFractionDigits: decimals }),
      time: (/** @type {number} */ ms) => full.format(ms),
      tick: (/** @type {number} */ ms) => this.tick(ms),
      size: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.86,
      width: this.plot.clientWidth,
      shift_ms: SHIFT_MS,
      name: part.name,
      named: part.by() !== "parameter",
    };
  }

  /** @param {number} ms */
  tick(ms) {
    const length = this.to - this.from;
    const midnight = ms % DAY_MS === 0;
    if (length > 200 * DAY_MS) return month(ms);
    if (length > 5 * DAY_MS) return midnight ? day(ms) : "";
    return midnight ? day(ms) : clock.format(ms);
  }

  draw() {
    const { words } = this.data;
    const look = this.look();
    const by = this.part.by();
    const { option, height, shown, colours } = build(this.all, by, this.from + SHIFT_MS, this.to + SHIFT_MS, look);
    this.part.decorate?.(option, look);
    this.plot.style.height = `${shown.length ? height : 60}px`;
    this.chart.resize();
    this.chart.setOption(option, true);
    const span = {
      from: full.format(this.from + SHIFT_MS),
      to: full.format(this.to + SHIFT_MS),
      step: words[`step.${this.step}`],
    };
    const nothing = this.step === "raw" ? words.empty : words.emptyRolled;
    const told = `${span.from} – ${span.to}, ${span.step}`;
    this.said.textContent = shown.length ? told : `${told}. ${nothing}`;
    this.plot.setAttribute(
      "aria-label",
      fill(words["chart.label"], { title: document.title, n: shown.length, ...span }),
    );
    this.showLines(
      shown.flatMap((panel) => panel.series),
      colours,
      look,
    );
    this.showTable(
      shown.flatMap((panel) => panel.series),
      by === "share",
      look,
    );
  }

  /** Which line is whose, where a chart has several. @param {Series[]} series @param {Map<number, {colour: string, type: string}>} colours @param {any} look */
  showLines(series, colours, look) {
    const signs = series.map((entry) => {
      const sign = h("i", { class: "st-sign-line" });
      const { colour, type } = colours.get(entry.id) ?? { colour: "", type: "solid" };
      sign.style.borderTop = `3px ${type} ${colour}`;
      return h("li", {}, sign, look.name(entry));
    });
    this.lines.replaceChildren(...(look.named ? signs : []));
  }

  /** @param {Series[]} series @param {boolean} share @param {any} look */
  showTable(series, share, look) {
    this.tableBox.hidden = !this.table;
    this.plot.hidden = this.table;
    this.root.querySelector("[data-table]")?.setAttribute("aria-pressed", String(this.table));
    this.tableBox.replaceChildren(...(this.table ? [valueTable(series, share, look)] : []));
  }

  bind() {
    this.root.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("button"));
      if (button?.dataset.range) this.turn(() => this.toRange(button.dataset.range ?? "24h"));
      else if (button?.dataset.move) this.move(Number(button.dataset.move));
      else if (button?.matches("[data-share]")) navigator.clipboard?.writeText(location.href);
      else if (button?.matches("[data-table]")) {
        this.table = !this.table;
        this.writeAddress();
        this.draw();
      }
    });
    this.plot.addEventListener("keydown", (event) => {
      const found = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
      if (event.key === "Home") this.turn(() => this.toRange("24h"));
      else if (found && found[0] === "move") this.move(Number(found[1]));
      else if (found) this.zoom(Number(found[1]), 0.5);
      else return;
      event.preventDefault();
    });
    this.plot.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1.4 : 0.7, this.shareAt(event.offsetX));
      },
      { passive: false },
    );
    this.plot.addEventListener("dblclick", (event) => this.zoom(2, this.shareAt(event.offsetX)));
    const { select = (from, to) => this.span(from, to) } = this.part;
    dragToZoom(this.plot, select === this.part.select, (...ends) => {
      const [from, to] = ends.map((x) => this.from + this.shareAt(x) * (this.to - this.from));
      select(from, to);
    });
    new ResizeObserver(() => this.plot.clientWidth !== this.chart.getWidth() && this.all.length && this.draw()).observe(
      this.plot,
    );
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Where in the span a place of the picture lies, 0 to 1. @param {number} x px */
  shareAt(x) {
    const shifted = this.chart.convertFromPixel({ xAxisIndex: 0 }, x);
    const share = (shifted - SHIFT_MS - this.from) / (this.to - this.from);
    return Math.min(Math.max(Number.isFinite(share) ? share : 0.5, 0), 1);
  }

  /** @param {number} share of the span */
  move(share) {
    const by = (this.to - this.from) * share;
    this.span(this.from + by, this.to + by);
  }

  /** @param {number} factor @param {number} fixed what stays in place, 0 to 1 */
  zoom(factor, fixed) {
    const length = this.to - this.from;
    const next = Math.min(Math.max(length * factor, SHORTEST_MS), this.data.longest.day * 1000);
    const from = this.from + (length - next) * fixed;
    this.span(from, from + next);
  }

  /** @param {number} from @param {number} to ms */
  span(from, to) {
    const whole = (/** @type {number} */ ms) => Math.round(ms / 60_000) * 60_000;
    this.turn(() => {
      [this.from, this.to, this.range] = [whole(from), Math.max(whole(to), whole(from) + 60_000), null];
    });
  }

  /** Change the span; the server is asked once it stands still. @param {() => void} change */
  turn(change) {
    change();
    this.writeAddress();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.load(), WAIT_MS);
  }
}
