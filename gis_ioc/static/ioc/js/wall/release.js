/** A new release is loaded at a quiet moment: no alarm is shown, nothing moves, the server
 *  answers; the panels of a wall one after the other. */
import { page } from "../lib/page.js";
import { now } from "../lib/time.js";

const LOOK_MS = 2_000;
const STILL_MS = 10_000;
const APART_MS = 4_000;
const ALREADY = "reloaded";

/**
 * @param {{open: boolean, over: any, moved_ms: number, told_ms: number, turn: number}} seen
 *   `moved_ms`, `told_ms`: how long ago; `turn`: place of this panel in the row
 */
export const isQuiet = ({ open, over, moved_ms, told_ms, turn }) =>
  open && !over && moved_ms > STILL_MS && told_ms > STILL_MS + turn * APART_MS;

/** Never again and again for the same one. @param {string} release */
function once(release) {
  const key = `${ALREADY}.${release}.${page.release}`;
  if (sessionStorage.getItem(key)) return false;
  sessionStorage.setItem(key, String(now()));
  return true;
}

/** Whether this page can be had now. */
async function answers() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(5_000) });
    return answer.ok && !answer.redirected;
  } catch {
    return false;
  }
}

/**
 * @param {import("./glass.js").Glass} glass
 * @param {(name: string, listener: (detail: any) => void) => unknown} on
 */
export function startRelease(glass, on) {
  let release = "";
  let toldAt = 0;
  on("release", (told) => {
    if (told === page.release || told === release) return;
    release = told;
    toldAt = now();
  });
  const look = async () => {
    if (!release) return;
    const { place, link, frames, show } = glass;
    const turn = place ? (place[1] - 1) * link.bundle.canvas.columns + place[0] - 1 : 0;
    const at = now();
    const seen = { open: link.open, over: show?.stage.over, moved_ms: at - frames.movedAt, told_ms: at - toldAt, turn };
    if (isQuiet(seen) && (await answers()) && once(release)) location.reload();
  };
  setInterval(look, LOOK_MS);
  on("reload", async () => {
    if (await answers()) location.reload();
  });
}
