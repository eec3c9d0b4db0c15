/** The wall as it looks from the last row, on this screen; pure. */

/** CSS says that an inch has 96 pixels; screens differ, so people may say better. */
export const USUAL_PX_MM = 25.4 / 96;

/**
 * How wide a wall must be drawn so that it fills the same angle of the eye.
 * @param {{width_px: number}} canvas
 * @param {{pitch_mm: number, farthest_m: number}} wall
 * @param {{distance_cm: number, px_mm: number}} screen one CSS pixel in mm, eye to screen
 * @returns {{wall_mm: number, width_px: number, angle_deg: number}}
 */
export function seen(canvas, wall, screen) {
  const wall_mm = canvas.width_px * wall.pitch_mm;
  const away_mm = wall.farthest_m * 1000;
  const width_mm = (wall_mm * screen.distance_cm * 10) / away_mm;
  return {
    wall_mm: Math.round(wall_mm),
    width_px: width_mm / screen.px_mm,
    angle_deg: (2 * Math.atan(wall_mm / 2 / away_mm) * 180) / Math.PI,
  };
}
