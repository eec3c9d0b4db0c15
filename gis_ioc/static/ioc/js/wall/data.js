/** Answers of the API for panes: asked again and again; the last one is kept, so that a
 *  pane that comes back, or a wall without network, has something to show. */
import { getJson } from "../lib/http.js";
import { now } from "../lib/time.js";

const KEPT = 80;
const AGAIN_MS = 5_000;

/** @typedef {{answer: any, at: number}} Kept */

/** @type {Map<string, Kept>} by address, the oldest first */
const kept = new Map();

/** @param {string} url @param {any} answer */
function keep(url, answer) {
  kept.delete(url);
  kept.set(url, { answer, at: now() });
  if (kept.size > KEPT) kept.delete(/** @type {string} */ (kept.keys().next().value));
}

/** The answer, or what was answered last. @param {string} url @returns {Promise<Kept|null>} */
export async function asked(url) {
  try {
    keep(url, await getJson(url));
  } catch {
    // the wall says that the centre is away; what was known stays
  }
  return kept.get(url) ?? null;
}

/** One address of which a pane wants to have the newest answer. */
export class Question {
  /**
   * @param {import("./life.js").Life} life
   * @param {number} every_ms
   * @param {(answer: any, at: number) => void} take
   */
  constructor(life, every_ms, take) {
    this.life = life;
    this.take = take;
    this.url = "";
    this.busy = false;
    this.again = 0;
    life.every(every_ms, () => this.ask());
    life.add(() => clearTimeout(this.again));
  }

  /** @param {string} url empty: nothing is wanted */
  about(url) {
    if (url === this.url) return;
    this.url = url;
    const known = kept.get(url);
    if (known) this.take(known.answer, known.at);
    this.ask();
  }

  async ask() {
    const url = this.url;
    if (!url || this.busy || this.life.over) return;
    this.busy = true;
    const found = await asked(url);
    this.busy = false;
    if (this.life.over) return;
    if (url !== this.url) return this.ask();
    if (found) this.take(found.answer, found.at);
    else this.again = /** @type {any} */ (setTimeout(() => this.ask(), AGAIN_MS));
  }
}
