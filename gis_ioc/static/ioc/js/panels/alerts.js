/** Open alerts beside the map, newest and worst first; a new one pulses and may sound.
 *  Arrows (or j and k) move, Enter shows it on the map, A acknowledges. */
import { bus } from "../lib/bus.js";
import { byId, h, icon, severityIcon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { AlarmSound } from "../lib/sound.js";
import { number, t } from "../lib/texts.js";
import { age, epochMs, now } from "../lib/time.js";
import { floodBanner, heldBack, soundButton, soundLine } from "./alarmbar.js";

const SHOWN = 40;
const TOASTS = 3;
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
 * @property {number|null} [feature_id]
 * @property {number|null} [members] how many stand under it
 * @property {string} [unit_title]
 * @property {string|null} [zone]
 * @property {string|null} [assigned_name]
 * @property {number} [escalated] level reached
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
      const base = `/api/v1/${this.slug}`;
      const [alerts, desk] = await Promise.all([getJson(base), getJson(`${base}/desk`)]);
      this.take(alerts, desk);
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

  /** @param {Alert[]} alerts @param {import("./alarmbar.js").Desk} desk */
  take(alerts, desk) {
    const open = alerts.filter((alert) => alert.state !== "closed");
    const fresh = this.known ? open.filter((alert) => !this.known?.has(alert.id)) : [];
    this.known = new Set(open.map((alert) => alert.id));
    this.alerts = ranked(open);
    bus.emit("alerts", { alerts: this.alerts, fresh, desk });
  }
}

/** @param {string} slug */
export function startAlerts(slug) {
  const list = byId("alert-list");
  const sound = new AlarmSound();
  const banner = h("div", { class: "alarm-banner" });
  list.before(banner, soundLine(sound));
  bus.on("alerts", ({ alerts, fresh, desk }) => {
    const { shown, held } = heldBack(alerts, Boolean(desk.flood));
    banner.replaceChildren(...[floodBanner(desk.flood, held, slug)].flatMap((node) => node ?? []));
    drawList(list, shown, slug, desk.may_write);
    drawCounts(alerts);
    for (const alert of heldBack(fresh, Boolean(desk.flood)).shown.slice(0, TOASTS))
      bus.emit("toast", t("alerts.new", { title: alert.title }));
    sound.hear({ alerts, fresh, flood: Boolean(desk.flood) });
  });
  bus.on("alerts:failed", () => {
    if (!list.children.length) list.replaceChildren(h("li", { class: "panel-wait" }, t("alerts.failed")));
  });
  bus.on("do:sound", () => sound.toggle());
  soundButton(byId("sound"), sound);
  list.addEventListener("keydown", onKey);
  setInterval(ages, MINUTE_MS);
  return new AlertFeed(slug);
}

/** @param {Alert[]} alerts */
function drawCounts(alerts) {
  const waiting = alerts.filter((alert) => !alert.acknowledged).length;
  for (const id of ["alert-count", "opener-count"]) byId(id).textContent = alerts.length ? number(alerts.length) : "";
  byId("open-alarms").classList.toggle("opener-alarm", waiting > 0);
}

/**
 * Drawn anew, the focus stays on its alert, or goes to the one now in its place.
 * @param {HTMLElement} list
 * @param {Alert[]} alerts
 * @param {string} slug
 * @param {boolean} mayWrite
 */
function drawList(list, alerts, slug, mayWrite) {
  if (!alerts.length) {
    list.replaceChildren(h("li", { class: "panel-wait" }, t("alerts.none")));
    return;
  }
  const had = /** @type {HTMLElement|null} */ (list.contains(document.activeElement) ? document.activeElement : null);
  const place = had ? [...list.children].findIndex((node) => node.contains(had)) : -1;
  list.replaceChildren(...alerts.slice(0, SHOWN).map((alert) => row(alert, slug, mayWrite)));
  if (alerts.length > SHOWN) {
    const more = t("alerts.more", { n: number(alerts.length - SHOWN) });
    list.append(h("li", { class: "panel-wait" }, h("a", { href: `/${slug}/` }, more)));
  }
  if (!had) return;
  const same = list.querySelector(`[data-alert="${had.dataset.alert ?? had.dataset.ack}"]`);
  const next = same ?? list.children[Math.min(place, list.children.length - 1)]?.querySelector("button");
  /** @type {HTMLElement|null} */ (next)?.focus({ preventScroll: true });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const item = /** @type {Element} */ (event.target).closest("li");
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key] ?? 0;
  if (step) {
    const next = step > 0 ? item?.nextElementSibling : item?.previousElementSibling;
    /** @type {HTMLElement|null|undefined} */ (next?.querySelector("button, a"))?.focus();
  } else if (event.key === "a") {
    const button = /** @type {HTMLElement|null|undefined} */ (item?.querySelector("[data-ack]"));
    if (!button) return;
    button.click();
  } else return;
  event.preventDefault();
  event.stopPropagation(); // A closes this panel where it does not acknowledge
}

/** @param {string} slug @param {Alert} alert */
async function acknowledge(slug, alert) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  try {
    await getJson(`/api/v1/${slug}/${alert.id}/acknowledge`, { method: "POST", headers });
    bus.emit("changed", slug);
  } catch {
    bus.emit("toast", t("alerts.notAcknowledged"));
  }
}

/**
 * @param {Alert} alert
 * @param {string} slug
 * @param {boolean} mayWrite
 */
function row(alert, slug, mayWrite) {
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
    h(
      "span",
      { class: "alert-foot" },
      h("span", {}, foot(alert)),
      h("time", { class: "num", "data-at": at }, age((now() - at) / 1000)),
    ),
  );
  if (alert.acknowledged || !mayWrite) return h("li", {}, button);
  const label = t("alerts.acknowledge");
  const seen = h(
    "button",
    {
      type: "button",
      class: "alert-ack",
      "data-ack": alert.id,
      "aria-label": `${label}: ${alert.title}`,
      title: `${label} (A)`,
      onclick: () => acknowledge(slug, alert),
    },
    icon("check"),
  );
  return h("li", { class: "alert-item" }, button, seen);
}

/** Place, how many stand under it, who has it. @param {Alert} alert */
function foot(alert) {
  const below = alert.members ? t("alerts.below", { n: number(alert.members) }) : "";
  return [alert.unit_title, below, alert.assigned_name].filter(Boolean).join(" · ");
}

function ages() {
  for (const node of document.querySelectorAll("#alert-list time[data-at]")) {
    const at = Number(/** @type {HTMLElement} */ (node).dataset.at);
    node.textContent = age((now() - at) / 1000);
  }
}
