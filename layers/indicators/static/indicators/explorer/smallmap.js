/** A map of a few hundred pixels as SVG, from the outlines of a set of units. */
import { theme } from "@ioc/map/engine.js";
import { hatchInk } from "./hatch.js";

const SVG = "http://www.w3.org/2000/svg";
const ROOM = 8;
/** The fill of a unit without a figure. */
export const MISSING = "url(#xp-hatch)";

/** @param {string} tag @param {Record<string, any>} attrs @param {...Node} children */
function draw(tag, attrs, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** The pattern of what is missing, once in the page. */
function hatch() {
  const [stroke, ground] = hatchInk(theme());
  return draw(
    "pattern",
    { id: "xp-hatch", patternUnits: "userSpaceOnUse", width: 40, height: 40, patternTransform: "rotate(45)" },
    draw("rect", { width: 40, height: 40, fill: ground }),
    draw("rect", { width: 10, height: 40, fill: stroke }),
  );
}

/**
 * @param {{size: [number, number], units: {id: number, path: string}[]}} shapes
 * @param {(id: number) => string} fill
 */
export function smallMap({ size: [width, height], units }, fill) {
  const paths = units.map(({ id, path }) => draw("path", { d: path, fill: fill(id), "data-id": id }));
  const viewBox = `${-ROOM} ${-ROOM} ${width + 2 * ROOM} ${height + 2 * ROOM}`;
  return draw("svg", { viewBox, class: "xp-small-map", "aria-hidden": "true" }, draw("defs", {}, hatch()), ...paths);
}
