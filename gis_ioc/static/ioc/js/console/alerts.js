/**
 * Open alerts with the acts of the desk by keys; of the past, as they stood then.
 * Acts that need words are those of the drawer: it opens at the right form.
 */
import { bus } from "../lib/bus.js";
import { clock } from "../lib/clock.js";
import { byId, h, icon, severityIcon } from "../lib/dom.js";
import { getJson, send } from "../lib/http.js";
import { AlarmSound } from "../lib/sound.js";
import { number, t } from "../lib/texts.js";
import { age, epochMs, now } from "../lib/time.js";
import { floodBanner, heldBack, soundButton, soundLine } from "../panels/alarmbar.js";
import { AlertFeed, ranked } from "../panels/alerts.js";
import { keys } from "../panels/help.js";
import { momentsOf } from "../panels/timebarworld.js";
import { AsOf } from "./asof.js";

const SHOWN = 80;
const MOST_ROOTS = 20;
const GROUP = "keys.group.alerts";
const AGES_MS = 20_000;
/** Key of the list, and the form of the drawer that it opens. */
const FORMS = /** @type {Record<string, string>} */ ({ s: "shelve", g: "assign", c: "comment", x: "close" });

/** @typedef {import("../panels/alerts.js").Alert} Alert */

export class ConsoleAlerts {
  /** @param {string} slug of the layer that plays the role */
  constructor(slug) {
    this.slug = slug;
    this.list = byId("alert-list");
    this.banner = h("div", { class: "alarm-banner" });
    this.note = h("p", { class: "part-note", hidden: true });
    this.sound = new AlarmSound();
    this.list.before(this.note, this.banner, soundLine(this.sound));
    soundButton(byId("sound"), this.sound);
    bus.on("do:sound", () => this.sound.toggle());
    /** @type {Alert[]} */
    this.alerts = [];
    this.mayWrite = false;
    bus.on("alerts", (told) => this.heard(told));
    bus.on("alerts:failed", () => this.failed());
    this.past = new AsOf(slug, (rows) => this.showPast(rows));
    bus.on("clock", () => clock.live && this.draw());
    bus.on("acted", () => this.draw());
    this.list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.onKey(event));
    setInterval(() => this.ages(), AGES_MS);
    this.listKeys();
    this.feed = new AlertFeed(slug);
    this.moments();
    bus.on("span", () => this.moments());
  }

  listKeys() {
    const add = (/** @type {string} */ key, /** @type {string} */ text) => ({
      key: `${t("keys.inList")} ${key}`,
      text,
      group: GROUP,
    });
    keys.add([
      add("↑ ↓", "keys.move"),
      add("A", "alerts.acknowledge"),
      add("G", "desk.assign"),
      add("S", "desk.shelve"),
      add("C", "desk.comment"),
      add("X", "desk.close"),
      add("D", "act.dispatch"),
      add("Enter", "keys.open"),
    ]);
  }

  /** When alerts were raised, for the time bar; which root each stood under. */
  async moments() {
    try {
      const base = `/api/v1/${this.slug}?state=all&limit=2000`;
      const all = await getJson(`${base}&sort=newest`);
      bus.emit("moments", momentsOf(all, "raised_at"));
      const roots = all.filter((/** @type {Alert} */ alert) => alert.members).slice(0, MOST_ROOTS);
      const below = await Promise.all(roots.map((/** @type {Alert} */ root) => getJson(`${base}&root=${root.id}`)));
      this.roots = new Map([...all, ...below.flat()].map((alert) => [alert.id, alert.root]));
      this.past.again();
    } catch {
      // the bar goes without
    }
  }

  /** @param {{alerts: Alert[], fresh: Alert[], desk: any}} told */
  heard({ alerts, fresh, desk }) {
    this.alerts = alerts;
    this.desk = desk;
    this.mayWrite = desk.may_write;
    const flood = Boolean(desk.flood);
    for (const alert of heldBack(fresh, flood).shown.slice(0, 3))
      bus.emit("toast", t("alerts.new", { title: alert.title }));
    this.sound.hear({ alerts, fresh, flood });
    if (clock.live) this.draw();
    if (fresh.length) this.moments();
  }

  failed() {
    if (clock.live && !this.list.querySelector("button"))
      this.list.replaceChildren(h("li", { class: "panel-wait" }, t("alerts.failed")));
  }

  /** Alerts as of the clock. @param {any[]|null} rows null: they could not be read */
  showPast(rows) {
    if (clock.live) return;
    this.stood = rows === null ? [] : ranked(underRoots(rows.map(alertOf), this.roots ?? new Map()));
    this.draw(rows === null);
  }

  /** @param {boolean} [failed] */
  draw(failed = false) {
    const { live } = clock;
    const all = live ? this.alerts : (this.stood ?? []);
    const { shown, held } = live ? heldBack(all, Boolean(this.desk?.flood)) : { shown: all, held: 0 };
    this.note.hidden = live;
    this.note.textContent = live ? "" : t(clock.bound ? "desk.drill" : "desk.past");
    this.banner.replaceChildren(
      ...(live ? [floodBanner(this.desk?.flood ?? null, held, this.slug)].flatMap((node) => node ?? []) : []),
    );
    byId("alert-count").textContent = all.length ? number(all.length) : "";
    const had = /** @type {HTMLElement|null} */ (
      this.list.contains(document.activeElement) ? document.activeElement : null
    );
    const place = had ? [...this.list.children].findIndex((node) => node.contains(had)) : -1;
    if (failed) this.list.replaceChildren(h("li", { class: "panel-wait" }, t("alerts.failed")));
    else if (!shown.length) this.list.replaceChildren(h("li", { class: "panel-wait" }, t("alerts.none")));
    else this.list.replaceChildren(...shown.slice(0, SHOWN).map((alert) => this.row(alert)));
    if (shown.length > SHOWN)
      this.list.append(
        h(
          "li",
          { class: "panel-wait" },
          h("a", { href: `/${this.slug}/` }, t("alerts.more", { n: number(shown.length - SHOWN) })),
        ),
      );
    if (had) this.refocus(had, place);
  }

  /** @param {HTMLElement} had @param {number} place */
  refocus(had, place) {
    const same = this.list.querySelector(`[data-alert="${had.dataset.alert ?? had.dataset.ack}"]`);
    const next = same ?? this.list.children[Math.min(place, this.list.children.length - 1)]?.querySelector("button");
    next?.focus({ preventScroll: true });
  }

  /** @param {Alert} alert */
  row(alert) {
    const at = epochMs(alert.raised_at) ?? now();
    const acked = alert.acknowledged || Boolean(this.drill?.acknowledged(alert.id));
    const foot = [
      alert.unit_title,
      alert.members ? t("alerts.below", { n: number(alert.members) }) : "",
      alert.assigned_name,
    ];
    const button = h(
      "button",
      {
        type: "button",
        class: `alert alert-${alert.severity}${acked ? "" : " alert-new"}`,
        "data-alert": alert.id,
        onclick: () => this.show(alert),
      },
      severityIcon(alert.severity),
      h("span", { class: "sr-only" }, t(`severity.${alert.severity}`)),
      h("span", { class: "alert-title" }, alert.title),
      h(
        "span",
        { class: "alert-foot" },
        h("span", {}, foot.filter(Boolean).join(" · ")),
        h("time", { class: "num", "data-at": at }, age((clock.at - at) / 1000)),
      ),
    );
    const label = t("alerts.acknowledge");
    const seen =
      acked || !this.mayWrite || (!clock.live && !clock.bound)
        ? null
        : h(
            "button",
            {
              type: "button",
              class: "alert-ack",
              "data-ack": alert.id,
              "aria-label": `${label}: ${alert.title}`,
              title: `${label} (A)`,
              onclick: () => this.acknowledge(alert),
            },
            icon("check"),
          );
    return h("li", { class: "alert-item", "data-id": alert.id }, button, seen, this.hint());
  }

  /** The keys of the row, under the one in focus. */
  hint() {
    if (!this.mayWrite || !clock.live) return null;
    const words = [
      ["A", "alerts.acknowledge"],
      ["G", "desk.assign"],
      ["S", "desk.shelve"],
      ["C", "desk.comment"],
      ["X", "desk.close"],
      ["D", "act.dispatch"],
    ];
    return h(
      "span",
      { class: "alert-acts-hint", "aria-hidden": "true" },
      ...words.map(([key, text]) => h("span", {}, h("kbd", {}, key), ` ${t(text)}`)),
    );
  }

  /** @param {Alert} alert */
  show(alert) {
    bus.emit("go", { layer: this.slug, id: alert.id, lon: alert.lon, lat: alert.lat, fly: true });
  }

  /** @param {Alert} alert */
  async acknowledge(alert) {
    if (clock.bound)
      return bus.emit("drill:act", { kind: "acknowledge", layer: this.slug, id: alert.id, title: alert.title });
    if (!clock.live) return bus.emit("toast", t("desk.past"));
    const { ok, problem } = await send(`/api/v1/${this.slug}/${alert.id}/acknowledge`, {});
    if (ok) bus.emit("changed", this.slug);
    else bus.emit("toast", problem || t("alerts.notAcknowledged"));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("li[data-id]"));
    const shown = clock.live ? this.alerts : (this.stood ?? []);
    const alert = shown.find((one) => String(one.id) === item?.dataset.id);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[key] ?? 0;
    if (step) {
      const next = step > 0 ? item?.nextElementSibling : item?.previousElementSibling;
      next?.querySelector("button, a")?.focus();
    } else if (!alert) return;
    else if (key === "a") this.acknowledge(alert);
    else if (key === "d") this.unfold(alert, "d");
    else if (key in FORMS) this.unfold(alert, FORMS[key]);
    else return;
    event.preventDefault();
    event.stopPropagation(); // the same keys mean other things elsewhere
  }

  /**
   * The drawer of an alert, open at one of its forms, or its dispatch page.
   * @param {Alert} alert
   * @param {string} what
   */
  unfold(alert, what) {
    const drawer = byId("drawer");
    const ready = () => {
      if (what === "d") return drawer.querySelector('[data-key="d"]')?.click();
      const part = drawer.querySelector(`[data-unfold="${what}"]`);
      if (!part) return bus.emit("toast", t("desk.notOffered"));
      part.open = true;
      part.querySelector("input, select, textarea")?.focus();
      return undefined;
    };
    drawer.addEventListener("htmx:afterSwap", () => setTimeout(ready, 30), { once: true });
    this.show(alert);
  }

  ages() {
    for (const node of this.list.querySelectorAll("time[data-at]"))
      node.textContent = age((clock.at - Number(node.dataset.at)) / 1000);
  }
}

/**
 * Members stand under their root, as in the list of now, if it was there then.
 * @param {Alert[]} alerts
 * @param {Map<number, number|null>} roots by alert
 */
export function underRoots(alerts, roots) {
  const there = new Set(alerts.map((alert) => alert.id));
  const rootOf = (/** @type {Alert} */ alert) => roots.get(alert.id) ?? null;
  const members = new Map();
  for (const alert of alerts) {
    const root = rootOf(alert);
    if (root !== null && there.has(root)) members.set(root, (members.get(root) ?? 0) + 1);
  }
  const top = alerts.filter((alert) => !there.has(rootOf(alert) ?? Number.NaN));
  return top.map((alert) => ({ ...alert, members: members.get(alert.id) ?? alert.members }));
}

/** A feature of the layer as the list of open alerts has it. @param {any} feature @returns {Alert} */
function alertOf({ id, geometry, properties }) {
  const [lon, lat] = geometry?.coordinates ?? [null, null];
  return { ...properties, id, lon, lat };
}
