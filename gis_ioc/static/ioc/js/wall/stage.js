/** What is on the glass at a moment, made of what the wall was told and the time; says
 *  the same as gis_ioc/wall/stage.py, tested with the same cases. Pure. */
import { began, isOn, nextChange, spans } from "./interrupts.js";
import { first, runningAt } from "./schedule.js";
import { clipped, inside, merged } from "./spans.js";

/** @typedef {import("./spans.js").Span} Span */
/** @typedef {import("./interrupts.js").Interrupt} Interrupt */
/** @typedef {{x: number, y: number, zoom: number, since: number}} Held */
/** @typedef {{slug: string, title?: string, items: {scene: string, dwell_s: number}[], pause_on_alarm?: boolean}} Playlist */
/** @typedef {import("./schedule.js").Slot} Slot */
/** @typedef {import("./schedule.js").Played} Played */
/** @typedef {{playlists?: Record<string, Playlist>, schedule?: Slot[], fallback?: string, utc_offset_min?: number}} Program */
/**
 * @typedef {object} State
 * @property {any} base
 * @property {Held|null} [camera]
 * @property {Interrupt[]} [interrupts]
 * @property {any} [hand]
 * @property {{at: number, since: number, speed?: number, exercise?: boolean, title?: string}|null} [clock]
 * @property {{kind: "black"|"privacy", since: number}|null} [blank]
 * @property {"dark"|"light"|null} [theme]
 * @property {string} [bundle]
 */
/**
 * @typedef {object} Stage
 * @property {string} scene
 * @property {number} since
 * @property {number|null} until
 * @property {string|null} playlist
 * @property {number|null} item
 * @property {boolean} paused
 * @property {Interrupt|null} over
 * @property {Held|null} camera
 * @property {number|null} time
 * @property {boolean} exercise
 * @property {"black"|"privacy"|null} blank
 */

/** @param {string} scene @param {number} since @param {Partial<Stage>} [more] @returns {Stage} */
const bare = (scene, since, more = {}) => ({
  ...{ scene, since, until: null, playlist: null, item: null, paused: false, over: null },
  ...{ camera: null, time: null, exercise: false, blank: null },
  ...more,
});

/** The moment that is drawn. @param {NonNullable<State["clock"]>} clock @param {number} at */
export const pictured = (clock, at) => Math.floor(clock.at + (at - clock.since) * (clock.speed ?? 0));

/**
 * What the state means at a moment. It stays so until `until`, but for `time`, which runs
 * with the clock.
 * @param {Program} program
 * @param {State} state
 * @param {number} at epoch ms
 * @returns {Stage}
 */
export function stage(program, state, at) {
  const alarm = top(state, "alarm", at);
  const cover = top(state, "scene", at);
  const over = alarm.on ?? cover.on;
  const shown = based(program, state, at, over);
  const since = cover.on ? began(cover.on, at) : shown.since;
  const held = (cover.on ? cover.on.camera : state.camera) ?? null;
  const later = state.blank && state.blank.since > at ? state.blank.since : null;
  return {
    ...shown,
    over,
    scene: cover.on?.scene ?? shown.scene,
    since,
    until: first([shown.until, alarm.change, cover.change, later]),
    camera: held && held.since >= since ? held : null,
    time: state.clock ? pictured(state.clock, at) : null,
    exercise: Boolean(state.clock?.exercise),
    blank: later === null ? (state.blank?.kind ?? null) : null,
  };
}

/**
 * The last one of its kind that is on, and when another one is: what those below it do
 * does not matter. A spotlight takes its panes of whatever scene there is.
 * @param {State} state
 * @param {"alarm"|"scene"} kind
 * @param {number} at
 * @returns {{on: Interrupt|null, change: number|null}}
 */
function top(state, kind, at) {
  const found = (state.interrupts ?? []).filter((interrupt) => interrupt.kind === kind);
  const last = found.findLastIndex((interrupt) => isOn(interrupt, at));
  const change = first(found.slice(Math.max(0, last)).map((interrupt) => nextChange(interrupt, at)));
  return { on: found[last] ?? null, change };
}

/** @param {Program} program @param {State} state @param {number} at @param {Interrupt|null} over */
function based(program, state, at, over) {
  const { base } = state;
  if (base.kind === "scene") return bare(base.scene, base.since);
  if (base.kind === "playlist") return played(program, state, base, at, over);
  const { running, since, change } = runningAt(program, base, at);
  const shown = running ? played(program, state, running, at, over) : bare(program.fallback ?? "overview", since);
  return { ...shown, until: first([shown.until, change]) };
}

/** @param {Program} program @param {State} state @param {Played} base @param {number} at @param {Interrupt|null} over */
function played(program, state, base, at, over) {
  const playlist = program.playlists?.[base.playlist];
  if (!playlist?.items.length) return bare(program.fallback ?? "overview", base.since);
  const { elapsed, stops } = progress(playlist, state, base, at);
  const { into, index } = placeIn(playlist, elapsed);
  const pause = (base.pauses ?? []).find((span) => inside(span, at));
  const stopped = waits(playlist) && over !== null;
  const alone = playlist.items.length === 1; // it stands as a scene does
  const left = alone ? null : at + playlist.items[index].dwell_s * 1000 - into;
  return bare(playlist.items[index].scene, alone ? base.since : moment(stops, base, elapsed - into), {
    until: stopped ? null : goesOn(base, at, left),
    playlist: playlist.slug,
    item: index,
    paused: pause !== undefined || stopped,
  });
}

/** @param {Playlist} playlist */
const waits = (playlist) => playlist.pause_on_alarm ?? true;

/**
 * How long it has run, and spans in which it stood.
 * @param {Playlist} playlist
 * @param {State} state
 * @param {Played} base
 * @param {number} at
 */
function progress(playlist, state, base, at) {
  /** @type {Span[]} */
  const found = [...(base.pauses ?? [])];
  if (waits(playlist)) for (const interrupt of state.interrupts ?? []) found.push(...spans(interrupt, base.since, at));
  const stops = merged(found.filter(([begins]) => begins <= at));
  const frozen = clipped(stops, base.since, at).reduce((sum, [begins, ends]) => sum + ends - begins, 0);
  return { elapsed: Math.max(0, (base.offset_ms ?? 0) + at - base.since - frozen), stops };
}

/** @param {Playlist} playlist @param {number} elapsed */
function placeIn(playlist, elapsed) {
  const lengths = playlist.items.map((item) => item.dwell_s * 1000);
  let into = elapsed % lengths.reduce((sum, length) => sum + length, 0);
  let index = 0;
  while (into >= lengths[index]) into -= lengths[index++];
  return { into, index };
}

/**
 * When it goes on, stands or runs again by itself.
 * @param {Played} base
 * @param {number} at
 * @param {number|null} left when the next scene would come; null: never
 */
function goesOn(base, at, left) {
  const edges = [left];
  for (const [begins, ends] of base.pauses ?? []) {
    if (begins <= at && (ends === null || at < ends)) return ends;
    if (begins > at) edges.push(begins);
  }
  return first(edges);
}

/**
 * When the playlist had run for `elapsed`; before `since` it did not stand.
 * @param {Span[]} stops
 * @param {Played} base
 * @param {number} elapsed
 */
function moment(stops, base, elapsed) {
  let found = base.since + elapsed - (base.offset_ms ?? 0);
  for (const [begins, ends] of stops) {
    const from = Math.max(begins, base.since);
    if (from >= found) break;
    if (ends !== null && ends > from) found += ends - from;
  }
  return found;
}
