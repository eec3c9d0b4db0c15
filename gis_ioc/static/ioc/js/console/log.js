/** Who did what in this shift: at alerts, directives and walls; of the past, up to then. */
import { bus } from "../lib/bus.js";
import { asOf } from "../lib/clock.js";
import { byId, h } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { page } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { clockText, dayText, epochMs } from "../lib/time.js";

const SOON_MS = 700;
const EVERY_MS = 30_000;

/** @typedef {{at: string, who: string, kind: string, title: string, layer: string, feature_id: number|null, text: string}} Entry */

export class ShiftLog {
  /** @param {import("../map/style.js").Entry[]} entries */
  constructor(entries) {
    this.titles = new Map(entries.map((entry) => [entry.slug, entry.title]));
    this.box = byId("log-body");
    this.timer = 0;
    for (const name of ["changed", "acted", "clock", "wall:acted"]) bus.on(name, () => this.soon());
    setInterval(() => this.soon(), EVERY_MS);
    this.load();
  }

  soon() {
    this.timer ||= /** @type {any} */ (setTimeout(() => this.load(), SOON_MS));
  }

  async load() {
    this.timer = 0;
    const at = asOf();
    const found = await getJson(`/console/log${at ? `?at=${encodeURIComponent(at)}` : ""}`).catch(() => null);
    if (found) this.draw(found.entries);
    else if (!this.box.children.length) this.box.replaceChildren(h("p", { class: "panel-wait" }, t("log.failed")));
  }

  /** @param {Entry[]} entries */
  draw(entries) {
    if (!entries.length) return this.box.replaceChildren(h("p", { class: "panel-wait" }, t("log.none")));
    let day = "";
    const rows = entries.flatMap((entry) => {
      const ms = epochMs(entry.at) ?? 0;
      const own = dayText(ms);
      const head = own === day ? [] : [h("li", { class: "log-day" }, own)];
      day = own;
      return [...head, this.row(entry, ms)];
    });
    return this.box.replaceChildren(h("ol", { class: "log-list" }, ...rows));
  }

  /** @param {Entry} entry @param {number} ms */
  row(entry, ms) {
    const about = [entry.title, entry.text].filter(Boolean).join(" · ");
    const text = entry.feature_id
      ? h("a", { href: `/#open=${entry.layer}/${entry.feature_id}`, title: about }, about)
      : about;
    return h(
      "li",
      {},
      h("time", { datetime: entry.at }, clockText(ms).slice(0, 5)),
      h("span", {}, h("b", {}, entry.who), ` ${this.word(entry)}`),
      h("small", { title: about }, text),
    );
  }

  /** @param {Entry} entry */
  word({ kind, layer }) {
    const known = page.texts[`log.${kind}`];
    if (known) return known;
    const verb = page.texts[`log.verb.${kind.split(".").at(-1)}`];
    return verb ?? `${this.titles.get(layer) ?? ""} ${kind.split(".").at(-1)}`.trim();
  }
}
