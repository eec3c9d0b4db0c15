/** The canvas of the wall with its cells and bezels; panes are moved and resized on it by
 *  mouse, finger and keyboard. */
import { h, icon } from "../lib/dom.js";
import { fill } from "../lib/texts.js";
import { heightOf, widthOf } from "../wall/canvas.js";
import { moved, paneOf, removed, reordered, resized } from "./grid.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @typedef {import("./grid.js").Body} Body */
/** @typedef {import("./grid.js").Pane} Pane */

export class Board {
  /**
   * @param {HTMLElement} node
   * @param {object} given
   * @param {any} given.canvas
   * @param {Map<string, any>} given.kinds
   * @param {boolean} given.write
   * @param {Record<string, string>} given.words
   * @param {() => Body} given.body the body as it is now
   * @param {(body: Body, done: boolean) => void} given.change `done`: the hand let go
   * @param {(id: string) => void} given.select
   * @param {(text: string) => void} given.say
   */
  constructor(node, given) {
    this.node = node;
    this.given = given;
    this.selected = "";
    /** @type {Map<string, "bad"|"warn">} */
    this.marks = new Map();
    const { canvas } = given;
    node.style.aspectRatio = `${widthOf(canvas)} / ${heightOf(canvas)}`;
    if (!given.write) node.dataset.read = "1";
    node.addEventListener("keydown", (event) => this.key(event));
    node.addEventListener("pointerdown", (event) => this.grab(event));
  }

  draw() {
    const body = this.given.body();
    const active = /** @type {HTMLElement|null} */ (document.activeElement);
    const held = this.node.contains(active) ? active?.dataset.pane : undefined;
    this.node.style.setProperty("--cell-w", `${100 / body.grid_columns}%`);
    this.node.style.setProperty("--cell-h", `${100 / body.grid_rows}%`);
    this.node.style.backgroundSize = `${100 / body.grid_columns}% ${100 / body.grid_rows}%`;
    this.node.replaceChildren(...body.panes.map((pane) => this.pane(pane, body)), ...this.bezels());
    if (held) this.focus(held);
  }

  focus(id = this.selected) {
    /** @type {HTMLElement|null} */ (this.node.querySelector(`[data-pane="${id}"]`))?.focus();
  }

  /** @param {Pane} pane @param {Body} body */
  pane(pane, body) {
    const kind = this.given.kinds.get(pane.kind);
    const title = fill(this.given.words["kind.title"], { title: kind?.title ?? pane.kind, id: pane.id });
    const mark = this.marks.get(pane.id);
    const node = h(
      "div",
      {
        class: "board-pane",
        role: "button",
        tabindex: 0,
        "data-pane": pane.id,
        "data-kind": pane.kind,
        "data-bad": mark === "bad" ? 1 : null,
        "data-warn": mark === "warn" ? 1 : null,
        "aria-pressed": String(pane.id === this.selected),
        "aria-label": this.said(pane, title),
      },
      h("strong", {}, kind ? icon(kind.icon) : null, h("span", {}, pane.options?.title || kind?.title || pane.kind)),
      h("span", { class: "num" }, `${pane.width} × ${pane.height}`),
      this.given.write ? h("span", { class: "board-grip", "data-grip": 1 }) : null,
    );
    const share = (/** @type {number} */ cells, /** @type {number} */ all) => `${(100 * cells) / all}%`;
    node.style.left = share(pane.column, body.grid_columns);
    node.style.top = share(pane.row, body.grid_rows);
    node.style.width = share(pane.width, body.grid_columns);
    node.style.height = share(pane.height, body.grid_rows);
    return node;
  }

  /** @param {Pane} pane @param {string} title */
  said(pane, title) {
    const { column, row, width, height } = pane;
    return fill(this.given.words["pane.place"], { title, column: column + 1, row: row + 1, width, height });
  }

  /** What the frames of the panels hide. */
  bezels() {
    const { canvas } = this.given;
    const [wide, high] = [widthOf(canvas), heightOf(canvas)];
    const found = [];
    for (let column = 1; column < canvas.columns; column++) {
      const x = column * (canvas.panel_width_px + canvas.bezel_x_px) - canvas.bezel_x_px;
      found.push([x / wide, 0, canvas.bezel_x_px / wide, 1]);
    }
    for (let row = 1; row < canvas.rows; row++) {
      const y = row * (canvas.panel_height_px + canvas.bezel_y_px) - canvas.bezel_y_px;
      found.push([0, y / high, 1, canvas.bezel_y_px / high]);
    }
    return found.map(([left, top, width, height]) => {
      const node = h("span", { class: "board-bezel", "aria-hidden": "true" });
      Object.assign(node.style, {
        left: `${left * 100}%`,
        top: `${top * 100}%`,
        width: `${width * 100}%`,
        height: `${height * 100}%`,
      });
      return node;
    });
  }

  /** @param {string} id */
  choose(id) {
    this.selected = id;
    for (const node of this.node.querySelectorAll("[data-pane]")) {
      node.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (node).dataset.pane === id));
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const id = /** @type {HTMLElement} */ (event.target).dataset?.pane;
    if (!id) return;
    const body = this.given.body();
    const step = /** @type {any} */ (STEPS)[event.key];
    if (event.key === "Enter" || event.key === " ") this.given.select(id);
    else if (!this.given.write || event.ctrlKey || event.altKey || event.metaKey) return;
    else if (step) this.given.change((event.shiftKey ? resized : moved)(body, id, step[0], step[1]), true);
    else if (event.key === "Delete" || event.key === "Backspace") this.given.change(removed(body, id), true);
    else if (event.key === "PageUp" || event.key === "PageDown") {
      this.given.change(reordered(body, id, event.key === "PageUp" ? 1 : -1), true);
    } else return;
    event.preventDefault();
    if (id !== this.selected) this.given.select(id);
    const pane = paneOf(this.given.body(), id);
    if (pane && step) this.given.say(this.said(pane, this.given.kinds.get(pane.kind)?.title ?? pane.kind));
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const node = /** @type {HTMLElement|null} */ (target.closest("[data-pane]"));
    const id = node?.dataset.pane;
    if (!node || !id || event.button > 0) return;
    this.given.select(id);
    if (!this.given.write) return;
    event.preventDefault();
    const act = target.dataset.grip ? resized : moved;
    const begun = this.given.body();
    const { width, height } = this.node.getBoundingClientRect();
    const from = [event.clientX, event.clientY];
    const follow = (/** @type {PointerEvent} */ at) => {
      const across = Math.round(((at.clientX - from[0]) * begun.grid_columns) / width);
      const down = Math.round(((at.clientY - from[1]) * begun.grid_rows) / height);
      this.given.change(act(begun, id, across, down), false);
    };
    const letGo = () => {
      removeEventListener("pointermove", follow);
      removeEventListener("pointerup", letGo);
      removeEventListener("pointercancel", letGo);
      this.given.change(this.given.body(), true);
      this.focus();
    };
    addEventListener("pointermove", follow);
    addEventListener("pointerup", letGo);
    addEventListener("pointercancel", letGo);
  }
}
