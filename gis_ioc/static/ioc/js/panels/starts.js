/** The right button on the map, or a long press: what can be begun at that place. */
import { byId, h, icon } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { pin } from "../map/engine.js";

const DIGITS = 5;

/** What the caller may begin, as the server says. */
const offered = () => JSON.parse(byId("map-starts")?.textContent ?? "[]");

/** @param {any} map */
export function startStarts(map) {
  const starts = offered();
  if (!starts.length) return;
  /** @type {any} */
  let open = null;
  const close = () => {
    open?.remove();
    open = null;
  };
  map.on("contextmenu", (/** @type {any} */ event) => {
    close();
    const { lng, lat } = event.lngLat;
    const place = `${lng.toFixed(DIGITS)},${lat.toFixed(DIGITS)}`;
    const [west, south, east, north] = map.getBounds().toArray().flat();
    const view = [west, south, east, north].map((/** @type {number} */ at) => at.toFixed(DIGITS)).join(",");
    const links = starts.flatMap((/** @type {any} */ start) => [
      h("a", { href: `${start.url}?area=${place}` }, icon("map-pin"), start.title),
      h("a", { href: `${start.url}?area=${view}` }, icon("polygon"), t("start.view")),
    ]);
    const menu = h("div", { class: "menu-body map-starts", role: "menu" }, ...links);
    open = pin(map, menu, [lng, lat]);
    links[0].focus({ preventScroll: true });
  });
  map.on("click", close);
  map.on("movestart", close);
  addEventListener("keydown", (event) => event.key === "Escape" && close());
}
