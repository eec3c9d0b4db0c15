/** What the surface shows, as links keep it. Pure. */

/** Values of the API's `what`. */
export const choices = ["vn_aqi", "PM2.5", "PM10", "SO2", "NO2", "CO", "O3"];

/**
 * The address of a surface; with a time of the past that of its hour, so that a clock that
 * runs asks once an hour.
 * @param {string} slug
 * @param {string} what
 * @param {string|undefined} time ISO 8601; nothing: now
 */
export function question(slug, what, time) {
  const asked = new URLSearchParams({ what });
  const ms = Date.parse(time ?? "");
  if (Number.isFinite(ms)) asked.set("at", new Date(Math.floor(ms / 3_600_000) * 3_600_000).toISOString());
  return `/api/v1/${slug}/surface?${asked}`;
}

/** @param {string} iso @param {string} language */
export function writtenHour(iso, language) {
  const written = new Intl.DateTimeFormat(language, {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: "Asia/Ho_Chi_Minh",
  });
  return written.format(new Date(iso));
}
