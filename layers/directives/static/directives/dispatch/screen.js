/** What the server put into the page, and the words of it. */
import { fill, number } from "@ioc/lib/texts.js";
import { page } from "@ioc/lib/page.js";

export const screen = JSON.parse(document.getElementById("dsp-screen")?.textContent ?? "{}");

/**
 * A message of this page.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export const say = (key, values = {}) => fill(screen.words[key] ?? key, values);

/** @type {Map<number, {id: number, title: string, full: string, kind: string}>} */
export const units = new Map(screen.units.map((/** @type {any} */ unit) => [unit.id, unit]));

/** @param {number} id */
export const unitTitle = (id) => units.get(id)?.title ?? `#${id}`;

/**
 * The unit that somebody wrote or chose from the list.
 * @param {string} text
 */
export function unitNamed(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return null;
  const all = [...units.values()];
  const by = (/** @type {(unit: any) => boolean} */ test) => {
    const found = all.filter(test);
    return found.length === 1 ? found[0] : null;
  };
  return (
    by((unit) => unit.full.toLowerCase() === wanted) ??
    by((unit) => unit.title.toLowerCase() === wanted) ??
    by((unit) => unit.title.toLowerCase().includes(wanted))
  );
}

/** A share of one as a percentage. @param {number} share */
export const percent = (share) => number(share >= 0.1 ? Math.round(share * 100) : Math.round(share * 1000) / 10);

const CLOCK = new Intl.DateTimeFormat(page.language, {
  hour: "2-digit",
  minute: "2-digit",
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
  weekday: "short",
  timeZone: page.timezone,
});

/** @param {string|number} at */
export const moment = (at) => CLOCK.format(new Date(at));

const SHORT = new Intl.DateTimeFormat(page.language, {
  hour: "2-digit",
  minute: "2-digit",
  day: "2-digit",
  month: "2-digit",
  timeZone: page.timezone,
});

/** @param {string|number} at */
export const shortMoment = (at) => SHORT.format(new Date(at));
