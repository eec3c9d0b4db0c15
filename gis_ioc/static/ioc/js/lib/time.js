import { ClockSync } from "./clocksync.js";
import { page } from "./page.js";
import { t } from "./texts.js";

const UNITS = /** @type {const} */ ([
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
]);

/**
 * Age as one number and one unit: 42 s, 7 min, 3 h, 12 d.
 * @param {number} seconds
 * @returns {{n: number, unit: "d"|"h"|"min"|"s"}}
 */
export function ageParts(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  for (const [unit, size] of UNITS) {
    if (whole >= size) return { n: Math.floor(whole / size), unit };
  }
  return { n: 0, unit: "s" };
}

/** @param {number} seconds */
export function age(seconds) {
  const { n, unit } = ageParts(seconds);
  return t(`time.${unit}`, { n });
}

/**
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatter(options) {
  return new Intl.DateTimeFormat(page.language === "vi" ? "vi-VN" : "en-GB", {
    timeZone: page.timezone,
    hourCycle: "h23",
    ...options,
  });
}

const hours = formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = formatter({ weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
const brief = formatter({ hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" });

/** @param {number} ms epoch milliseconds */
export const clockText = (ms) => hours.format(ms);
/** @param {number} ms */
export const dayText = (ms) => day.format(ms);
/** @param {number} ms */
export const briefText = (ms) => brief.format(ms);

/** The server's clock, kept by the live channel. */
export const serverClock = new ClockSync();

/** This machine's time, epoch ms; runs on even when somebody sets its clock. */
export const local = () => performance.timeOrigin + performance.now();

/** Now by the server's clock, epoch milliseconds. */
export const now = () => serverClock.now(local());

/**
 * Epoch milliseconds of what tiles, API and live rows call a time: ISO text,
 * epoch seconds, or epoch milliseconds.
 * @param {unknown} value
 * @returns {number|null}
 */
export function epochMs(value) {
  if (typeof value === "number") return value < 1e11 ? value * 1000 : value;
  if (typeof value !== "string" || !value) return null;
  const parsed = Date.parse(value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  return Number.isNaN(parsed) ? null : parsed;
}
