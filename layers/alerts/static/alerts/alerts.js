/** Keyboard and mouse of the alert list: arrows move, Enter opens, a acknowledges. */
import { listenTo } from "./listen.js";

const htmx = () => /** @type {any} */ (globalThis).htmx;
const rows = () => [...document.querySelectorAll("#alert-rows tr[data-id]")];
const detail = () => document.getElementById("alert-detail");

/** @type {string} id of the row that had the focus before the rows were redrawn */
let focused = "";

/** @param {HTMLElement} row */
function open(row) {
  const id = row.dataset.id;
  const address = new URL(location.href);
  address.pathname = `${address.pathname.replace(/\/\d+\/?$/, "/")}${id}/`;
  history.replaceState(null, "", address);
  htmx().ajax("GET", `/drawer/alerts/${id}/`, { target: "#alert-detail", swap: "innerHTML" });
}

function closeDetail() {
  const address = new URL(location.href);
  address.pathname = address.pathname.replace(/\/\d+\/?$/, "/");
  history.replaceState(null, "", address);
  detail()?.replaceChildren();
}

/** @param {HTMLElement} row */
async function acknowledge(row) {
  if (row.dataset.ack) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const answer = await fetch(`/api/v1/alerts/${row.dataset.id}/acknowledge`, { method: "POST", headers });
  if (answer.ok) document.body.dispatchEvent(new CustomEvent("alerts-changed", { bubbles: true }));
}

/** @param {number} step */
function move(step) {
  const all = rows();
  const at = all.indexOf(/** @type {any} */ (document.activeElement?.closest("tr[data-id]")));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  /** @type {any} */ (next)?.focus();
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = /** @type {HTMLElement|null} */ (target.closest("tr[data-id]"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && row) open(row);
  else if (event.key === "a" && row) acknowledge(row);
  else if (event.key === "Escape") closeDetail();
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest('[data-action="close-drawer"]')) closeDetail();
  const row = /** @type {HTMLElement|null} */ (target.closest("#alert-rows tr[data-id]"));
  if (!row || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  open(row);
});

document.getElementById("alert-filters")?.addEventListener("change", (event) => {
  /** @type {HTMLFormElement} */ (/** @type {HTMLElement} */ (event.target).closest("form")).requestSubmit();
});

// the focus survives that the rows are drawn anew
document.addEventListener("htmx:beforeSwap", () => {
  focused = /** @type {any} */ (document.activeElement?.closest("tr[data-id]"))?.dataset.id ?? "";
});
document.addEventListener("htmx:afterSwap", () => {
  if (!focused) return;
  const row = document.querySelector(`#alert-rows tr[data-id="${focused}"]`);
  /** @type {any} */ (row)?.focus({ preventScroll: true });
});

listenTo("alerts");
