/** Directives by their clocks: overdue, due soon, running; drafts that wait for a signature. */
import { bus } from "../lib/bus.js";
import { clock } from "../lib/clock.js";
import { byId, h, severityIcon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { number, t } from "../lib/texts.js";
import { age, briefText, epochMs } from "../lib/time.js";
import { AsOf } from "./asof.js";

const OPEN = "draft,issued,received,returned,in_progress,reported,suspended";
const RETRY_MS = 5_000;
const DRAW_MS = 20_000;
const GROUPS = ["overdue", "due_soon", "in_time", "waiting", "reported"];
/** Status → group where the clock does not say it. */
const BY_STATUS = /** @type {Record<string, string>} */ ({
  draft: "waiting",
  returned: "waiting",
  reported: "reported",
});

/**
 * @typedef {object} Order
 * @property {number} id
 * @property {string} number
 * @property {string} title
 * @property {string} status
 * @property {string} clock
 * @property {string} severity
 * @property {string|null} needed_by
 * @property {string} [unit_title]
 * @property {string} [cap_status]
 * @property {number|null} lon
 * @property {number|null} lat
 */

/** Which group a directive stands in. @param {Order} order */
export const groupOf = ({ status, clock: said }) => BY_STATUS[status] ?? (said === "stopped" ? "in_time" : said);

/** Groups that are not empty, in order; soonest first. @param {Order[]} orders @returns {[string, Order[]][]} */
export function grouped(orders) {
  const due = (/** @type {Order} */ order) => epochMs(order.needed_by) ?? Number.POSITIVE_INFINITY;
  const sorted = [...orders].sort((a, b) => due(a) - due(b) || a.id - b.id);
  return GROUPS.map(
    (name) => /** @type {[string, Order[]]} */ ([name, sorted.filter((order) => groupOf(order) === name)]),
  ).filter(([, list]) => list.length);
}

export class Orders {
  /** @param {string} slug of the layer that plays the role */
  constructor(slug) {
    this.slug = slug;
    this.box = byId("order-body");
    /** @type {Order[]} */
    this.orders = [];
    this.busy = false;
    bus.on("changed", (changed) => changed === slug && this.load());
    bus.on("live:open", () => this.load());
    bus.on("clock", () => clock.live && this.load());
    this.past = new AsOf(slug, (rows) => this.take((rows ?? []).map(orderOf), rows === null));
    this.box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.onKey(event));
    setInterval(() => this.draw(), DRAW_MS);
    this.load();
  }

  async load() {
    if (!clock.live || this.busy) {
      this.again = this.busy;
      return;
    }
    this.busy = true;
    const found = await getJson(`/api/v1/${this.slug}?status=${OPEN}&limit=500`).catch(() => null);
    this.busy = false;
    if (clock.live) this.take(found ?? this.orders, found === null);
    if (found === null) setTimeout(() => this.load(), RETRY_MS);
    else if (this.again) this.load();
    this.again = false;
  }

  /** @param {Order[]} orders @param {boolean} failed */
  take(orders, failed) {
    this.orders = orders;
    this.failed = failed;
    this.draw();
  }

  draw() {
    const had = /** @type {HTMLElement|null} */ (
      this.box.contains(document.activeElement) ? document.activeElement : null
    );
    byId("order-count").textContent = this.orders.length ? number(this.orders.length) : "";
    const groups = grouped(this.orders).map(([name, list]) => this.group(name, list));
    if (this.failed) groups.unshift(h("p", { class: "part-note" }, t("desk.ordersFailed")));
    if (!groups.length) groups.push(h("p", { class: "panel-wait" }, t("orders.none")));
    this.box.replaceChildren(...groups);
    if (had) this.box.querySelector(`[data-order="${had.dataset.order}"]`)?.focus({ preventScroll: true });
  }

  /** @param {string} name @param {Order[]} orders */
  group(name, orders) {
    return h(
      "section",
      { class: "order-group", "data-clock": name },
      h("h3", {}, t(`orders.group.${name}`), h("span", { class: "num" }, number(orders.length))),
      ...orders.map((order) => this.row(order)),
    );
  }

  /** @param {Order} order */
  row(order) {
    const due = epochMs(order.needed_by);
    const running = ["overdue", "due_soon", "in_time"].includes(groupOf(order)) && order.clock !== "stopped";
    const foot = [
      order.number,
      order.unit_title,
      order.cap_status === "Exercise" ? t("orders.exercise") : "",
      due ? t("orders.by", { time: briefText(due) }) : "",
    ];
    return h(
      "button",
      { type: "button", class: "order", "data-order": order.id, onclick: () => this.open(order) },
      severityIcon(order.severity),
      h("span", { class: "order-title" }, order.title),
      h("span", { class: "order-left" }, running && due ? leftText(due - clock.at) : ""),
      h("span", { class: "order-foot" }, foot.filter(Boolean).join(" · ")),
    );
  }

  /** @param {Order} order */
  open(order) {
    bus.emit("go", { layer: this.slug, id: order.id, lon: order.lon, lat: order.lat, fly: true });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key] ?? 0;
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...this.box.querySelectorAll(".order")];
    const place = all.indexOf(document.activeElement);
    all[Math.min(all.length - 1, Math.max(0, place + step))]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {number} ms until it is due */
export const leftText = (ms) => t(ms >= 0 ? "orders.left" : "orders.over", { age: age(Math.abs(ms) / 1000) });

/** @param {any} feature @returns {Order} */
function orderOf({ id, geometry, properties }) {
  const [lon, lat] = geometry?.type === "Point" ? geometry.coordinates : [null, null];
  return { ...properties, id, lon, lat };
}
