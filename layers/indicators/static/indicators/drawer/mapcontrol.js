/** Which indicator the layer shows on the map, of which day; red units bear a mark. */
import { h } from "@ioc/lib/dom.js";
import { getJson } from "@ioc/lib/http.js";
import { page } from "@ioc/lib/page.js";
import { fill } from "@ioc/lib/texts.js";
import { theme } from "@ioc/map/engine.js";
import { placeBefore, tileSource } from "@ioc/map/style.js";
import { hatchImage } from "../explorer/hatch.js";
import { colours, labels, readState, writeState } from "./mapstate.js";

const KIND = "district";
const AREA = "indicators-value";
const MISSING = "indicators-missing";
const MARK = "indicators-mark";
const OFF = ["indicators-missing-line"];
/** From here numbers fit beside each other. */
const CLOSE_ZOOM = 7.9;
const HATCH = "indicators-hatch";

export class MapControl {
  /** @param {{map: any, layers: any, entry: any, bus: any, view: any}} parts */
  constructor({ map, layers, entry, bus, view }) {
    Object.assign(this, { map, layers, entry, bus });
    // a link that names no place shows the whole province, as large as it fits
    this.fit = !view.map && !view.open;
    this.slug = entry.slug;
    this.say = (/** @type {string} */ key, /** @type {any} */ values = {}) => fill(entry.words[key] ?? key, values);
    this.state = readState(layers.states[this.slug]);
    /** @type {any} */ this.known = null;
    this.shown = "";
    this.turn = 0;
    this.draw();
    this.addMarks();
    bus.on("layers", () => this.read());
    bus.on("theme", () => this.again());
    this.read();
  }

  draw() {
    this.pick = h("select", { "aria-label": this.say("map.choose"), onchange: () => this.choose({ code: this.pick.value, date: "" }) });
    this.day = h("select", { "aria-label": this.say("map.day"), hidden: true, onchange: () => this.choose({ date: this.day.value }) });
    this.legend = h("ul", { class: "ind-legend" });
    this.more = h("a", { class: "ind-map-more", href: "/indicators/brief/" }, this.say("map.brief"));
    this.node = h("div", { class: "ind-map", role: "group", "aria-label": this.entry.title, hidden: true }, h("div", { class: "ind-map-row" }, this.pick, this.day), this.legend, this.more);
    document.querySelector(".stage")?.append(this.node);
  }

  addMarks() {
    const scale = this.layers.scale?.text ?? 1;
    const part = {
      id: MARK,
      type: "symbol",
      source: tileSource(this.slug),
      "source-layer": `${this.slug}_label`,
      filter: ["in", ["id"], ["literal", []]],
      metadata: { slug: this.slug, drawer: this.entry.drawer, rank: 6 },
      layout: { visibility: "none", "text-field": "▲", "text-font": ["Be Vietnam Pro SemiBold"], "text-size": ["interpolate", ["linear"], ["zoom"], 6, 13 * scale, 10, 19 * scale], "text-allow-overlap": true, "text-ignore-placement": true, "text-offset": [0, -1.25], "text-padding": 0 },
      paint: { "text-halo-width": 1.6 },
    };
    this.map.addLayer(part, placeBefore(part, this.map.getStyle().layers));
    for (const name of ["dark", "light"]) {
      const { image, ratio } = hatchImage(name);
      if (!this.map.hasImage(`${HATCH}-${name}`)) this.map.addImage(`${HATCH}-${name}`, image, { pixelRatio: ratio });
    }
  }

  /** As the map stands, whoever changed it: the tree, a link, the days. */
  read() {
    const visible = this.layers.shown.has(this.slug) && !this.layers.held.has(this.slug);
    this.node.hidden = !visible;
    this.map.setLayoutProperty(MARK, "visibility", visible ? "visible" : "none");
    if (!visible) return;
    this.state = readState(this.layers.states[this.slug]);
    const key = `${writeState(this.state)}@${this.layers.times[this.slug] ?? ""}`;
    if (key !== this.shown) this.load(key);
  }

  /** @param {Partial<import("./mapstate.js").State>} change */
  choose(change) {
    this.layers.states[this.slug] = writeState({ ...this.state, ...change });
    this.bus.emit("layers");
  }

  again() {
    this.shown = "";
    this.read();
  }

  /** @param {string} key */
  async load(key) {
    this.shown = key;
    const turn = ++this.turn;
    const { code, date } = this.state;
    try {
      this.known ??= await getJson("/indicators/marks/");
      this.fillPick();
      this.fitOnce();
      if (!code) return turn === this.turn && this.showRed();
      const then = (this.layers.times[this.slug] ?? "").slice(0, 10);
      const [answer, days] = await Promise.all([getJson(this.question(code, date || then, then)), getJson(`/api/v1/indicators/dates?code=${code}`)]);
      if (turn !== this.turn) return;
      this.fillDays(days.figures);
      this.showFigures(answer);
    } catch (error) {
      if (turn !== this.turn) return;
      this.shown = "";
      this.legend.replaceChildren(h("li", {}, this.say("map.failed")));
      console.warn("indicators:", error);
    }
  }

  /** @param {string} code @param {string} date @param {string} then ISO day whose units are drawn */
  question(code, date, then) {
    const asked = new URLSearchParams({ kind: KIND, method: "quantiles", count: "5" });
    if (date) asked.set("date", date);
    // former districts are drawn as areas today too; their figures are of their time
    asked.set("units_on", then || this.known.units_on);
    return `/api/v1/indicators/${encodeURIComponent(code)}/map?${asked}`;
  }

