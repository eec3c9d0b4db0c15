/** The wall: map, clock, alerts and counts, alone for weeks without a hand on it. */
import { bus } from "../lib/bus.js";
import { byId } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { page } from "../lib/page.js";
import { roles, slugOf } from "../lib/roles.js";
import { t } from "../lib/texts.js";
import { age, clockText, dayText, now } from "../lib/time.js";
import { LiveChannel } from "../live/channel.js";
import { createMap } from "../map/engine.js";
import { MapLayers } from "../map/layers.js";
import { pulse } from "../map/pulse.js";
import { AlertFeed } from "../panels/alerts.js";
import { healthText, lengthText, scaleBar, startChip } from "../panels/status.js";
import { showAlerts, tickAlerts } from "./alerts.js";
import { startCounts } from "./counts.js";
import { showLegend } from "./legend.js";
import { startOrders } from "./orders.js";
import { Spotlight } from "./spotlight.js";

const RETRY_MS = 5_000;
const IDLE_MS = 3_000;
const AWAY_SHOWN_S = 20;
/** The map's own words are about this large on a desk. */
const DESK_TEXT_PX = 12.5;
const DESK_MARK_PX = 20;

/** @type {{roles: (keyof typeof roles)[], side: string}} */
const scene = JSON.parse(byId("wall-scene").textContent ?? "{}");
const played = new Set(scene.roles.map((name) => roles[name]));
const wall = document.body.dataset;
/** One canvas pixel in pixels of this window. */
const unit = innerWidth / Number(wall.canvasPx);
const text_px = Number(wall.textPx) * unit;
const scale = { text: text_px / DESK_TEXT_PX, mark: Math.max(1, text_px / DESK_MARK_PX) };

/** The province in what the side column leaves free. */
function padding() {
  const edge = text_px * 1.2;
  return { left: edge, top: edge * 2, bottom: edge * 2, right: innerWidth * 0.295 + edge };
}

async function catalogue() {
  for (;;) {
    try {
      return await getJson("/api/v1/layers");
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function start() {
  startClock();
  hideMouse();
  const map = createMap(byId("map"), null, { fitBoundsOptions: { padding: padding() }, interactive: true }, scale.text);
  const loaded = new Promise((resolve) => map.once("style.load", resolve));
  const [entries] = await Promise.all([catalogue(), loaded]);
  const layers = new MapLayers(map, entries, { scale });
  const shown = entries.filter(isShown);
  for (const entry of shown) {
    layers.show(entry.slug, true);
    if (entry.module) loadModule(entry, map, layers);
  }
  const alarms = slugOf(entries, roles.alarms);
  const orders = slugOf(entries, roles.orders);
  new LiveChannel(map, layers, [alarms, orders].flatMap((slug) => slug ?? []));
  startScale(map);
  showLegend(shown);
  startCounts(String(wall.stateUrl), orders);
  if (scene.side === "orders" && orders) startOrders(orders);
  else if (alarms) startAlerts(map, alarms);
  document.documentElement.dataset.ready = "1";
}

/** @param {any} entry */
const isShown = (entry) =>
  scene.roles.length ? entry.roles.some((/** @type {string} */ role) => played.has(role)) : entry.visible;

/**
 * @param {any} entry
 * @param {any} map
 * @param {MapLayers} layers
 */
async function loadModule(entry, map, layers) {
  const own = await import(/** @type {string} */ (entry.module));
  own.wall?.({ map, layers, entry, bus });
}

/**
 * @param {any} map
 * @param {string} slug
 */
function startAlerts(map, slug) {
  const spotlight = new Spotlight(map, slug);
  bus.on("alerts", ({ alerts, fresh, desk }) => {
    showAlerts(alerts, desk.flood);
    spotlight.take(alerts);
    for (const alert of fresh) pulse(map, alert);
  });
  new AlertFeed(slug);
  setInterval(tickAlerts, 10_000);
}

function startClock() {
  const away = byId("wall-away");
  startChip(({ state, age_s, now_ms }) => {
    byId("wall-clock").textContent = clockText(now_ms);
    byId("wall-day").textContent = dayText(now_ms);
    const chip = byId("wall-chip");
    chip.dataset.state = state;
    chip.textContent = state === "live" && age_s !== null ? t("wall.data", { age: age(age_s) }) : healthText(state, age_s);
    away.hidden = !(state === "off" && (age_s ?? 0) > AWAY_SHOWN_S);
    if (!away.hidden) away.textContent = t("wall.away", { age: age(age_s ?? 0) });
  });
  bus.on("release", (release) => reloadOnce(release));
}

/** A new release: load it, but never again and again for the same one. @param {string} release */
export function reloadOnce(release) {
  const key = `reloaded.${release}.${page.release}`;
  if (sessionStorage.getItem(key)) return;
  sessionStorage.setItem(key, String(now()));
  location.reload();
}

/** @param {any} map */
function startScale(map) {
  const box = byId("wall-scale");
  const draw = () => {
    const bar = scaleBar(map.getCenter().lat, map.getZoom(), text_px * 7);
    box.querySelector("i").style.width = `${bar.width_px}px`;
    box.querySelector("b").textContent = lengthText(bar.metres);
  };
  map.on("move", draw);
  draw();
}

function hideMouse() {
  let timer = 0;
  const seen = () => {
    document.body.classList.remove("idle");
    clearTimeout(timer);
    timer = /** @type {any} */ (setTimeout(() => document.body.classList.add("idle"), IDLE_MS));
  };
  addEventListener("mousemove", seen);
  addEventListener("dblclick", () => document.documentElement.requestFullscreen?.());
  addEventListener("keydown", (event) => {
    if (event.key === "f") document.documentElement.requestFullscreen?.();
  });
  seen();
}

start();
