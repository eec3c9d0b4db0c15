/** The drawer of one feature: an HTML fragment of the server, loaded by htmx. */
import { bus } from "../lib/bus.js";
import { byId, h, icon } from "../lib/dom.js";
import { t } from "../lib/texts.js";

const REFRESH_MS = 8_000;

/** @type {{layer: string, id: number}|null} */
let open = null;
let refreshTimer = 0;
/** @type {Element|null} */
let cameFrom = null;

export const opened = () => open;

/** The moment that a layer is drawn as of; its drawers tell of the same. @type {(slug: string) => string|null} */
let timeOf = () => null;
/** @type {string|null} */
let told = null;
/** @param {(slug: string) => string|null} ask */
export function tellAsOf(ask) {
  timeOf = ask;
  bus.on("layers", () => open && timeOf(open.layer) !== told && load());
}

export function startDrawer() {
  const drawer = byId("drawer");
  bus.on("do:close-drawer", closeDrawer);
  bus.on("changed", (slug) => open?.layer === slug && refreshSoon());
  bus.on("live:rows", ({ layer, ids }) => open?.layer === layer && ids.has(open?.id) && refreshSoon());
  drawer.addEventListener("htmx:responseError", (/** @type {any} */ event) => {
    event.stopPropagation();
    problem(event.detail.xhr.status === 404 ? t("drawer.gone") : t("drawer.failed"));
  });
  drawer.addEventListener("htmx:sendError", () => problem(t("drawer.failed")));
}

/** @param {string} text */
function problem(text) {
  byId("drawer").replaceChildren(
    h("header", { class: "drawer-head" }, h("p", {}, text), closeButton()),
  );
}

const closeButton = () =>
  h("button", { type: "button", class: "drawer-close", "data-action": "close-drawer", "aria-label": t("close") }, icon("x"));

/**
 * @param {string} layer slug
 * @param {number} id
 * @returns {Promise<void>}
 */
export async function openDrawer(layer, id) {
  if (!open) cameFrom = document.activeElement;
  open = { layer, id };
  const drawer = byId("drawer");
  drawer.hidden = false;
  drawer.setAttribute("aria-busy", "true");
  document.body.classList.add("has-drawer");
  bus.emit("drawer", open);
  await load();
  drawer.removeAttribute("aria-busy");
  drawer.scrollTop = 0;
  drawer.focus({ preventScroll: true });
}

/**
 * @param {Record<string, string>} [headers]
 * @returns {Promise<void>}
 */
async function load(headers = {}) {
  if (!open) return;
  told = timeOf(open.layer);
  const url = `/drawer/${open.layer}/${open.id}/${told ? `?date=${told.slice(0, 10)}` : ""}`;
  await /** @type {any} */ (globalThis).htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML", headers });
}

/** A list to choose from when several things lie on one spot. @param {import("../map/pick.js").Candidate[]} items */
export function chooseFrom(items, /** @type {(slug: string) => {icon: string, title: string}} */ describe) {
  open = null;
  const drawer = byId("drawer");
  drawer.hidden = false;
  document.body.classList.add("has-drawer");
  drawer.replaceChildren(
    h("header", { class: "drawer-head" }, h("h2", { class: "drawer-title" }, t("pick.title", { n: items.length })), closeButton()),
    h(
      "ul",
      { class: "pick-list" },
      ...items.map((item) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", onclick: () => bus.emit("go", { layer: item.layer, id: item.id }) },
            icon(describe(item.layer).icon),
            h("span", {}, item.title),
            h("small", {}, describe(item.layer).title),
          ),
        ),
      ),
    ),
  );
  bus.emit("drawer", null);
  drawer.querySelector("button.drawer-close + *, .pick-list button")?.focus();
}

export function closeDrawer() {
  const drawer = byId("drawer");
  if (drawer.hidden) return false;
  open = null;
  drawer.hidden = true;
  drawer.replaceChildren();
  document.body.classList.remove("has-drawer");
  bus.emit("drawer", null);
  /** @type {any} */ (cameFrom)?.focus?.({ preventScroll: true });
  return true;
}

/** Not while someone writes in it, or has gone on to a page within it. */
function refreshSoon() {
  if (refreshTimer) return;
  refreshTimer = /** @type {any} */ (
    setTimeout(async () => {
      refreshTimer = 0;
      const writing = byId("drawer").querySelector(":is(input, textarea, select):focus, form[data-dirty], [data-held]");
      // not a look of a person: the audit log leaves it out
      if (open && !writing) await load({ "X-Refresh": "1" });
    }, REFRESH_MS)
  );
}
