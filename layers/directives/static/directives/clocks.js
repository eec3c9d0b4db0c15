/** How a directive's clock is drawn: a ring that empties, and the time that is left in words. */
import { fill, number } from "@ioc/lib/texts.js";
import { STEPS } from "./steps.js";

const SIZE = 88;
const WIDTH = 9;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** @type {Record<string, string>} */
export const COLORS = { overdue: "#ff5a52", due_soon: "#f4cd3a", in_time: "#6fbf8f", stopped: "#8591a0" };

/**
 * @param {{due_at: number|null, running: boolean}} clock
 * @param {number} now_s
 * @param {Record<string, string>} words
 */
export function timeText({ due_at, running }, now_s, words) {
  if (!running || due_at === null) return words["clock.stopped"];
  const left = due_at - now_s;
  return fill(words[left < 0 ? "clock.over" : "clock.left"], { time: lengthText(Math.abs(left), words) });
}

/**
 * @param {number} seconds
 * @param {Record<string, string>} words
 */
function lengthText(seconds, words) {
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
  const hours = Math.floor((seconds % DAY_S) / HOUR_S);
  if (seconds >= DAY_S) return fill(words["clock.days"], { n: number(Math.floor(seconds / DAY_S)), m: number(hours) });
  if (seconds >= HOUR_S) return fill(words["clock.hours"], { n: number(hours), m: number(minutes) });
  return fill(words["clock.minutes"], { n: number(minutes) });
}

/** @param {string} clock @param {number} steps */
export const ringName = (clock, steps) => `directive-ring-${clock}-${steps}`;

/**
 * A ring of which `steps` of STEPS are full; over time it is whole again, and broken
 * into dashes, so that it is told apart without its colour.
 * @param {string} clock
 * @param {number} steps
 */
export function ring(clock, steps) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const [middle, radius, top] = [SIZE / 2, (SIZE - WIDTH) / 2 - 2, -Math.PI / 2];
  const arc = (/** @type {string} */ color, /** @type {number} */ width, /** @type {number} */ part) => {
    pen.beginPath();
    pen.arc(middle, middle, radius, top, top + 2 * Math.PI * part);
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.stroke();
  };
  arc("#10161dcc", WIDTH + 4, 1);
  if (clock === "overdue") {
    const dash = (2 * Math.PI * radius) / STEPS;
    pen.setLineDash([dash * 1.3, dash * 0.7]);
    arc(COLORS.overdue, WIDTH, 1);
  } else {
    arc(`${COLORS[clock] ?? COLORS.stopped}55`, WIDTH, 1);
    arc(COLORS[clock] ?? COLORS.stopped, WIDTH, steps / STEPS);
  }
  return pen.getImageData(0, 0, SIZE, SIZE);
}
