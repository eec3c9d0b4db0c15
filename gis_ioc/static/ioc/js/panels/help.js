/**
 * Keys of the page and the sheet that lists them. Parts of a page add theirs:
 * `keys.add([{ key, text, run, group }])`. A key is one of `KeyboardEvent.key`, with
 * "Ctrl+" before it for one with Control; a later one takes the place of an earlier.
 */
import { bus } from "../lib/bus.js";
import { byId, h } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { focusSearch } from "./search.js";

/**
 * @typedef {object} Key
 * @property {string} key
 * @property {string} text key of the words
 * @property {() => void} [run] without: only listed, something else acts on it
 * @property {string} [group] key of the words over its part of the sheet
 * @property {() => boolean} [when] whether it acts now; without: always
 */

class Keys {
  constructor() {
    /** @type {Map<string, Key>} */
    this.known = new Map();
  }

  /** @param {Key[]} list */
  add(list) {
    for (const one of list) this.known.set(one.key, { group: "keys.group.map", ...one });
  }

  /** @param {KeyboardEvent} event */
  find(event) {
    const prefix = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
    const found = this.known.get(prefix + event.key) ?? this.known.get(prefix + event.key.toLowerCase());
    return found?.run && (found.when?.() ?? true) ? found : null;
  }

  /** By group, as they were added. @returns {Map<string, Key[]>} */
  groups() {
    /** @type {Map<string, Key[]>} */
    const found = new Map();
    for (const one of this.known.values()) {
      const group = one.group ?? "";
      found.set(group, [...(found.get(group) ?? []), one]);
    }
    return found;
  }
}

export const keys = new Keys();
keys.add([
  { key: "/", text: "keys.search", run: focusSearch },
  { key: "l", text: "keys.layers", run: () => bus.emit("do:toggle-layers") },
  { key: "a", text: "keys.alerts", run: () => bus.emit("do:toggle-alarms") },
  { key: "Escape", text: "keys.close", run: () => bus.emit("escape") },
  { key: "0", text: "keys.home", run: () => bus.emit("do:home") },
  { key: "c", text: "keys.link", run: () => bus.emit("do:link") },
  { key: "t", text: "keys.theme", run: () => bus.emit("do:toggle-theme") },
  { key: "?", text: "keys.help", run: () => toggleHelp() },
  // those MapLibre itself understands
  { key: "← ↑ → ↓", text: "keys.pan" },
  { key: "+ −", text: "keys.zoom" },
]);

const WRITING = "input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]";

export function startKeys(/** @type {any} */ map) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const chord = event.ctrlKey || event.metaKey;
    if (event.altKey || event.defaultPrevented || (!chord && target.closest?.(WRITING))) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return; // a dialog has its own keys
    const found = keys.find(event);
    if (found) {
      event.preventDefault();
      found.run?.();
    } else if (target === document.body && !chord) {
      panByKey(map, event);
    }
  });
  bus.on("do:help", toggleHelp);
}

const STEP_PX = 120;
/** @type {Record<string, [number, number]>} */
const PAN = { ArrowLeft: [-STEP_PX, 0], ArrowRight: [STEP_PX, 0], ArrowUp: [0, -STEP_PX], ArrowDown: [0, STEP_PX] };

/** With nothing focused the arrows still move the map. */
function panByKey(/** @type {any} */ map, /** @type {KeyboardEvent} */ event) {
  const step = PAN[event.key];
  if (step) map.panBy(step, { duration: 200 });
  else if (event.key === "+" || event.key === "=") map.zoomIn();
  else if (event.key === "-") map.zoomOut();
  else return;
  event.preventDefault();
}

function toggleHelp() {
  const box = byId("help");
  if (box.open) {
    box.close();
    return;
  }
  const sheet = (/** @type {[string, Key[]]} */ [group, list]) =>
    h("section", {}, group ? h("h3", {}, t(group)) : null, h("dl", { class: "key-list" }, ...list.map(row)));
  box.replaceChildren(
    h("h2", { id: "help-title" }, t("keys.title")),
    h("div", { class: "key-sheet" }, ...[...keys.groups()].map(sheet)),
    h("form", { method: "dialog" }, h("button", { class: "btn" }, t("close"))),
  );
  box.showModal();
  box.scrollTop = 0;
}

/** @type {Record<string, string>} */
const SHOWN = { Escape: "Esc", " ": "Space" };

/** As keyboards say it: Shift+W rather than W. @param {string} key */
export const keyText = (key) =>
  SHOWN[key] ?? (/^[A-Z]$/.test(key) ? `Shift+${key}` : key.length === 1 ? key.toUpperCase() : key);

/** @param {Key} one */
const row = ({ key, text }) => h("div", {}, h("dt", {}, h("kbd", {}, keyText(key))), h("dd", {}, t(text)));
