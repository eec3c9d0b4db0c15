/** What a chart draws, as a table: one row per time, one column per series. */
import { h } from "@ioc/lib/dom.js";
import { fill } from "@ioc/lib/texts.js";
import { valueWords } from "./tips.js";

/** @typedef {import("./values.js").Series} Series */

/** Rows that a browser lays out at once; the export has all. */
const MOST = 600;

/**
 * @param {Series[]} all
 * @param {boolean} share
 * @param {import("./option.js").Look} look
 * @returns {HTMLElement}
 */
export function valueTable(all, share, look) {
  const places = all.map((series) => new Map(series.at.map((at, place) => [at, place])));
  const times = [...new Set(all.flatMap((series) => series.at))].sort((a, b) => b - a);
  const row = (/** @type {number} */ at) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, look.time(at * 1000 + look.shift_ms)),
      ...all.map((series, n) => {
        const place = places[n].get(at);
        return h("td", { class: "num" }, place === undefined ? "—" : valueWords(series, place, share, look));
      }),
    );
  const table = h(
    "table",
    { class: "table st-values" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, look.words.time),
        ...all.map((series) => h("th", { scope: "col", class: "num" }, look.name(series))),
      ),
    ),
    h("tbody", {}, ...times.slice(0, MOST).map(row)),
  );
  if (times.length <= MOST) return table;
  return h(
    "div",
    {},
    h("p", { class: "muted" }, fill(look.words["table.more"], { n: MOST, total: times.length })),
    table,
  );
}
