/**
 * "Print to PDF": the map once more, off the screen, as large as the paper and at the
 * resolution of a printer; the server sets title, legend, scale, grid and sources round it.
 */
import { Map as MapLibre } from "maplibre-gl";
import { bus } from "../../lib/bus.js";
import { clock, isoOf } from "../../lib/clock.js";
import { h, icon } from "../../lib/dom.js";
import { getJson } from "../../lib/http.js";
import { pref, setPref } from "../../lib/prefs.js";
import { page } from "../../lib/page.js";
import { t } from "../../lib/texts.js";
import { basemapStyle } from "../basemap.js";
import { drawImages } from "../images.js";
import { palette } from "../palette.js";
import { paintFor } from "../style.js";
import { scaleNumber } from "./scale.js";
import { toolBox } from "./toolbox.js";

const URL_PRINT = "/print/";
const MM_PER_INCH = 25.4;
const CSS_DPI = 96;
const WAIT_MS = 60_000;
const PAPER_TEXT = 1;
const PREF = "print.paper";
/** Denominators that people know; the first means: what is on the screen. */
const SCALES = [0, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_000_000];

/** @typedef {{slug: string, width_mm: number, height_mm: number}} Paper */
/** @typedef {{papers: Paper[], dpi: number, most_bytes: number}} Terms */

/**
 * The style of the screen's map with live rows drawn from tiles, in the light colours of paper.
 * @param {any} map
 * @param {import("../layers.js").MapLayers} layers
 */
export function paperStyle(map, layers) {
  const style = map.getStyle();
  const base = new Map(
    basemapStyle(location.origin, palette("light"), page.language, PAPER_TEXT).layers.map((layer) => [layer.id, layer]),
  );
  style.layers = style.layers
    .filter(
      (/** @type {any} */ layer) =>
        layer.type !== "custom" && !layer.id.startsWith("selection") && !layer.metadata?.live,
    )
    .map((/** @type {any} */ layer) => onPaper(layer, base, layers));
  style.state = { ...style.state, now_s: { default: Math.round(clock.at / 1000) } };
  return style;
}

/**
 * @param {any} layer
 * @param {Map<string, any>} base
 * @param {import("../layers.js").MapLayers} layers
 */
function onPaper(layer, base, layers) {
  const ground = base.get(layer.id);
  if (ground) return { ...layer, paint: ground.paint };
  const { slug } = layer.metadata ?? {};
  const entry = layers.entries.get(slug);
  const part = entry?.style.find((one) => one.id === layer.id);
  if (!entry || !part) return legible(layer);
  const drawn = layers.shown.has(slug) && !layers.held.has(slug);
  return {
    ...layer,
    paint: paintFor(entry, part, "light"),
    layout: { ...layer.layout, visibility: drawn ? "visible" : "none" },
  };
}

/** Words that were chosen for the screen, on white. @param {any} layer */
function legible(layer) {
  if (!layer.paint?.["text-halo-color"]) return layer;
  const { markText, markHalo } = palette("light");
  return { ...layer, paint: { ...layer.paint, "text-color": markText, "text-halo-color": markHalo } };
}

/**
 * Draws a map of a paper's size and gives it as PNG.
 * @param {any} map of the screen
 * @param {import("../layers.js").MapLayers} layers
 * @param {Paper} paper
 * @param {{dpi: number, scale: number}} wish scale 0: all that the screen shows
 */
export async function picture(map, layers, paper, { dpi, scale }) {
  const px = (/** @type {number} */ mm) => Math.round((mm / MM_PER_INCH) * CSS_DPI);
  const holder = h("div", { class: "print-map", "aria-hidden": "true" });
  holder.style.width = `${px(paper.width_mm)}px`;
  holder.style.height = `${px(paper.height_mm)}px`;
  document.body.append(holder);
  const own = new MapLibre({
    container: holder,
    style: paperStyle(map, layers),
    center: map.getCenter(),
    zoom: map.getZoom(),
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: dpi / CSS_DPI,
    renderWorldCopies: false,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  try {
    drawImages(own);
    copyImages(map, own);
    frame(own, map, scale);
    await settled(own);
    const blob = await new Promise((resolve) => own.getCanvas().toBlob(resolve, "image/png"));
    if (!blob) throw new Error("no picture");
    return {
      blob,
      box: own.getBounds().toArray().flat(),
      denominator: scaleNumber(own.getCenter().lat, own.getZoom()),
    };
  } finally {
    own.remove();
    holder.remove();
  }
}

/** Those that layers' own modules have drawn. @param {any} map @param {any} own */
function copyImages(map, own) {
  for (const name of map.listImages()) {
    const { data, pixelRatio, sdf } = map.getImage(name) ?? {};
    if (data && !own.hasImage(name)) own.addImage(name, data, { pixelRatio, sdf });
  }
}

/** @param {any} own @param {any} map @param {number} scale */
function frame(own, map, scale) {
  if (!scale) return own.fitBounds(map.getBounds(), { animate: false });
  own.setZoom(own.getZoom() + Math.log2(scaleNumber(own.getCenter().lat, own.getZoom()) / scale));
}

/** @param {any} own drawn, with all its tiles */
const settled = (own) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("late")), WAIT_MS);
    own.once("idle", () => {
      clearTimeout(late);
      resolve(undefined);
    });
  });

