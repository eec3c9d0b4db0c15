/** Small multiples: one indicator over periods, or several at one date, as SVG. */
import { bus } from "@ioc/lib/bus.js";
import { copyLink } from "@ioc/lib/copylink.js";
import { byId, h } from "@ioc/lib/dom.js";
import { theme } from "@ioc/map/engine.js";
import { startToast } from "@ioc/panels/toast.js";
import { choice } from "./fields.js";
import { decimalsOf } from "./figures.js";
import { commonBreaks, placeOf, periodsToShow } from "./grid.js";
import { showProblem, tabs } from "./head.js";
import { tally } from "./legend.js";
import { swatch } from "./marks.js";
import { MISSING, smallMap } from "./smallmap.js";
import { Picker } from "./picker.js";
import { catalogue, data, day, level, number, period, say } from "./say.js";
import { days, get, outlines } from "./source.js";
import { decode, encode, question, unitsOf } from "./state.js";

const MOST = 12;

class Small {
  constructor() {
    const asked = new URLSearchParams(location.search);
    this.state = decode(location.search);
    /** @type {"years"|"last"} */
    this.step = asked.get("step") === "last" ? "last" : "years";
    /** several indicators at one date, instead of one over time @type {string[]} */
    this.codes = (asked.get("codes") ?? "")
      .split(",")
      .filter((code) => catalogue.has(code))
      .slice(0, MOST);
    if (!this.state.code)
      this.state.code =
        this.codes[0] ?? [...catalogue.values()].find((one) => one.levels.district || one.levels.commune)?.code ?? "";
    this.picker = new Picker("xp-picker", (code) => this.go(code));
    bus.on("do:pick-indicator", () => this.picker.open(this.state.code, this.kind));
    bus.on("do:link", copyLink);
    bus.on("do:controls", () => byId("xp-controls").toggleAttribute("data-open"));
    bus.on("theme", () => this.draw());
    this.listen();
    this.refresh();
  }

  get kind() {
    return unitsOf(this.state, data.levels, data.today).kind;
  }

  /** Another indicator: over time it replaces the one shown, beside each other it joins. @param {string} code */
  go(code) {
    if (this.codes.length) this.codes = [...new Set([...this.codes, code])].slice(-MOST);
    else Object.assign(this.state, { code, facet: "", date: "" });
    this.write();
    this.refresh();
  }

  write() {
    if (this.codes.length === 1) this.codes = [];
    const query = new URLSearchParams(encode(this.state));
    if (this.codes.length) query.set("codes", this.codes.join(","));
    if (this.step === "last") query.set("step", "last");
    history.pushState(null, "", `?${query}`);
  }

  listen() {
    const grid = byId("xp-grid");
    const light = (/** @type {string|undefined} */ id) => {
      for (const node of grid.querySelectorAll(".xp-lit")) node.classList.remove("xp-lit");
      if (id) for (const node of grid.querySelectorAll(`path[data-id="${id}"]`)) node.classList.add("xp-lit");
      this.tell(id ? Number(id) : null);
    };
    grid.addEventListener("pointerover", (/** @type {any} */ event) => light(event.target.dataset?.id));
    grid.addEventListener("pointerleave", () => light(undefined));
    addEventListener("popstate", () => location.reload());
  }

  /** Each cell says its figure of the unit under the pointer. @param {number|null} id */
  tell(id) {
    for (const { answer, note, text } of this.cells ?? []) {
      const area = id === null ? null : answer.areas.find((/** @type {any} */ one) => one.unit_id === id);
      note.textContent = area
        ? `${area.title}: ${area.value === null ? say("missing") : number(area.value, this.decimals)}`
        : text;
    }
  }

  async refresh() {
    try {
      const parts = this.codes.length > 1 ? await this.beside() : await this.over();
      this.parts = parts;
      this.draw();
    } catch (error) {
      showProblem(error);
    }
  }

  /** One indicator at its last stops, at the level that most of them are of. */
  async over() {
    const { state } = this;
    const known = await days(state.code);
    const until = known.figures.filter((date) => !state.date || date <= state.date);
    const kindOn = (/** @type {string} */ date) => unitsOf({ ...state, date }, data.levels, data.today).kind;
    const kinds = tally(periodsToShow(until, this.step, MOST).map(kindOn));
    this.level = state.kind === "auto" ? (kinds[0]?.[0] ?? this.kind) : state.kind;
    const of = until.filter((date) => unitsOf({ ...state, date, kind: this.level }, data.levels, data.today).set);
    const dates = periodsToShow(of, this.step, MOST);
    return Promise.all(dates.map((date) => this.part({ ...state, date, kind: this.level })));
  }

  /** Several indicators at one date. */
  async beside() {
    return Promise.all(
      this.codes.map((code) => {
        const levels = Object.values(/** @type {any} */ (catalogue.get(code)).levels).sort();
        return this.part({
          ...this.state,
          code,
          facet: "",
          date: this.state.date || levels[levels.length - 1] || data.today,
        });
      }),
    );
  }

  /** @param {import("./state.js").State} state */
  async part(state) {
    const units = unitsOf(state, data.levels, data.today);
    const [answer, shapes] = await Promise.all([get(question(state, units)), outlines(units.kind, units.on)]);
    return { state, answer, shapes };
  }

