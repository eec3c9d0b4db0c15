/** What two sides of a comparison share: addresses, classes, differences. Pure. */
import { commonBreaks, placeOf } from "./grid.js";
import { isDay } from "./state.js";

export const VIEWS = ["dates", "indicators", "sets", "units"];

/**
 * @typedef {object} Pair
 * @property {string} view
 * @property {string} a day, code, day of a set, or id of a unit
 * @property {string} b
 * @property {"swipe"|"difference"} mode
 */

/** @type {Record<string, (text: string) => boolean>} */
const SOUND = {
  dates: isDay,
  sets: isDay,
  indicators: (text) => /^[\w-]{1,12}$/.test(text),
  units: (text) => /^\d{1,15}$/.test(text),
};

/** @param {string} search @returns {Pair} */
export function readPair(search) {
  const asked = new URLSearchParams(search);
  const view = VIEWS.includes(asked.get("view") ?? "") ? /** @type {string} */ (asked.get("view")) : "dates";
  const side = (/** @type {string} */ name) =>
    SOUND[view](asked.get(name) ?? "") ? /** @type {string} */ (asked.get(name)) : "";
  return { view, a: side("a"), b: side("b"), mode: asked.get("mode") === "difference" ? "difference" : "swipe" };
}

/** @param {Pair} pair @param {string} rest query of the state */
export function writePair(pair, rest) {
  const query = new URLSearchParams(rest);
  query.set("view", pair.view);
  if (pair.a) query.set("a", pair.a);
  if (pair.b) query.set("b", pair.b);
  if (pair.mode !== "swipe") query.set("mode", pair.mode);
  return query.toString().replaceAll("%2F", "/");
}

/**
 * Two answers with the same classes, so that a colour means the same on both sides.
 * @param {any} first
 * @param {any} second
 * @param {number} count
 */
export function alike(first, second, count) {
  const values = [...first.areas, ...second.areas].map((area) => area.value);
  const { bounds, classes } = commonBreaks(values, [first, second], count);
  const own = classes.map((one, i) => ({ ...one, low: bounds[i], high: bounds[i + 1], status: null }));
  const placed = (/** @type {any} */ answer) => ({
    ...answer,
    classes: own,
    areas: answer.areas.map((/** @type {any} */ area) => ({ ...area, place: placeOf(area.value, bounds) })),
  });
  return [placed(first), placed(second)];
}

/**
 * Second minus first over the units of the second, in classes around nothing.
 * @param {any} first
 * @param {any} second
 * @param {{dark: string[], light: string[]}} ramp an odd number of colours
 */
export function difference(first, second, ramp) {
  const past = new Map(first.areas.map((/** @type {any} */ area) => [area.unit_id, area.value]));
  const areas = second.areas.map((/** @type {any} */ area) => {
    const before = past.get(area.unit_id) ?? null;
    const value = area.value === null || before === null ? null : area.value - before;
    return { ...area, before, after: area.value, value, status: null };
  });
  const bounds = aroundNothing(
    areas.map((/** @type {any} */ area) => area.value),
    ramp.dark.length,
  );
  const middle = (ramp.dark.length - 1) / 2;
  // where nothing changed at all there is the colour of the middle alone
  const from = bounds.length === 2 ? middle : 0;
  const classes = bounds.slice(1).map((high, i) => ({
    low: bounds[i],
    high,
    dark: ramp.dark[from + i],
    light: ramp.light[from + i],
    label: "",
    status: null,
  }));
  for (const area of areas) area.place = placeOf(area.value, bounds);
  const ranked = areas
    .filter((/** @type {any} */ area) => area.value !== null)
    .sort((/** @type {any} */ a, /** @type {any} */ b) => b.value - a.value);
  ranked.forEach((/** @type {any} */ area, /** @type {number} */ i) => {
    area.rank = i + 1;
  });
  return { ...second, areas, classes };
}

/**
 * Bounds as far below nothing as above; the middle class holds what hardly changed.
 * @param {(number|null)[]} values
 * @param {number} count odd
 */
export function aroundNothing(values, count) {
  const far = Math.max(0, ...values.filter((value) => value !== null).map(Math.abs));
  if (far === 0) return values.some((value) => value !== null) ? [0, 0] : [];
  const side = (count - 1) / 2;
  const up = [far / side / 10, ...Array.from({ length: side }, (_, i) => (far * (i + 1)) / side)];
  return [...up.map((bound) => -bound).reverse(), ...up];
}

/**
 * Lines of two profiles beside each other.
 * @param {any[]} first
 * @param {any[]} second
 * @param {string[]} order of the codes
 */
export function beside(first, second, order) {
  const key = (/** @type {any} */ line) => `${line.indicator} ${line.facet}`;
  const other = new Map(second.map((line) => [key(line), line]));
  return first
    .map((line) => ({ line, other: other.get(key(line)) }))
    .filter(({ line, other }) => line.figure && other?.figure)
    .sort((a, b) => order.indexOf(a.line.indicator) - order.indexOf(b.line.indicator))
    .map(({ line, other }) => {
      const same = line.figure.measure === other.figure.measure;
      const change = same ? other.figure.value - line.figure.value : null;
      return { first: line, second: other, change, samePeriod: line.figure.period === other.figure.period };
    });
}
