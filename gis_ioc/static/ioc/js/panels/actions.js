/**
 * What can be done with the feature in the drawer: one row under its head. Links come
 * with the fragment of the server (`data-key` is their key), parts of the page add
 * their own with `drawerActions.add`.
 */
import { bus } from "../lib/bus.js";
import { byId, h, icon } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { opened } from "./drawer.js";
import { keys, keyText } from "./help.js";

/**
 * @typedef {object} Act
 * @property {string} name
 * @property {string} text key of the words
 * @property {string} icon
 * @property {string} key
 * @property {(told: HTMLElement) => void} run with the article in the drawer
 * @property {(told: HTMLElement) => boolean} [when] whether it is offered for this
 */

class DrawerActions {
  constructor() {
    /** @type {Act[]} */
    this.known = [];
  }

  /** @param {Act} act */
  add(act) {
    this.known.push(act);
    bind(act.key, act.text);
  }
}

export const drawerActions = new DrawerActions();
const GROUP = "keys.group.drawer";

/** Keys that links of the server may carry, and what the sheet says of them. */
const OF_LINKS = { d: "act.dispatch", e: "act.cameras", r: "act.replay" };

/** @param {string} key @param {string} text */
function bind(key, text) {
  keys.add([
    { key, text, group: GROUP, when: () => Boolean(opened()) && Boolean(target(key)), run: () => target(key)?.click() },
  ]);
}

/** @param {string} key @returns {HTMLElement|null} */
const target = (key) => byId("drawer").querySelector(`[data-key="${key}"]`);

export function startActions() {
  for (const [key, text] of Object.entries(OF_LINKS)) bind(key, text);
  drawerActions.add({ name: "share", text: "act.share", icon: "link", key: "c", run: () => bus.emit("do:link") });
  byId("drawer").addEventListener("htmx:afterSwap", dress);
}

/** The row gets what the page itself offers, and every button its key. */
function dress() {
  const told = /** @type {HTMLElement|null} */ (byId("drawer").querySelector(".drawer[data-layer]"));
  const row = told?.querySelector(".drawer-acts");
  if (!told || !row || row.querySelector("[data-act]")) return;
  for (const act of drawerActions.known) if (act.when?.(told) ?? true) row.append(button(act, told));
  for (const one of told.querySelectorAll("[data-key]")) mark(/** @type {HTMLElement} */ (one));
}

/** @param {Act} act @param {HTMLElement} told */
const button = (act, told) =>
  h(
    "button",
    { type: "button", class: "btn", "data-act": act.name, "data-key": act.key, onclick: () => act.run(told) },
    icon(act.icon),
    t(act.text),
  );

/** @param {HTMLElement} node */
function mark(node) {
  const key = node.dataset.key ?? "";
  if (!key || node.querySelector("kbd")) return;
  node.setAttribute("aria-keyshortcuts", keyText(key));
  node.append(h("kbd", { "aria-hidden": "true" }, keyText(key)));
}
