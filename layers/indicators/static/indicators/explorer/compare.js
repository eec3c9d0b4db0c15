/** Comparing: two dates, indicators or unit sets on a swipe map; two units in a table. */
import { bus } from "@ioc/lib/bus.js";
import { copyLink } from "@ioc/lib/copylink.js";
import { byId, h } from "@ioc/lib/dom.js";
import { startToast } from "@ioc/panels/toast.js";
import { decimalsOf, estimated } from "./figures.js";
import { showProblem, tabs } from "./head.js";
import { legend, provenance } from "./legend.js";
import { alike, difference, readPair, writePair } from "./pair.js";
import { fillControls } from "./paircontrols.js";
import { Picker } from "./picker.js";
import { catalogue, data, day, level, number, period, say, signed } from "./say.js";
import { days, get, outlines } from "./source.js";
import { decode, encode, question, unitsOf, yearBefore } from "./state.js";
import { Swipe, together } from "./swipe.js";
import { differenceTable, unitsTable } from "./sidebyside.js";
import { boxOf, UnitMap } from "./unitmap.js";

class Compare {
  constructor() {
    this.read();
    const padding = innerWidth <= 900 ? 12 : 40;
    this.maps = ["xp-map-a", "xp-map-b"].map((id) => new UnitMap(byId(id), { view: this.state.map, padding }));
    together(this.maps[0].map, this.maps[1].map);
    this.swipe = new Swipe(byId("xp"), byId("xp-map-b"));
    this.picking = "code";
    this.picker = new Picker("xp-picker", (code) => this.picked(code));
    this.listen();
    this.refresh();
  }

  read() {
    const below = [...catalogue.values()].filter((one) => one.levels.district || one.levels.commune);
    this.state = decode(location.search, {
      code: (below.find((one) => one.headline !== null) ?? below[0])?.code ?? "",
    });
    this.pair = readPair(location.search);
  }

  listen() {
    for (const map of this.maps) {
      map.addEventListener("hover", (/** @type {any} */ event) => this.light(event.detail));
      map.addEventListener("pick", (/** @type {any} */ event) => this.choose(event.detail));
    }
    bus.on("do:pick-indicator", () => this.pick(this.pair.view === "indicators" ? "a" : "code"));
    bus.on("do:link", copyLink);
    bus.on("do:controls", () => byId("xp-controls").toggleAttribute("data-open"));
    bus.on("theme", () => {
      for (const map of this.maps) map.recolour();
      this.refresh();
    });
    addEventListener("popstate", () => {
      this.read();
      this.refresh();
    });
  }

  /** @param {string} into */
  pick(into) {
    this.picking = into;
    this.picker.open(into === "b" ? this.pair.b : this.state.code, this.kind);
  }

  /** @param {string} code */
  picked(code) {
    if (this.picking === "b") this.go({ b: code });
    else this.go(this.pair.view === "indicators" ? { a: code } : {}, { code, facet: "" });
  }

  get kind() {
    return unitsOf(this.state, data.levels, data.today).kind;
  }

  /** @param {any} pair @param {any} [state] */
  go(pair, state = {}) {
    if (pair.view && pair.view !== this.pair.view) Object.assign(pair, { a: "", b: "", mode: "swipe" });
    Object.assign(this.pair, pair);
    Object.assign(this.state, state);
    history.pushState(null, "", `?${writePair(this.pair, encode(this.state))}`);
    this.refresh();
  }

  /** @param {number|null} id */
  light(id) {
    for (const map of this.maps) map.hover(id);
    for (const row of document.querySelectorAll(".xp-side tr[data-id]"))
      row.classList.toggle("xp-lit", row.getAttribute("data-id") === String(id));
  }

  /** @param {number|null} id */
  choose(id) {
    for (const map of this.maps) map.choose(id);
    const row = document.querySelector(`.xp-side tr[data-id="${id}"]`);
    row?.scrollIntoView({ block: "nearest" });
  }

