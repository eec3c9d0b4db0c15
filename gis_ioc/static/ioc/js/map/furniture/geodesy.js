/**
 * Lengths, bearings and areas on the WGS 84 ellipsoid. Pure. Lengths by Vincenty (1975),
 * areas on the sphere of equal area (authalic; Snyder 1987, 3-11 and 3-18), both against
 * pyproj in gis_ioc/printing/tests/test_positions.py.
 */
const A_M = 6_378_137;
const F = 1 / 298.257223563;
const B_M = A_M * (1 - F);
const E2 = F * (2 - F);
const E = Math.sqrt(E2);
const RAD = Math.PI / 180;
export const NAUTICAL_M = 1852;
const ENOUGH = 1e-12;
const TURNS = 200;

/** @typedef {[number, number]|number[]} Point lon, lat in degrees */

/**
 * The shortest way between two points.
 * @param {Point} from
 * @param {Point} to
 * @returns {{metres: number, bearing: number}} bearing at the start, degrees 0 to 360
 */
export function inverse(from, to) {
  const l = (to[0] - from[0]) * RAD;
  const u1 = Math.atan((1 - F) * Math.tan(from[1] * RAD));
  const u2 = Math.atan((1 - F) * Math.tan(to[1] * RAD));
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = l;
  let step = step0();
  for (let turn = 0; turn < TURNS; turn++) {
    step = onSphere(lambda, s1, c1, s2, c2);
    if (!step.sin) return { metres: 0, bearing: 0 };
    const k = (F / 16) * step.cos2 * (4 + F * (4 - 3 * step.cos2));
    const long = step.sigma + k * step.sin * (step.mid + k * step.cos * (2 * step.mid ** 2 - 1));
    const next = l + (1 - k) * F * step.alpha * long;
    const done = Math.abs(next - lambda) < ENOUGH;
    lambda = next;
    if (done) break;
  }
  const bearing = Math.atan2(c2 * Math.sin(lambda), c1 * s2 - s1 * c2 * Math.cos(lambda)) / RAD;
  return { metres: lengthOf(step), bearing: (bearing + 360) % 360 };
}

const step0 = () => ({ sin: 0, cos: 1, sigma: 0, alpha: 0, cos2: 1, mid: 0 });

/** @param {number} lambda @param {number} s1 @param {number} c1 @param {number} s2 @param {number} c2 */
function onSphere(lambda, s1, c1, s2, c2) {
  const sin = Math.hypot(c2 * Math.sin(lambda), c1 * s2 - s1 * c2 * Math.cos(lambda));
  const cos = s1 * s2 + c1 * c2 * Math.cos(lambda);
  const alpha = sin ? (c1 * c2 * Math.sin(lambda)) / sin : 0;
  const cos2 = 1 - alpha * alpha;
  const mid = cos2 ? cos - (2 * s1 * s2) / cos2 : 0; // 0: along the equator
  return { sin, cos, sigma: Math.atan2(sin, cos), alpha, cos2, mid };
}

/** @param {ReturnType<typeof step0>} step */
function lengthOf({ sin, cos, sigma, cos2, mid }) {
  const u = (cos2 * (A_M * A_M - B_M * B_M)) / (B_M * B_M);
  const a = 1 + (u / 16384) * (4096 + u * (-768 + u * (320 - 175 * u)));
  const b = (u / 1024) * (256 + u * (-128 + u * (74 - 47 * u)));
  const far = (b / 6) * mid * (4 * sin * sin - 3) * (4 * mid * mid - 3);
  const delta = b * sin * (mid + (b / 4) * (cos * (2 * mid * mid - 1) - far));
  return B_M * a * (sigma - delta);
}

/**
 * The legs of a way.
 * @param {Point[]} points
 * @returns {{metres: number, bearing: number}[]}
 */
export const legs = (points) => points.slice(1).map((to, index) => inverse(points[index], to));

/** @param {Point[]} points metres along them */
export const lengthAlong = (points) => legs(points).reduce((sum, { metres }) => sum + metres, 0);

/** @param {number} sin of the latitude */
const q = (sin) => (1 - E2) * (sin / (1 - E2 * sin * sin) + Math.atanh(E * sin) / E);
const Q_POLE = q(1);
const AUTHALIC_M = A_M * Math.sqrt(Q_POLE / 2);

/** Latitude on the sphere of equal area. @param {number} lat degrees */
const authalic = (lat) => Math.asin(Math.max(-1, Math.min(1, q(Math.sin(lat * RAD)) / Q_POLE)));

/**
 * Area inside a ring, square metres; which way it runs does not matter.
 * @param {Point[]} ring closed or not
 */
export function areaOf(ring) {
  let excess = 0;
  for (let index = 0; index < ring.length; index++) {
    const [from, to] = [ring[index], ring[(index + 1) % ring.length]];
    const half = ((to[0] - from[0]) * RAD) / 2;
    const [t1, t2] = [Math.tan(authalic(from[1]) / 2), Math.tan(authalic(to[1]) / 2)];
    // spherical excess between the edge and the equator (Todhunter)
    excess += 2 * Math.atan2(Math.tan(half) * (t1 + t2), 1 + t1 * t2);
  }
  return Math.abs(excess) * AUTHALIC_M * AUTHALIC_M;
}

/** The middle of some points, for a label. @param {Point[]} points @returns {[number, number]} */
export function middle(points) {
  const sum = (/** @type {number} */ axis) => points.reduce((total, point) => total + point[axis], 0) / points.length;
  return [sum(0), sum(1)];
}
