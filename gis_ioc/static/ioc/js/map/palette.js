/** Map colours by theme: a quiet, low-chroma ground, land a little lighter than sea. */

/** @typedef {typeof DARK} Palette */

const DARK = {
  sea: "#10161d",
  seaFar: "#0d1218",
  land: "#1c232c",
  coast: "#3a4755",
  coastGlow: "#16202a",
  river: "#15232f",
  riverLine: "#1f3342",
  border: "#57636f",
  borderMinor: "#3a4450",
  label: "#9aa7b5",
  labelSea: "#5b7388",
  labelHalo: "#10161d",
  selection: "#ffffff",
  selectionHalo: "#0b0f14",
  // what people draw and measure themselves: hues that no layer and no alarm has
  measure: "#ffffff",
  mark: "#c7b3ff",
  markText: "#f3f6f9",
  markHalo: "#0b0f14",
};

/** @type {Palette} */
const LIGHT = {
  sea: "#d3dfe8",
  seaFar: "#c9d7e2",
  land: "#f7f6f2",
  coast: "#9fb0be",
  coastGlow: "#c3d3df",
  river: "#d3dfe8",
  riverLine: "#b4cadb",
  border: "#8d99a5",
  borderMinor: "#c2c9d0",
  label: "#4d5966",
  labelSea: "#54788f",
  labelHalo: "#f7f6f2",
  selection: "#0e1720",
  selectionHalo: "#ffffff",
  measure: "#101820",
  mark: "#5b3cc4",
  markText: "#101820",
  markHalo: "#ffffff",
};

/** @param {string} theme */
export const palette = (theme) => (theme === "light" ? LIGHT : DARK);

/** Fixed in both themes: severity is learned once. */
export const SEVERITY = {
  critical: "#ff5a52",
  high: "#ff9a3d",
  medium: "#f4cd3a",
  low: "#4fc4e8",
};

const HEX = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * The same hue with lightness turned round, for text and outlines that a layer chose
 * for the dark ground. Anything but a plain hex colour is left alone.
 * @param {any} color
 * @returns {any}
 */
export function turned(color) {
  if (typeof color !== "string" || !HEX.test(color)) return color;
  const [r, g, b] = rgb(color);
  const shift = 255 - Math.max(r, g, b) - Math.min(r, g, b);
  return `#${[r, g, b].map((v) => hex(v + shift)).join("")}`;
}

/** @param {string} color */
function rgb(color) {
  const text = color.length === 4 ? color.replace(/[0-9a-f]/gi, "$&$&") : color;
  return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
}

/** @param {number} value */
const hex = (value) => Math.min(255, Math.max(0, value)).toString(16).padStart(2, "0");
