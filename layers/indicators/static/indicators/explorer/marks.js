/** Small signs: verdicts by shape and restrained tone, trends, estimates. */
import { h } from "@ioc/lib/dom.js";
import { say } from "./say.js";

export const SHAPES = /** @type {Record<string, string>} */ ({ red: "▲", amber: "◆", green: "●" });
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} status */
export const statusMark = (status) =>
  h(
    "span",
    {
      class: `xp-status xp-status-${status}`,
      role: "img",
      "aria-label": say(`status.${status}`),
      title: say(`status.${status}`),
    },
    SHAPES[status] ?? "",
  );

/** A square of a colour. @param {string} colour */
export function swatch(colour) {
  const node = h("i", { class: "xp-swatch" });
  node.style.background = colour;
  return node;
}

/**
 * A line through values, scaled to its own extent.
 * @param {number[]} values oldest first
 * @param {number} [width]
 * @param {number} [height]
 */
export function spark(values, width = 120, height = 32) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("class", "xp-spark");
  svg.setAttribute("aria-hidden", "true");
  if (values.length < 2) return svg;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (/** @type {number} */ i) => 3 + ((width - 6) * i) / (values.length - 1);
  const y = (/** @type {number} */ v) =>
    high === low ? height / 2 : height - 3 - ((height - 6) * (v - low)) / (high - low);
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute("points", values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" "));
  const dot = document.createElementNS(SVG, "circle");
  dot.setAttribute("cx", x(values.length - 1).toFixed(1));
  dot.setAttribute("cy", y(values[values.length - 1]).toFixed(1));
  dot.setAttribute("r", "2.6");
  svg.append(line, dot);
  return svg;
}
