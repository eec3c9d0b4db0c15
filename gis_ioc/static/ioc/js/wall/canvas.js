/** The virtual canvas of a wall; says the same as gis_ioc/wall/canvas.py. Pure. */

/** MapLibre: the world is 512 px wide at zoom 0. */
export const WORLD_PX = 512;

/** A rectangle of canvas pixels; y runs down. @typedef {{x: number, y: number, width: number, height: number}} Box */
/**
 * Centre in normalised Web Mercator (0–1, y runs down) and the zoom at which the world
 * is `512 * 2**zoom` canvas pixels wide.
 * @typedef {{x: number, y: number, zoom: number}} Camera
 */
/** @typedef {{columns: number, rows: number, panel_width_px: number, panel_height_px: number, bezel_x_px: number, bezel_y_px: number}} Canvas */

/** @param {Canvas} canvas */
export const widthOf = (canvas) => canvas.columns * (canvas.panel_width_px + canvas.bezel_x_px) - canvas.bezel_x_px;

/** @param {Canvas} canvas */
export const heightOf = (canvas) => canvas.rows * (canvas.panel_height_px + canvas.bezel_y_px) - canvas.bezel_y_px;

/** @param {Canvas} canvas @returns {Box} */
export const whole = (canvas) => ({ x: 0, y: 0, width: widthOf(canvas), height: heightOf(canvas) });

/**
 * The part of one panel; both count from 1 at the top left.
 * @param {Canvas} canvas
 * @param {number} column
 * @param {number} row
 * @returns {Box}
 */
export function panel(canvas, column, row) {
  const inside = column >= 1 && column <= canvas.columns && row >= 1 && row <= canvas.rows;
  if (!inside) throw new RangeError(`no panel ${column}/${row} on this wall`);
  return {
    x: (column - 1) * (canvas.panel_width_px + canvas.bezel_x_px),
    y: (row - 1) * (canvas.panel_height_px + canvas.bezel_y_px),
    width: canvas.panel_width_px,
    height: canvas.panel_height_px,
  };
}

/** Whether the two share a pixel. @param {Box} a @param {Box} b */
export function cuts(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** What both cover; null if they share no pixel. @param {Box} a @param {Box} b @returns {Box|null} */
export function common(a, b) {
  if (!cuts(a, b)) return null;
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return {
    x,
    y,
    width: Math.min(a.x + a.width, b.x + b.width) - x,
    height: Math.min(a.y + a.height, b.y + b.height) - y,
  };
}

/** @param {Box} box @param {number} by pixels on each side @returns {Box} */
export const grown = (box, by) => ({
  x: box.x - by,
  y: box.y - by,
  width: box.width + 2 * by,
  height: box.height + 2 * by,
});

/**
 * Where a pane of a scene lies on the canvas; edges are whole pixels, so that
 * neighbours meet.
 * @param {Canvas} canvas
 * @param {{grid_columns: number, grid_rows: number}} grid
 * @param {{column: number, row: number, width: number, height: number}} pane
 * @returns {Box}
 */
export function onGrid(canvas, grid, pane) {
  const across = (/** @type {number} */ cell) => Math.round((cell * widthOf(canvas)) / grid.grid_columns);
  const down = (/** @type {number} */ cell) => Math.round((cell * heightOf(canvas)) / grid.grid_rows);
  const [x, y] = [across(pane.column), down(pane.row)];
  return { x, y, width: across(pane.column + pane.width) - x, height: down(pane.row + pane.height) - y };
}

/**
 * The camera of a window that shows only `part` of a map pane: the same zoom, the centre
 * moved by as many pixels as the part's middle lies off the pane's.
 * @param {Camera} camera
 * @param {Box} pane
 * @param {Box} part
 * @returns {Camera}
 */
export function shifted(camera, pane, part) {
  const world_px = WORLD_PX * 2 ** camera.zoom;
  const dx = part.x + part.width / 2 - pane.x - pane.width / 2;
  const dy = part.y + part.height / 2 - pane.y - pane.height / 2;
  return { x: camera.x + dx / world_px, y: camera.y + dy / world_px, zoom: camera.zoom };
}

/** @param {number} lon */
export const mercatorX = (lon) => (lon + 180) / 360;

/** @param {number} lat */
export const mercatorY = (lat) => (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;

/** @param {{x: number, y: number}} camera @returns {[number, number]} lon, lat */
export const lonLat = ({ x, y }) => [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];

/**
 * The camera that shows these degrees as large as a pane allows.
 * @param {[number, number, number, number]} bounds west, south, east, north
 * @param {{width: number, height: number}} pane
 * @param {number} [edge_px] left free on each side
 * @returns {Camera}
 */
export function fitted([west, south, east, north], pane, edge_px = 0) {
  const [left, right, top, bottom] = [mercatorX(west), mercatorX(east), mercatorY(north), mercatorY(south)];
  const room = (/** @type {number} */ px) => Math.max(1, px - 2 * edge_px) / WORLD_PX;
  const scale = Math.min(room(pane.width) / (right - left), room(pane.height) / (bottom - top));
  return { x: (left + right) / 2, y: (top + bottom) / 2, zoom: Math.log2(scale) };
}
