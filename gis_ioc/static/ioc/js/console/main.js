/** The operator's console: the map page's parts, and lists, wall, time and log around. */
import { open } from "../app.js";
import { bus } from "../lib/bus.js";
import { byId } from "../lib/dom.js";
import { roles, slugOf } from "../lib/roles.js";
import { decodeView } from "../lib/viewlink.js";
import { goHome } from "../map/engine.js";
import { ConsoleAlerts } from "./alerts.js";
import { startColumns } from "./columns.js";
import { Drilling } from "./drill.js";
import { ShiftLog } from "./log.js";
import { Orders } from "./orders.js";
import { startPalette } from "./palette.js";
import { startPanelsHere } from "./places.js";
import { WallControl } from "./wall.js";

/** What the server says of this console. */
const data = JSON.parse(byId("console-data").textContent);

open({
  timebar: true,
  panels: () => {
    startColumns();
    startPanelsHere();
  },
  alarms: (slug) => new ConsoleAlerts(slug),
  filled: ({ map, layers, channel, entries }) => {
    const orders = slugOf(entries, roles.orders);
    if (orders) new Orders(orders);
    else byId("orders").hidden = true;
    new ShiftLog(entries);
    new Drilling(data);
    if (data.wall) new WallControl({ data, map, layers, socket: channel.socket });
    startPalette(layers);
    if (!decodeView(location.hash).map) goHome(map);
    stayHere();
  },
});

/** A link to a view of the map is followed on this page. */
function stayHere() {
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.('a[href^="/#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const hash = /** @type {HTMLAnchorElement} */ (link).hash;
    const found = /^#open=([a-z][a-z0-9_]*)\/(\d+)$/.exec(hash);
    if (found) bus.emit("go", { layer: found[1], id: Number(found[2]) });
    else location.hash = hash;
  });
}
