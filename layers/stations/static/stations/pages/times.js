/** Times of the page: ECharts draws in UTC, so all times are shifted by the zone. */
import { page } from "@ioc/lib/page.js";

export const DAY_MS = 86_400_000;

/** How far the clock of the page is ahead of UTC: the zone has no summer time. */
export const SHIFT_MS = (() => {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: page.timezone,
    timeZoneName: "longOffset",
  }).formatToParts();
  const found = /([+-])(\d\d):(\d\d)/.exec(parts.find((part) => part.type === "timeZoneName")?.value ?? "");
  return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000 : 0;
})();

export const locale = page.language === "vi" ? "vi-VN" : "en-GB";
const written = (/** @type {Intl.DateTimeFormatOptions} */ options) =>
  new Intl.DateTimeFormat(locale, { timeZone: "UTC", hourCycle: "h23", ...options });
export const full = written({ hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" });
export const clock = written({ hour: "2-digit", minute: "2-digit" });
const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
/** Both languages write days and months alike. @param {number} ms */
export const day = (ms) => `${two(new Date(ms).getUTCDate())}/${two(new Date(ms).getUTCMonth() + 1)}`;
/** @param {number} ms */
export const month = (ms) => `${two(new Date(ms).getUTCMonth() + 1)}/${new Date(ms).getUTCFullYear()}`;

/** @param {number} ms */
export const iso = (ms) => `${new Date(ms).toISOString().slice(0, 16)}Z`;

/** A time of the address; without a zone it is that of the page. @param {string|null} text @returns {number|null} */
export function localMs(text) {
  if (!text) return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) && text.includes("T");
  const ms = Date.parse(zoned ? text : `${text.includes("T") ? text : `${text}T00:00`}Z`);
  return Number.isNaN(ms) ? null : ms - (zoned ? 0 : SHIFT_MS);
}
