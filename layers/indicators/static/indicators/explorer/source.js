/** Figures and outlines from the server, each asked for once. */
import { getJson } from "@ioc/lib/http.js";
import { data } from "./say.js";

const KEPT = 60;
/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/**
 * The answer to an address; the newest ones are kept, failures are not.
 * @param {string} url
 * @returns {Promise<any>}
 */
export function get(url) {
  const known = kept.get(url);
  if (known) return known;
  const asked = getJson(url);
  kept.set(url, asked);
  asked.catch(() => kept.delete(url));
  if (kept.size > KEPT) kept.delete(/** @type {string} */ (kept.keys().next().value));
  return asked;
}

/**
 * Outlines of the units of a level on a day, for small maps and labels.
 * @param {string} kind
 * @param {string} on ISO day
 * @returns {Promise<{size: [number, number], units: {id: number, path: string, at: [number, number], box: number[]}[]}>}
 */
export const outlines = (kind, on) => get(`/indicators/outlines/?kind=${kind}&on=${on}`);

/**
 * Days on which units changed, and last days of periods that have figures; those
 * still to come are of plans.
 * @param {string} code
 * @returns {Promise<{units: string[], figures: string[]}>}
 */
export async function days(code) {
  const { units, figures } = await get(`/api/v1/indicators/dates?code=${encodeURIComponent(code)}`);
  return { units, figures: figures.filter((/** @type {string} */ day) => day <= data.today) };
}
