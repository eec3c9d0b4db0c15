/** The spotlight: a critical alert that nobody has acknowledged takes the wall for a
 *  while, large, with its place, age, who has it and what is being done. The map comes
 *  back by itself; while it still waits, the spotlight returns from time to time. */
import { byId, h, severityIcon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { number, t } from "../lib/texts.js";
import { age, epochMs, now } from "../lib/time.js";
import { pulse } from "../map/pulse.js";

/** @typedef {import("../panels/alerts.js").Alert} Alert */

export const SHOWN_MS = 40_000;
export const AGAIN_MS = 180_000;
const STEP_MS = 1_000;

/**
 * Critical and not acknowledged, the newest first.
 * @param {Alert[]} alerts
 */
export function waiting(alerts) {
  const open = alerts.filter((alert) => alert.severity === "critical" && !alert.acknowledged);
  return open.sort((a, b) => (epochMs(b.raised_at) ?? 0) - (epochMs(a.raised_at) ?? 0) || b.id - a.id);
}

/**
 * Whether the spotlight is on. A new alert switches it on at once.
 * @param {object} state
 * @param {number|null} state.id of the newest that waits
 * @param {number|null} state.shownId the one it was last about
 * @param {number} state.since when it went on for that one, ms
 * @param {number} state.now ms
 */
export function isOn({ id, shownId, since, now: at }) {
  if (id === null) return false;
  if (id !== shownId) return true;
  return (at - since) % AGAIN_MS < SHOWN_MS;
}

export class Spotlight {
  /** @param {any} map @param {string} slug of the layer of alerts */
  constructor(map, slug) {
    this.map = map;
    this.slug = slug;
    this.box = h("section", { class: "wall-spot", role: "alert", hidden: true });
    byId("map").after(this.box);
    /** @type {Alert[]} */
    this.alerts = [];
    /** @type {number|null} */
    this.shownId = null;
    this.since = 0;
    /** @type {any} more about the one shown */
    this.detail = null;
    setInterval(() => this.step(), STEP_MS);
  }

  /** @param {Alert[]} alerts */
  take(alerts) {
    this.alerts = waiting(alerts);
    if (this.shownId !== null && this.alerts[0]?.id === this.shownId) this.ask(this.shownId);
    this.step();
  }

  step() {
    const first = this.alerts[0] ?? null;
    const on = isOn({ id: first?.id ?? null, shownId: this.shownId, since: this.since, now: now() });
    if (first && first.id !== this.shownId) {
      this.shownId = first.id;
      this.since = now();
      this.detail = null;
      this.ask(first.id);
    }
    if (!first) this.shownId = null;
    if (on && first) this.draw(first);
    if (on !== this.box.hidden) return;
    this.box.hidden = !on;
    if (on && first) this.look(first);
    else this.back();
  }

  /** @param {number} id */
  async ask(id) {
    const detail = await getJson(`/api/v1/${this.slug}/${id}`).catch(() => null);
    if (detail && id === this.shownId) this.detail = detail;
  }

  /** The map goes there, as much beside the words as it can. @param {Alert} alert */
  look(alert) {
    if (alert.lon === null || alert.lat === null) return;
    pulse(this.map, alert);
    const { lng, lat } = this.map.getCenter();
    this.before ??= { center: [lng, lat], zoom: this.map.getZoom() };
    this.map.easeTo({
      center: [alert.lon, alert.lat],
      zoom: Math.max(this.map.getZoom(), 10),
      offset: [-innerWidth * 0.13, -innerHeight * 0.2],
      duration: 1500,
    });
  }

  back() {
    if (!this.before) return;
    this.map.easeTo({ ...this.before, duration: 1500 });
    this.before = undefined;
  }

  /** @param {Alert} alert */
  draw(alert) {
    const at = epochMs(alert.raised_at) ?? now();
    const place = [alert.zone, alert.unit_title].filter(Boolean).join(" · ");
    const more = this.alerts.length - 1;
    this.box.replaceChildren(
      h(
        "p",
        { class: "wall-spot-head" },
        severityIcon("critical"),
        h("b", {}, t("severity.critical")),
        h("time", { class: "num" }, age((now() - at) / 1000)),
      ),
      h("h2", {}, alert.title),
      h("p", { class: "wall-spot-place" }, place),
      h("p", {}, this.who(alert)),
      ...this.doing().map((line) => h("p", { class: "wall-spot-doing" }, line)),
      ...(more > 0 ? [h("p", { class: "wall-spot-more num" }, t("spot.more", { n: number(more) }))] : []),
    );
  }

  /** @param {Alert} alert */
  who(alert) {
    const parts = [alert.assigned_name ? t("spot.has", { who: alert.assigned_name }) : t("spot.nobody")];
    if (alert.escalated) parts.push(t("spot.level", { n: alert.escalated }));
    return parts.join(" · ");
  }

  /** Its orders; without any what is to be done first. @returns {string[]} */
  doing() {
    const orders = (this.detail?.orders ?? []).filter((/** @type {any} */ order) => !order.closed);
    if (orders.length)
      return orders
        .slice(0, 2)
        .map((/** @type {any} */ order) =>
          t("spot.order", { text: [order.title, order.status].filter(Boolean).join(" · ") }),
        );
    const first = this.detail?.instruction?.split("\n")[0];
    return first ? [t("spot.first", { text: first })] : [];
  }
}
