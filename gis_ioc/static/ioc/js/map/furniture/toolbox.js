/**
 * The box of the tool that is in use: one at a time, beside the buttons. A tool is
 * `{ name, title, open(): Node[], close() }`; the button with data-action="tool-<name>"
 * opens and closes it.
 */
import { bus } from "../../lib/bus.js";
import { byId, h, icon } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} title key of the words
 * @property {() => Node[]} open what stands in the box
 * @property {() => void} [close]
 */

class ToolBox {
  constructor() {
    /** @type {Map<string, Tool>} */
    this.tools = new Map();
    /** @type {Tool|null} */
    this.tool = null;
    /** @type {any} */
    this.box = null;
  }

  /** @param {HTMLElement} stage what the box lies over */
  start(stage) {
    this.box = h("section", { class: "tool-box", id: "tool-box", hidden: true, tabindex: "-1" });
    stage.append(this.box);
    // before all else that Escape closes
    document.addEventListener("keydown", (event) => this.onKey(event), true);
  }

  /** @param {Tool} tool */
  add(tool) {
    this.tools.set(tool.name, tool);
    bus.on(`do:tool-${tool.name}`, () => (this.tool === tool ? this.close() : this.open(tool.name)));
  }

  /** @param {string} name */
  open(name) {
    const tool = this.tools.get(name);
    if (!tool) return;
    this.close();
    this.tool = tool;
    const title = h("h2", { id: "tool-title" }, t(tool.title));
    const shut = h(
      "button",
      {
        type: "button",
        class: "bar-btn",
        "aria-label": t("close"),
        title: `${t("close")} (Esc)`,
        onclick: () => this.close(),
      },
      icon("x"),
    );
    this.box.setAttribute("aria-labelledby", "tool-title");
    this.box.replaceChildren(h("header", { class: "tool-head" }, title, shut), ...tool.open());
    this.box.hidden = false;
    this.mark();
    const first = this.box.querySelector("[data-first]") ?? this.box;
    first.focus({ preventScroll: true });
  }

  close() {
    const { tool } = this;
    if (!tool) return;
    this.tool = null;
    tool.close?.();
    const held = this.box.contains(document.activeElement);
    this.box.hidden = true;
    this.box.replaceChildren();
    this.mark();
    if (held) this.button(tool.name)?.focus({ preventScroll: true });
  }

  mark() {
    for (const name of this.tools.keys())
      this.button(name)?.setAttribute("aria-pressed", String(this.tool?.name === name));
    document.body.classList.toggle("has-tool", Boolean(this.tool));
  }

  /** @param {string} name @returns {HTMLElement|null} */
  button(name) {
    return document.querySelector(`.tools [data-action="tool-${name}"]`);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key !== "Escape" || !this.tool || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

export const toolBox = new ToolBox();

/** A row of buttons that belong together. @param {...any} nodes */
export const toolRow = (...nodes) => h("div", { class: "tool-row" }, ...nodes);

/** @param {string} text key of the words @param {Node} image @param {() => void} run @param {Record<string, any>} [attrs] */
export const toolButton = (text, image, run, attrs = {}) =>
  h("button", { type: "button", class: "btn", onclick: run, ...attrs }, image, t(text));

/** Told on the clipboard, or that it could not be. @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    bus.emit("toast", t("copied.text", { text }));
  } catch {
    bus.emit("toast", t("copied.failed", { text }));
  }
}

/** The stage that a map lies in. */
export const stageOf = () => byId("main-stage") ?? byId("main");
