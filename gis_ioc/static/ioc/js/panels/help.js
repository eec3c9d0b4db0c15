/** Keys of the map page and the sheet that lists them. */
import { bus } from "../lib/bus.js";
import { byId, h } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { focusSearch } from "./search.js";

/** Key, what the sheet says, what happens. @type {[string, string, () => void][]} */
const KEYS = [
  ["/", "keys.search", focusSearch],
  ["l", "keys.layers", () => bus.emit("do:toggle-layers")],
  ["a", "keys.alerts", () => bus.emit("do:toggle-alarms")],
  ["Escape", "keys.close", () => bus.emit("escape")],
  ["0", "keys.home", () => bus.emit("do:home")],
  ["c", "keys.link", () => bus.emit("do:link")],
  ["t", "keys.theme", () => bus.emit("do:toggle-theme")],
  ["?", "keys.help", () => toggleHelp()],
];
/** Keys that MapLibre itself understands. */
const MAP_KEYS = [
  ["← ↑ → ↓", "keys.pan"],
  ["+ −", "keys.zoom"],
];

const WRITING = "input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]";

export function startKeys(/** @type {any} */ map) {
  const actions = new Map(KEYS.map(([key, , action]) => [key, action]));
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest(WRITING)) return;
    if (byId("help").open && event.key !== "?") return; // the dialog has its own keys
    const action = actions.get(event.key) ?? actions.get(event.key.toLowerCase());
    if (action) {
      event.preventDefault();
      action();
    } else if (target === document.body) {
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
  const rows = [...KEYS.map(([key, text]) => [key === "Escape" ? "Esc" : key, text]), ...MAP_KEYS];
  box.replaceChildren(
    h("h2", { id: "help-title" }, t("keys.title")),
    h("dl", { class: "key-list" }, ...rows.map(([key, text]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(text))))),
    h("form", { method: "dialog" }, h("button", { class: "btn" }, t("close"))),
  );
  box.showModal();
}
