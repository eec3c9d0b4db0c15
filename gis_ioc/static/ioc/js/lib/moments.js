/**
 * Moments as people type them, in a time zone: 22/11/2026 14:30, 22-11-2026,
 * 14:30 22/11/2026, 22/11 14:30, 2026-11-22 14:30, or ISO 8601 with its zone. Pure.
 */

const DAY_FIRST = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?$/;
const YEAR_FIRST = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const HOURS = /^(\d{1,2})(?::|h|g)(\d{2})?(?::(\d{2}))?$/i;
const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/i;

/**
 * What the clock of a zone shows.
 * @param {number} ms epoch ms
 * @param {string} zone IANA name
 * @returns {[number, number, number, number, number, number]} year, month 1-12, day, h, min, s
 */
export function partsIn(ms, zone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  /** @type {Record<string, number>} */
  const found = {};
  for (const { type, value } of format.formatToParts(ms)) found[type] = Number(value);
  return [found.year, found.month, found.day, found.hour, found.minute, found.second];
}

/**
 * @param {number[]} parts year, month 1-12, day, h, min, s as the zone's clock shows them
 * @param {string} zone
 * @returns {number|null} epoch ms; null where no calendar has such a day or hour
 */
function momentOf(parts, zone) {
  const [year, month, day, hour, minute, second] = parts;
  const plain = Date.UTC(year, month - 1, day, hour, minute, second);
  let guess = plain;
  // twice, for an hour in which the zone's offset changes
  for (let i = 0; i < 2; i++) {
    const [y, mo, d, h, mi, s] = partsIn(guess, zone);
    guess += plain - Date.UTC(y, mo - 1, d, h, mi, s);
  }
  return partsIn(guess, zone).every((part, i) => part === parts[i]) ? guess : null;
}

/** @param {string} word @param {number} year @returns {number[]|null} */
function dateOf(word, year) {
  const first = DAY_FIRST.exec(word);
  if (first) return [Number(first[3] ?? year), Number(first[2]), Number(first[1])];
  const last = YEAR_FIRST.exec(word);
  return last ? [Number(last[1]), Number(last[2]), Number(last[3])] : null;
}

/** @param {string} word @returns {number[]|null} */
function hourOf(word) {
  const found = HOURS.exec(word);
  return found ? [Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0)] : null;
}

/**
 * @param {string} text
 * @param {string} zone IANA name
 * @param {number} now epoch ms: the day and year of what is not said
 * @returns {number|null} epoch ms, null if it cannot be read
 */
export function parseMoment(text, zone, now) {
  const trimmed = text.trim();
  if (ZONED.test(trimmed) && trimmed.includes("T")) {
    const parsed = Date.parse(trimmed);
    return Number.isNaN(parsed) ? null : parsed;
  }
  const words = trimmed.replace(/^(\d{4}-\d{1,2}-\d{1,2})T/, "$1 ").split(/[\s,]+/).filter(Boolean);
  if (!words.length || words.length > 2) return null;
  const today = partsIn(now, zone);
  let date = null;
  let hour = null;
  for (const word of words) {
    const asHour = hourOf(word);
    const asDate = asHour ? null : dateOf(word, today[0]);
    if (asHour && !hour) hour = asHour;
    else if (asDate && !date) date = asDate;
    else return null;
  }
  return momentOf([...(date ?? today.slice(0, 3)), ...(hour ?? [0, 0, 0])], zone);
}

/** As it is typed: 22/11/2026 14:30. @param {number} ms @param {string} zone */
export function writeMoment(ms, zone) {
  const [year, month, day, hour, minute] = partsIn(ms, zone);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${two(day)}/${two(month)}/${year} ${two(hour)}:${two(minute)}`;
}
