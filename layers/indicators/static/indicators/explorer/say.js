/** Words, numbers and days of the explorer in the reader's language. */
import { page } from "@ioc/lib/page.js";
import { fill } from "@ioc/lib/texts.js";
import { periodParts } from "./figures.js";

/**
 * @typedef {object} Indicator
 * @property {string} code
 * @property {string} name
 * @property {string} group
 * @property {string} unit
 * @property {number} decimals
 * @property {string} period
 * @property {string} direction
 * @property {boolean} bands
 * @property {number|null} headline
 * @property {string[]} facets
 * @property {Record<string, string>} levels kind of unit to the last day with figures
 */

/** What the server put into the page for all three pages. */
export const data = JSON.parse(document.getElementById("explorer-data")?.textContent ?? "{}");
/** @type {Map<string, Indicator>} */
export const catalogue = new Map(data.catalogue.map((/** @type {Indicator} */ one) => [one.code, one]));

const locale = page.language === "vi" ? "vi-VN" : "en-GB";

/** @param {string} key @param {Record<string, any>} [values] */
export const say = (key, values = {}) => fill(data.words[key] ?? key, values);

/** @param {number|null|undefined} value @param {number} [decimals] */
export const number = (value, decimals = 2) =>
  value === null || value === undefined
    ? "–"
    : new Intl.NumberFormat(locale, { maximumFractionDigits: decimals, minimumFractionDigits: decimals }).format(value);

/** With its sign. @param {number} value @param {number} [decimals] */
export const signed = (value, decimals = 1) =>
  new Intl.NumberFormat(locale, {
    maximumFractionDigits: decimals,
    minimumFractionDigits: decimals,
    signDisplay: "exceptZero",
  }).format(value);

const dayFormat = new Intl.DateTimeFormat(locale, {
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
  timeZone: "UTC",
});

/** 31/12/2024. @param {string} iso day or moment */
export const day = (iso) => (iso ? dayFormat.format(new Date(`${iso.slice(0, 10)}T00:00:00Z`)) : "");

/** @param {string|undefined} text */
export const period = (text) => (text ? say(...periodParts(text)) : "");

/** @param {string|null|undefined} name final, preliminary, estimate */
export const vintage = (name) => data.vintages[name ?? ""] ?? "";

/** @param {string} kind */
export const level = (kind) => data.levels.find((/** @type {any} */ one) => one.kind === kind);

/** @param {string} facet */
export const facetText = (facet) => data.facets[facet] ?? facet;

/** Points where the measure is a per cent, else per cent. @param {string} unit */
export const inPoints = (unit) => unit.startsWith("%");

/**
 * The bounds of a class without the unit, which stands above the legend; a class
 * of a verdict keeps the words of the server.
 * @param {any} one
 * @param {number} decimals
 */
export function classText(one, decimals) {
  if (one.low === null || one.high === null) return one.label;
  return one.low === one.high
    ? number(one.low, decimals)
    : `${number(one.low, decimals)} – ${number(one.high, decimals)}`;
}
