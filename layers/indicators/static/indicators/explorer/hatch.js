/** The hatch that stands for "no figure": an image for the map, a pattern for SVG. */

const SIDE = 12;
const RATIO = 2;
/** Stroke and ground by theme. */
const INK = { dark: ["#66717e", "#171d24"], light: ["#98a3ae", "#eef0f1"] };

/** @param {string} theme */
export const hatchInk = (theme) => (theme === "light" ? INK.light : INK.dark);

/**
 * A square that repeats without a seam: lines at 45° through its diagonal and corners.
 * @param {string} theme
 */
export function hatchImage(theme) {
  const side = SIDE * RATIO;
  const canvas = new OffscreenCanvas(side, side);
  const context = /** @type {any} */ (canvas.getContext("2d"));
  const [stroke, ground] = hatchInk(theme);
  context.fillStyle = ground;
  context.fillRect(0, 0, side, side);
  context.strokeStyle = stroke;
  context.lineWidth = 1.4 * RATIO;
  for (const shift of [-side, 0, side]) {
    context.beginPath();
    context.moveTo(shift - 2, side + 2);
    context.lineTo(shift + side + 2, -2);
    context.stroke();
  }
  return { image: context.getImageData(0, 0, side, side), ratio: RATIO };
}

/** The same as CSS, for signs in the legend and the table. */
export const HATCH_CSS = "xp-hatch";
