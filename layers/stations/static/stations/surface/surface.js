/**
 * The air between the stations as the map's estimate: chosen in the tree of layers, kept
 * in the link, drawn hatched and pale so that nobody takes it for a measurement.
 */
import { h } from "@ioc/lib/dom.js";
import { getJson } from "@ioc/lib/http.js";
import { page } from "@ioc/lib/page.js";
import { fill } from "@ioc/lib/texts.js";
import { choices, question, writtenHour } from "./state.js";

const SOURCE = "stations-surface";
const NOTHING = { type: "FeatureCollection", features: [] };
const HATCH = "stations-surface-hatch";
const SIDE = 14;
const EVERY_MS = 300_000;

/** Slanted strokes: the sign of an estimate. */
function hatch() {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const pen = /** @type {any} */ (canvas.getContext("2d"));
  pen.strokeStyle = "rgba(13, 18, 24, 0.75)";
  pen.lineWidth = 1.6;
  for (const shift of [-SIDE, 0, SIDE]) {
    pen.beginPath();
    pen.moveTo(shift - 1, SIDE + 1);
    pen.lineTo(shift + SIDE + 1, -1);
    pen.stroke();
  }
  return pen.getImageData(0, 0, SIDE, SIDE);
}

export class Surface {
  /** @param {{map: any, layers: any, entry: any, bus: any}} parts */
  constructor({ map, layers, entry, bus }) {
    Object.assign(this, { map, layers, bus, slug: entry.slug });
    document.head.append(h("link", { rel: "stylesheet", href: new URL("surface.css", import.meta.url).href }));
    this.say = (/** @type {string} */ key, /** @type {any} */ values = {}) => fill(entry.words[key] ?? key, values);
    this.asked = "";
    this.turn = 0;
    this.draw();
    this.addLayers();
    bus.on("layers", () => this.read());
    bus.on("clock", () => this.read());
    bus.on("clock:tick", () => this.read());
    setInterval(() => this.again(), EVERY_MS);
    this.read();
  }

  draw() {
    this.pick = h(
      "select",
      { "aria-label": this.say("surface.choose"), onchange: () => this.choose(this.pick.value) },
      h("option", { value: "" }, this.say("surface.off")),
      ...choices.map((what) => h("option", { value: what }, what === "vn_aqi" ? "VN_AQI" : what)),
    );
    this.about = h("div", { class: "surface-about", role: "status" });
    this.node = h("div", { class: "surface-choice" }, h("label", {}, this.say("surface.title"), this.pick), this.about);
  }

  /** Above the legend of the layer. */
  place() {
    const more = document.querySelector(`[data-slug="${this.slug}"] .layer-more`);
    if (more && this.node.parentNode !== more) more.prepend(this.node);
  }

  addLayers() {
    const { map } = this;
    if (!map.hasImage(HATCH)) map.addImage(HATCH, hatch(), { pixelRatio: 1 });
    map.addSource(SOURCE, { type: "geojson", data: NOTHING });
    const above = map.getStyle().layers.find((/** @type {any} */ layer) => (layer.metadata?.rank ?? -1) > 0)?.id;
    const common = { type: "fill", source: SOURCE, metadata: { rank: 0 } };
    map.addLayer(
      { ...common, id: `${SOURCE}-area`, paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.34 } },
      above,
    );
    map.addLayer({ ...common, id: `${SOURCE}-hatch`, paint: { "fill-pattern": HATCH, "fill-opacity": 0.5 } }, above);
  }

  /** @param {string} what */
  choose(what) {
    this.layers.states[this.slug] = what;
    if (!what) delete this.layers.states[this.slug];
    this.bus.emit("layers");
  }

  /** As the map stands, whoever changed it: the tree, a link, the time bar. */
  read() {
    this.place();
    const shown = this.layers.shown.has(this.slug) && !this.layers.held?.has(this.slug);
    const state = this.layers.states[this.slug] ?? "";
    const what = choices.includes(state) ? state : "";
    this.pick.value = what;
    const wanted = shown && what ? question(this.slug, what, this.layers.times[this.slug]) : "";
    if (wanted !== this.asked) this.load(wanted);
  }

  again() {
    if (this.asked && !document.hidden) this.load(this.asked);
  }

  /** @param {string} wanted address, "" for nothing */
  async load(wanted) {
    this.asked = wanted;
    const turn = ++this.turn;
    if (!wanted) return this.show(NOTHING);
    try {
      const found = await getJson(wanted);
      if (turn === this.turn) this.show(found);
    } catch (error) {
      if (turn !== this.turn) return;
      this.asked = "";
      this.show({ ...NOTHING, reason: this.say("surface.failed") });
      console.warn("surface", error);
    }
  }

  /** @param {any} found answer of the API */
  show(found) {
    this.map.getSource(SOURCE)?.setData(found);
    this.node.classList.toggle("is-shown", found !== NOTHING);
    if (!found.stations) return this.about.replaceChildren(found.reason ?? "");
    const hour = writtenHour(found.hour, page.language);
    this.about.replaceChildren(
      h("strong", {}, this.say("surface.estimate", { hour })),
      h("ul", { class: "legend" }, ...found.classes.map((/** @type {any} */ one) => sign(one, found.unit))),
      h("p", {}, this.say("surface.error", { error: found.error, unit: found.unit, stations: found.stations })),
      h("p", {}, this.say("surface.method", { method: found.method })),
    );
  }
}

/** @param {{colour: string, title: string}} one @param {string} unit */
function sign({ colour, title }, unit) {
  const box = h("i", { class: "surface-sign" });
  box.style.backgroundColor = colour;
  return h("li", {}, box, `${title} ${unit}`.trim());
}
