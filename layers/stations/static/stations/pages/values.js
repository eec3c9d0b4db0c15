/** Values of series as charts and tables need them. Pure: knows no page. */

/**
 * @typedef {object} Series one entry of /api/v1/stations/ID/series
 * @property {number} id
 * @property {number} station
 * @property {string} parameter
 * @property {string} title
 * @property {string} unit
 * @property {number} decimals
 * @property {"value"|"mean"|"sum"} statistic
 * @property {number} step_s
 * @property {number} expected
 * @property {number[]} at seconds since 1970
 * @property {(number|null)[]} value
 * @property {(number|null)[]} [raw]
 * @property {number[]} [flag]
 * @property {number[]} [status]
 * @property {any[]} valid booleans of values, counts of hours and days
 * @property {boolean[]} [reviewed]
 * @property {(number|null)[]} [least]
 * @property {(number|null)[]} [largest]
 * @property {Limit[]} limits
 * @property {{number: number, value: number, from: number, to: number|null, legal_source: string}[]} levels
 * @property {{kind: string, from: number, to: number}[]} bands
 */
/** @typedef {{value: number, direction: "upper"|"lower", averaging_minutes: number, legal_source: string, from: number, to: number}} Limit */

const SUSPECT = 3;
const FAIL = 4;
/** So many steps without a value are a gap. */
const GAP = 2.2;
const DAY_MINUTES = 1440;
const YEAR_MINUTES = 365 * DAY_MINUTES;

/** Whether a value enters averages and lines. @param {Series} series @param {number} place */
export function counts(series, place) {
  if (series.value[place] === null) return false;
  return series.statistic !== "value" || series.valid[place] === true;
}

/**
 * Pairs (time, value) of what counts; a gap is a pair without a value.
 * @param {Series} series
 * @param {(number|null)[]} column
 * @param {number} shift_ms
 * @param {(value: number, at: number) => number|null} [change]
 * @returns {[number, number|null][]}
 */
export function points(series, column, shift_ms, change = (value) => value) {
  /** @type {[number, number|null][]} */
  const found = [];
  let before = Number.NaN;
  series.at.forEach((at, place) => {
    if (at - before > GAP * series.step_s) found.push([(before + series.step_s) * 1000 + shift_ms, null]);
    const value = column[place];
    const shown = counts(series, place) && value !== null && value !== undefined;
    found.push([at * 1000 + shift_ms, shown ? change(value, at) : null]);
    before = at;
  });
  return found;
}

/**
 * What is wrong with single values, by shape: suspect, fail, reviewed.
 * @param {Series} series
 * @returns {{place: number, kind: "suspect"|"fail"|"reviewed"}[]}
 */
export function marks(series) {
  if (!series.flag) return [];
  /** @type {{place: number, kind: "suspect"|"fail"|"reviewed"}[]} */
  const found = [];
  series.flag.forEach((flag, place) => {
    if (series.value[place] === null) return;
    if (series.reviewed?.[place]) found.push({ place, kind: "reviewed" });
    else if (flag === FAIL) found.push({ place, kind: "fail" });
    else if (flag === SUSPECT) found.push({ place, kind: "suspect" });
  });
  return found;
}

/**
 * The limit that a value at a time is a share of: an upper one, of each value first,
 * then of the shortest mean.
 * @param {Series} series
 * @param {number} at seconds
 * @returns {Limit|null}
 */
export function limitAt(series, at) {
  const holding = series.limits.filter((limit) => limit.direction === "upper" && limit.from <= at && at < limit.to);
  holding.sort((a, b) => a.averaging_minutes - b.averaging_minutes);
  return holding[0] ?? null;
}

/**
 * Stacked charts: one per parameter, or per unit, or one of shares of limits.
 * @param {Series[]} all
 * @param {"parameter"|"unit"|"share"} by
 * @returns {{key: string, unit: string, series: Series[]}[]}
 */
export function panels(all, by) {
  /** @type {Map<string, {key: string, unit: string, series: Series[]}>} */
  const found = new Map();
  for (const series of all) {
    if (by === "share" && !series.limits.some((limit) => limit.direction === "upper")) continue;
    const own = `${series.parameter} ${series.unit}`;
    // a figure without a unit (pH) shares an axis with nothing but itself
    const key = by === "share" ? "share" : by === "unit" && series.unit ? series.unit : own;
    const unit = by === "share" ? "" : series.unit;
    if (!found.has(key)) found.set(key, { key, unit, series: [] });
    found.get(key)?.series.push(series);
  }
  return [...found.values()];
}

/**
 * What a limit is compared with, in words.
 * @param {number} minutes
 * @param {Record<string, string>} words
 */
export function meanWords(minutes, words) {
  if (!minutes) return words.eachValue;
  if (minutes < 60) return words.minutesMean.replace("{n}", String(minutes));
  if (minutes >= YEAR_MINUTES) return words.yearMean;
  return words.hoursMean.replace("{n}", String(minutes / 60));
}

/**
 * The range of an axis: the values, and the limits that lie near them.
 * @param {Series[]} all
 * @param {boolean} share values are shares of limits
 * @returns {{min: number, max: number}|null} null: nothing to draw
 */
export function extent(all, share) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (/** @type {number|null|undefined} */ value) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const series of all) {
    series.at.forEach((at, place) => {
      if (!counts(series, place) && !series.flag) return;
      const limit = share ? limitAt(series, at)?.value : 1;
      if (!limit) return;
      for (const column of [series.value, series.least, series.largest]) {
        const value = column?.[place];
        take(value === null || value === undefined ? value : value / limit);
      }
    });
  }
  if (high < low) return null;
  const near = Math.max(high - low, Math.abs(high) * 0.6);
  const lines = share ? [1] : all.flatMap((series) => [...series.limits, ...series.levels].map((line) => line.value));
  for (const value of lines) if (value >= low - near && value <= high + near) take(value);
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  const floor = low >= 0 && low - room < 0 ? 0 : low - room;
  return { min: floor, max: high + room };
}

/** The step that the server would choose. @param {number} length_s @returns {"raw"|"hour"|"day"} */
export function stepFor(length_s) {
  if (length_s <= 2 * 86_400) return "raw";
  return length_s <= 90 * 86_400 ? "hour" : "day";
}
