/** Puts map, layers, panels and the live channel together: the map page, and the console. */
import { bus } from "./lib/bus.js";
import { clock } from "./lib/clock.js";
import { copyLink } from "./lib/copylink.js";
import { byId, h } from "./lib/dom.js";
import { getJson } from "./lib/http.js";
import { roles, slugOf } from "./lib/roles.js";
import { t } from "./lib/texts.js";
import { decodeView } from "./lib/viewlink.js";
import { LiveChannel } from "./live/channel.js";
import { createMap, goHome, recolour } from "./map/engine.js";
import { MapLayers } from "./map/layers.js";
import { Past } from "./map/past.js";
import { pulse } from "./map/pulse.js";
import { startFurniture } from "./map/furniture/index.js";
import { addSelection, recolourSelection } from "./map/selection.js";
import { startActions } from "./panels/actions.js";
import { startAlerts } from "./panels/alerts.js";
import { startDrawer, tellAsOf } from "./panels/drawer.js";
import { startKeys } from "./panels/help.js";
import { LayerTree } from "./panels/layertree.js";
import { LegendPanel } from "./panels/legend.js";
import { addNearest } from "./panels/nearest.js";
import { startPanels } from "./panels/panels.js";
import { startStarts } from "./panels/starts.js";
import { showNotes, startChip, startStatus } from "./panels/status.js";
import { startToast } from "./panels/toast.js";
import { WorldBar } from "./panels/timebarworld.js";
import { startClicks } from "./clicks.js";
import { applyView, startView } from "./view.js";

const COUNTS_MS = 60_000;
/** A very large screen whose system does not magnify is looked at from farther away. */
const LARGE = innerWidth >= 2400 && devicePixelRatio < 1.5;
const SCALE = LARGE ? { text: 1.45, mark: 1.45 } : undefined;

/**
 * What a page has of its own.
 * @typedef {object} Page
 * @property {(slug: string) => void} [alarms] shows open alerts, of the layer that has them
 * @property {() => void} [panels] opens and closes what lies over the map
 * @property {boolean} [timebar] whether the time bar is always there
 * @property {(parts: Parts) => void} [filled] called when everything is there
 */

/**
 * @typedef {object} Parts
 * @property {any} map
 * @property {MapLayers} layers
 * @property {LiveChannel} channel
 * @property {import("./map/style.js").Entry[]} entries
 */

/** Sets the page up, or says on it why that cannot be done. @param {Page} [own] */
export function open(own = {}) {
  return start(own).catch((error) => {
    const text = /webgl/i.test(String(error?.message)) ? t("map.webgl") : t("layers.failed");
    byId("layer-tree").replaceChildren(h("p", { class: "panel-wait" }, text));
    console.error(error);
  });
}

/** @param {Page} own */
async function start(own) {
  const view = decodeView(location.hash);
  startToast();
  const map = createMap(byId("map"), view.map, {}, SCALE?.text);
  const catalogue = getJson("/api/v1/layers");
  (own.panels ?? startPanels)();
  startStatus(map);
  startDrawer();
  startKeys(map);
  startTools(map);
  map.getCanvas().setAttribute("aria-label", t("map.label"));
  const [entries] = await Promise.all([catalogue, styleLoaded(map)]);
  bus.emit("catalogue", entries);
  // The address again: it may have changed while the catalogue was on its way.
  fill(map, entries, decodeView(location.hash), own);
}

/** @param {any} map */
const styleLoaded = (map) =>
  new Promise((resolve) => {
    if (map.style?._loaded) resolve(undefined);
    else map.once("style.load", resolve);
  });

/**
 * @param {any} map
 * @param {import("./map/style.js").Entry[]} entries
 * @param {import("./lib/viewlink.js").View} view
 * @param {Page} own
 */
