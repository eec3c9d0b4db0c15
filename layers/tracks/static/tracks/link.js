/**
 * What is replayed, as the address says it: WHAT/FROM/TO/AT/SPEED. WHAT is numbers of
 * vessels (12,15) or a box (box:105.6,19.2,106.4,20.1); instead of FROM/TO a length up
 * to now (24h, 7d) may stand, AT may be `end`, and what is left out has its default. Pure.
 */

const HOUR_MS = 3_600_000;
const LENGTH = /^(\d{1,4})(h|d)$/;
const IDS = /^\d{1,15}(,\d{1,15})*$/;
const BOX = /^box:(-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)$/;
export const MOST_IDS = 500;

/**
 * @typedef {object} Replay
 * @property {number[]} ids of vessels; none: all that were in the box
 * @property {[number, number, number, number]|null} box west, south, east, north in degrees
 * @property {number} from epoch ms
 * @property {number} to epoch ms
 * @property {number} [at] epoch ms
 * @property {number} [speed]
 */

/** @param {string} text @returns {Pick<Replay, "ids"|"box">|null} */
function whatOf(text) {
  if (IDS.test(text)) return { ids: [...new Set(text.split(",").map(Number))].slice(0, MOST_IDS), box: null };
  const found = BOX.exec(text);
  if (!found) return null;
  const [west, south, east, north] = found.slice(1).map(Number);
  const inside = west >= -180 && west < east && east <= 180 && south >= -85 && south < north && north <= 85;
  return inside ? { ids: [], box: [west, south, east, north] } : null;
}

/** @param {string|undefined} text */
function momentOf(text) {
  if (!text) return undefined;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/**
 * @param {string} text
 * @param {number} now epoch ms
 * @returns {Replay|null} null where it makes no sense
 */
export function readReplay(text, now) {
  const [first, ...rest] = text.split("/");
  const what = whatOf(first);
  if (!what) return null;
  const length = LENGTH.exec(rest[0] ?? "24h");
  const to = length ? Math.floor(now / 1000) * 1000 : momentOf(rest[1]);
  const hours = length ? Number(length[1]) * (length[2] === "d" ? 24 : 1) : 0;
  const from = length && to ? to - hours * HOUR_MS : momentOf(rest[0]);
  const [at, speed] = rest.slice(length ? 1 : 2);
  if (from === undefined || to === undefined || from >= to) return null;
  return { ...what, from, to, at: at === "end" ? to : momentOf(at), speed: Number(speed) || undefined };
}

/** @param {number} ms */
const short = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");

/** @param {Replay} replay */
export function writeReplay({ ids, box, from, to, at, speed }) {
  const what = box ? `box:${box.map((part) => Number(part.toFixed(4))).join(",")}` : ids.join(",");
  const parts = [what, short(from), short(to)];
  if (at !== undefined) parts.push(short(Math.round(at / 1000) * 1000), String(speed ?? ""));
  return parts.join("/").replace(/\/$/, "");
}
