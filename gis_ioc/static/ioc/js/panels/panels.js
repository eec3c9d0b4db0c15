/** Which panels are open: remembered on a desk, one at a time on a phone. */
import { bus } from "../lib/bus.js";
import { byId } from "../lib/dom.js";
import { pref, setPref } from "../lib/prefs.js";
import { closeDrawer } from "./drawer.js";

const NAMES = ["layers", "alarms"];
const phone = matchMedia("(max-width: 900px)");

/**
 * @param {string} name
 * @param {boolean} shown
 */
function set(name, shown) {
  byId(name).hidden = !shown;
  const opener = byId(`open-${name}`);
  opener.setAttribute("aria-expanded", String(shown));
  if (!phone.matches) setPref(`panel.${name}`, shown);
  if (name === "layers") opener.hidden = shown && !phone.matches;
  if (shown && phone.matches) {
    closeDrawer();
    for (const other of NAMES) if (other !== name) set(other, false);
  }
  document.body.classList.toggle(`has-${name}`, shown);
}

/** @param {string} name */
function toggle(name) {
  const shown = byId(name).hidden;
  set(name, shown);
  const target = shown ? byId(name).querySelector("input, .panel-body button, button") : byId(`open-${name}`);
  if (target && !target.hidden) target.focus({ preventScroll: true });
}

export function startPanels() {
  set("layers", !phone.matches && pref("panel.layers", true));
  set("alarms", !phone.matches && pref("panel.alarms", innerWidth > 1400));
  for (const name of NAMES) bus.on(`do:toggle-${name}`, () => toggle(name));
  bus.on("drawer", (open) => {
    if (open && phone.matches) for (const name of NAMES) set(name, false);
  });
  bus.on("escape", () => {
    if (closeDrawer()) return;
    const last = NAMES.toReversed().find((name) => !byId(name).hidden);
    if (last) set(last, false);
  });
}
