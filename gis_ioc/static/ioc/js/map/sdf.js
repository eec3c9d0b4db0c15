/**
 * Signed distance fields, so that one drawing can take any colour and a halo.
 * Exact Euclidean transform by Felzenszwalb and Huttenlocher (2012).
 */
const FAR = 1e20;
/** Distance in pixels that fills half of the byte range; as MapLibre's glyphs. */
export const RADIUS = 8;
const CUTOFF = 0.25;

/**
 * @param {Uint8ClampedArray|Uint8Array|number[]} coverage 0–255 per pixel
 * @param {number} width
 * @param {number} height
 * @returns {Uint8ClampedArray} 192 at the edge, more inside
 */
export function distanceField(coverage, width, height) {
  const outer = new Float64Array(width * height);
  const inner = new Float64Array(width * height);
  for (let i = 0; i < outer.length; i++) {
    const a = coverage[i] / 255;
    outer[i] = a === 1 ? 0 : a === 0 ? FAR : Math.max(0, 0.5 - a) ** 2;
    inner[i] = a === 1 ? FAR : a === 0 ? 0 : Math.max(0, a - 0.5) ** 2;
  }
  transform(outer, width, height);
  transform(inner, width, height);
  const out = new Uint8ClampedArray(width * height);
  for (let i = 0; i < out.length; i++) {
    const distance = Math.sqrt(outer[i]) - Math.sqrt(inner[i]);
    out[i] = Math.round(255 - 255 * (distance / RADIUS + CUTOFF));
  }
  return out;
}

/**
 * @param {Float64Array} grid
 * @param {number} width
 * @param {number} height
 */
function transform(grid, width, height) {
  const size = Math.max(width, height);
  const work = { f: new Float64Array(size), v: new Uint16Array(size), z: new Float64Array(size + 1) };
  for (let x = 0; x < width; x++) line(grid, x, width, height, work);
  for (let y = 0; y < height; y++) line(grid, y * width, 1, width, work);
}

/**
 * One row or column: the lower envelope of parabolas.
 * @param {Float64Array} grid
 * @param {number} offset
 * @param {number} stride
 * @param {number} length
 * @param {{f: Float64Array, v: Uint16Array, z: Float64Array}} work
 */
function line(grid, offset, stride, length, { f, v, z }) {
  v[0] = 0;
  z[0] = -FAR;
  z[1] = FAR;
  for (let q = 0; q < length; q++) f[q] = grid[offset + q * stride];
  let k = 0;
  for (let q = 1; q < length; q++) {
    let s = crossing(f, v[k], q);
    while (s <= z[k] && --k >= 0) s = crossing(f, v[k], q);
    k++;
    v[k] = q;
    z[k] = k === 0 ? -FAR : s;
    z[k + 1] = FAR;
  }
  k = 0;
  for (let q = 0; q < length; q++) {
    while (z[k + 1] < q) k++;
    const r = v[k];
    grid[offset + q * stride] = f[r] + (q - r) ** 2;
  }
}

/**
 * @param {Float64Array} f
 * @param {number} r
 * @param {number} q
 */
const crossing = (f, r, q) => (f[q] - f[r] + q * q - r * r) / (q - r) / 2;
