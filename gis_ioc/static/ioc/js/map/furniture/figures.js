/** Lengths, areas and bearings as text, each with its unit. */
import { page } from "../../lib/page.js";
import { t } from "../../lib/texts.js";
import { NAUTICAL_M } from "./geodesy.js";

const HECTARE_M2 = 10_000;
const KM2 = 1_000_000;
/** From here on areas are told in square kilometres first. */
const LARGE_M2 = 100 * HECTARE_M2;

/** Three figures that count, no more than `most` decimals. @param {number} value @param {number} most */
function rounded(value, most = 3) {
  const whole = Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1;
  const places = Math.min(most, Math.max(0, 4 - whole));
  return new Intl.NumberFormat(page.language, { maximumFractionDigits: places }).format(value);
}

/** 640 m, 12.4 km. @param {number} metres */
export const lengthText = (metres) => (metres < 1000 ? `${rounded(metres, 1)} m` : `${rounded(metres / 1000)} km`);

/** @param {number} metres */
export const nauticalText = (metres) => t("figure.nautical", { n: rounded(metres / NAUTICAL_M) });

/** 043°, from true north. @param {number} degrees */
export const bearingText = (degrees) => `${String(Math.round(degrees) % 360).padStart(3, "0")}°`;

/** The unit that fits first. @param {number} square_metres @returns {[string, string]} */
export function areaTexts(square_metres) {
  const hectares = `${rounded(square_metres / HECTARE_M2)} ha`;
  const squares = `${rounded(square_metres / KM2, 4)} km²`;
  return square_metres < LARGE_M2 ? [hectares, squares] : [squares, hectares];
}
