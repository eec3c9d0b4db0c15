/** Clocks that count: `data-until` and `data-since` hold seconds since 1970. */

const STEP_MS = 1_000;

/** "11 days", in the language of the page. @param {number} days */
function spoken(days) {
  const language = globalThis.document?.documentElement.lang || "en";
  return new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" }).format(days);
}

/** @param {number} seconds */
export function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const days = Math.floor(s / 86_400);
  const clock = `${two(Math.floor((s % 86_400) / 3_600))}:${two(Math.floor((s % 3_600) / 60))}:${two(s % 60)}`;
  return days ? `${spoken(days)} ${clock}` : clock;
}

/** @param {ParentNode} root @param {number} now seconds since 1970 */
export function show(root, now) {
  for (const place of root.querySelectorAll("[data-until]")) {
    const left = Number(/** @type {HTMLElement} */ (place).dataset.until) - now;
    place.textContent = left >= 0 ? `−${span(left)}` : `+${span(-left)}`;
    place.classList.toggle("is-over", left < 0);
  }
  for (const place of root.querySelectorAll("[data-since]")) {
    place.textContent = span(now - Number(/** @type {HTMLElement} */ (place).dataset.since));
  }
}

/** @param {ParentNode} [root] */
export function startClocks(root = document) {
  show(root, Date.now() / 1_000);
  setInterval(() => show(root, Date.now() / 1_000), STEP_MS);
  document.addEventListener("htmx:afterSwap", () => show(root, Date.now() / 1_000));
}
