/** The page's own words; filled in like those of the shell. */
import { byId } from "@ioc/lib/dom.js";
import { page } from "@ioc/lib/page.js";
import { fill } from "@ioc/lib/texts.js";

const words = JSON.parse(byId("tiles-words")?.textContent ?? "{}");

/**
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 * @returns {string}
 */
export const w = (key, values = {}) => fill(words[key] ?? key, values);

const plain = new Intl.NumberFormat(page.language);
const short = new Intl.NumberFormat(page.language, { maximumSignificantDigits: 3 });

/** @param {number} value */
export const count = (value) => plain.format(value);

/** Bytes in decimal units. @param {number} bytes */
export function size(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${short.format(bytes / 1_000)} kB`;
  return `${short.format(bytes / 1_000_000)} MB`;
}

/** @param {number} ms */
export const duration = (ms) =>
  ms < 1_000 ? `${short.format(ms < 1 ? Math.ceil(ms * 10) / 10 : ms)} ms` : `${short.format(ms / 1_000)} s`;

const moments = new Intl.DateTimeFormat(page.language, {
  dateStyle: "short",
  timeStyle: "medium",
  timeZone: page.timezone,
});

/** @param {number} seconds since 1970 */
export const moment = (seconds) => moments.format(seconds * 1_000);
