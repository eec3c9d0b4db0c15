/** Figures and outlines from the server, each asked for once. */
import { getJson } from "@ioc/lib/http.js";
import { data } from "./say.js";

const KEPT = 80;
/** As long as an answer is taken as it was; then the server is asked whether it still holds. */
const FRESH_MS = 60_000;
/** @type {Map<string, {answer: Promise<any>, at: number}>} */
const kept = new Map();

/**
 * The answer to an address; the newest ones are kept for a while, failures are not.
 * @param {string} url
 * @returns {Promise<any>}
 */
export function get(url) {
  const known = kept.get(url);
  if (known && performance.now() - known.at < FRESH_MS) return known.answer;
  const answer = getJson(url);
  kept.delete(url);
  kept.set(url, { answer, at: performance.now() });
  answer.catch(() => kept.delete(url));
  if (kept.size > KEPT) kept.delete(/** @type {string} */ (kept.keys().next().value));
  return answer;
}

/** What may be wanted next, once nothing else is on its way. @param {string[]} urls */
export function prepare(urls) {
  // a failure is told when it is really wanted
  for (const url of urls) get(url).catch(() => {});
}

/** @param {string} kind @param {string} on ISO day */
export const outlinesUrl = (kind, on) => `/indicators/outlines/?kind=${kind}&on=${on}`;

/**
 * Outlines of the units of a level on a day, for small maps and labels.
 * @param {string} kind
 * @param {string} on ISO day
 * @returns {Promise<{size: [number, number], units: {id: number, path: string, at: [number, number], box: number[]}[]}>}
 */
export const outlines = (kind, on) => get(outlinesUrl(kind, on));

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
