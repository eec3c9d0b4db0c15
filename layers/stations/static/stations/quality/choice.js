/** Which values a stretch of the chart means. Pure. */

/**
 * The first and last value between two times; without one inside, the nearest.
 * @param {number[]} at epoch s, ascending
 * @param {number} from @param {number} to ms
 * @returns {{since: number, until: number}|null} ms
 */
export function chosen(at, from, to) {
  if (!at.length) return null;
  const inside = at.filter((second) => second * 1000 >= from && second * 1000 <= to);
  if (inside.length) return { since: inside[0] * 1000, until: /** @type {number} */ (inside.at(-1)) * 1000 };
  const middle = (from + to) / 2;
  const near = at.reduce((best, second) =>
    Math.abs(second * 1000 - middle) < Math.abs(best * 1000 - middle) ? second : best,
  );
  return { since: near * 1000, until: near * 1000 };
}

/** A time as fields for dates and times write it. @param {number} ms UTC @param {number} shift of the page's zone, ms */
export const localText = (ms, shift) => new Date(ms + shift).toISOString().slice(0, 19);

/** Its shifted milliseconds; null for what is no time. @param {string} text */
export function parseLocal(text) {
  const found = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  return Number.isNaN(found) ? null : found;
}
