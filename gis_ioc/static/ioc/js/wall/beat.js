/** The heartbeat of a panel: how it does, every few seconds. */
import { page } from "../lib/page.js";
import { now, serverClock } from "../lib/time.js";

const EVERY_MS = 5_000;
const MB = 1024 * 1024;

/** @param {number|null|undefined} value */
const tenths = (value) => (value == null ? null : Math.round(value * 10) / 10);

/** @param {import("./glass.js").Glass} glass */
export async function stats(glass) {
  const { link, show, frames } = glass;
  const heap = /** @type {any} */ (performance).memory?.usedJSHeapSize;
  return {
    ...(await frames.stats()),
    offset_ms: tenths(serverClock.offset),
    rtt_ms: tenths(serverClock.rtt),
    heap_mb: heap ? tenths(heap / MB) : null,
    maps: glass.maps.alive,
    scene: show?.stage.scene ?? null,
    seq: link.seq,
    bundle: link.bundle?.version ?? "",
    release: page.release,
    data_age_s: link.newest_s ? tenths(Math.max(0, now() / 1000 - link.newest_s)) : null,
    window: [innerWidth, innerHeight],
  };
}

/** @param {import("./glass.js").Glass} glass */
export function startBeat(glass) {
  const beat = async () => {
    if (glass.link.open && glass.place) glass.link.beat(await stats(glass));
  };
  setInterval(beat, EVERY_MS);
  glass.link.addEventListener("change", beat, { once: true });
}
