/** What small multiples share: which periods, and one set of classes. Pure. */

/**
 * Stops to show, the newest ones: one a year (the ends of years where there are
 * enough, else the same day each year), or simply the last.
 * @param {string[]} days ISO, ascending
 * @param {"years"|"last"} step
 * @param {number} most
 */
export function periodsToShow(days, step, most) {
  if (days.length <= most && step === "last") return days;
  const ends = (/** @type {string} */ day) => days.filter((one) => one.slice(5) === day);
  const yearly = [ends("12-31"), ends(days[days.length - 1]?.slice(5) ?? "")].find((found) => found.length > 2);
  return (step === "years" && yearly ? yearly : days).slice(-most);
}

/**
 * Classes over all values of all cells, equally full, in the colours of the answer
 * that has as many classes.
 * @param {(number|null)[]} values
 * @param {any[]} answers of the API
 * @param {number} count
 */
export function commonBreaks(values, answers, count) {
  const known = /** @type {number[]} */ (values.filter((value) => value !== null)).sort((a, b) => a - b);
  const ramp = answers.map((answer) => answer.classes).sort((a, b) => b.length - a.length)[0] ?? [];
  const wanted = Math.min(count, ramp.length);
  if (!known.length || !wanted) return { bounds: [], classes: [] };
  const inner = Array.from({ length: wanted - 1 }, (_, i) => known[Math.ceil(((i + 1) / wanted) * (known.length - 1))]);
  const bounds = [...new Set([known[0], ...inner, known[known.length - 1]])];
  if (bounds.length === 1) bounds.push(bounds[0]);
  const used = bounds.length - 1;
  // fewer classes than colours: spread over the ramp, from the least to the most
  const classes = Array.from(
    { length: used },
    (_, i) => ramp[used === 1 ? ramp.length - 1 : Math.round((i * (ramp.length - 1)) / (used - 1))],
  );
  return { bounds, classes };
}

/**
 * Class of a value: not less than its lower bound and less than the next; the last
 * one holds its upper bound too.
 * @param {number|null} value
 * @param {number[]} bounds
 */
export function placeOf(value, bounds) {
  if (value === null || bounds.length < 2) return null;
  if (value < bounds[0] || value > bounds[bounds.length - 1]) return null;
  const found = bounds.findLastIndex((bound) => value >= bound);
  return Math.min(found, bounds.length - 2);
}
