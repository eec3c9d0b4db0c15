/** The legend: classes with how many units each holds, the hatch, and whose figures. */
import { h } from "@ioc/lib/dom.js";
import { theme } from "@ioc/map/engine.js";
import { estimated } from "./figures.js";
import { classText, day, period, say, vintage } from "./say.js";
import { statusMark, swatch } from "./marks.js";

/** How often each value occurs, most often first. @param {any[]} values @returns {[any, number][]} */
export function tally(values) {
  /** @type {Map<any, number>} */
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** @param {any} answer of the API @param {string} unit @param {number} decimals */
export function legend(answer, unit, decimals) {
  const areas = answer.areas;
  const missing = areas.filter((/** @type {any} */ area) => area.value === null).length;
  const estimates = areas.filter(estimated).length;
  const unjudged = areas.filter(
    (/** @type {any} */ area) => area.value !== null && (area.place === null || area.place === undefined),
  ).length;
  const line = (/** @type {any} */ sign, /** @type {any} */ label, /** @type {number} */ n) =>
    h("li", {}, sign, h("span", {}, ...[label].flat()), answer.uncounted ? null : h("b", { class: "num" }, String(n)));
  return h(
    "div",
    {},
    h("h2", {}, unit || say("legend.value")),
    h(
      "ul",
      { class: "xp-legend" },
      ...answer.classes.map((/** @type {any} */ one, /** @type {number} */ i) =>
        line(
          swatch(one[theme()]),
          [one.status ? statusMark(one.status) : "", classText(one, decimals)],
          count(areas, i),
        ),
      ),
      unjudged ? line(swatch("transparent"), say("legend.unjudged"), unjudged) : null,
      line(h("i", { class: "xp-swatch xp-hatch" }), say("legend.missing"), missing),
      estimates ? line(h("i", { class: "xp-swatch xp-est" }, "≈"), say("legend.estimate"), estimates) : null,
    ),
  );
}

/** @param {any[]} areas @param {number} place */
const count = (areas, place) => areas.filter((area) => area.place === place).length;

/**
 * Period, vintage, when published and by whom, of what is shown.
 * @param {any} answer
 */
export function provenance(answer) {
  const known = answer.areas.filter((/** @type {any} */ area) => area.value !== null);
  if (!known.length) return "";
  const periods = tally(known.map((/** @type {any} */ area) => area.period));
  const vintages = tally(known.map((/** @type {any} */ area) => area.vintage));
  const newest = known
    .map((/** @type {any} */ area) => area.published_at ?? "")
    .sort()
    .at(-1);
  const source = answer.indicator?.source || answer.indicator?.agency;
  return [
    periods
      .map(([text, n]) => (periods.length > 1 ? `${period(text)} (${n})` : period(text)))
      .slice(0, 3)
      .join(", "),
    vintages
      .map(([text]) => vintage(text))
      .join(", ")
      .toLowerCase(),
    newest ? say("published", { day: day(newest) }) : "",
    source ?? "",
  ]
    .filter(Boolean)
    .join(" · ");
}
