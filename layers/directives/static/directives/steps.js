/** How full the ring of a clock is. */

/** Steps in which a ring empties. */
export const STEPS = 24;

/**
 * What part of the time is left, in steps; 0 when it is over.
 * @param {{span_s: number|null, due_at: number|null, running: boolean}} clock how long it runs in all (what it
 *   stood still does not count), s; when it ends, seconds since 1970
 * @param {number} now_s
 */
export function stepsLeft({ span_s, due_at, running }, now_s) {
  if (!running || due_at === null || span_s === null) return STEPS;
  const share = (due_at - now_s) / Math.max(span_s, 1);
  return Math.ceil(Math.min(Math.max(share, 0), 1) * STEPS);
}
