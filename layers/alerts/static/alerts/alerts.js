/** The alert list: everything by keyboard, acts on many, refreshed without losing
 *  the focus or the selection. Filters, page, open roots and the open alert stand in
 *  the address. */
import { getHtml } from "@ioc/lib/http.js";
import { AlarmSound } from "@ioc/lib/sound.js";
import { fill } from "@ioc/lib/texts.js";
import { Acting } from "./acting.js";
import { listenTo } from "./listen.js";
import { Selection } from "./selection.js";
import { startSound } from "./soundbutton.js";

const EVERY_MS = 30_000;
const SOON_MS = 250;
const ASKING = new Set(["shelve", "assign", "comment", "close"]);

const htmx = () => /** @type {any} */ (globalThis).htmx;
/** @type {(id: string) => any} */
const byId = (id) => document.getElementById(id);
const box = byId("alert-rows");
const detail = byId("alert-detail");
const words = JSON.parse(byId("alert-words").textContent);
const mayWrite = Boolean(byId("act-close"));
const chosen = new Selection();

/** @returns {HTMLElement[]} */
const rows = () => [...box.querySelectorAll("tr[data-id]")];
/** @param {string|undefined} id @returns {HTMLElement|null} */
const rowOf = (id) => (id ? box.querySelector(`tr[data-id="${id}"]`) : null);
/** @type {() => HTMLElement|null} the row that has the focus, or had it last */
const here = () => /** @type {any} */ (document.activeElement)?.closest?.("#alert-rows tr[data-id]") ?? rowOf(last);

const acting = new Acting({ chosen, words, rowOf, back: () => rowOf(last)?.focus(), reopen });

let last = "";
let asked = 0;
let soon = 0;

/** @param {(address: URL) => void} change */
function go(change) {
  const address = new URL(location.href);
  change(address);
  history.replaceState(null, "", address);
}

/** The rows anew, from the address as it is. */
async function refresh() {
  const mine = ++asked;
  box.setAttribute("aria-busy", "true");
  const list = new URL(location.href);
  list.pathname = list.pathname.replace(/\/\d+\/?$/, "/");
  const html = await getHtml(list.href).catch(() => null);
  if (mine !== asked) return; // a later one is under way
  box.setAttribute("aria-busy", "false");
  if (html === null) return;
  const had = box.contains(document.activeElement) ? here() : null;
  const index = had ? rows().indexOf(had) : -1;
  box.innerHTML = html;
  chosen.keep(rows().map((row) => String(row.dataset.id)));
  mark();
  if (had) (rowOf(had.dataset.id) ?? rows()[Math.min(index, rows().length - 1)])?.focus({ preventScroll: true });
}

function refreshSoon() {
  clearTimeout(soon);
  soon = window.setTimeout(refresh, SOON_MS);
}

/** Show what is selected. */
function mark() {
  for (const row of rows()) {
    const on = chosen.has(String(row.dataset.id));
    row.classList.toggle("is-picked", on);
    const tick = /** @type {HTMLInputElement|null} */ (row.querySelector("[data-pick]"));
    if (tick) tick.checked = on;
  }
  const bar = byId("alert-bulk");
  if (!bar) return;
  bar.hidden = chosen.size === 0;
  bar.querySelector("[data-chosen-count]").textContent = fill(words.chosen, { n: chosen.size });
}

/** @param {HTMLElement|null} row */
function focus(row) {
  if (!row) return;
  for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
  last = row.dataset.id ?? "";
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

/** @param {number} step */
function move(step) {
  const all = rows();
  const at = all.indexOf(/** @type {any} */ (here()));
  focus(all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)]);
}

/** @param {string|undefined} id */
function open(id) {
  if (!id) return;
  go((address) => {
    address.pathname = `${address.pathname.replace(/\/\d+\/?$/, "/")}${id}/`;
  });
  htmx().ajax("GET", `/drawer/alerts/${id}/`, { target: "#alert-detail", swap: "innerHTML" });
}

function closeDetail() {
  go((address) => {
    address.pathname = address.pathname.replace(/\/\d+\/?$/, "/");
  });
  detail.replaceChildren();
  rowOf(last)?.focus();
}

/** Open or close the members below a root. @param {HTMLElement|null} row @param {boolean} [on] */
function fold(row, on) {
  if (!row?.dataset.members) return on === false && row?.dataset.below ? focus(rowOf(row.dataset.below)) : undefined;
  const id = String(row.dataset.id);
  go((address) => {
    const ids = new Set((address.searchParams.get("open") ?? "").split(",").filter(Boolean));
    const want = on ?? !ids.has(id);
    if (want) ids.add(id);
    else ids.delete(id);
    if (ids.size) address.searchParams.set("open", [...ids].join(","));
    else address.searchParams.delete("open");
  });
  return refresh();
}

/** @param {number} way */
function turn(way) {
  const button = box.querySelector(`[data-way="${way}"]`);
  if (!button) return;
  go((address) => address.searchParams.set("page", button.dataset.page));
  refresh();
}

/** The selected alerts, or the one in focus. */
function meant() {
  if (chosen.size) return chosen.ids();
  const row = here();
  return row ? [Number(row.dataset.id)] : [];
}

