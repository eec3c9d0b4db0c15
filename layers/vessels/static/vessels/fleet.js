/** The fleet list: open a vessel beside it, choose several, keyboard; clocks count. */
import { startClocks } from "./clocks.js";

const htmx = () => /** @type {any} */ (globalThis).htmx;
const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#fleet-rows tr[data-id]")]);
const detail = () => document.getElementById("fleet-detail");

/** @type {Set<string>} ids; they stay chosen while pages are turned and rows refreshed */
const chosen = new Set(JSON.parse(sessionStorage.getItem("fleet-chosen") ?? "[]"));
let opened = new URL(location.href).searchParams.get("open") ?? "";
let focused = "";

function showOpened() {
  for (const row of rows()) row.classList.toggle("is-open", row.dataset.id === opened);
}

/** @param {string} id "" closes */
function open(id) {
  opened = id;
  const address = new URL(location.href);
  if (id) address.searchParams.set("open", id);
  else address.searchParams.delete("open");
  history.replaceState(null, "", address);
  if (id) htmx().ajax("GET", `/drawer/vessels/${id}/`, { target: "#fleet-detail", swap: "innerHTML" });
  else detail()?.replaceChildren();
  showOpened();
}

function showChosen() {
  sessionStorage.setItem("fleet-chosen", JSON.stringify([...chosen]));
  const bar = document.getElementById("fleet-chosen");
  if (!bar) return;
  bar.hidden = chosen.size === 0;
  const number = document.getElementById("fleet-chosen-number");
  if (number) number.textContent = String(chosen.size);
  for (const link of bar.querySelectorAll("a[data-with]")) {
    const start = /** @type {HTMLElement} */ (link).dataset.with;
    /** @type {HTMLAnchorElement} */ (link).href = start + [...chosen].join(",");
  }
  const all = rows();
  for (const row of all) {
    const box = /** @type {HTMLInputElement|null} */ (row.querySelector("input[name=chosen]"));
    if (box) box.checked = chosen.has(row.dataset.id ?? "");
  }
  const every = /** @type {HTMLInputElement|null} */ (document.getElementById("fleet-choose-all"));
  if (every) every.checked = all.length > 0 && all.every((row) => chosen.has(row.dataset.id ?? ""));
}

/** @param {string} id @param {boolean} on */
function choose(id, on) {
  if (on) chosen.add(id);
  else chosen.delete(id);
}

/** @param {number} step */
function move(step) {
  const all = rows();
  const at = all.indexOf(/** @type {any} */ (document.activeElement?.closest("tr[data-id]")));
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const typing = target.closest("input:not([type=checkbox]), select, textarea, button, summary, a");
  if (event.key === "Escape" && opened) return open("");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = /** @type {HTMLElement|null} */ (target.closest("tr[data-id]"))?.dataset.id;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!rows().length) return;
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && id) open(id);
  else if (event.key === " " && id && target.matches("tr")) {
    choose(id, !chosen.has(id));
    showChosen();
  } else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest('[data-action="close-drawer"]')) return open("");
  if (target.closest("#fleet-choose-none")) {
    chosen.clear();
    return showChosen();
  }
  const row = /** @type {HTMLElement|null} */ (target.closest("#fleet-rows tr[data-id]"));
  if (!row || event.ctrlKey || event.metaKey || target.closest("input")) return;
  event.preventDefault();
  open(row.dataset.id ?? "");
});

document.addEventListener("change", (event) => {
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (target.id === "fleet-choose-all") {
    for (const row of rows()) choose(row.dataset.id ?? "", target.checked);
    showChosen();
  } else if (target.name === "chosen") {
    choose(target.value, target.checked);
    showChosen();
  } else if (target.matches("#fleet-filters select")) {
    target.form?.requestSubmit();
  }
});

// an empty filter does not belong into the address
document.getElementById("fleet-filters")?.addEventListener("formdata", (event) => {
  const data = /** @type {FormDataEvent} */ (event).formData;
  for (const [name, value] of [...data]) if (!value) data.delete(name);
});

// focus, choice and the open row survive that the rows are drawn anew
document.addEventListener("htmx:beforeSwap", () => {
  focused = /** @type {any} */ (document.activeElement?.closest("tr[data-id]"))?.dataset.id ?? "";
});
document.addEventListener("htmx:afterSwap", () => {
  showOpened();
  showChosen();
  if (focused) rows().find((row) => row.dataset.id === focused)?.focus({ preventScroll: true });
});

showOpened();
showChosen();
startClocks();