  fitOnce() {
    const { box } = this.known;
    if (!this.fit || !box) return;
    this.fit = false;
    const [west, south, east, north] = box;
    const side = innerWidth > 900 ? { left: this.node.getBoundingClientRect().left + 20, right: 60, top: 60, bottom: 90 } : { left: 12, right: 12, top: 160, bottom: 120 };
    this.map.fitBounds([west, south, east, north], { padding: side, duration: 0 });
  }

  fillPick() {
    if (this.pick.options.length) {
      this.pick.value = this.state.code;
      return;
    }
    /** @type {Map<string, any[]>} */
    const groups = new Map();
    for (const one of this.known.indicators) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
    this.pick.append(
      h("option", { value: "" }, `▲ ${this.say("map.red")}`),
      ...[...groups].map(([label, listed]) => h("optgroup", { label }, ...listed.map((one) => h("option", { value: one.code }, one.name)))),
    );
    this.pick.value = this.state.code;
  }

  /** @param {string[]} figures ISO days */
  fillDays(figures) {
    const written = new Intl.DateTimeFormat(page.language, { dateStyle: "short", timeZone: "UTC" });
    this.day.replaceChildren(
      h("option", { value: "" }, this.say("map.newest")),
      ...figures.toReversed().map((iso) => h("option", { value: iso }, written.format(new Date(iso)))),
    );
    this.day.value = this.state.date;
    this.day.hidden = false;
  }

  showRed() {
    const { red } = this.known;
    this.day.hidden = true;
    this.paint("rgba(0,0,0,0.01)", []);
    this.mark(red.map((/** @type {any} */ one) => [one.unit_id, `▲ ${one.count}`]));
    this.legend.replaceChildren(red.length ? sign("▲", this.say("map.marked"), "ind-sign-red") : h("li", {}, this.say("map.none")));
    this.link("/indicators/brief/", this.say("map.brief"));
    this.followLegend();
  }

  /** @param {any} answer of the API */
  showFigures(answer) {
    this.paint(colours(answer, theme()), answer.areas.filter((/** @type {any} */ area) => area.value === null).map((/** @type {any} */ area) => area.unit_id));
    this.mark(labels(answer, page.language));
    const red = answer.areas.some((/** @type {any} */ area) => area.status === "red");
    this.legend.replaceChildren(
      ...answer.classes.map((/** @type {any} */ one) => swatch(one[theme()], one.label)),
      h("li", {}, h("i", { class: "ind-sign ind-sign-missing" }), this.say("map.missing")),
      ...(red ? [sign("▲", this.say("map.verdict"), "ind-sign-red")] : []),
    );
    this.link(`/indicators/?code=${answer.indicator.code}&kind=${KIND}${this.state.date ? `&date=${this.state.date}` : ""}`, this.say("map.page"));
    this.followLegend();
  }

  /** @param {any} colour @param {number[]} missing unit ids */
  paint(colour, missing) {
    const { map } = this;
    const areas = ["==", ["get", "kind"], KIND];
    map.setFilter(AREA, areas);
    map.setPaintProperty(AREA, "fill-color", colour);
    map.setFilter("indicators-line", areas);
    map.setFilter(MISSING, ["in", ["id"], ["literal", missing]]);
    map.setPaintProperty(MISSING, "fill-pattern", `${HATCH}-${theme()}`);
    map.setPaintProperty(MISSING, "fill-opacity", 1);
    for (const id of OFF) map.setFilter(id, ["in", ["id"], ["literal", []]]);
    map.setFilter("indicators-label", ["in", ["id"], ["literal", []]]);
  }

  /** @param {[number, string][]} marked unit id and what stands at its label point */
  mark(marked) {
    const css = getComputedStyle(document.documentElement);
    const red = marked.filter(([, words]) => words.startsWith("▲")).map(([id]) => id);
    const shape = ["case", ["in", ["id"], ["literal", red]], "▲", ""];
    // where there is no room for numbers the shape alone says which are red
    const text = marked.length ? ["step", ["zoom"], shape, CLOSE_ZOOM, ["match", ["id"], ...marked.flat(), ""]] : "";
    this.map.setFilter(MARK, ["in", ["id"], ["literal", marked.map(([id]) => id)]]);
    this.map.setLayoutProperty(MARK, "text-field", text);
    const tone = (/** @type {string} */ name) => css.getPropertyValue(name).trim();
    this.map.setPaintProperty(MARK, "text-color", ["case", ["in", ["id"], ["literal", red]], tone("--critical"), tone("--text")]);
    this.map.setPaintProperty(MARK, "text-halo-color", tone("--ground"));
  }

  /** @param {string} href @param {string} words */
  link(href, words) {
    this.more.setAttribute("href", href);
    this.more.textContent = words;
  }

  /** The tree says what the map says. */
  followLegend() {
    const own = document.querySelector(`[data-slug="${this.slug}"] .layer-more .legend`);
    own?.replaceChildren(...[...this.legend.children].map((item) => item.cloneNode(true)));
  }
}

/** @param {string} colour @param {string} words */
function swatch(colour, words) {
  const box = h("i", { class: "ind-sign" });
  box.style.background = colour;
  return h("li", {}, box, words);
}

/** @param {string} shape @param {string} words @param {string} css */
const sign = (shape, words, css) => h("li", {}, h("b", { class: css, "aria-hidden": "true" }, shape), words);
