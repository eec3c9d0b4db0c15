/** The scale bar: a round length at the middle of the map, in metres and kilometres. */

const EARTH_M = 40_075_016.686;
const TILE_PX = 512;
/** One pixel of CSS on paper or glass, as the standard has it. */
const PIXEL_M = 0.0254 / 96;

/** @param {number} lat @param {number} zoom metres that one pixel spans */
export const metresPerPixel = (lat, zoom) => (EARTH_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);

/**
 * A round length that fits, and how wide it is on the screen.
 * @param {number} lat
 * @param {number} zoom
 * @param {number} room_px
 */
export function scaleBar(lat, zoom, room_px) {
  const metres_per_px = metresPerPixel(lat, zoom);
  const most = metres_per_px * room_px;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2, 1].find((step) => step * power <= most) ?? 1) * power;
  return { metres, width_px: metres / metres_per_px };
}

/** @param {number} metres */
export const lengthText = (metres) => (metres >= 1000 ? `${metres / 1000} km` : `${metres} m`);

/** The denominator of the scale on a surface, 1 : n. @param {number} lat @param {number} zoom @param {number} [pixel_m] */
export const scaleNumber = (lat, zoom, pixel_m = PIXEL_M) => metresPerPixel(lat, zoom) / pixel_m;

/**
 * Keeps a bar (`i`) and its text (`b`) in a box true to the map.
 * @param {any} map
 * @param {HTMLElement} box
 * @param {number} room_px
 * @returns {() => void} draws it
 */
export function startScale(map, box, room_px) {
  const draw = () => {
    const bar = scaleBar(map.getCenter().lat, map.getZoom(), room_px);
    /** @type {HTMLElement} */ (box.querySelector("i")).style.width = `${bar.width_px}px`;
    /** @type {HTMLElement} */ (box.querySelector("b")).textContent = lengthText(bar.metres);
  };
  map.on("move", draw);
  map.on("resize", draw);
  draw();
  return draw;
}
