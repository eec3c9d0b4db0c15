/** Measuring: how far, on which bearing, how large. On the ellipsoid, not on the screen. */
import { bus } from "../../lib/bus.js";
import { h, icon } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { theme } from "../engine.js";
import { palette } from "../palette.js";
import { areaTexts, bearingText, lengthText, nauticalText } from "./figures.js";
import { areaOf, legs, middle } from "./geodesy.js";
import { feature, Overlay, words } from "./overlay.js";
import { Sketch } from "./sketch.js";
import { copyText, toolBox, toolButton, toolRow } from "./toolbox.js";

/** @typedef {{ring: boolean, points: number[][]}} Way */

/** Corners without the one that closes a ring and without repeats. @param {any} geometry @returns {Way} */
export function wayOf(geometry) {
  const ring = geometry.type === "Polygon";
  const all = ring ? geometry.coordinates[0].slice(0, -1) : geometry.coordinates;
  const points = all.filter(
    (/** @type {number[]} */ at, /** @type {number} */ index) => !index || String(at) !== String(all[index - 1]),
  );
  return { ring, points };
}

/** What a shape measures, line by line. @param {Way} way @returns {[string, string][]} key of the words, figure */
export function figures({ ring, points }) {
  const run = ring && points.length > 2 ? [...points, points[0]] : points;
  const parts = legs(run);
  const metres = parts.reduce((sum, leg) => sum + leg.metres, 0);
  const length = `${lengthText(metres)} · ${nauticalText(metres)}`;
  if (ring)
    return [
      ["measure.area", areaTexts(points.length > 2 ? areaOf(points) : 0).join(" · ")],
      ["measure.around", length],
    ];
  const last = parts.at(-1);
  /** @type {[string, string][]} */
  const found = [["measure.length", length]];
  if (last && parts.length > 1)
    found.push(["measure.leg", `${lengthText(last.metres)} · ${nauticalText(last.metres)}`]);
  if (last) found.push(["measure.bearing", bearingText(last.bearing)]);
  return found;
}

/** The shape with a word on each leg and on the whole. @param {any} geometry */
function drawn(geometry) {
  const way = wayOf(geometry);
  const found = [feature(geometry), ...way.points.map((coordinates) => feature({ type: "Point", coordinates }))];
  const run = way.ring ? [...way.points, way.points[0]] : way.points;
  for (const [index, leg] of legs(run).entries()) {
    if (!leg.metres) continue;
    const text = way.ring ? lengthText(leg.metres) : `${lengthText(leg.metres)}  ${bearingText(leg.bearing)}`;
    found.push(words(middle([run[index], run[index + 1]]), text));
  }
  const [[, total]] = figures(way);
  if (way.ring && way.points.length > 2)
    found.push(words(middle(way.points), total.replace(" · ", "\n"), { size: 14, weight: 9 }));
  else if (way.points.length > 2) found.push(words(way.points[way.points.length - 1], total, { size: 14, weight: 9 }));
  return found;
}

export class MeasureTool {
  /** @param {any} map */
  constructor(map) {
    this.map = map;
    this.name = "measure";
    this.title = "measure.title";
    /** @type {import("./sketch.js").Kind} */
    this.kind = "linestring";
    /** @type {any[]} */
    this.kept = [];
    this.overlay = new Overlay(map, "measure", "measure");
    this.told = h("dl", { class: "tool-figures num", "aria-live": "polite" });
    this.sketch = new Sketch(map, palette(theme()).measure, {
      changed: (geometry) => this.changed(geometry),
      finished: (geometry) => this.finished(geometry),
    });
    bus.on("theme", () => {
      this.overlay.recolour();
      this.sketch.colour = palette(theme()).measure;
    });
  }

  open() {
    this.tell(null);
    this.begin(this.kind);
    return [this.kinds(), this.told, h("p", { class: "tool-note" }, t("sketch.help")), this.acts()];
  }

  close() {
    this.sketch.stop();
    this.clear();
  }

  /** @param {import("./sketch.js").Kind} kind */
  begin(kind) {
    this.kind = kind;
    this.sketch.use(kind);
    for (const node of document.querySelectorAll("#tool-box [data-kind]"))
      node.setAttribute("aria-pressed", String(/** @type {any} */ (node).dataset.kind === kind));
    queueMicrotask(() => this.map.getCanvas().focus({ preventScroll: true }));
  }

  kinds() {
    const pick = (
      /** @type {import("./sketch.js").Kind} */ kind,
      /** @type {string} */ text,
      /** @type {Node} */ image,
    ) =>
      toolButton(text, image, () => this.begin(kind), {
        "data-kind": kind,
        "aria-pressed": String(kind === this.kind),
      });
    return toolRow(
      pick("linestring", "measure.distance", icon("ruler-measure")),
      pick("polygon", "measure.surface", icon("polygon")),
    );
  }

  acts() {
    return toolRow(
      toolButton("sketch.undo", icon("arrow-back-up"), () => this.sketch.undo()),
      toolButton("sketch.finish", icon("check"), () => this.sketch.finish()),
      toolButton("measure.copy", icon("copy"), () =>
        copyText([...this.told.children].map((row) => row.textContent).join("; ")),
      ),
      toolButton("measure.clear", icon("trash"), () => this.clear()),
    );
  }

  clear() {
    this.kept = [];
    this.overlay.show([]);
    this.tell(null);
  }

  /** @param {any} geometry */
  changed(geometry) {
    if (!geometry) return;
    this.overlay.show([...this.kept, ...drawn(geometry)]);
    this.tell(geometry);
  }

  /** @param {any} geometry */
  finished(geometry) {
    this.kept.push(...drawn(geometry));
    this.overlay.show(this.kept);
    this.tell(geometry);
  }

  /** @param {any} geometry */
  tell(geometry) {
    const rows = geometry ? figures(wayOf(geometry)) : [];
    this.told.replaceChildren(
      ...rows.map(([text, figure]) => h("div", {}, h("dt", {}, `${t(text)} `), h("dd", {}, figure))),
    );
  }
}

/** @param {any} map */
export function startMeasure(map) {
  const tool = new MeasureTool(map);
  toolBox.add(tool);
  return tool;
}