  async refresh() {
    const turn = (this.turn ?? 0) + 1;
    this.turn = turn;
    try {
      const known = await days(this.state.code);
      const sides = this.sides(known.figures);
      if (this.pair.view === "units") await this.units(known.figures, turn);
      else {
        const parts = await Promise.all(sides.map((state) => this.part(state)));
        const cast = await this.cast(parts);
        if (turn === this.turn) this.draw(parts, cast);
      }
      if (turn === this.turn) fillControls(this, known.figures);
      tabs(this.state);
      this.frame();
      document.documentElement.dataset.ready = "1";
    } catch (error) {
      if (turn === this.turn) showProblem(error);
    }
  }

  /** Once everything around the maps has its size. */
  frame() {
    if (this.framed || byId("xp").hidden) return;
    this.framed = true;
    for (const { map } of this.maps) map.resize();
    if (!this.state.map) this.maps[0].fly(this.box, innerWidth <= 900 ? 10 : 36, 0);
  }

  /** The newest day with figures on which the chosen level had units. @param {string[]} figures */
  newest(figures) {
    const sets = data.levels.find((/** @type {any} */ one) => one.kind === this.state.kind)?.sets ?? [];
    const end = sets.at(-1)?.end ?? data.today;
    return figures.findLast((one) => one <= end) ?? end;
  }

  /** The states of both sides; what the address leaves open is filled in. @param {string[]} figures */
  sides(figures) {
    const { pair, state } = this;
    const last = state.date || this.newest(figures);
    if (pair.view === "dates") {
      pair.b ||= last;
      pair.a ||= figures.findLast((one) => one <= yearBefore(pair.b)) ?? figures[0] ?? last;
      const later = { ...state, date: pair.b };
      const { on, kind } = unitsOf(later, data.levels, data.today);
      // what is subtracted is of the same units
      const earlier = { ...state, date: pair.a, ...(pair.mode === "difference" ? { units: on, kind } : {}) };
      return [earlier, later];
    }
    if (pair.view === "sets") {
      const sets = data.levels.flatMap((/** @type {any} */ one) => one.sets);
      pair.a ||= sets.at(-2)?.end ?? last;
      pair.b ||= sets.at(-1)?.end ?? data.today;
      return [pair.a, pair.b].map((units) => ({ ...state, date: last, units, kind: "auto" }));
    }
    if (pair.view === "indicators") {
      pair.a ||= state.code;
      const bare = [...catalogue.values()].filter((one) => one.code !== pair.a && one.levels[this.kind]);
      pair.b ||= bare[0]?.code ?? pair.a;
      state.code = pair.a;
      return [pair.a, pair.b].map((code) => ({ ...state, code, date: last, facet: "" }));
    }
    return [state];
  }

  /** @param {import("./state.js").State} state */
  async part(state) {
    const units = unitsOf(state, data.levels, data.today);
    const [answer, shapes] = await Promise.all([get(question(state, units)), outlines(units.kind, units.on)]);
    return { state, answer, shapes, indicator: /** @type {any} */ (catalogue.get(state.code)) };
  }

  /** The first date on the units of the second, for the table. @param {any[]} parts */
  async cast([first, second]) {
    const { kind, units_on } = second.answer;
    const same = first.answer.kind === kind && first.answer.units_on === units_on;
    return this.pair.view !== "dates" || same ? first : this.part({ ...first.state, kind, units: units_on });
  }

  /** @param {any[]} parts @param {any} cast */
  draw(parts, cast) {
    const [first, second] = parts;
    const { view, mode } = this.pair;
    byId("xp-units").hidden = true;
    byId("xp").hidden = false;
    byId("xp-problem").hidden = true;
    const minus = mode === "difference" && view === "dates";
    const answers = minus
      ? [difference(first.answer, second.answer, data.diverging)]
      : view === "indicators"
        ? parts.map(({ answer }) => answer)
        : alike(first.answer, second.answer, this.state.count);
    this.swipe.show(!minus);
    this.box = boxOf(second.shapes.units);
    for (const [i, answer] of answers.entries()) this.side(answer, minus ? second : parts[i], i, minus);
    this.heads(parts, minus);
    const values = [...answers, ...parts.map(({ answer }) => answer)].flatMap(({ areas }) =>
      areas.map((/** @type {any} */ area) => area.value),
    );
    const decimals = decimalsOf(values, first.indicator.decimals);
    const legends =
      view === "indicators"
        ? answers.map((answer, i) =>
            legend(answer, `${parts[i].indicator.name} (${parts[i].indicator.unit})`, parts[i].indicator.decimals),
          )
        : [
            legend(
              { ...answers[0], uncounted: !minus },
              minus ? say("difference.unit", { unit: first.indicator.unit }) : first.indicator.unit,
              decimals,
            ),
          ];
    byId("xp-legend-body").replaceChildren(...legends);
    byId("xp-source").textContent = [...new Set(parts.map(({ answer }) => provenance(answer)))]
      .filter(Boolean)
      .join("  |  ");
    byId("xp-side").replaceChildren(
      differenceTable(cast, second, {
        light: (id) => this.light(id),
        choose: (id) => this.choose(id),
        view,
        decimals,
      }),
    );
  }

