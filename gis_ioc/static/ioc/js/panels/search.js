/** The search box over all layers: arrows choose, Enter flies there. */
import { bus } from "../lib/bus.js";
import { byId, h, icon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { t } from "../lib/texts.js";

const WAIT_MS = 160;
const MIN_LENGTH = 2;

/** @typedef {{layer: string, layer_title: string, id: number, title: string, lon: number, lat: number}} Hit */

/** @type {Hit[]} */
let hits = [];
let chosen = -1;
let asked = 0;
/** the text whose hits are shown */
let shownFor = "";
let timer = 0;
/** Icons by slug, told by the map when it knows the catalogue. */
const icons = new Map();

export function startSearch() {
  const input = byId("find-input");
  const list = byId("find-list");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(input.value.trim()), WAIT_MS);
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("focus", () => hits.length && input.value && open(true));
  list.addEventListener("mousedown", (/** @type {MouseEvent} */ event) => event.preventDefault());
  list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const row = /** @type {Element} */ (event.target).closest("[data-index]");
    if (row) go(Number(/** @type {HTMLElement} */ (row).dataset.index));
  });
  document.addEventListener("click", (event) => {
    if (!byId("find").contains(event.target)) open(false);
  });
  bus.on("do:search", () => focusSearch());
  bus.on("catalogue", (layers) => {
    for (const layer of layers) icons.set(layer.slug, layer.icon);
  });
}

export function focusSearch() {
  byId("find").classList.add("find-wide");
  byId("find-input").focus();
  byId("find-input").select();
}

/** @param {string} text */
async function ask(text) {
  const turn = ++asked;
  if (text.length < MIN_LENGTH) {
    hits = [];
    open(false);
    return;
  }
  try {
    const found = await getJson(`/api/v1/search?limit=12&q=${encodeURIComponent(text)}`);
    if (turn !== asked) return;
    hits = found;
    shownFor = text;
    chosen = hits.length ? 0 : -1;
    draw(text);
  } catch {
    if (turn === asked) message(t("search.failed"));
  }
}

/** @param {string} text */
function draw(text) {
  if (!hits.length) {
    message(t("search.none", { text }));
    return;
  }
  byId("find-list").replaceChildren(...hits.map(row));
  open(true);
  mark();
}

/**
 * @param {Hit} hit
 * @param {number} index
 */
function row(hit, index) {
  return h(
    "li",
    { role: "option", id: `find-${index}`, "data-index": index, class: "find-row" },
    icon(icons.get(hit.layer) ?? "map-pin"),
    h("span", { class: "find-title" }, hit.title),
    h("small", {}, hit.layer_title),
  );
}

/** @param {string} text */
function message(text) {
  byId("find-list").replaceChildren(h("li", { class: "find-none" }, text));
  open(true);
}

function mark() {
  byId("find-list")
    .querySelectorAll("[data-index]")
    .forEach((/** @type {HTMLElement} */ node, /** @type {number} */ index) => {
      node.setAttribute("aria-selected", String(index === chosen));
      if (index === chosen) node.scrollIntoView({ block: "nearest" });
    });
  byId("find-input").setAttribute("aria-activedescendant", chosen >= 0 ? `find-${chosen}` : "");
}

/** @param {boolean} shown */
function open(shown) {
  byId("find-list").hidden = !shown;
  byId("find-input").setAttribute("aria-expanded", String(shown));
  if (!shown) byId("find").classList.remove("find-wide");
}

/** @param {number} index */
function go(index) {
  const hit = hits[index];
  if (!hit) return;
  open(false);
  byId("find-input").blur();
  if (byId("map")) bus.emit("go", { layer: hit.layer, id: hit.id, lon: hit.lon, lat: hit.lat, fly: true });
  else location.assign(`/#map=14/${hit.lat}/${hit.lon}&open=${hit.layer}/${hit.id}`);
}

/** @type {Record<string, () => void|Promise<void>>} */
const keys = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: async () => {
    clearTimeout(timer);
    const text = byId("find-input").value.trim();
    if (text !== shownFor) await ask(text);
    go(chosen);
  },
  Escape: () => {
    open(false);
    byId("find-input").blur();
  },
};

/** @param {number} step */
function move(step) {
  if (!hits.length) return;
  open(true);
  chosen = (chosen + step + hits.length) % hits.length;
  mark();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const action = keys[event.key];
  if (!action || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

