/** A page of the playback API as arrays of times and places. Pure. */
import { mercatorX, mercatorY } from "./geo.js";

/**
 * @typedef {object} Vessel
 * @property {number} id
 * @property {string} title
 * @property {string} vessel_class
 */

/**
 * One page with whole numbers made into times and places; arrays over all its points.
 * @typedef {object} Chunk
 * @property {number} from epoch s
 * @property {number} to epoch s
 * @property {Vessel[]} vessels
 * @property {{vessel: number, kind: string, first: number, end: number}[]} runs
 * @property {Float64Array} at epoch s
 * @property {Float64Array} x mercator 0..1
 * @property {Float64Array} y mercator 0..1
 */

/** @param {any} page answer of /api/v1/tracks/playback @returns {Chunk} */
export function decode(page) {
  const { points, tracks, degree } = page;
  const size = points.at.length;
  const from = Date.parse(page.from) / 1000;
  const chunk = {
    from,
    to: Date.parse(page.to) / 1000,
    vessels: page.vessels.id.map((/** @type {number} */ id, /** @type {number} */ i) => ({
      id,
      title: page.vessels.title[i],
      vessel_class: page.vessels.vessel_class[i],
    })),
    runs: /** @type {Chunk["runs"]} */ ([]),
    at: new Float64Array(size),
    x: new Float64Array(size),
    y: new Float64Array(size),
  };
  let place = 0;
  tracks.count.forEach((/** @type {number} */ count, /** @type {number} */ run) => {
    const first = place;
    let [at, lon, lat] = [0, 0, 0];
    for (; place < first + count; place++) {
      at += points.at[place];
      lon += points.lon[place];
      lat += points.lat[place];
      chunk.at[place] = from + at;
      chunk.x[place] = mercatorX(lon / degree);
      chunk.y[place] = mercatorY(lat / degree);
    }
    chunk.runs.push({ vessel: tracks.vessel[run], kind: tracks.kind[run], first, end: place });
  });
  return chunk;
}