/** @param {HTMLElement|null} row */
function pick(row) {
  if (!row || !mayWrite) return;
  chosen.toggle(String(row.dataset.id));
  mark();
}

function pickAll() {
  const ids = rows().map((row) => String(row.dataset.id));
  if (ids.every((id) => chosen.has(id))) chosen.remove(ids);
  else chosen.add(ids);
  mark();
}

const KEYS = /** @type {Record<string, (row: HTMLElement|null) => unknown>} */ ({
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  j: () => move(1),
  k: () => move(-1),
  ArrowRight: (row) => fold(row, true),
  ArrowLeft: (row) => fold(row, false),
  Enter: (row) => open(row?.dataset.id),
  Escape: () => (detail.firstElementChild ? closeDetail() : clear()),
  "[": () => turn(-1),
  "]": () => turn(1),
  m: (row) => row && location.assign(`/#open=alerts/${row.dataset.id}`),
  "/": () => document.querySelector('#alert-filters [name="q"]')?.focus(),
  "?": () => byId("alert-keys").showModal(),
});
const ACT_KEYS = /** @type {Record<string, (row: HTMLElement|null) => unknown>} */ ({
  " ": pick,
  "*": pickAll,
  a: (row) => acting.run("acknowledge", row ? [Number(row.dataset.id)] : []),
  A: () => acting.run("acknowledge", chosen.ids()),
  s: () => acting.ask("shelve", meant()),
  g: () => acting.ask("assign", meant()),
  c: () => acting.ask("comment", meant()),
  x: () => acting.ask("close", meant()),
  d: (row) => row && box.dataset.draft && location.assign(`${box.dataset.draft}${row.dataset.id}`),
});

/** The drawer again, if it shows one of these. @param {number[]} ids */
function reopen(ids) {
  const shown = detail.querySelector("[data-id]")?.dataset.id;
  if (shown && ids.includes(Number(shown))) open(shown);
}

function clear() {
  chosen.clear();
  mark();
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const writing = target.closest("input:not([type='checkbox']), select, textarea");
  if (writing) {
    if (event.key === "Escape") /** @type {HTMLElement} */ (writing).blur();
    return;
  }
  const pressing = target.closest("a, button, summary, input");
  if (pressing && (event.key === "Enter" || event.key === " ")) return;
  const key = event.key.length === 1 && event.key !== "A" ? event.key.toLowerCase() : event.key;
  const act = KEYS[key] ?? (mayWrite ? ACT_KEYS[key] : undefined);
  if (!act) return;
  event.preventDefault();
  act(here());
});

document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const act = /** @type {HTMLElement|null} */ (target.closest("[data-do]"))?.dataset.do;
  const row = /** @type {HTMLElement|null} */ (target.closest("#alert-rows tr[data-id]"));
  if (target.closest('[data-action="close-drawer"]')) closeDetail();
  else if (target.closest("[data-keys]")) byId("alert-keys").showModal();
  else if (act === "none") clear();
  else if (act) ASKING.has(act) ? acting.ask(act, meant()) : acting.run(act, meant());
  else if (target.closest("[data-all]")) pickAll();
  else if (target.closest("[data-way]")) turn(Number(/** @type {any} */ (target.closest("[data-way]")).dataset.way));
  else if (row) onRow(event, target, row);
});

/**
 * @param {MouseEvent} event
 * @param {HTMLElement} target
 * @param {HTMLElement} row
 */
function onRow(event, target, row) {
  if (event.ctrlKey || event.metaKey) return;
  if (target.closest(".alert-pick")) {
    chosen.set(String(row.dataset.id), !chosen.has(String(row.dataset.id)));
    mark();
    return;
  }
  event.preventDefault();
  focus(row);
  if (target.closest("[data-fold]")) fold(row);
  else open(row.dataset.id);
}

byId("alert-filters").addEventListener("change", filter);
byId("alert-filters").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  filter();
  focus(rows()[0]);
});

function filter() {
  go((address) => {
    const kept = ["lang"].flatMap((name) =>
      address.searchParams.has(name) ? [[name, address.searchParams.get(name)]] : [],
    );
    address.search = "";
    const data = [...kept, ...new FormData(byId("alert-filters"))];
    for (const [name, value] of data) if (value) address.searchParams.set(String(name), String(value));
  });
  chosen.clear();
  refresh();
}

box.addEventListener("focusin", (/** @type {Event} */ event) => {
  const row = /** @type {any} */ (event.target).closest("tr[data-id]");
  if (row) last = row.dataset.id;
});
document.addEventListener("changed:alerts", refreshSoon);
document.body.addEventListener("alerts-changed", refreshSoon);
setInterval(refresh, EVERY_MS);
const more = document.querySelector(".alert-more");
if (more && matchMedia("(max-width: 900px)").matches) more.removeAttribute("open");
startSound(new AlarmSound(), byId("main"));
mark();
if (detail.dataset.chosen) {
  last = detail.dataset.chosen;
  window.addEventListener("load", () => open(last));
}
listenTo("alerts");
