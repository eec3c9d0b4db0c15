/** The sound of alerts: another tone for each severity, again and again while a
 *  critical alert waits, one tone in half a minute during a flood. Off until the user
 *  switches it on; a browser lets it sound only after a click or a key. */
import { pref, setPref } from "./prefs.js";

const LEVELS = ["critical", "high", "medium", "low"];
/** Hz of each note, by severity; the shape of the wave tells them apart as well.
 *  @type {Record<string, {notes: number[], wave: OscillatorType}>} */
const TONES = {
  critical: { notes: [988, 784, 988, 784, 988], wave: "square" },
  high: { notes: [784, 784], wave: "triangle" },
  medium: { notes: [587], wave: "sine" },
  low: { notes: [440], wave: "sine" },
  flood: { notes: [523, 659, 784], wave: "triangle" },
};
export const REPEAT_MS = 10_000;
export const FLOOD_MS = 30_000;
export const SILENCE_MS = 120_000;
const STEP_MS = 1_000;
const NOTE_S = 0.2;

/**
 * Which tone is due, if any.
 * @param {object} state
 * @param {{severity: string, acknowledged: boolean}[]} state.alerts open ones
 * @param {{severity: string}[]} state.fresh new since the last tone
 * @param {boolean} state.flood
 * @param {number} state.now ms
 * @param {number} state.lastAt when the last tone began, ms
 * @param {number} state.silencedUntil ms
 * @returns {string|null} a severity, "flood", or nothing
 */
export function toneDue({ alerts, fresh, flood, now, lastAt, silencedUntil }) {
  if (now < silencedUntil) return null;
  const waits = alerts.some((alert) => alert.severity === "critical" && !alert.acknowledged);
  if (flood) return (fresh.length || waits) && now - lastAt >= FLOOD_MS ? "flood" : null;
  if (fresh.length) return LEVELS.find((level) => fresh.some((alert) => alert.severity === level)) ?? "low";
  return waits && now - lastAt >= REPEAT_MS ? "critical" : null;
}

/** @type {AudioContext|null} */
let context = null;

/** Whether the browser lets us be heard now. */
export const audible = () => context?.state === "running";

/** Called in a click or a key: from then on tones can be heard. */
async function unlock() {
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume();
}

/** @param {string} name a severity or "flood" */
export function beep(name) {
  if (!context) return;
  const { notes, wave } = TONES[name] ?? TONES.low;
  for (const [index, pitch] of notes.entries()) {
    const start = context.currentTime + index * (NOTE_S + 0.03);
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = wave;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(wave === "square" ? 0.09 : 0.18, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + NOTE_S);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + NOTE_S + 0.02);
  }
}

/** Sounds as the alerts ask for it. "change" is told when its state has changed. */
export class AlarmSound extends EventTarget {
  constructor() {
    super();
    /** @type {any[]} */
    this.alerts = [];
    /** @type {any[]} */
    this.fresh = [];
    this.flood = false;
    this.lastAt = 0;
    this.told = this.silenced;
    for (const gesture of ["pointerdown", "keydown"]) {
      document.addEventListener(gesture, () => this.on && this.start(), { capture: true });
    }
    setInterval(() => this.step(), STEP_MS);
  }

  get on() {
    return Boolean(pref("sound", false));
  }

  /** Switched on, but the browser waits for a gesture. */
  get waiting() {
    return this.on && !audible();
  }

  get silencedUntil() {
    return Number(pref("sound.silenced", 0));
  }

  get silenced() {
    return Date.now() < this.silencedUntil;
  }

  async start() {
    if (audible()) return;
    await unlock();
    this.tell();
  }

  async toggle() {
    setPref("sound", !this.on);
    if (this.on) {
      setPref("sound.silenced", 0);
      await this.start();
      beep("low");
    }
    this.tell();
  }

  /** For two minutes; again: no longer. */
  silence() {
    setPref("sound.silenced", this.silenced ? 0 : Date.now() + SILENCE_MS);
    this.tell();
  }

  /** @param {{alerts: any[], fresh: any[], flood: boolean}} news */
  hear({ alerts, fresh, flood }) {
    this.alerts = alerts;
    this.fresh.push(...fresh);
    this.flood = flood;
    this.step();
  }

  step() {
    if (this.told !== this.silenced) this.tell();
    if (!this.on) this.fresh = [];
    if (!this.on || !audible()) return;
    const due = toneDue({ ...this, now: Date.now(), silencedUntil: this.silencedUntil });
    if (this.silenced) this.fresh = [];
    if (!due) return;
    this.lastAt = Date.now();
    this.fresh = [];
    beep(due);
  }

  tell() {
    this.told = this.silenced;
    this.dispatchEvent(new Event("change"));
  }
}
