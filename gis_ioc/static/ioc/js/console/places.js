/** Where the keyboard goes: the parts of the console, the layers, and what Escape closes. */
import { bus } from "../lib/bus.js";
import { byId } from "../lib/dom.js";
import { pref, setPref } from "../lib/prefs.js";
import { closeDrawer } from "../panels/drawer.js";
import { keys } from "../panels/help.js";
import { unfold } from "./columns.js";

const GROUP = "keys.group.console";
/** Key, words, part, what in it takes the focus. @type {[string, string, string, string][]} */
const PLACES = [
  ["a", "keys.alerts", "alarms", "#alert-list button"],
  ["o", "keys.orders", "orders", "#order-body button"],
  ["v", "keys.wall", "wall-part", "#wall-strip button, #wall-acts button"],
  ["j", "keys.log", "log", "#log-body"],
];

/** @param {boolean} shown */
function layers(shown) {
  byId("layers").hidden = !shown;
  byId("open-layers").hidden = shown;
  byId("open-layers").setAttribute("aria-expanded", String(shown));
  document.body.classList.toggle("has-layers", shown);
  setPref("console.layers", shown);
}

/** @param {string} part @param {string} target */
export function goTo(part, target) {
  unfold(part);
  const box = byId(part);
  /** @type {HTMLElement|null} */ (box?.querySelector(target) ?? box?.querySelector("button"))?.focus();
}

export function startPanelsHere() {
  layers(pref("console.layers", innerWidth >= 2200));
  bus.on("do:toggle-layers", () => {
    const shown = byId("layers").hidden;
    layers(shown);
    byId(shown ? "layer-tree" : "open-layers")
      ?.querySelector?.("input")
      ?.focus();
    if (!shown) byId("open-layers").focus();
  });
  keys.add(PLACES.map(([key, text, part, target]) => ({ key, text, group: GROUP, run: () => goTo(part, target) })));
  keys.add([{ key: "m", text: "keys.map", group: GROUP, run: () => byId("map").querySelector("canvas")?.focus() }]);
  bus.on("escape", () => {
    if (closeDrawer()) return;
    if (!byId("layers").hidden && byId("layers").contains(document.activeElement)) layers(false);
    /** @type {HTMLElement|null} */ else document.activeElement?.blur?.();
  });
}
