/** A few signs of what is on the wall: the first two of each layer that has points. */
import { byId, h } from "../lib/dom.js";
import { mark } from "../panels/legend.js";

const PER_LAYER = 2;
const MOST = 4;

/** @param {import("../map/style.js").Entry[]} entries shown */
export function showLegend(entries) {
  const signs = entries
    .filter((entry) => entry.geometry === "point")
    .sort((a, b) => Number(b.tiles.kind === "live") - Number(a.tiles.kind === "live") || a.order - b.order)
    .flatMap((entry) => entry.legend.filter((sign) => sign.shape !== "note").slice(0, PER_LAYER));
  byId("wall-legend").replaceChildren(
    ...signs.slice(0, MOST).map((sign) => h("span", { class: "wall-sign" }, mark(sign), sign.label)),
  );
}
