/** Map images painted from the page's icon sheet; a name means the same everywhere. */
import { symbolOf } from "../lib/dom.js";
import { distanceField } from "./sdf.js";

const SIZE = 24;
const RATIO = 2;
const PAD = 4;
const OUTLINE = 2;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Element} symbol
 */
function paint(context, symbol) {
  context.fillStyle = context.strokeStyle = "#000";
  context.lineWidth = OUTLINE;
  context.lineCap = context.lineJoin = "round";
  for (const node of symbol.querySelectorAll("path")) {
    const path = new Path2D(node.getAttribute("d") ?? "");
    const solid = node.hasAttribute("data-solid") || node.closest('[fill="currentColor"]');
    if (solid) context.fill(path, "evenodd");
    else context.stroke(path);
  }
}

/**
 * The drawing as a distance field that takes any icon-color.
 * @param {string} name icon, own shape, or severity mark of the sheet
 * @returns {{width: number, height: number, data: Uint8ClampedArray}|null}
 */
export function drawing(name) {
  const symbol = symbolOf(name);
  if (!symbol) return null;
  const side = (SIZE + 2 * PAD) * RATIO;
  const canvas = new OffscreenCanvas(side, side);
  const context = /** @type {any} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.scale(RATIO, RATIO);
  context.translate(PAD, PAD);
  paint(context, symbol);
  const rgba = context.getImageData(0, 0, side, side).data;
  const field = distanceField(
    rgba.filter((/** @type {number} */ _v, /** @type {number} */ i) => i % 4 === 3),
    side,
    side,
  );
  const data = new Uint8ClampedArray(side * side * 4);
  field.forEach((value, i) => {
    data[4 * i + 3] = value;
  });
  return { width: side, height: side, data };
}

/**
 * Names in icon-image are drawn when a style first asks for them.
 * @param {any} map
 */
export function drawImages(map) {
  map.setMissingStyleImageResolver((/** @type {string} */ name) => {
    if (map.hasImage(name)) return;
    const image = drawing(name) ?? drawing("shape-circle");
    if (image) map.addImage(name, image, { sdf: true, pixelRatio: RATIO });
  });
}