  /** @param {any} answer @param {any} part @param {number} i @param {boolean} minus */
  side(answer, part, i, minus) {
    const decimals = decimalsOf(
      answer.areas.map((/** @type {any} */ area) => area.value),
      part.indicator.decimals,
    );
    const label = (/** @type {any} */ area) =>
      area.value === null
        ? ""
        : `${estimated(area) ? "≈ " : ""}${minus ? signed(area.value, decimals) : number(area.value, decimals)}`;
    this.maps[i].show(answer, part.shapes.units, label);
  }

  /** @param {any[]} parts @param {boolean} minus */
  heads(parts, minus) {
    const [first, second] = parts;
    const { view } = this.pair;
    const text = ({ answer, indicator, state }) => {
      const periods = [...new Set(answer.areas.map((/** @type {any} */ area) => area.period).filter(Boolean))];
      const when = periods.length === 1 ? period(/** @type {string} */ (periods[0])) : day(state.date);
      const units = say("head.units", {
        n: answer.areas.length,
        level: level(answer.kind)?.title ?? "",
        day: day(answer.units_on),
      });
      return view === "indicators" ? [indicator.name, when] : view === "sets" ? [units, when] : [when, units];
    };
    byId("xp-code").textContent = view === "indicators" ? "" : first.indicator.code;
    byId("xp-name").textContent =
      view === "indicators" ? `${first.indicator.name} | ${second.indicator.name}` : first.indicator.name;
    const line = minus
      ? say("difference.line", { a: text(first)[0], b: text(second)[0], units: text(second)[1] })
      : `${text(first)[0]} | ${text(second)[0]}`;
    byId("xp-line").textContent = [
      view === "indicators" ? "" : first.indicator.unit,
      line,
      data.partial ? say("head.partial") : "",
    ]
      .filter(Boolean)
      .join(" · ");
    for (const [i, part] of parts.entries()) {
      const node = byId(i ? "xp-tag-b" : "xp-tag-a");
      node.hidden = minus;
      node.replaceChildren(h("b", {}, text(part)[0]), h("small", {}, text(part)[1]));
    }
  }

  /** Two units: all indicators that both have. @param {string[]} figures @param {number} turn */
  async units(figures, turn) {
    const date = this.state.date || figures[figures.length - 1] || data.today;
    const units = unitsOf({ ...this.state, date }, data.levels, data.today);
    const { areas } = await get(question({ ...this.state, date }, units));
    this.choices = areas.map((/** @type {any} */ area) => [String(area.unit_id), area.title]);
    this.pair.a ||= this.choices[0]?.[0] ?? "";
    this.pair.b ||= this.choices.find(([id]) => id !== this.pair.a)?.[0] ?? "";
    const ask = (/** @type {string} */ id) => get(`/api/v1/indicators/units/${id}/profile?date=${date}`);
    const profiles = await Promise.all([ask(this.pair.a), ask(this.pair.b)]);
    if (turn !== this.turn) return;
    byId("xp").hidden = true;
    byId("xp-units").hidden = false;
    byId("xp-problem").hidden = true;
    byId("xp-code").textContent = "";
    byId("xp-name").textContent = profiles.map(({ unit }) => unit.title).join(" | ");
    byId("xp-line").textContent = say("units.line", { day: day(date) });
    byId("xp-source").textContent = "";
    byId("xp-side").replaceChildren();
    byId("xp-units").replaceChildren(unitsTable(profiles));
  }
}

startToast();
new Compare();
