/** The week of a wall: where its slots lie on the days, and which of them is shown; pure. */

const DAY_MIN = 1440;

/** @typedef {{days: number[], begins: string, ends: string, playlist: string}} Slot */
/** @typedef {{slot: number, day: number, from: number, to: number, under: boolean}} Piece minutes of the day */

/** @param {string} clock HH:MM */
export function minutes(clock) {
  const [hours, rest] = clock.split(":").map(Number);
  return hours * 60 + rest;
}

/** @param {number} seconds */
export function duration(seconds) {
  const [hours, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const parts = [hours ? `${hours} h` : "", rest ? `${rest} min` : "", seconds % 60 ? `${seconds % 60} s` : ""];
  return parts.filter(Boolean).join(" ") || "0 s";
}

/**
 * The slots cut at midnight. `under`: an earlier slot of the list has all of its time.
 * @param {Slot[]} slots
 * @returns {Piece[]}
 */
export function pieces(slots) {
  const found = slots.flatMap((slot, at) => {
    const from = minutes(slot.begins);
    const length = (minutes(slot.ends) - from + DAY_MIN) % DAY_MIN || DAY_MIN;
    return slot.days.flatMap((day) => {
      const today = { slot: at, day, from, to: Math.min(DAY_MIN, from + length), under: false };
      const next = { slot: at, day: (day % 7) + 1, from: 0, to: from + length - DAY_MIN, under: false };
      return next.to > 0 ? [today, next] : [today];
    });
  });
  return found.map((piece) => ({ ...piece, under: isUnder(piece, found) }));
}

/** @param {Piece} piece @param {Piece[]} all */
function isUnder(piece, all) {
  const over = all.filter((other) => other.slot < piece.slot && other.day === piece.day);
  let at = piece.from;
  for (const other of over.sort((a, b) => a.from - b.from)) if (other.from <= at) at = Math.max(at, other.to);
  return at >= piece.to;
}

/**
 * @template T
 * @param {T[]} list
 * @param {number} a
 * @param {number} b
 * @returns {T[]} with two places exchanged, if both are there
 */
export function swapped(list, a, b) {
  if (!(a in list && b in list)) return list;
  const found = [...list];
  [found[a], found[b]] = [found[b], found[a]];
  return found;
}
