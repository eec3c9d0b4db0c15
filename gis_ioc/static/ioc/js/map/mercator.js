/** Degrees and parts of the world's side, as live rows have them. */
import { STEPS } from "../live/columns.js";

/** @param {number} lon */
export const xOf = (lon) => ((lon + 180) / 360) * STEPS;
/** @param {number} lat */
export const yOf = (lat) => (0.5 - Math.atanh(Math.sin((lat * Math.PI) / 180)) / (2 * Math.PI)) * STEPS;
/** @param {number} x @param {number} y @returns {[number, number]} lon, lat */
export const lonLatOf = (x, y) => [
  (x / STEPS) * 360 - 180,
  (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / STEPS))) * 180) / Math.PI,
];
