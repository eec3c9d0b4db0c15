/** What the wall showed at the moment of the page's clock, one question at a time. */
import { bus } from "../lib/bus.js";
import { asOf, clock } from "../lib/clock.js";
import { getJson } from "../lib/http.js";
import { stage } from "../wall/stage.js";

const EVERY_MS = 2_000;

export class WallThen {
  /** @param {string} slug @param {() => void} changed */
  constructor(slug, changed) {
    this.slug = slug;
    this.changed = changed;
    /** @type {any} its state then */
    this.state = null;
    this.busy = false;
    this.last = 0;
    bus.on("clock", () => this.want());
    bus.on("clock:tick", () => performance.now() - this.last > EVERY_MS && this.want());
    if (!clock.live) this.want();
  }

  async want() {
    const at = asOf();
    if (at === null) this.state = null;
    else if (!this.busy) {
      this.busy = true;
      this.last = performance.now();
      const found = await getJson(`/console/walls/${this.slug}/then?at=${at}`).catch(() => null);
      this.busy = false;
      this.state = found?.state ?? null;
      if (!clock.playing && asOf() !== at) this.want();
    }
    this.changed();
  }

  /** What was on the glass; null: live, or nothing was told before. @param {any} program */
  on(program) {
    if (clock.live || !this.state || !program) return null;
    return stage(program, this.state, clock.at);
  }
}
