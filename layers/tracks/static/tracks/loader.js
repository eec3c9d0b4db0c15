/**
 * Brings the pages of a span, first those ahead of the clock, then the rest. A page is
 * small where something is to be seen at once and grows from there.
 */

/** So many points are held in the browser: about 100 MB. */
const MOST_POINTS = 3_000_000;
const FIRST_PARTS = 24;
const LARGEST_PARTS = 4;
const SMALLEST_S = 600;

/** @typedef {{from: number, to: number}} Part epoch s */

/**
 * Parts of a span in order, those that touch as one. Pure.
 * @param {Part[]} parts
 * @returns {Part[]}
 */
export function united(parts) {
  /** @type {Part[]} */
  const found = [];
  for (const { from, to } of [...parts].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}

/**
 * The next part to ask for: from the clock on, else the first hole. Pure.
 * @param {Part[]} loaded united
 * @param {Part} span
 * @param {number} clock epoch s
 * @param {number} size s
 * @returns {Part|null} null when there is no hole
 */
export function nextPart(loaded, span, clock, size) {
  for (const start of [Math.min(Math.max(clock, span.from), span.to), span.from]) {
    const within = loaded.find(({ from, to }) => from <= start && start < to);
    const from = within ? within.to : start;
    if (from >= span.to) continue;
    const after = loaded.find((part) => part.from > from);
    return { from, to: Math.min(from + size, after?.from ?? span.to, span.to) };
  }
  return null;
}

export class Loader {
  /**
   * @param {object} parts
   * @param {Part} parts.span
   * @param {(part: Part, signal: AbortSignal) => Promise<{points: number, from?: number, to: number}>} parts.bring
   *   loads a part and hands it on; how many points came, and of what time
   * @param {() => number} parts.clock epoch s
   * @param {(state: "more"|"done"|"full"|"failed", error?: any) => void} parts.tell
   */
  constructor({ span, bring, clock, tell }) {
    Object.assign(this, { span, bring, clock, tell });
    /** @type {Part[]} */
    this.loaded = [];
    this.points = 0;
    this.abort = new AbortController();
    this.size = this.first;
  }

  get first() {
    return Math.max(SMALLEST_S, (this.span.to - this.span.from) / FIRST_PARTS);
  }

  cancel() {
    this.abort.abort();
  }

  /** Up to when there are data from the clock on. @returns {number} epoch s */
  get ready() {
    const at = this.clock();
    return this.loaded.find(({ from, to }) => from <= at && at < to)?.to ?? at;
  }

  async run() {
    const { signal } = this.abort;
    for (;;) {
      const clock = Math.floor(this.clock());
      // somebody waits for it: little, but soon
      if (this.ready <= clock && this.loaded.length) this.size = Math.min(this.size, this.first);
      const part = nextPart(this.loaded, this.span, clock, this.size);
      if (!part) return this.tell("done");
      if (this.points > MOST_POINTS) return this.tell("full");
      try {
        const came = await this.bring(part, signal);
        if (signal.aborted) return;
        this.took({ from: came.from ?? part.from, to: came.to }, came.points);
      } catch (error) {
        if (signal.aborted) return;
        if (!this.smaller(error)) return this.tell("failed", error);
      }
    }
  }

  /** @param {Part} part @param {number} points */
  took(part, points) {
    this.points += points;
    this.loaded = united([...this.loaded, part]);
    const most = (this.span.to - this.span.from) / LARGEST_PARTS;
    this.size = Math.min(this.size * 2, Math.max(most, SMALLEST_S));
    this.tell("more");
  }

  /** Whether a smaller part may do where the server refused one. @param {any} error */
  smaller(error) {
    if (error?.status !== 400 || this.size <= SMALLEST_S) return false;
    this.size = Math.max(SMALLEST_S, this.size / 4);
    return true;
  }
}
