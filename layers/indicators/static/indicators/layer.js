/** Indicators on the map page: the choice of what is shown, charts in the drawer. */
import { bus } from "@ioc/lib/bus.js";
import { h } from "@ioc/lib/dom.js";
import { MapControl } from "./drawer/mapcontrol.js";

/** @param {{map: any, layers: any, entry: any, bus: any}} parts */
export function start(parts) {
  document.head.append(h("link", { rel: "stylesheet", href: new URL("drawer/drawer.css", import.meta.url).href }));
  document.getElementById("drawer")?.addEventListener("htmx:afterSettle", (event) => charts(/** @type {any} */ (event.target)));
  new MapControl(parts);
}

/** @type {Promise<any>|null} */
let library = null;

/** The library is loaded when there is something to draw. @param {ParentNode} root */
async function charts(root) {
  if (!root.querySelector("[data-trend]")) return;
  if (!library) {
    library = import("./drawer/trend.js");
    bus.on("theme", async () => (await library).recolourTrends());
  }
  (await library).drawTrends(root);
}
