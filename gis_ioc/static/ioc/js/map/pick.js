/** What a click means: the nearest point, else the smallest thing under it. */

const POINTS = new Set(["Point", "MultiPoint"]);
const LINES = new Set(["LineString", "MultiLineString"]);

/**
 * @typedef {object} Candidate
 * @property {string} layer slug
 * @property {number} id
 * @property {string} title
 * @property {"point"|"line"|"area"} shape
 * @property {number} distance_px
 */

/** @param {string} type @returns {"point"|"line"|"area"} */
export function shapeOf(type) {
  if (POINTS.has(type)) return "point";
  return LINES.has(type) ? "line" : "area";
}

/**
 * One per feature, nearest first; points before lines before areas.
 * @param {Candidate[]} found
 * @returns {Candidate[]}
 */
export function ordered(found) {
  const weight = { point: 0, line: 1, area: 2 };
  /** @type {Map<string, Candidate>} */
  const seen = new Map();
  for (const item of found) {
    const key = `${item.layer}/${item.id}`;
    const known = seen.get(key);
    if (!known || item.distance_px < known.distance_px) seen.set(key, item);
  }
  return [...seen.values()].sort((a, b) => weight[a.shape] - weight[b.shape] || a.distance_px - b.distance_px);
}

/**
 * Open at once, or let the user choose: several points on one spot, or several areas.
 * @param {Candidate[]} items ordered
 * @returns {{open: Candidate|null, choose: Candidate[]}}
 */
export function decide(items) {
  const [first, second] = items;
  if (!first) return { open: null, choose: [] };
  const rival = second && second.shape === first.shape && second.distance_px - first.distance_px < 4;
  return rival ? { open: null, choose: items } : { open: first, choose: [] };
}

/**
 * Candidates around a screen point.
 * @param {any} map
 * @param {{x: number, y: number}} point
 * @param {{clickable(): string[], near(point: {x: number, y: number}, tolerance_px: number): Candidate[]}} drawn
 * @param {number} tolerance_px
 */
export function candidates(map, point, drawn, tolerance_px) {
  const layers = drawn.clickable();
  const { x, y } = point;
  const box = [
    [x - tolerance_px, y - tolerance_px],
    [x + tolerance_px, y + tolerance_px],
  ];
  // the name of an area is meant by who touches it, not by who touches beside it
  const near = map
    .queryRenderedFeatures(box, { layers })
    .filter((/** @type {any} */ found) => shapeOf(found.geometry.type) !== "area" && !isLabel(found));
  const under = map.queryRenderedFeatures([x, y], { layers });
  const found = [...near, ...under].filter(isFeature).map((one) => candidate(map, point, one));
  return ordered([...found, ...drawn.near(point, tolerance_px)]);
}

/** @param {any} found */
const isLabel = (found) => Boolean(found.sourceLayer?.endsWith("_label"));

/** Aggregates have no id of a row and cannot be opened. @param {any} found */
const isFeature = (found) => Number.isSafeInteger(Number(found.id)) && found.id !== undefined;

/**
 * @param {any} map
 * @param {{x: number, y: number}} point
 * @param {any} found
 * @returns {Candidate}
 */
function candidate(map, point, found) {
  const shape = shapeOf(found.geometry.type);
  return {
    layer: found.layer.metadata.drawer ?? found.layer.metadata.slug,
    id: Number(found.id),
    title: String(found.properties.title ?? found.id),
    shape,
    distance_px: shape === "point" ? distance(map, point, found.geometry) : 0,
  };
}

/**
 * @param {any} map
 * @param {{x: number, y: number}} point
 * @param {any} geometry
 */
function distance(map, point, geometry) {
  const at = geometry.type === "Point" ? geometry.coordinates : geometry.coordinates[0];
  const screen = map.project(at);
  return Math.hypot(screen.x - point.x, screen.y - point.y);
}
