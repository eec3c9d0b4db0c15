/** Spans of time: half-open, epoch ms; an open end is null. Says the same as
 *  gis_ioc/wall/spans.py. Pure. */

/** @typedef {[number, number|null]} Span */

/** @param {Span} span @param {number} at */
export const inside = ([begins, ends], at) => begins <= at && (ends === null || at < ends);

/** In order, those that touch made one. @param {Span[]} spans @returns {Span[]} */
export function merged(spans) {
  /** @type {Span[]} */
  const found = [];
  for (const [begins, ends] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && (last[1] === null || begins <= last[1])) {
      last[1] = last[1] === null || ends === null ? null : Math.max(last[1], ends);
    } else found.push([begins, ends]);
  }
  return found;
}

/** @param {Span[]} spans @param {number} since @param {number} until @returns {[number, number][]} */
export function clipped(spans, since, until) {
  return spans
    .map(
      ([begins, ends]) => /** @type {[number, number]} */ ([Math.max(begins, since), Math.min(ends ?? until, until)]),
    )
    .filter(([begins, ends]) => begins < ends);
}
