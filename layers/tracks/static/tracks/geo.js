/** Places in web mercator, 0..1 eastward and southward, as the map's own layers have them. Pure. */

const EARTH_M = 40_075_016.686;
const KNOT_MS = 1852 / 3600;

/** @param {number} lon degrees */
export const mercatorX = (lon) => (lon + 180) / 360;

/** @param {number} lat degrees */
export const mercatorY = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);

/** @param {number} x 0..1 @returns {number} degrees */
export const lonOf = (x) => x * 360 - 180;

/** @param {number} y 0..1 @returns {number} degrees */
export const latOf = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/**
 * Knots over a short leg.
 * @param {number} dx 0..1
 * @param {number} dy 0..1
 * @param {number} y 0..1, where it is
 * @param {number} seconds
 */
export function knots(dx, dy, y, seconds) {
  const metres = (Math.hypot(dx, dy) * EARTH_M) / Math.cosh(Math.PI * (1 - 2 * y));
  return seconds > 0 ? metres / seconds / KNOT_MS : 0;
}
