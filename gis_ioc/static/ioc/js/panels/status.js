/** The line below the map: zoom and notes (scale, north and position are furniture); and
 *  the chip of the channel. */
import { bus } from "../lib/bus.js";
import { byId } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { age, clockText, now } from "../lib/time.js";
import { page } from "../lib/page.js";

export { lengthText, scaleBar } from "../map/furniture/scale.js";

const DELAYED_S = 30;
const SILENT_S = 16;

/** @param {any} map */
export function startStatus(map) {
  const move = () => {
    byId("zoom").textContent = t("status.zoom", { zoom: map.getZoom().toFixed(1) });
  };
  map.on("move", move);
  move();
}

/** Sources of what is shown. @param {string[]} notes */
export function showNotes(notes) {
  byId("notes").textContent = [...new Set(notes.filter(Boolean))].join(" · ");
}

/**
 * What the chip says.
 * @param {{open: boolean, tried: boolean, heard_s: number, newest_s: number, now_s: number}} state
 * @returns {{state: "live"|"delayed"|"off"|"wait", age_s: number|null}}
 */
export function health({ open, tried, heard_s, newest_s, now_s }) {
  if (!open) {
    if (!tried) return { state: "wait", age_s: null };
    return { state: "off", age_s: heard_s ? now_s - heard_s : null };
  }
  const quiet_s = now_s - heard_s;
  if (quiet_s > SILENT_S) return { state: "delayed", age_s: quiet_s };
  if (newest_s && now_s - newest_s > DELAYED_S) return { state: "delayed", age_s: now_s - newest_s };
  return { state: "live", age_s: newest_s ? Math.max(0, now_s - newest_s) : null };
}

/** @param {"live"|"delayed"|"off"|"wait"} state @param {number|null} age_s */
export function healthText(state, age_s) {
  if (state === "live") return t("live.live");
  if (state === "wait") return t("live.connecting");
  if (state === "delayed") return t("live.delayed", { age: age(age_s ?? 0) });
  return age_s === null ? t("live.offline") : t("live.offlineFor", { age: age(age_s) });
}

/** @param {(state: any) => void} [also] told every second */
export function startChip(also) {
  const chip = byId("live-chip");
  const clock = byId("clock");
  const known = { open: false, tried: false, heard_s: 0, newest_s: 0 };
  const heard = () => {
    known.heard_s = now() / 1000;
  };
  bus.on("live:open", (hello) => {
    Object.assign(known, { open: true, tried: true });
    heard();
    if (hello.release && hello.release !== page.release) bus.emit("release", hello.release);
  });
  bus.on("live:away", () => {
    known.open = false;
  });
  bus.on("live:beat", heard);
  bus.on("live:data", ({ newest_s }) => {
    known.newest_s = Math.max(known.newest_s, newest_s);
    heard();
  });
  setTimeout(() => {
    known.tried = true;
  }, 5000);
  const tick = () => {
    const now_ms = now();
    const { state, age_s } = health({ ...known, now_s: now_ms / 1000 });
    if (clock) {
      clock.hidden = false;
      clock.textContent = clockText(now_ms);
    }
    if (chip) draw(chip, state, age_s, now_ms);
    also?.({ state, age_s, now_ms });
  };
  tick();
  setInterval(tick, 1000);
}

/**
 * @param {any} chip
 * @param {any} state
 * @param {number|null} age_s
 * @param {number} now_ms
 */
function draw(chip, state, age_s, now_ms) {
  const text = healthText(state, age_s);
  chip.hidden = false;
  if (chip.textContent !== text) chip.textContent = text;
  chip.dataset.state = state;
  chip.title = age_s === null ? clockText(now_ms) : t("live.explain", { age: age(age_s), time: clockText(now_ms) });
}
