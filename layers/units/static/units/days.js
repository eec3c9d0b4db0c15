/** The spans of days between changes of units, and moments in them. Pure. */

/** @typedef {{first: string|null, last: string|null, at: string|null, counts: Record<string, number>}} Span */

/** @param {string|null} at @returns {string|null} as links and tiles write it */
export const moment = (at) => (at ? `${new Date(at).toISOString().slice(0, 19)}Z` : null);

/**
 * The first span whose moment is not before the one asked for; else the last, today's.
 * @param {Span[]} spans
 * @param {string|undefined} iso
 */
export function placeOf(spans, iso) {
  if (!iso) return spans.length - 1;
  const found = spans.findIndex((span) => span.at !== null && Date.parse(iso) <= Date.parse(span.at));
  return found < 0 ? spans.length - 1 : found;
}
