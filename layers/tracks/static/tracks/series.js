/** From the track of one vessel to what a chart and a table show. Pure. */

/**
 * A place in time; without speed: nothing is known from here to the next.
 * @typedef {object} Point
 * @property {number} ms epoch ms
 * @property {number|null} [speed_kn] null: not said
 * @property {number} [lon]
 * @property {number} [lat]
 * @property {number|null} [course_deg]
 */

/** All pieces in order of time, an empty point between them. @param {any} track @returns {Point[]} */
export function seriesOf(track) {
  const pieces = track.pieces.filter((/** @type {any} */ piece) => piece.at.length);
  pieces.sort((/** @type {any} */ a, /** @type {any} */ b) => a.at[0] - b.at[0]);
  /** @type {Point[]} */
  const found = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last) found.push({ ms: (last.ms + piece.at[0] * 1000) / 2 });
    piece.at.forEach((/** @type {number} */ at, /** @type {number} */ i) => {
      found.push({ ms: at * 1000, speed_kn: piece.speed_kn[i], lon: piece.lon[i], lat: piece.lat[i], course_deg: piece.course_deg[i] });
    });
  }
  return found.sort((a, b) => a.ms - b.ms);
}

/** From when to when nothing was heard, epoch ms. @param {any} track @returns {[number, number][]} */
export const silencesOf = (track) => track.gaps.map((/** @type {any} */ gap) => [gap.from * 1000, gap.to * 1000]);

/**
 * Rows of a table: fixes and silences in order of time.
 * @param {any} track
 * @param {number} most
 * @returns {{rows: (Point | {ms: number, silent_s: number})[], left: number}} left: how many more there are
 */
export function rowsOf(track, most) {
  const silences = track.gaps.map((/** @type {any} */ gap) => ({ ms: gap.from * 1000, silent_s: gap.to - gap.from }));
  const fixes = seriesOf(track).filter((point) => point.speed_kn !== undefined);
  // a silence begins with the fix before it
  const all = [...fixes, ...silences].sort((a, b) => a.ms - b.ms || ("silent_s" in a ? 1 : 0) - ("silent_s" in b ? 1 : 0));
  return { rows: all.slice(0, most), left: Math.max(0, all.length - most) };
}
