/** Tables of a comparison: units at two sides of the map, and two units in full. */
import { h } from "@ioc/lib/dom.js";
import { estimated, fold } from "./figures.js";
import { spark, statusMark } from "./marks.js";
import { beside } from "./pair.js";
import { catalogue, facetText, inPoints, number, period, say, signed } from "./say.js";

/** @param {any} area @param {number} decimals */
const value = (area, decimals) =>
  area?.value === null || area?.value === undefined
    ? say("missing")
    : `${estimated(area) ? "≈ " : ""}${number(area.value, decimals)}`;

/**
 * Units of both sides by name and code, the largest change first; where the units
 * differ, those of the second side.
 * @param {any} first
 * @param {any} second
 * @param {{light: (id: number|null) => void, choose: (id: number) => void, view: string, decimals: number}} about
 */
export function differenceTable(first, second, { light, choose, view, decimals }) {
  const past = new Map(first.answer.areas.map((/** @type {any} */ area) => [area.unit_id, area]));
  const comparable = view === "dates";
  const rows = second.answer.areas.map((/** @type {any} */ area) => {
    const before = past.get(area.unit_id);
    const change =
      comparable && area.value !== null && before && before.value !== null ? area.value - before.value : null;
    return { area, before, change };
  });
  rows.sort(
    (/** @type {any} */ a, /** @type {any} */ b) =>
      Math.abs(b.change ?? -1) - Math.abs(a.change ?? -1) || (fold(a.area.title) < fold(b.area.title) ? -1 : 1),
  );
  // other units have other names: there is nothing to set beside each other
  const both = view !== "sets";
  const head = [say("col.title"), both ? say("side.a") : "", say("side.b"), comparable ? say("difference") : ""];
  const own = second.indicator.decimals;
  const body = rows.map((/** @type {any} */ { area, before, change }) =>
    h(
      "tr",
      {
        "data-id": area.unit_id,
        tabindex: "0",
        onmouseenter: () => light(area.unit_id),
        onfocus: () => light(area.unit_id),
        onclick: () => choose(area.unit_id),
      },
      h("th", { scope: "row" }, area.title),
      h("td", { class: "num" }, both ? value(before, decimals) : ""),
      h("td", { class: "num" }, value(area, view === "indicators" ? own : decimals)),
      h("td", { class: "num xp-value" }, change === null ? "" : signed(change, decimals)),
    ),
  );
  return h(
    "table",
    { class: "xp-table xp-table-pair", onmouseleave: () => light(null) },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...head.map((text, i) => h("th", { scope: "col", class: i ? "xp-col-value" : null }, h("span", {}, text))),
      ),
    ),
    h("tbody", {}, ...body),
  );
}

/** Every indicator that both units have, with what lies between. @param {any[]} profiles */
export function unitsTable(profiles) {
  const rows = beside(profiles[0].lines, profiles[1].lines, [...catalogue.keys()]);
  if (!rows.length) return h("p", { class: "empty" }, say("units.none"));
  let group = "";
  /** @type {any[]} */
  const nodes = [];
  for (const row of rows) {
    const own = catalogue.get(row.first.indicator)?.group ?? "";
    if (own !== group) nodes.push(h("tr", { class: "xp-group" }, h("th", { colspan: 6, scope: "colgroup" }, own)));
    group = own;
    nodes.push(unitRow(row, profiles));
  }
  const titles = ["", say("trend"), profiles[0].unit.title, profiles[1].unit.title, say("trend"), say("difference")];
  return h(
    "table",
    { class: "xp-table xp-table-units" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...titles.map((text, i) =>
          h("th", { scope: "col", class: i > 1 && i !== 4 ? "xp-col-value" : null }, h("span", {}, text)),
        ),
      ),
    ),
    h("tbody", {}, ...nodes),
  );
}

/** @param {any} row @param {any[]} profiles */
function unitRow({ first, second, change, samePeriod }, profiles) {
  const indicator = catalogue.get(first.indicator);
  const decimals = indicator?.decimals ?? 2;
  const cell = (/** @type {any} */ line, /** @type {any} */ profile) =>
    h(
      "td",
      { class: "num xp-value" },
      line.status ? statusMark(line.status) : null,
      " ",
      h(
        "a",
        { href: `/indicators/units/${profile.unit.unit_id}/${encodeURIComponent(line.indicator)}/` },
        `${line.figure.how === "own" ? "" : "≈ "}${number(line.figure.value, decimals)}`,
      ),
      samePeriod ? null : h("small", {}, period(line.figure.period)),
    );
  const trend = (/** @type {any} */ line) =>
    h(
      "td",
      { class: "xp-cell-trend" },
      spark(
        line.trend.map((/** @type {any} */ point) => point.value),
        110,
        26,
      ),
    );
  const percent =
    change !== null && first.figure.value && !inPoints(first.figure.measure)
      ? `${signed((change / Math.abs(first.figure.value)) * 100)} %`
      : "";
  const note = [
    facetText(first.facet),
    first.figure.measure,
    samePeriod ? period(first.figure.period) : say("units.periods"),
  ]
    .filter(Boolean)
    .join(" · ");
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("span", {}, h("b", {}, first.title), h("small", {}, note))),
    trend(first),
    cell(first, profiles[0]),
    cell(second, profiles[1]),
    trend(second),
    h(
      "td",
      { class: "num" },
      change === null ? "" : signed(change, decimals),
      percent ? h("small", {}, percent) : null,
    ),
  );
}
