/** The nearest features of the layer that sees (its role), from the feature in the drawer. */
import { bus } from "../lib/bus.js";
import { h, icon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { slugOf } from "../lib/roles.js";
import { number, t } from "../lib/texts.js";
import { drawerActions } from "./actions.js";

const COUNT = 5;
/** The role of the layer that sees what happens. */
const SEES = "cctv";

/** The middle of what the drawer tells about. @param {HTMLElement} told @returns {[number, number]|null} lon, lat */
function middle(told) {
  const [west, south, east, north] = (told.dataset.bbox ?? "").split(",").map(Number);
  return [west, south, east, north].every(Number.isFinite) && told.dataset.bbox
    ? [(west + east) / 2, (south + north) / 2]
    : null;
}

/** @param {import("../map/style.js").Entry[]} entries */
export function addNearest(entries) {
  const slug = slugOf(entries, SEES);
  if (!slug) return;
  drawerActions.add({
    name: "eyes",
    text: "act.cameras",
    icon: "device-cctv",
    key: "e",
    run: (told) => show(slug, told),
  });
}

/** @param {string} slug @param {HTMLElement} told */
async function show(slug, told) {
  const place = middle(told);
  if (!place) return bus.emit("toast", t("act.noPlace"));
  const query = new URLSearchParams({ lon: String(place[0]), lat: String(place[1]), count: String(COUNT) });
  const found = await getJson(`/api/v1/layers/${slug}/nearest?${query}`).catch(() => null);
  if (!found) return bus.emit("toast", t("drawer.failed"));
  const own = (/** @type {any} */ row) => !(told.dataset.layer === slug && String(row.id) === told.dataset.id);
  const rows = found.features.filter(own).map((/** @type {any} */ row) => line(slug, row));
  const list = h(
    "section",
    { class: "drawer-section drawer-nearest" },
    h("h3", {}, t("act.cameras")),
    rows.length ? h("ul", { class: "pick-list" }, ...rows) : h("p", {}, t("act.noneNear")),
  );
  told.querySelector(".drawer-nearest")?.remove();
  told.querySelector(".drawer-acts")?.after(list);
  list.querySelector("button")?.focus();
  return undefined;
}

/** @param {string} slug @param {any} row */
function line(slug, { id, geometry, properties }) {
  const [lon, lat] = geometry?.coordinates ?? [null, null];
  const far =
    properties.distance_m >= 1_000
      ? `${number(Math.round(properties.distance_m / 100) / 10)} km`
      : `${number(properties.distance_m)} m`;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", onclick: () => bus.emit("go", { layer: slug, id, lon, lat, fly: true }) },
      icon("device-cctv"),
      h("span", {}, properties.title),
      h("small", {}, far),
    ),
  );
}
