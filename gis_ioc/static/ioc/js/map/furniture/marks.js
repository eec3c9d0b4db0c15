/**
 * Own marks: lines, areas and words on the map, kept in this browser and handed out as
 * GeoJSON; never written to a layer.
 */
import { bus } from "../../lib/bus.js";
import { h, icon } from "../../lib/dom.js";
import { pref, setPref } from "../../lib/prefs.js";
import { t } from "../../lib/texts.js";
import { theme } from "../engine.js";
import { palette } from "../palette.js";
import { figures, wayOf } from "./measure.js";
import { feature, Overlay } from "./overlay.js";
import { Sketch } from "./sketch.js";
import { toolBox, toolButton, toolRow } from "./toolbox.js";

/** @typedef {{id: string, text: string, geometry: any}} Mark */

const PREF = "marks";
const MOST = 200;
const MOST_LETTERS = 80;
/** @type {Record<string, () => Node>} */
const IMAGES = { Point: () => icon("map-pin"), LineString: () => icon("line"), Polygon: () => icon("polygon") };

/** What the browser kept, without what is none of ours. @returns {Mark[]} */
function kept() {
  const found = pref(PREF, []);
  return Array.isArray(found) ? found.filter((one) => one?.id && one.geometry?.type in IMAGES) : [];
}

/** @param {Mark[]} marks */
export const toGeoJson = (marks) => ({
  type: "FeatureCollection",
  features: marks.map(({ id, text, geometry }) => ({ ...feature(geometry, { text }), id })),
});

export class MarksTool {
  /** @param {any} map */
  constructor(map) {
    this.map = map;
    this.name = "marks";
    this.title = "marks.title";
    this.marks = kept();
    this.overlay = new Overlay(map, "marks", "mark");
    this.list = h("ul", { class: "mark-list" });
    this.ask = h("div", {});
    this.sketch = new Sketch(map, palette(theme()).mark, {
      changed: () => {},
      finished: (geometry) => this.finished(geometry),
    });
    bus.on("theme", () => {
      this.overlay.recolour();
      this.sketch.colour = palette(theme()).mark;
    });
    this.draw();
  }

  open() {
    this.rows();
    return [this.kinds(), this.ask, h("p", { class: "tool-note" }, t("marks.help")), this.list, this.acts()];
  }

  close() {
    this.sketch.stop();
    this.ask.replaceChildren();
  }

  kinds() {
    const pick = (
      /** @type {import("./sketch.js").Kind} */ kind,
      /** @type {string} */ text,
      /** @type {Node} */ image,
    ) => toolButton(text, image, () => this.begin(kind), { "data-kind": kind, "aria-pressed": "false" });
    return toolRow(
      pick("linestring", "marks.line", icon("line")),
      pick("polygon", "marks.area", icon("polygon")),
      pick("point", "marks.text", icon("typography")),
    );
  }

  acts() {
    return toolRow(
      toolButton("sketch.undo", icon("arrow-back-up"), () => this.sketch.undo()),
      toolButton("sketch.finish", icon("check"), () => this.sketch.finish()),
      toolButton("marks.export", icon("download"), () => this.handOut()),
    );
  }

  /** @param {import("./sketch.js").Kind|null} kind */
  begin(kind) {
    if (kind) this.sketch.use(kind);
    else this.sketch.stop();
    for (const node of document.querySelectorAll("#tool-box [data-kind]"))
      node.setAttribute("aria-pressed", String(/** @type {any} */ (node).dataset.kind === kind));
    if (kind) queueMicrotask(() => this.map.getCanvas().focus({ preventScroll: true }));
  }

  /** A shape is drawn: what is to stand beside it? @param {any} geometry */
  finished(geometry) {
    this.begin(null);
    if (this.marks.length >= MOST) return bus.emit("toast", t("marks.full", { n: MOST }));
    const mark = { id: crypto.randomUUID?.() ?? String(performance.now()), text: "", geometry };
    this.marks.push(mark);
    this.save();
    const input = h("input", { id: "mark-text", type: "text", maxlength: String(MOST_LETTERS), autocomplete: "off" });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      mark.text = input.value.trim();
      this.ask.replaceChildren();
      this.save();
    };
    this.ask.replaceChildren(
      h(
        "form",
        { class: "tool-form", onsubmit: submit },
        h("label", { for: "mark-text" }, t("marks.name")),
        toolRow(input, h("button", { class: "btn", type: "submit" }, icon("check"), t("marks.keep"))),
      ),
    );
    input.focus();
  }

  save() {
    setPref(PREF, this.marks);
    this.draw();
    this.rows();
  }

  draw() {
    this.overlay.show(
      toGeoJson(this.marks).features.map((one) => ({ ...one, properties: one.properties.text ? one.properties : {} })),
    );
  }

  rows() {
    const row = (/** @type {Mark} */ mark) => {
      const { type, coordinates } = mark.geometry;
      const figure = type === "Point" ? "" : figures(wayOf(mark.geometry))[0][1];
      const title = mark.text || t(`marks.${type}`);
      const remove = t("marks.remove", { title });
      return h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "mark-go",
            onclick: () => this.go(type === "Point" ? [coordinates] : wayOf(mark.geometry).points),
          },
          IMAGES[type](),
          h("span", {}, title, h("small", { class: "num" }, figure)),
        ),
        h(
          "button",
          { type: "button", class: "bar-btn", title: remove, "aria-label": remove, onclick: () => this.remove(mark) },
          icon("trash"),
        ),
      );
    };
    this.list.replaceChildren(
      ...(this.marks.length ? this.marks.map(row) : [h("li", { class: "tool-note" }, t("marks.none"))]),
    );
  }

  /** @param {number[][]} points */
  go(points) {
    const side = (/** @type {number} */ axis, /** @type {(...n: number[]) => number} */ pick) =>
      pick(...points.map((at) => at[axis]));
    const box = [side(0, Math.min), side(1, Math.min), side(0, Math.max), side(1, Math.max)];
    this.map.fitBounds(box, { maxZoom: 13, padding: 120, duration: 600 });
  }

  /** @param {Mark} mark */
  remove(mark) {
    this.marks = this.marks.filter((other) => other !== mark);
    this.save();
  }

  handOut() {
    const text = JSON.stringify(toGeoJson(this.marks), null, 1);
    const url = URL.createObjectURL(new Blob([text], { type: "application/geo+json" }));
    h("a", { href: url, download: "marks.geojson" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

/** @param {any} map */
export function startMarks(map) {
  const tool = new MarksTool(map);
  toolBox.add(tool);
  return tool;
}
