/** What was clicked: the properties of a feature, or the figures of a tile. */
import { byId, h } from "@ioc/lib/dom.js";
import { cacheWord, statusBadge, timeWord } from "./measures.js";
import { MAX_BYTES, MAX_MS, isHeavy, isSlow } from "./meter.js";
import { fieldsOf } from "./sources.js";
import { count, duration, moment, size, w } from "./words.js";

/** @typedef {import("./sources.js").Source} Source */
/** @typedef {import("./sources.js").Field} Field */

const SECONDS = 1e8; // smaller numbers of a time field are no time since 1970
const MOST = 20;

/** Tiles hold single precision: no more digits than that has. @param {number} value */
const figure = (value) => String(Number(value.toPrecision(Math.fround(value) === value ? 7 : 12)));

/**
 * A value in words: choices by their title, times as times, with its unit.
 * @param {any} value
 * @param {Field|undefined} field
 */
export function shown(value, field) {
  if (value === null || value === undefined || value === "") return w("feature.none");
  if (typeof value === "boolean") return w(value ? "feature.yes" : "feature.no");
  const choice = field?.choices.find((one) => one.value === String(value));
  if (choice) return `${choice.title} (${value})`;
  if (field?.type === "datetime" && Number(value) > SECONDS) return moment(Number(value));
  const text = typeof value === "number" ? figure(value) : String(value);
  return field?.unit ? `${text} ${field.unit}` : text;
}

/**
 * @param {string} name
 * @param {any} value
 * @param {Field|undefined} field
 */
function row(name, value, field) {
  const title = field && field.title !== name ? h("span", { class: "tp-prop-title" }, field.title) : null;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, title, h("code", {}, name)),
    h("td", {}, shown(value, field)),
    h("td", { class: "muted" }, field?.type ?? typeof value),
  );
}

/**
 * @param {Source} source
 * @param {any} feature
 */
function featureCard(source, feature) {
  const fields = fieldsOf(source);
  const { title, ...others } = feature.properties;
  return h(
    "article",
    { class: "tp-feature" },
    h("h3", {}, title ?? feature.properties.name ?? `${feature.sourceLayer ?? source.id} ${feature.id ?? ""}`),
    h(
      "p",
      { class: "muted" },
      `${w("feature.layer")} ${feature.sourceLayer ?? "–"}${feature.id === undefined ? "" : ` · ${w("feature.id")} ${feature.id}`}`,
    ),
    h(
      "table",
      { class: "table tp-props" },
      h("tbody", {}, ...Object.entries(others).map(([name, value]) => row(name, value, fields.get(name)))),
    ),
  );
}

/**
 * @param {Source} source
 * @param {any[]} features
 */
export function showFeatures(source, features) {
  const heading =
    features.length > 1 ? [h("p", { class: "muted" }, w("feature.more", { n: count(features.length) }))] : [];
  byId("panel-details").replaceChildren(
    ...heading,
    ...features.slice(0, MOST).map((feature) => featureCard(source, feature)),
  );
}

export function showNothing() {
  byId("panel-details").replaceChildren(h("p", { class: "empty" }, w("feature.click")));
}

/** @param {import("./meter.js").Measure} tile */
export function showTile(tile) {
  const fact = (/** @type {string} */ name, /** @type {any} */ value) =>
    h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, value));
  const wrong = [
    isHeavy(tile) ? w("tile.heavy", { limit: MAX_BYTES / 1_000 }) : "",
    isSlow(tile) ? w("tile.slow", { limit: MAX_MS }) : "",
    tile.problem,
  ];
  const ratio = tile.decoded ? ` · ${w("tile.ratio", { n: Math.round((100 * tile.encoded) / tile.decoded) })}` : "";
  const encoding = tile.encoding || "identity";
  byId("panel-details").replaceChildren(
    h("h3", {}, w("tile.title", { place: tile.place })),
    ...wrong.filter(Boolean).map((text) => h("p", { class: "note note-warning" }, text)),
    h(
      "dl",
      { class: "facts" },
      fact(
        w("tile.address"),
        h("a", { href: tile.url, target: "_blank", rel: "noopener" }, decodeURI(new URL(tile.url).pathname)),
      ),
      fact(w("tile.status"), statusBadge(tile)),
      fact(w("tile.encoding"), `${encoding} · ${size(tile.encoded)}${ratio}`),
      fact(w("tile.Decoded"), size(tile.decoded)),
      fact(tile.told ? w("tile.server") : w("tile.first"), timeWord(tile)),
      fact(w("tile.total"), duration(tile.total_ms)),
      fact(w("tile.cache"), cacheWord(tile)),
      ...Object.entries(tile.layers).map(([name, n]) => fact(`${w("tile.Features")}: ${name}`, count(n))),
    ),
  );
}