  draw() {
    if (!this.parts) return;
    const one = this.codes.length < 2;
    const indicator = /** @type {import("./say.js").Indicator} */ (catalogue.get(this.state.code));
    const shown = one
      ? this.parts.filter(({ answer }) => answer.areas.some((/** @type {any} */ area) => area.value !== null))
      : this.parts;
    const all = shown.flatMap(({ answer }) => answer.areas.map((/** @type {any} */ area) => area.value));
    this.decimals = decimalsOf(all, indicator.decimals);
    const common = one
      ? commonBreaks(
          all,
          shown.flatMap(({ answer }) => [answer]),
          this.state.count,
        )
      : null;
    byId("xp-code").textContent = one ? indicator.code : "";
    byId("xp-name").textContent = one ? indicator.name : say("small.several", { n: shown.length });
    byId("xp-line").textContent = [
      one ? indicator.unit : "",
      say(one ? "small.line" : "small.own", { n: shown.length, level: level(this.level ?? this.kind)?.title ?? "" }),
      data.partial ? say("head.partial") : "",
    ]
      .filter(Boolean)
      .join(" · ");
    this.cells = [];
    byId("xp-grid").dataset.cols = String(columns(shown.length));
    byId("xp-grid").replaceChildren(...shown.map((part) => this.cell(part, common)));
    byId("xp-small-legend").replaceChildren(
      ...(common ? this.legend(common) : [this.sign(null, say("legend.missing"))]),
    );
    const problem = byId("xp-problem");
    problem.hidden = shown.length > 0;
    if (!shown.length) problem.textContent = say("none.ever");
    this.controls();
    tabs(this.state);
    document.documentElement.dataset.ready = "1";
  }

  controls() {
    const { state, step } = this;
    const take = (/** @type {any} */ change) => {
      Object.assign(this.state, change);
      this.write();
      this.refresh();
    };
    const levels = data.levels.map((/** @type {any} */ one) => [one.kind, one.title]);
    const units = ["day", "today"].map((name) => [name, say(`units.${name}`)]);
    const steps = ["years", "last"].map((name) => [name, say(`step.${name}`)]);
    const counts = ["3", "4", "5", "6", "7"].map((n) => [n, n]);
    byId("xp-controls").replaceChildren(
      choice("xp-kind", say("level"), levels, this.level ?? this.kind, (kind) => take({ kind })),
      this.codes.length
        ? ""
        : choice("xp-step", say("step"), steps, step, (name) => {
            this.step = /** @type {"years"|"last"} */ (name);
            take({});
          }),
      choice("xp-units", say("units"), units, state.units, (name) => take({ units: name })),
      choice("xp-count", say("count"), counts, String(state.count), (n) => take({ count: Number(n) })),
      h("button", { type: "button", class: "btn", id: "xp-add", onclick: () => this.add() }, say("small.add")),
    );
  }

  /** Indicators beside each other, from the one that is shown on. */
  add() {
    if (!this.codes.length) this.codes = [this.state.code];
    this.picker.open(this.state.code, this.level ?? this.kind);
  }

  /** @param {any} part @param {any} common */
  cell({ state, answer, shapes }, common) {
    const indicator = /** @type {any} */ (catalogue.get(state.code));
    const colours = (common ?? answer).classes.map((/** @type {any} */ one) => one[theme()]);
    const areas = new Map(answer.areas.map((/** @type {any} */ area) => [area.unit_id, area]));
    const map = smallMap(shapes, (id) => {
      const area = /** @type {any} */ (areas.get(id));
      if (!area) return "none";
      if (area.value === null) return MISSING;
      return colours[(common ? placeOf(area.value, common.bounds) : area.place) ?? -1] ?? "none";
    });
    const periods = [...new Set(answer.areas.map((/** @type {any} */ area) => area.period).filter(Boolean))];
    const title = common
      ? periods.length === 1
        ? period(/** @type {string} */ (periods[0]))
        : day(state.date)
      : indicator.name;
    const whole = answer.province ?? null;
    const text = common
      ? say("head.units", { n: answer.areas.length, level: level(answer.kind)?.title ?? "", day: day(answer.units_on) })
      : [
          indicator.unit,
          periods
            .map((one) => period(/** @type {string} */ (one)))
            .slice(0, 2)
            .join(", "),
        ].join(" · ");
    const note = h("small", { class: "num" }, text);
    this.cells?.push({ answer, note, text });
    const link = `/indicators/?${encode({ ...state, map: null })}`;
    return h(
      "a",
      { class: "xp-cell", href: link, "data-date": state.date, "data-code": state.code },
      h(
        "span",
        { class: "xp-cell-head" },
        h("b", {}, title),
        whole
          ? h(
              "span",
              { class: "xp-cell-whole" },
              h("b", { class: "num" }, number(whole.value, decimalsOf([whole.value], indicator.decimals))),
              h("small", {}, say("small.province", { period: period(whole.period) })),
            )
          : null,
      ),
      map,
      note,
    );
  }

  /** @param {any} common */
  legend(common) {
    const signs = common.classes.map((/** @type {any} */ one, /** @type {number} */ i) => {
      const [low, high] = [common.bounds[i], common.bounds[i + 1]];
      return this.sign(
        one[theme()],
        low === high ? number(low, this.decimals) : `${number(low, this.decimals)} – ${number(high, this.decimals)}`,
      );
    });
    return [...signs, this.sign(null, say("legend.missing"))];
  }

  /** @param {string|null} colour @param {string} text */
  sign(colour, text) {
    return h(
      "li",
      {},
      colour ? swatch(colour) : h("i", { class: "xp-swatch xp-hatch" }),
      h("span", { class: "num" }, text),
    );
  }
}

/** Of a grid that fills a wide screen. @param {number} cells */
const columns = (cells) => (cells <= 4 ? Math.max(2, cells) : cells <= 6 || cells === 9 ? 3 : 4);

startToast();
new Small();
