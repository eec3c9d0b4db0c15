/** What is drawn along the track of a time bar: how much there is, and hours and days. */
import { h } from "../lib/dom.js";
import { partsIn } from "../lib/moments.js";

const MIN_MS = 60_000;
const HOUR_MS = 60 * MIN_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS = [5 * MIN_MS, 10 * MIN_MS, 15 * MIN_MS, 30 * MIN_MS, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
const LABEL_PX = 62;

/**
 * Round times of a zone's clock within a span.
 * @param {number} from epoch ms
 * @param {number} to epoch ms
 * @param {number} most
 * @param {string} zone
 * @returns {{at: number, step: number}[]}
 */
export function ticksOf(from, to, most, zone) {
  const step = STEPS.find((each) => (to - from) / each <= most) ?? /** @type {number} */ (STEPS.at(-1));
  const [year, month, day, hour, minute, second] = partsIn(from, zone);
  const shift = Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(from / 1000) * 1000;
  const found = [];
  for (let at = Math.ceil((from + shift) / step) * step - shift; at <= to; at += step) found.push({ at, step });
  return found;
}

/** @param {HTMLElement} node @param {number} from @param {number} to @param {string} zone */
export function drawTicks(node, from, to, zone) {
  const most = Math.max(2, Math.floor(node.clientWidth / LABEL_PX));
  // a label at the very edge would be cut
  const edge = ((to - from) * LABEL_PX) / 3 / Math.max(1, node.clientWidth);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  node.replaceChildren(
    ...ticksOf(from, to, most, zone).filter(({ at }) => at - from > edge && to - at > edge).map(({ at, step }) => {
      const [, month, day, hour, minute] = partsIn(at, zone);
      const midnight = !hour && !minute;
      const text = midnight || step >= DAY_MS ? `${two(day)}/${two(month)}` : `${two(hour)}:${two(minute)}`;
      const place = ((at - from) / (to - from)) * 100;
      return h("span", { class: midnight ? "is-day" : null, style: `left:${place.toFixed(3)}%` }, text);
    }),
  );
}

/** @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} counts */
export function drawHistogram(canvas, counts) {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(canvas.clientHeight * ratio);
  const pen = canvas.getContext("2d");
  const most = Array.from(counts).reduce((a, b) => Math.max(a, b), 0);
  if (!pen || !most) return;
  pen.fillStyle = getComputedStyle(canvas).color;
  const width = canvas.width / counts.length;
  for (let i = 0; i < counts.length; i++) {
    // a few among many stay visible
    const height = counts[i] ? Math.max(ratio, Math.sqrt(counts[i] / most) * canvas.height) : 0;
    pen.fillRect(i * width, canvas.height - height, Math.max(1, width - ratio), height);
  }
}

