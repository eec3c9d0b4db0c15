/** What can be chosen about the view: level, facet, units, classes, time of knowledge. */
import { h } from "@ioc/lib/dom.js";
import { choice } from "./fields.js";
import { data, day, facetText, say } from "./say.js";
import { METHODS } from "./state.js";

const COUNTS = [3, 4, 5, 6, 7];

export class Controls {
  /**
   * @param {HTMLElement} node
   * @param {(change: any) => void} changed
   */
  constructor(node, changed) {
    this.node = node;
    this.changed = changed;
  }

  /** @param {any} explorer @param {import("./say.js").Indicator} indicator */
  fill({ state, answer }, indicator) {
    const focused = /** @type {HTMLElement|null} */ (document.activeElement)?.id;
    const levels = [["auto", say("level.auto")], ...data.levels.map((/** @type {any} */ one) => [one.kind, one.title])];
    const facets =
      indicator.facets.length > 1 || state.facet
        ? [["", say("facet.whole")], ...indicator.facets.filter(Boolean).map((one) => [one, facetText(one)])]
        : [];
    const methods = METHODS.filter((name) => name !== "bands" || indicator.bands).map((name) => [
      name,
      say(`method.${name}`),
    ]);
    this.node.replaceChildren(
      this.choice("kind", say("level"), levels, state.kind),
      facets.length ? this.choice("facet", say("facet"), facets, state.facet) : "",
      this.choice("units", say("units"), this.unitSets(state), state.units),
      this.choice("method", say("classes"), methods, state.method === "bands" ? answer.method : state.method),
      answer.method === "bands"
        ? ""
        : this.choice(
            "count",
            say("count"),
            COUNTS.map((n) => [String(n), String(n)]),
            String(state.count),
          ),
      this.dayField("date", say("date"), answer.date, { max: data.today }),
      this.dayField("known", say("known"), state.known, { max: data.today, title: say("known.help") }),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  /** Units of the figures' day, of today, or of another set that there was. @param {any} state */
  unitSets(state) {
    const sets = data.levels.flatMap((/** @type {any} */ level) =>
      level.sets.map((/** @type {any} */ set) => [set.end ?? data.today, `${set.count} · ${span(set)}`]),
    );
    const known = new Set(sets.map(([value]) => value));
    const own = /^\d/.test(state.units) && !known.has(state.units) ? [[state.units, day(state.units)]] : [];
    return [
      ["day", say("units.day")],
      ["today", say("units.today")],
      ...sets.filter(([value]) => value !== data.today),
      ...own,
    ];
  }

  /** @param {string} name @param {string} label @param {string[][]} options @param {string} value */
  choice(name, label, options, value) {
    return choice(`xp-${name}`, label, options, value, (taken) =>
      this.changed({ [name]: name === "count" ? Number(taken) : taken }),
    );
  }

  /** @param {string} name @param {string} label @param {string} value @param {any} more */
  dayField(name, label, value, more) {
    const take = (/** @type {any} */ event) =>
      event.target.validity.valid && this.changed({ [name]: event.target.value });
    return h(
      "label",
      { class: `xp-field xp-field-${name}`, title: more.title },
      h("span", {}, label),
      h("input", { id: `xp-${name}`, type: "date", min: "1990-01-01", max: more.max, value, onchange: take }),
    );
  }
}

/** @param {{start: string|null, end: string|null}} set */
function span({ start, end }) {
  if (start && end) return `${day(start)} – ${day(end)}`;
  return start ? say("since", { day: day(start) }) : end ? say("until", { day: day(end) }) : "";
}