class PrintTool {
  /** @param {any} map @param {import("../layers.js").MapLayers} layers */
  constructor(map, layers) {
    this.map = map;
    this.layers = layers;
    this.name = "print";
    this.title = "print.title";
    /** @type {Terms|null} */
    this.terms = null;
  }

  open() {
    const box = h("div", {}, h("p", { class: "tool-note" }, t("print.wait")));
    getJson(URL_PRINT)
      .then((terms) => {
        this.terms = terms;
        box.replaceChildren(this.form());
        box.querySelector("input").focus();
      })
      .catch(() => box.replaceChildren(h("p", { class: "tool-error" }, t("print.failed"))));
    return [box];
  }

  form() {
    const { papers } = /** @type {Terms} */ (this.terms);
    const title = h("input", { id: "print-title", type: "text", maxlength: "120", value: t("print.map") });
    const option = (/** @type {string|number} */ value, /** @type {string} */ text) => h("option", { value }, text);
    const paper = h("select", { id: "print-paper" }, ...papers.map(({ slug }) => option(slug, t(`print.${slug}`))));
    paper.value = papers.some(({ slug }) => slug === pref(PREF, "")) ? pref(PREF, "") : papers[0].slug;
    const scales = SCALES.map((scale) =>
      option(scale, scale ? `1 : ${new Intl.NumberFormat(page.language).format(scale)}` : t("print.screen")),
    );
    const scale = h("select", { id: "print-scale" }, ...scales);
    const button = h("button", { class: "btn btn-primary", type: "submit" }, icon("printer"), t("print.make"));
    const said = h("p", { class: "tool-note", role: "status" });
    const label = (/** @type {string} */ id, /** @type {string} */ text, /** @type {Node} */ field) =>
      h("div", { class: "field" }, h("label", { for: id }, t(text)), field);
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      setPref(PREF, paper.value);
      button.disabled = true;
      said.textContent = t("print.drawing");
      said.textContent = await this.make(paper.value, title.value.trim(), Number(scale.value));
      button.disabled = false;
    };
    return h(
      "form",
      { class: "tool-form", onsubmit: submit },
      label("print-title", "print.heading", title),
      label("print-paper", "print.paper", paper),
      label("print-scale", "print.scale", scale),
      button,
      said,
    );
  }

  /**
   * @param {string} slug of the paper
   * @param {string} title
   * @param {number} scale
   * @returns {Promise<string>} what became of it
   */
  async make(slug, title, scale) {
    const terms = /** @type {Terms} */ (this.terms);
    const paper = /** @type {Paper} */ (terms.papers.find((one) => one.slug === slug));
    try {
      const drawn = await picture(this.map, this.layers, paper, { dpi: terms.dpi, scale });
      if (drawn.blob.size > terms.most_bytes) return t("print.large");
      const answer = await fetch(URL_PRINT, {
        method: "POST",
        credentials: "same-origin",
        headers: JSON.parse(document.body.getAttribute("hx-headers") ?? "{}"),
        body: this.order(slug, title, drawn),
      });
      if (!answer.ok) return (await answer.json().catch(() => null))?.problem ?? t("print.failed");
      const url = URL.createObjectURL(await answer.blob());
      const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "map.pdf";
      h("a", { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      bus.emit("toast", t("print.done"));
      return t("print.done");
    } catch (error) {
      console.warn(error);
      return t("print.failed");
    }
  }

  /**
   * @param {string} paper
   * @param {string} title
   * @param {{blob: Blob, box: number[], denominator: number}} drawn
   */
  order(paper, title, { blob, box, denominator }) {
    const form = new FormData();
    const { layers } = this;
    const fields = {
      paper,
      title,
      box: box.join(","),
      denominator,
      layers: [...layers.shown].join(","),
      filtered: Object.keys(layers.filters).join(","),
      at: clock.live ? "" : isoOf(clock.at),
    };
    for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
    form.append("picture", blob, "map.png");
    return form;
  }
}

/** @param {any} map @param {import("../layers.js").MapLayers} layers */
export function startPrint(map, layers) {
  toolBox.add(new PrintTool(map, layers));
}