function fill(map, entries, view, own) {
  const layers = new MapLayers(map, entries, { scale: SCALE });
  addSelection(map);
  const alarms = slugOf(entries, roles.alarms);
  const channel = new LiveChannel(map, layers, alarms ? [alarms] : []);
  startClicks(map, layers);
  startActions();
  addNearest(entries);
  startStarts(map);
  tellAsOf((slug) => layers.times[slug] ?? null);
  startPast(map, layers, channel, own);
  applyView(map, layers, view);
  const tree = new LayerTree(entries, layers);
  new LegendPanel(byId("main-stage") ?? byId("main"), entries, layers);
  startView(map, layers, tree);
  wire(map, layers, tree, channel, entries);
  startFurniture(map, layers);
  startChip();
  if (alarms) (own.alarms ?? startAlerts)(alarms);
  else if (byId("open-alarms")) byId("open-alarms").hidden = true;
  for (const entry of entries) if (entry.module) loadModule(entry, map, layers, view);
  own.filled?.({ map, layers, channel, entries });
  bus.emit("ready");
  document.documentElement.dataset.ready = "1";
}

/**
 * The time bar, and the map at the moment that it says.
 * @param {any} map
 * @param {MapLayers} layers
 * @param {LiveChannel} channel
 * @param {Page} own
 */
function startPast(map, layers, channel, own) {
  const past = new Past(map, layers, (slug) => channel.redraw(slug));
  const bar = new WorldBar(byId("main-stage") ?? byId("main"), { always: own.timebar, without: () => past.without });
  const follow = () => past.want(clock.live ? null : clock.at);
  bus.on("clock", follow);
  bus.on("clock:tick", follow);
  bus.on("layers", () => {
    for (const slug of layers.shown) past.joined(slug);
    bar.told();
  });
}

/**
 * @param {any} map
 * @param {MapLayers} layers
 * @param {LayerTree} tree
 * @param {LiveChannel} channel
 * @param {import("./map/style.js").Entry[]} entries
 */
function wire(map, layers, tree, channel, entries) {
  const notes = () => showNotes(entries.filter((entry) => layers.shown.has(entry.slug)).flatMap(noteOf));
  bus.on("layer:toggle", ({ slug, visible }) => {
    layers.show(slug, visible);
    tree.shown(slug, visible);
    bus.emit("layers");
  });
  bus.on("layer:filter", ({ slug, filter }) => {
    layers.setFilter(slug, filter);
    channel.redraw(slug);
    if (!layers.shown.has(slug)) bus.emit("layer:toggle", { slug, visible: true });
    bus.emit("layers");
  });
  bus.on("layers", () => {
    channel.sync();
    notes();
  });
  bus.on("theme", () => {
    recolour(map);
    layers.recolour();
    recolourSelection(map);
  });
  bus.on("alerts", ({ alerts }) => {
    for (const alert of alerts) pulse(map, alert);
  });
  setInterval(async () => {
    if (!document.hidden) bus.emit("counts", await getJson("/api/v1/layers"));
  }, COUNTS_MS);
  notes();
}

/** Legend entries that are a remark, such as "schematic boundaries". @param {import("./map/style.js").Entry} entry */
const noteOf = (entry) => entry.legend.filter((sign) => sign.shape === "note").map((sign) => sign.label);

/**
 * A layer may bring its own module; it gets the map, what belongs to it and the view
 * that the page was opened with.
 * @param {import("./map/style.js").Entry} entry
 * @param {any} map
 * @param {MapLayers} layers
 * @param {import("./lib/viewlink.js").View} view
 */
async function loadModule(entry, map, layers, view) {
  const own = await import(/** @type {string} */ (entry.module));
  own.start?.({ map, layers, entry, bus, view });
}

/** @param {any} map */
function startTools(map) {
  bus.on("do:zoom-in", () => map.zoomIn());
  bus.on("do:zoom-out", () => map.zoomOut());
  bus.on("do:home", () => goHome(map));
  bus.on("do:link", copyLink);
}
