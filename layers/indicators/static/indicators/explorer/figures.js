/** Figures as rows and texts. Pure. */

/**
 * @typedef {object} Area one unit, as the API gives it
 * @property {number} unit_id
 * @property {string} code
 * @property {string} title
 * @property {number|null} value
 * @property {number|null} place
 * @property {number|null} rank
 * @property {string|null} status
 * @property {string} [how]
 * @property {string} [vintage] final, preliminary, estimate
 * @property {string} [period]
 * @property {string} [published_at]
 * @property {number|null} [fact_id]
 * @property {number} [coverage]
 */

/** @typedef {Area & {before: number|null, change: number|null}} Row */

/** Without marks above and below the letters, small. @param {string} text */
export const fold = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[\u0111\u0110]/g, "d")
    .toLowerCase();

/** Whether every word is somewhere in the folded text. @param {string} folded @param {string} asked */
export const found = (folded, asked) =>
  fold(asked)
    .split(/\s+/)
    .every((word) => folded.includes(word));

/** An estimate is what nobody published for this unit. @param {Area} area */
export const estimated = (area) => area.value !== null && Boolean(area.how) && area.how !== "own";

/** The same period a year before: ``2026-01..10`` → ``2025-01..10``. @param {string|null} period */
export const yearBack = (period) => period?.replaceAll(/\d{4}/g, (year) => String(Number(year) - 1)) ?? null;

/**
 * Areas with what they were a year before.
 * @param {Area[]} areas
 * @param {Area[]} [before] the same units a year before
 * @param {boolean} [points] the measure is a per cent: the change is in points
 * @returns {Row[]}
 */
export function rowsOf(areas, before = [], points = false) {
  const past = new Map(before.map((area) => [area.unit_id, area]));
  return areas.map((area) => {
    const was = past.get(area.unit_id);
    // a month is not what ten months are to be measured by
    const old = was && was.period === yearBack(area.period) ? was.value : null;
    return { ...area, before: old, change: changeOf(area.value, old, points) };
  });
}

/**
 * In per cent of the value before, or in points.
 * @param {number|null} value
 * @param {number|null} before
 * @param {boolean} points
 */
export function changeOf(value, before, points) {
  if (value === null || before === null) return null;
  if (points) return value - before;
  return before === 0 ? null : ((value - before) / Math.abs(before)) * 100;
}

const STATUS = ["red", "amber", "green"];

/** @type {Record<string, (row: Row) => any>} */
const KEYS = {
  rank: (row) => row.rank,
  title: (row) => fold(row.title),
  value: (row) => row.value,
  change: (row) => row.change,
  status: (row) => (row.status ? STATUS.indexOf(row.status) : null),
};

/**
 * By a column; rows without it come last either way, equal ones by name.
 * @param {Row[]} rows
 * @param {string} sort column, "-" before it turns it round
 */
export function sorted(rows, sort) {
  const key = KEYS[sort.replace("-", "")] ?? KEYS.rank;
  const sign = sort.startsWith("-") ? -1 : 1;
  const text = new Intl.Collator("vi");
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || text.compare(a.title, b.title);
    const order = typeof x === "string" ? text.compare(a.title, b.title) : x - y;
    return sign * order || text.compare(a.title, b.title);
  });
}

/**
 * What kind of period a text names, and its parts for words ("period.year" …).
 * @param {string} period 2024, 2024-H1, 2024-Q3, 2024-11, 2024-01..11, 2024-W47, 2024-11-22, 2023/2024
 * @returns {[string, Record<string, string>]}
 */
export function periodParts(period) {
  const found =
    /^(?<y>\d{4})(?:-H(?<h>[12])|-Q(?<q>[1-4])|-W(?<w>\d\d)|\/(?<n>\d{4})|-(?<m>\d\d)(?:\.\.(?<l>\d\d)|-(?<d>\d\d))?)?$/.exec(
      period,
    )?.groups;
  if (!found) return ["period.span", { text: period }];
  const { y, h, q, w, n, m, l, d } = found;
  const kind = h ? "half" : q ? "quarter" : w ? "week" : n ? "school" : d ? "day" : l ? "months" : m ? "month" : "year";
  return [
    `period.${kind}`,
    { y, h, q: ["", "I", "II", "III", "IV"][Number(q ?? 0)], w, n, m: m ?? "", l: l ?? "", d: d ?? "" },
  ];
}

/**
 * Ink that can be read on a colour (WCAG relative luminance).
 * @param {string} colour #rrggbb
 */
export function inkOn(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#10161d" : "#f2f5f9";
}

/**
 * How many decimals a column of values needs so that they stand under each other:
 * no more than the indicator's, fewer for large numbers and where the last are noughts.
 * @param {(number|null)[]} values
 * @param {number} most
 */
export function decimalsOf(values, most) {
  const known = values.filter((value) => value !== null);
  const largest = Math.max(0, ...known.map(Math.abs));
  const cap = largest >= 10_000 ? 0 : largest >= 1_000 ? Math.min(1, most) : most;
  for (let digits = 0; digits < cap; digits++) {
    const scale = 10 ** digits;
    if (known.every((value) => Math.abs(Math.round(value * scale) / scale - value) < 1e-9)) return digits;
  }
  return cap;
}
