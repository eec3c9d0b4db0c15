/** Alarms and scenes that take the wall for a while; says the same as `Interrupt` in
 *  gis_ioc/wall/state.py. Pure. */
import { inside } from "./spans.js";

/** @typedef {import("./spans.js").Span} Span */
/**
 * @typedef {object} Interrupt
 * @property {string} id
 * @property {"alarm"|"scene"} kind
 * @property {number} begins epoch ms
 * @property {number|null} [ends]
 * @property {number|null} [shown_s]
 * @property {number|null} [every_s]
 * @property {number|null} [alert]
 * @property {string|null} [scene]
 * @property {import("./stage.js").Held|null} [camera] set by hand while its scene was shown
 */

/**
 * When it is on, as far as it touches `since`–`until`; the last span may be open.
 * @param {Interrupt} interrupt
 * @param {number} since
 * @param {number} until
 * @returns {Span[]}
 */
export function spans(interrupt, since, until) {
  const { begins: first, shown_s, every_s } = interrupt;
  const ends = interrupt.ends ?? null;
  if (shown_s == null || every_s == null)
    return first <= until && (ends === null || ends > since) ? [[first, ends]] : [];
  const last = ends === null ? until : Math.min(until, ends - 1);
  const turn = Math.max(0, Math.floor((since - first) / (every_s * 1000)));
  /** @type {Span[]} */
  const found = [];
  for (let begins = first + turn * every_s * 1000; begins <= last; begins += every_s * 1000) {
    const over = begins + shown_s * 1000;
    found.push([begins, ends === null ? over : Math.min(over, ends)]);
  }
  return found;
}

/** @param {Interrupt} interrupt @param {number} at */
export const isOn = (interrupt, at) => spans(interrupt, at, at).some((span) => inside(span, at));

/** Since when it is on. @param {Interrupt} interrupt @param {number} at */
export const began = (interrupt, at) => spans(interrupt, at, at)[0]?.[0] ?? interrupt.begins;

/**
 * The next moment after `at` at which it comes or goes by itself.
 * @param {Interrupt} interrupt
 * @param {number} at
 * @returns {number|null}
 */
export function nextChange(interrupt, at) {
  if (at < interrupt.begins) return interrupt.begins;
  const last = interrupt.ends ?? null;
  for (const [begins, ends] of spans(interrupt, at, at + 1000 * (interrupt.every_s ?? 0))) {
    if (begins > at) return last === null || begins < last ? begins : null;
    if (ends !== null && ends > at) return ends;
  }
  return null;
}
