/** The list of stations: keys, and an address without empty filters. */
import { byId } from "@ioc/lib/dom.js";

const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#st-rows tr[data-id] .st-name a")]);

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("select, textarea")) return;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const all = rows();
  const place = all.indexOf(/** @type {any} */ (document.activeElement));
  if (place < 0 && target.closest("input") && event.key === "ArrowUp") return;
  all[Math.min(Math.max(place + (event.key === "ArrowDown" ? 1 : -1), 0), all.length - 1)]?.focus();
  event.preventDefault();
});

// an empty filter does not belong into the address; state and order stay
byId("st-filters")?.addEventListener("htmx:configRequest", (/** @type {any} */ event) => {
  const kept = new URL(location.href).searchParams;
  const { parameters } = event.detail;
  for (const name of ["state", "sort", "dir"]) if (kept.get(name)) parameters[name] = kept.get(name);
  for (const name of Object.keys(parameters)) if (!parameters[name]) delete parameters[name];
});

// the rows are asked for again as the address now stands, and so are the files
document.addEventListener("htmx:configRequest", (/** @type {any} */ event) => {
  if (event.target.id === "st-rows") event.detail.path = location.pathname + location.search;
});
let focused = "";
document.addEventListener("htmx:beforeSwap", () => {
  focused = document.activeElement?.closest("tr[data-id]")?.getAttribute("data-id") ?? "";
});
document.addEventListener("htmx:afterSettle", () => {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-with]")))
    link.href = `${link.dataset.with}${location.search}`;
  if (focused)
    document.querySelector(`#st-rows tr[data-id="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
});
