/** The tiles in view as a table, and their sum below the map. */
import { byId, h, icon, severityIcon } from "@ioc/lib/dom.js";
import { MAX_BYTES, MAX_MS, isHeavy, isOver, isSlow } from "./meter.js";
import { count, duration, size, w } from "./words.js";

/** @typedef {import("./meter.js").Measure} Measure */

/** @param {Measure} tile */
export function cacheWord(tile) {
  if (tile.cache === "hit") return w("tile.cached");
  if (tile.cache === "miss") return w("tile.made");
  if (tile.cache === "kept") return w("tile.kept");
  return tile.cache === "unchanged" ? w("tile.unchanged") : w("tile.unknown");
}

/** @param {Measure} tile */
function budgetMark(tile) {
  if (!isOver(tile)) return null;
  const words = [
    isHeavy(tile) ? w("tile.heavy", { limit: MAX_BYTES / 1_000 }) : "",
    isSlow(tile) ? w("tile.slow", { limit: MAX_MS }) : "",
  ];
  const text = words.filter(Boolean).join(". ");
  return h("span", { class: "tp-over", title: text }, severityIcon("high"), h("span", { class: "sr-only" }, text));
}

/** @param {Measure} tile */
export function statusBadge(tile) {
  return h(
    "span",
    { class: tile.problem ? "badge badge-critical" : "badge num", title: cacheWord(tile) },
    String(tile.status),
  );
}

/** One word on where the tile came from. @param {Measure} tile */
function origin(tile) {
  if (tile.problem) return w("tile.failed");
  if (tile.cache === "hit") return w("tile.short.server");
  return tile.cache === "unchanged" || tile.cache === "kept" ? w("tile.short.browser") : "";
}

/** Time of the server, where it was asked. @param {Measure} tile */
export const timeWord = (tile) => (tile.cache === "kept" ? "\u2013" : duration(tile.server_ms));

/**
 * @param {Measure[]} tiles in view
 * @param {string} chosen place
 * @param {(tile: Measure) => void} onChoose
 */
export function drawTable(tiles, chosen, onChoose) {
  const rows = [...tiles]
    .sort((a, b) => b.encoded - a.encoded)
    .map((tile) => {
      const name = h("button", { type: "button", class: "tp-place num", onclick: () => onChoose(tile) }, tile.place);
      return h(
        "tr",
        { class: tile.place === chosen ? "is-chosen" : null, "data-place": tile.place },
        h("td", {}, name, budgetMark(tile)),
        h("td", { class: "num" }, size(tile.encoded)),
        h("td", { class: "num" }, size(tile.decoded)),
        h("td", { class: "num" }, count(tile.features)),
        h("td", { class: "num" }, timeWord(tile)),
        h("td", {}, statusBadge(tile), h("small", {}, origin(tile))),
      );
    });
  const kept = document.activeElement?.closest("[data-place]")?.getAttribute("data-place");
  byId("measure-rows").replaceChildren(...rows);
  if (kept) byId("measure-rows").querySelector(`[data-place="${kept}"] button`)?.focus();
  byId("time-head").textContent = tiles.some((tile) => tile.told) ? w("tile.server") : w("tile.first");
}

/** @param {number[]} sorted */
const median = (sorted) => sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;

/** Whether all is well, by words, shape and colour. @param {number} failed @param {number} over */
function verdict(failed, over) {
  const marked = (/** @type {string} */ level, /** @type {string} */ text) =>
    h("span", { class: `tp-fact sev sev-${level}` }, severityIcon(level), text);
  if (failed) return marked("critical", w("tile.failures", { n: failed }));
  if (over) return marked("high", w("tile.over", { n: over }));
  return h("span", { class: "tp-fact tp-good" }, icon("check"), w("tile.within"));
}

/** @param {Measure[]} tiles in view */
export function drawSum(tiles) {
  const add = (/** @type {(tile: Measure) => number} */ of) => tiles.reduce((sum, tile) => sum + of(tile), 0);
  const failed = tiles.filter((tile) => tile.problem).length;
  const times = tiles
    .filter((tile) => tile.cache !== "kept")
    .map((tile) => tile.server_ms)
    .sort((a, b) => a - b);
  const over = tiles.filter(isOver).length;
  const fact = (/** @type {string} */ value, /** @type {string} */ name) =>
    h("span", { class: "tp-fact" }, h("b", { class: "num" }, value), ` ${name}`);
  byId("sum").replaceChildren(
    h("span", { class: "tp-fact" }, w("tile.sum", { n: count(tiles.length) })),
    fact(size(add((tile) => tile.encoded)), w("tile.wire")),
    fact(size(add((tile) => tile.decoded)), w("tile.decoded")),
    fact(count(add((tile) => tile.features)), w("tile.features")),
    fact(duration(median(times)), w("tile.median")),
    fact(duration(times.at(-1) ?? 0), w("tile.slowest")),
    ...(tiles.length ? [verdict(failed, over)] : []),
  );
}
