/** A short tone for a new alert; off until the user switches it on. */

/** Hz and how often, by severity. @type {Record<string, [number, number]>} */
const TONES = { critical: [880, 3], high: [740, 2], medium: [620, 1], low: [520, 1] };

/** @type {AudioContext|null} */
let context = null;

/** @param {string} severity */
export function beep(severity) {
  const [pitch, times] = TONES[severity] ?? TONES.low;
  context ??= new AudioContext();
  for (let i = 0; i < times; i++) {
    const start = context.currentTime + i * 0.22;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.18, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.18);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.2);
  }
}
