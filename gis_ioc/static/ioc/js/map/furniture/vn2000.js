/**
 * VN-2000, the national system of coordinates, in the 3-degree zone of the province
 * (central meridian 105°00', scale 0.9999; Circular 973/2001/TT-TCDC). Pure. Both systems
 * have the WGS 84 ellipsoid; the seven parameters between them are those of Decision
 * 05/2007/QD-BTNMT (EPSG:6960, given there for a turned frame). Projection by Krueger's series (to n^4: below a millimetre here),
 * against pyproj in gis_ioc/printing/tests/test_positions.py.
 */
const A_M = 6_378_137;
const F = 1 / 298.257223563;
const E2 = F * (2 - F);
const N = F / (2 - F);
const RAD = Math.PI / 180;
const SECOND = RAD / 3600;
export const MERIDIAN = 105;
const SCALE = 0.9999;
const EAST_M = 500_000;

/** From VN-2000 to WGS 84: metres, seconds of arc, parts per million. */
const SHIFT_M = [-191.90441429, -39.30318279, -111.45032835];
const TURN = [0.00928836, -0.01975479, 0.00427372].map((seconds) => seconds * SECOND);
const GROWTH = 0.252906278e-6;

const RADIUS_M = (A_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
  (49561 / 161280) * N ** 4,
];
const BETA = [
  N / 2 - (2 / 3) * N ** 2 + (37 / 96) * N ** 3 - (1 / 360) * N ** 4,
  (1 / 48) * N ** 2 + (1 / 15) * N ** 3 - (437 / 1440) * N ** 4,
  (17 / 480) * N ** 3 - (37 / 840) * N ** 4,
  (4397 / 161280) * N ** 4,
];

/** @param {number} lat @param {number} lon degrees @returns {number[]} metres from the centre */
function centred(lat, lon) {
  const [sin, cos] = [Math.sin(lat * RAD), Math.cos(lat * RAD)];
  const normal = A_M / Math.sqrt(1 - E2 * sin * sin);
  return [normal * cos * Math.cos(lon * RAD), normal * cos * Math.sin(lon * RAD), normal * (1 - E2) * sin];
}

/** @param {number[]} xyz @returns {{lat: number, lon: number}} */
function onEllipsoid([x, y, z]) {
  const across = Math.hypot(x, y);
  let lat = Math.atan2(z, across * (1 - E2));
  for (let turn = 0; turn < 6; turn++) {
    const sin = Math.sin(lat);
    lat = Math.atan2(z + (E2 * A_M * sin) / Math.sqrt(1 - E2 * sin * sin), across);
  }
  return { lat: lat / RAD, lon: Math.atan2(y, x) / RAD };
}

/**
 * Between the systems, by position vectors.
 * @param {number} lat
 * @param {number} lon
 * @param {1|-1} way 1: from VN-2000 to WGS 84
 */
function moved(lat, lon, way) {
  const [x, y, z] = centred(lat, lon);
  const [rx, ry, rz] = TURN.map((turn) => turn * way);
  const scale = 1 + GROWTH * way;
  const turned = [x - rz * y + ry * z, rz * x + y - rx * z, -ry * x + rx * y + z];
  return onEllipsoid(turned.map((value, axis) => value * scale + SHIFT_M[axis] * way));
}

/**
 * @param {number} lat degrees, WGS 84
 * @param {number} lon
 * @returns {{north: number, east: number}} metres, VN-2000
 */
export function toGrid(lat, lon) {
  const own = moved(lat, lon, -1);
  const [phi, l] = [own.lat * RAD, (own.lon - MERIDIAN) * RAD];
  const e = Math.sqrt(E2);
  const conformal = Math.sinh(Math.atanh(Math.sin(phi)) - e * Math.atanh(e * Math.sin(phi)));
  const xi = Math.atan2(conformal, Math.cos(l));
  const eta = Math.atanh(Math.sin(l) / Math.hypot(1, conformal));
  const sums = series(ALPHA, xi, eta, 1);
  return { north: SCALE * RADIUS_M * sums.xi, east: EAST_M + SCALE * RADIUS_M * sums.eta };
}

/**
 * @param {number} north metres, VN-2000
 * @param {number} east
 * @returns {{lat: number, lon: number}} degrees, WGS 84
 */
export function fromGrid(north, east) {
  const plain = series(BETA, north / (SCALE * RADIUS_M), (east - EAST_M) / (SCALE * RADIUS_M), -1);
  const tau = Math.sin(plain.xi) / Math.hypot(Math.sinh(plain.eta), Math.cos(plain.xi));
  const lat = geographic(tau) / RAD;
  const lon = MERIDIAN + Math.atan2(Math.sinh(plain.eta), Math.cos(plain.xi)) / RAD;
  return moved(lat, lon, 1);
}

/** @param {number[]} factors @param {number} xi @param {number} eta @param {1|-1} sign */
function series(factors, xi, eta, sign) {
  const sum = { xi, eta };
  for (const [index, factor] of factors.entries()) {
    const turn = 2 * (index + 1);
    sum.xi += sign * factor * Math.sin(turn * xi) * Math.cosh(turn * eta);
    sum.eta += sign * factor * Math.cos(turn * xi) * Math.sinh(turn * eta);
  }
  return sum;
}

/** From the tangent of the conformal latitude, by turns. @param {number} tau */
function geographic(tau) {
  const e = Math.sqrt(E2);
  let phi = Math.atan(tau);
  for (let turn = 0; turn < 8; turn++) {
    phi = Math.asin(Math.tanh(Math.asinh(tau) + e * Math.atanh(e * Math.sin(phi))));
  }
  return phi;
}
