/** What a wall that follows its schedule plays; says the same as gis_ioc/wall/stage.py.
 *  Pure. */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Every slot comes once a week at least. */
const LOOK_DAYS = 8;

/** @typedef {import("./spans.js").Span} Span */
/** @typedef {{days: number[], begins: number, ends: number, playlist: string}} Slot */
/** @typedef {{playlist: string, since: number, offset_ms?: number, pauses?: Span[]}} Played */
/** A slot, from, to, local ms. @typedef {[Slot, number, number]} Turn */

/** The earliest that is known. @param {(number|null)[]} moments @returns {number|null} */
export function first(moments) {
  const known = moments.filter((moment) => moment !== null);
  return known.length ? Math.min(.../** @type {number[]} */ (known)) : null;
}

/**
 * What it plays, or since when nothing, and when the schedule says something else.
 * @param {import("./stage.js").Program} program
 * @param {{since: number, offset_ms?: number, pauses?: Span[]}} base
 * @param {number} at epoch ms
 * @returns {{running: Played|null, since: number, change: number|null}}
 */
export function runningAt(program, base, at) {
  const { slot, began, change } = slotAt(program, at);
  const early = began <= base.since;
  const since = early ? base.since : began;
  if (!slot) return { running: null, since, change };
  const { offset_ms, pauses } = early ? base : { offset_ms: 0, pauses: [] };
  return { running: { playlist: slot.playlist, since, offset_ms, pauses }, since, change };
}

/**
 * The slot at a moment or null, since when, until when. A slot that another one covered
 * for a while goes on as if it had not.
 * @param {import("./stage.js").Program} program
 * @param {number} at
 * @returns {{slot: Slot|null, began: number, change: number|null}}
 */
export function slotAt(program, at) {
  const zone_ms = (program.utc_offset_min ?? 420) * MINUTE_MS;
  const local = at + zone_ms;
  const turns = turnsOf(program, Math.floor(local / DAY_MS));
  const now = turnAt(turns, local);
  const edges = [...new Set(turns.flatMap(([, begins, ends]) => [begins, ends]))].sort((a, b) => a - b);
  const began = now ? now[1] : (edges.findLast((edge) => edge <= local) ?? 0);
  const change = edges.find((edge) => edge > local && turnAt(turns, edge) !== now);
  return { slot: now?.[0] ?? null, began: began - zone_ms, change: change === undefined ? null : change - zone_ms };
}

/** In the order in which they win. @param {import("./stage.js").Program} program @param {number} today @returns {Turn[]} */
function turnsOf(program, today) {
  /** @type {Turn[]} */
  const found = [];
  for (const slot of program.schedule ?? []) {
    const length = (((slot.ends - slot.begins) % 1440) + 1440) % 1440 || 1440;
    for (let day = today - LOOK_DAYS; day <= today + LOOK_DAYS; day++) {
      if (!slot.days.includes(((day + 3) % 7) + 1)) continue; // 1 January 1970 was a Thursday
      const begins = day * DAY_MS + slot.begins * MINUTE_MS;
      found.push([slot, begins, begins + length * MINUTE_MS]);
    }
  }
  return found;
}

/** @param {Turn[]} turns @param {number} local */
const turnAt = (turns, local) => turns.find(([, begins, ends]) => begins <= local && local < ends);
