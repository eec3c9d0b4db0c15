/** Open alerts beside the map, newest and worst first; a new one pulses and may sound. */
import { bus } from "../lib/bus.js";
import { byId, h, severityIcon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { pref, setPref } from "../lib/prefs.js";
import { number, t } from "../lib/texts.js";
import { age, epochMs, now } from "../lib/time.js";
import { beep } from "../lib/sound.js";

const SHOWN = 40;
const RETRY_MS = 5_000;
const MINUTE_MS = 30_000;
const LEVELS = ["critical", "high", "medium", "low"];

/**
 * @typedef {object} Alert
 * @property {number} id
 * @property {string} title
 * @property {string} severity
 * @property {string} state
 * @property {boolean} acknowledged
 * @property {number|null} lon
 * @property {number|null} lat
 * @property {string} raised_at
 * @property {string} [unit_title]
 */

/**
 * Not acknowledged first, then by severity, then the newest.
 * @param {Alert[]} alerts
 */
export function ranked(alerts) {
  const weight = (/** @type {Alert} */ a) => LEVELS.indexOf(a.severity) + (a.acknowledged ? 10 : 0);
  const time = (/** @type {Alert} */ a) => epochMs(a.raised_at) ?? 0;
  return [...alerts].sort((a, b) => weight(a) - weight(b) || time(b) - time(a));
}

export class AlertFeed {
  /** @param {string} slug of the layer that plays the role */
  constructor(slug) {
    this.slug = slug;
    /** @type {Alert[]} */
    this.alerts = [];
    /** @type {Set<number>|null} ids seen before; null until the first answer */
    this.known = null;
    this.busy = false;
    this.again = false;
    bus.on("changed", (changed) => changed === slug && this.load());
    bus.on("live:open", () => this.load());
    this.load();
  }

  async load() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      const answer = await getJson(`/api/v1/${this.slug}`);
      this.take(Array.isArray(answer) ? answer : answer.items);
    } catch {
      bus.emit("alerts:failed");
      setTimeout(() => this.load(), RETRY_MS);
    }
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.load();
    }
  }

  /** @param {Alert[]} alerts */
  take(alerts) {
    const open = alerts.filter((alert) => alert.state !== "closed");
    const fresh = this.known ? open.filter((alert) => !this.known?.has(alert.id)) : [];
    this.known = new Set(open.map((alert) => alert.id));
    this.alerts = ranked(open);
    bus.emit("alerts", { alerts: this.alerts, fresh });
  }
}

/** @param {string} slug */
export function startAlerts(slug) {
  const list = byId("alert-list");
  bus.on("alerts", ({ alerts, fresh }) => {
    drawList(list, alerts, slug);
    for (const alert of fresh) bus.emit("toast", t("alerts.new", { title: alert.title }));
    if (fresh.length && pref("sound", false)) beep(fresh[0].severity);
  });
  bus.on("alerts:failed", () => {
    if (!list.children.length) list.replaceChildren(h("li", { class: "panel-wait" }, t("alerts.failed")));
  });
  bus.on("do:sound", toggleSound);
  markSound();
  setInterval(ages, MINUTE_MS);
  return new AlertFeed(slug);
}

/**
 * @param {HTMLElement} list
 * @param {Alert[]} alerts
 * @param {string} slug
 */
function drawList(list, alerts, slug) {
  const waiting = alerts.filter((alert) => !alert.acknowledged).length;
  for (const id of ["alert-count", "opener-count"]) byId(id).textContent = alerts.length ? number(alerts.length) : "";
  byId("open-alarms").classList.toggle("opener-alarm", waiting > 0);
  if (!alerts.length) {
    list.replaceChildren(h("li", { class: "panel-wait" }, t("alerts.none")));
    return;
  }
  list.replaceChildren(...alerts.slice(0, SHOWN).map((alert) => row(alert, slug)));
  if (alerts.length > SHOWN) {
    list.append(h("li", { class: "panel-wait" }, t("alerts.more", { n: number(alerts.length - SHOWN) })));
  }
}

/**
 * @param {Alert} alert
 * @param {string} slug
 */
function row(alert, slug) {
  const at = epochMs(alert.raised_at) ?? now();
  const button = h(
    "button",
    {
      type: "button",
      class: `alert alert-${alert.severity}${alert.acknowledged ? "" : " alert-new"}`,
      "data-alert": alert.id,
      onclick: () => bus.emit("go", { layer: slug, id: alert.id, lon: alert.lon, lat: alert.lat, fly: true }),
    },
    severityIcon(alert.severity),
    h("span", { class: "sr-only" }, t(`severity.${alert.severity}`)),
    h("span", { class: "alert-title" }, alert.title),
    h("span", { class: "alert-foot" }, h("span", {}, alert.unit_title ?? ""), h("time", { class: "num", "data-at": at }, age((now() - at) / 1000))),
  );
  return h("li", {}, button);
}

function ages() {
  for (const node of document.querySelectorAll("#alert-list time[data-at]")) {
    const at = Number(/** @type {HTMLElement} */ (node).dataset.at);
    node.textContent = age((now() - at) / 1000);
  }
}

function toggleSound() {
  setPref("sound", !pref("sound", false));
  markSound();
  if (pref("sound", false)) beep("low");
  bus.emit("toast", t(pref("sound", false) ? "sound.on" : "sound.off"));
}

function markSound() {
  const on = pref("sound", false);
  const button = byId("sound");
  button.setAttribute("aria-pressed", String(on));
  button.querySelector("use").setAttribute("href", on ? "#icon-volume" : "#icon-volume-off");
}
