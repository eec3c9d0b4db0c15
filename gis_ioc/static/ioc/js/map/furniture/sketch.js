/**
 * Drawing by mouse, finger and keyboard: terra-draw takes the corners, whoever asked
 * keeps the shape. Space sets a corner under the cross in the middle of the map, Enter
 * ends, Backspace takes the last corner back.
 */

/** @typedef {"linestring"|"polygon"|"point"} Kind */
/**
 * @typedef {object} Told
 * @property {(geometry: any) => void} changed the shape under way, null: none
 * @property {(geometry: any) => void} finished
 */

/** Both libraries only when somebody draws. */
const libraries = () => Promise.all([import("terra-draw"), import("terra-draw-maplibre-gl-adapter")]);
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

export class Sketch {
  /** @param {any} map @param {string} colour @param {Told} told */
  constructor(map, colour, told) {
    this.map = map;
    this.colour = colour;
    this.told = told;
    /** @type {any} */
    this.draw = null;
    /** @type {Kind|null} */
    this.kind = null;
    this.turn = 0;
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    this.onMove = () => this.byKeys && this.point("pointermove");
    this.onPointer = (/** @type {PointerEvent} */ event) => event.isTrusted && this.cross(false);
  }

  get active() {
    return this.kind !== null;
  }

  get byKeys() {
    return this.map.getContainer().classList.contains("has-cross");
  }

  /** Begin to draw, or draw something else. @param {Kind} kind */
  async use(kind) {
    this.stop();
    this.kind = kind;
    const turn = ++this.turn;
    const [terra, { TerraDrawMapLibreGLAdapter }] = await libraries();
    if (turn !== this.turn) return;
    const styles = this.styles();
    this.draw = new terra.TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: this.map, prefixId: "sketch" }),
      modes: [
        new terra.TerraDrawLineStringMode({ styles }),
        new terra.TerraDrawPolygonMode({ styles }),
        new terra.TerraDrawPointMode({ styles }),
      ],
      undoRedo: { modeLevel: new terra.TerraDrawModeUndoRedo() },
    });
    this.draw.start();
    this.draw.setMode(kind);
    this.draw.on("change", () => this.told.changed(this.shape()));
    this.draw.on("finish", (/** @type {any} */ id) => this.finished(id));
    document.addEventListener("keydown", this.onKey, true);
    this.map.on("move", this.onMove);
    this.map.getCanvas().addEventListener("pointermove", this.onPointer);
    this.map.getContainer().dataset.sketch = kind;
  }

  styles() {
    const { colour } = this;
    const points = {
      closingPointColor: "#ffffff",
      closingPointOutlineColor: colour,
      closingPointOutlineWidth: 2,
      closingPointWidth: 5,
    };
    const line = { lineStringColor: colour, lineStringWidth: 2.5 };
    return {
      ...points,
      ...line,
      fillColor: colour,
      fillOpacity: 0.14,
      outlineColor: colour,
      outlineWidth: 2.5,
      pointColor: colour,
      pointWidth: 6,
      pointOutlineColor: "#ffffff",
      pointOutlineWidth: 2,
    };
  }

  /** The shape under way. */
  shape() {
    const wanted = { linestring: "LineString", polygon: "Polygon", point: "Point" }[/** @type {Kind} */ (this.kind)];
    return (
      this.draw?.getSnapshot().findLast((/** @type {any} */ one) => one.geometry.type === wanted)?.geometry ?? null
    );
  }

  /** @param {any} id */
  finished(id) {
    const found = this.draw?.getSnapshotFeature(id);
    if (!found) return;
    // not within terra-draw's own handling of the click
    queueMicrotask(() => {
      this.draw?.clear();
      this.told.finished(found.geometry);
    });
  }

  stop() {
    this.turn++;
    this.kind = null;
    if (!this.draw) return;
    this.draw.stop();
    this.draw = null;
    document.removeEventListener("keydown", this.onKey, true);
    this.map.off("move", this.onMove);
    this.map.getCanvas().removeEventListener("pointermove", this.onPointer);
    delete this.map.getContainer().dataset.sketch;
    this.cross(false);
  }

  undo() {
    this.draw?.undo();
  }

  /** As its own key does. */
  finish() {
    this.map.getCanvas().dispatchEvent(new KeyboardEvent("keyup", { key: "Enter" }));
  }

  /** A corner in the middle of the map. */
  put() {
    this.cross(true);
    for (const name of ["pointermove", "pointerdown", "pointerup"]) this.point(name);
  }

  /** @param {string} name of an event in the middle of the map */
  point(name) {
    const canvas = this.map.getCanvas();
    const box = canvas.getBoundingClientRect();
    const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
    canvas.dispatchEvent(new PointerEvent(name, { ...at, button: 0, isPrimary: true, pointerType: "mouse" }));
  }

  /** @param {boolean} shown */
  cross(shown) {
    this.map.getContainer().classList.toggle("has-cross", shown);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {Element} */ (event.target);
    if (
      target.closest("button, a, input, textarea, select, summary, dialog") ||
      event.ctrlKey ||
      event.altKey ||
      event.metaKey
    )
      return;
    if (ARROWS.includes(event.key)) return this.cross(true);
    const act = { " ": () => this.put(), Enter: () => this.finish(), Backspace: () => this.undo() }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
