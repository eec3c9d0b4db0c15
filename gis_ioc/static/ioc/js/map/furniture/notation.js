/** A position as people write it: read and written. Pure. */
import { fromGrid, toGrid } from "./vn2000.js";

/** @typedef {{lat: number, lon: number}} Position */
/** @typedef {"minutes"|"decimal"|"seconds"|"grid"} Notation */

/** In the order in which they are offered. @type {Notation[]} */
export const NOTATIONS = ["minutes", "decimal", "seconds", "grid"];

/** Where VN-2000 of this zone is more than a number: metres north and east. */
const GRID = { north: [800_000, 2_700_000], east: [100_000, 900_000] };

/** @type {Record<Notation, (at: Position) => string>} */
const WRITERS = {
  minutes: ({ lat, lon }) => `${minutes(lat, "NS", 2)} ${minutes(lon, "EW", 3)}`,
  decimal: ({ lat, lon }) => `${lat.toFixed(5)}, ${lon.toFixed(5)}`,
  seconds: ({ lat, lon }) => `${seconds(lat, "NS", 2)} ${seconds(lon, "EW", 3)}`,
  grid: ({ lat, lon }) => {
    const { north, east } = toGrid(lat, lon);
    return `X ${north.toFixed(1)} Y ${east.toFixed(1)}`;
  },
};

/** @param {Position} at @param {Notation} notation */
export const written = (at, notation) => WRITERS[notation](at);

/** @param {number} value @param {string} letters @param {number} width */
function minutes(value, letters, width) {
  const thousandths = Math.round(Math.abs(value) * 60_000);
  const text = ((thousandths % 60_000) / 1000).toFixed(3).padStart(6, "0");
  return `${degrees(thousandths / 60_000, width)}${text}′${value < 0 ? letters[1] : letters[0]}`;
}

/** @param {number} value @param {string} letters @param {number} width */
function seconds(value, letters, width) {
  const tenths = Math.round(Math.abs(value) * 36_000);
  const minute = String(Math.floor((tenths % 36_000) / 600)).padStart(2, "0");
  const second = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return `${degrees(tenths / 36_000, width)}${minute}′${second}″${value < 0 ? letters[1] : letters[0]}`;
}

/** @param {number} value @param {number} width */
const degrees = (value, width) => `${String(Math.floor(value)).padStart(width, "0")}°`;

const NUMBER = String.raw`\d+(?:[.,]\d+)?`;
const AXIS = new RegExp(
  String.raw`([NSEWB\u0110])?\s*(-?${NUMBER})\s*(?:[°º*dD]\s*|\s+)?(?:(${NUMBER})\s*(?:['′’]\s*|\s+)?)?(?:(${NUMBER})\s*(?:["″”]|'')?)?\s*([NSEWB\u0110])?`,
  "iu",
);
const GRIDDED = new RegExp(String.raw`^x?\s*=?\s*(${NUMBER})\s*[;,\s]\s*y?\s*=?\s*(${NUMBER})$`, "i");
// north, south, east, west; the two Vietnamese letters stand for north and east
const EAST = /[EW\u0110]/iu;
const MINUS = /[SW]/i;

/**
 * A position typed in any of the notations; null: none of them.
 * @param {string} text
 * @returns {(Position & {notation: Notation})|null}
 */
export function read(text) {
  const plain = text.trim().replace(/\s+/g, " ");
  return gridded(plain) ?? angular(plain);
}

/** @param {string} text */
const numberOf = (text) => Number(text.replace(",", "."));

/** @param {string} text */
function gridded(text) {
  const found = GRIDDED.exec(text.replace(/(\d) (?=\d{3}\b)/g, "$1"));
  if (!found) return null;
  const pair = [numberOf(found[1]), numberOf(found[2])];
  const fits = (/** @type {number} */ value, /** @type {number[]} */ [least, most]) => value >= least && value <= most;
  // surveyors write X for north; others begin with east
  for (const [north, east] of [pair, pair.toReversed()]) {
    if (fits(north, GRID.north) && fits(east, GRID.east))
      return { ...fromGrid(north, east), notation: /** @type {Notation} */ ("grid") };
  }
  return null;
}

/** @param {string} text */
function angular(text) {
  for (const [first, second] of halves(text)) {
    const [a, b] = [axis(first), axis(second)];
    if (!a || !b || (a.side && a.side === b.side)) continue;
    const swapped = a.side === "lon" || b.side === "lat";
    const [lat, lon] = swapped ? [b.value, a.value] : [a.value, b.value];
    if (Math.abs(lat) > 90 || Math.abs(lon) > 180) continue;
    const depth = Math.max(a.parts, b.parts);
    return { lat, lon, notation: /** @type {Notation[]} */ (["decimal", "minutes", "seconds"])[depth - 1] };
  }
  return null;
}

/** Where the two numbers may part: at a sign between them, else in the middle. @param {string} text */
function halves(text) {
  const found = [];
  for (const mark of [";", ", ", "/", ","]) {
    const parts = text.split(mark);
    if (parts.length === 2) found.push(parts);
  }
  const lettered = /^(.*?[NSB])\s*(.+)$|^(.*?[EW\u0110])\s*(.+)$/iu.exec(text);
  if (lettered) found.push([lettered[1] ?? lettered[3], lettered[2] ?? lettered[4]]);
  const words = text.split(" ");
  if (words.length % 2 === 0) {
    const half = words.length / 2;
    found.push([words.slice(0, half).join(" "), words.slice(half).join(" ")]);
  }
  return found;
}

/** @param {string} text @returns {{value: number, side: "lat"|"lon"|null, parts: number}|null} */
function axis(text) {
  const found = AXIS.exec(text.trim());
  if (!found || found[0].length !== text.trim().length) return null;
  const [, before, whole, minute, second, after] = found;
  const letter = before ?? after;
  if (before && after) return null;
  const [m, s] = [numberOf(minute ?? "0"), numberOf(second ?? "0")];
  if (m >= 60 || s >= 60) return null;
  const size = Math.abs(numberOf(whole)) + m / 60 + s / 3600;
  const minus = whole.startsWith("-") || (letter && MINUS.test(letter));
  const side = letter ? (EAST.test(letter) ? "lon" : "lat") : null;
  return { value: minus ? -size : size, side, parts: 1 + Number(minute !== undefined) + Number(second !== undefined) };
}
