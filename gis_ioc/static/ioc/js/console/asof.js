/** Rows of a layer as of the page's clock: asked for again as it moves, one question at a time. */
import { bus } from "../lib/bus.js";
import { asOf, clock } from "../lib/clock.js";
import { getJson } from "../lib/http.js";

const MOST = 1_000;
const EVERY_MS = 1_000;

export class AsOf {
  /**
   * @param {string} slug
   * @param {(rows: any[]|null) => void} show features; null: they could not be read
   * @param {string} [filter] CQL2
   */
  constructor(slug, show, filter = "") {
    this.slug = slug;
    this.show = show;
    this.filter = filter;
    this.busy = false;
    this.asked = "";
    this.last = 0;
    bus.on("clock", () => this.want());
    bus.on("clock:tick", () => performance.now() - this.last > EVERY_MS && this.want());
    this.want(); // a link may have opened the page in the past
  }

  /** The same moment once more: something else is known of it now. */
  again() {
    this.asked = "";
    this.want();
  }

  async want() {
    const at = asOf();
    if (at === null) {
      this.asked = "";
      return;
    }
    if (this.busy || at === this.asked) return;
    this.busy = true;
    this.asked = at;
    this.last = performance.now();
    const query = new URLSearchParams({ at, limit: String(MOST) });
    if (this.filter) query.set("filter", this.filter);
    const found = await getJson(`/api/v1/layers/${this.slug}/features?${query}`).catch(() => null);
    this.busy = false;
    if (clock.live) return;
    this.show(found?.features ?? null);
    if (!clock.playing && asOf() !== at) this.want();
  }
}
