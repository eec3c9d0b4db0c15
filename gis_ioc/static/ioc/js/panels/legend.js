/** Legend entries as the catalogue gives them: a drawn sign and its word; and the legend
 *  of all that is shown, each layer with the age of its newest data. */
import { bus } from "../lib/bus.js";
import { h, icon, symbolOf, use } from "../lib/dom.js";
import { pref, setPref } from "../lib/prefs.js";
import { roles } from "../lib/roles.js";
import { t } from "../lib/texts.js";
import { age, briefText, epochMs, now } from "../lib/time.js";

/** @typedef {{label: string, shape: string, color?: string, color_light?: string, icon?: string}} Sign */
/** @typedef {import("../map/style.js").Entry & {newest?: string|null}} Entry */

const TICK_MS = 10_000;

/** Signs that are not an icon of the sheet. @type {Record<string, string>} */
const BARS = { line: "sign-line", fill: "sign-fill", dash: "sign-dash", note: "sign-note" };

/** An icon, one of our shapes or a severity mark, as the map itself looks it up. @param {string} name */
function drawn(name) {
  const symbol = symbolOf(name);
  const node = use(symbol?.id ?? "icon-shape-circle", "icon sign");
  if (!symbol || symbol.querySelector("[data-solid]")) node.classList.add("sign-solid");
  return node;
}

/** In the colour of each theme; the style sheet picks. @param {Sign} sign */
export function mark(sign) {
  const css = BARS[sign.shape];
  const node = css ? h("i", { class: `sign ${css}` }) : drawn(sign.icon ?? `shape-${sign.shape}`);
  if (sign.color) node.style.setProperty("--on-dark", sign.color);
  if (sign.color_light ?? sign.color)
    node.style.setProperty("--on-light", /** @type {string} */ (sign.color_light ?? sign.color));
  return node;
}

/** @param {Sign[]} signs */
export function legendList(signs) {
  return h("ul", { class: "legend" }, ...signs.map((sign) => h("li", {}, mark(sign), h("span", {}, sign.label))));
}

/**
 * How old the newest data of a layer is. Alerts that are old are no old data.
 * @param {Entry} entry
 * @param {number} now_ms
 * @returns {{at: number, age_s: number, stale: boolean}|null} null: the layer has no times
 */
export function dataAge(entry, now_ms) {
  const at = epochMs(entry.newest);
  if (at === null) return null;
  const age_s = Math.max(0, (now_ms - at) / 1000);
  const limit = entry.roles?.includes(roles.alarms) ? null : entry.freshness_s;
  return { at, age_s, stale: Boolean(limit) && age_s > /** @type {number} */ (limit) };
}

/** A line with the age of a layer's data, kept true. @param {Entry} entry */
export function ageLine(entry) {
  const node = h("p", { class: "layer-age num" });
  drawAge(node, entry);
  return node;
}

/** @param {any} node @param {Entry} entry */
export function drawAge(node, entry) {
  const found = dataAge(entry, now());
  node.hidden = !found;
  if (!found) return;
  const values = { age: age(found.age_s), time: briefText(found.at) };
  node.replaceChildren(
    ...(found.stale ? [icon("alert-triangle")] : []),
    t(found.stale ? "legend.stale" : "legend.newest", values),
  );
  node.classList.toggle("is-stale", found.stale);
}

/** The legend over the map, for when the layer tree is not open. */
export class LegendPanel {
  /**
   * @param {HTMLElement} stage
   * @param {Entry[]} entries
   * @param {import("../map/layers.js").MapLayers} layers
   */
  constructor(stage, entries, layers) {
    this.layers = layers;
    this.entries = new Map(entries.map((entry) => [entry.slug, entry]));
    this.body = h("div", { class: "legend-body", tabindex: "0", role: "group", "aria-label": t("legend.title") });
    this.sum = h("span", { class: "legend-sum num" });
    this.box = h(
      "details",
      { class: "legend-panel", id: "legend", open: pref("legend.open", innerWidth > 900) },
      h("summary", {}, icon("list-details"), h("span", {}, t("legend.title")), this.sum),
      this.body,
    );
    this.box.addEventListener("toggle", () => setPref("legend.open", this.box.open));
    stage.append(this.box);
    bus.on("layers", () => this.draw());
    bus.on("counts", (fresh) => this.counts(fresh));
    this.draw();
    setInterval(() => this.ages(), TICK_MS);
  }

  draw() {
    const shown = [...this.layers.shown]
      .flatMap((slug) => this.entries.get(slug) ?? [])
      .sort((a, b) => a.order - b.order);
    this.shown = shown.map((entry) => ({ entry, line: ageLine(entry) }));
    this.body.replaceChildren(
      ...this.shown.map(({ entry, line }) =>
        h("section", {}, h("h3", {}, icon(entry.icon), entry.title), line, legendList(entry.legend)),
      ),
    );
    this.ages();
  }

  ages() {
    const stale = (this.shown ?? []).filter(({ entry, line }) => {
      drawAge(line, entry);
      return dataAge(entry, now())?.stale;
    });
    this.sum.textContent = stale.length ? t("legend.staleLayers", { n: stale.length }) : "";
  }

  /** @param {Entry[]} entries fresh from the catalogue */
  counts(entries) {
    for (const entry of entries) Object.assign(this.entries.get(entry.slug) ?? {}, { newest: entry.newest });
    this.ages();
  }
}
