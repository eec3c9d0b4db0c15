/** The line below the map: scale, position, zoom, notes; and the chip of the channel. */
import { bus } from "../lib/bus.js";
import { byId } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { age, clockText, now } from "../lib/time.js";
import { page } from "../lib/page.js";

const EARTH_M = 40_075_016.686;
const TILE_PX = 512;
const DELAYED_S = 30;
const SILENT_S = 16;

/**
 * A round length that fits, and how wide it is on the screen.
 * @param {number} lat
 * @param {number} zoom
 * @param {number} room_px
 */
export function scaleBar(lat, zoom, room_px) {
  const metres_per_px = (EARTH_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
  const most = metres_per_px * room_px;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2, 1].find((step) => step * power <= most) ?? 1) * power;
  return { metres, width_px: metres / metres_per_px };
}

/** @param {number} metres */
export const lengthText = (metres) => (metres >= 1000 ? `${metres / 1000} km` : `${metres} m`);

/**
 * Degrees and decimal minutes, as seafarers write them.
 * @param {number} lat
 * @param {number} lon
 */
export function positionText(lat, lon) {
  const part = (/** @type {number} */ value, /** @type {string} */ letters, /** @type {number} */ width) => {
    const tenths = Math.round(Math.abs(value) * 60_000);
    const degrees = Math.floor(tenths / 60_000);
    const minutes = ((tenths % 60_000) / 1000).toFixed(3).padStart(6, "0");
    return `${String(degrees).padStart(width, "0")}°${minutes}′${value < 0 ? letters[1] : letters[0]}`;
  };
  return `${part(lat, "NS", 2)} ${part(lon, "EW", 3)}`;
}

/** @param {any} map */
export function startStatus(map) {
  const scale = byId("scale");
  const move = () => {
    const { lat } = map.getCenter();
    const bar = scaleBar(lat, map.getZoom(), 120);
    scale.querySelector("i").style.width = `${bar.width_px}px`;
    scale.querySelector("b").textContent = lengthText(bar.metres);
    byId("zoom").textContent = t("status.zoom", { zoom: map.getZoom().toFixed(1) });
  };
  map.on("move", move);
  map.on("mousemove", (/** @type {any} */ event) => {
    byId("position").textContent = positionText(event.lngLat.lat, event.lngLat.lng);
  });
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
