/** The strip of orders under way: what is late first, with whom it lies and how long it has. */
import { bus } from "../lib/bus.js";
import { byId, h, icon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { number, t } from "../lib/texts.js";
import { age, epochMs, now } from "../lib/time.js";

const EVERY_MS = 15_000;
const STATES = "issued,received,returned,in_progress,reported";
/** @type {Record<string, string>} */
const ICONS = { overdue: "clock-exclamation", due_soon: "clock-hour-4", in_time: "clipboard-check" };

/** @typedef {{id: number, number: string, title: string, status: string, clock: string, needed_by: string|null, legal_deadline: string|null, tasks: {unit_title: string}[]}} Order */

/** @param {Order} order */
function clockText(order) {
  const due = epochMs(order.needed_by ?? order.legal_deadline);
  if (due === null || order.clock === "stopped") return t("orders.stopped");
  const left_s = (due - now()) / 1000;
  return t(left_s < 0 ? "orders.over" : "orders.left", { age: age(Math.abs(left_s)) });
}

/** @param {Order} order */
function row(order) {
  const units = [...new Set(order.tasks.map((task) => task.unit_title))].join(", ");
  return h(
    "li",
    { class: `wall-alert wall-order wall-order-${order.clock}` },
    icon(ICONS[order.clock] ?? "clipboard-check"),
    h("span", { class: "wall-alert-title" }, order.title),
    h("span", { class: "wall-alert-foot" }, h("span", {}, units), h("b", { class: "num" }, clockText(order))),
  );
}

/** @param {HTMLElement} list @param {Order[]} orders */
function draw(list, orders) {
  byId("wall-order-count").textContent = number(orders.length);
  if (!orders.length) return list.replaceChildren(h("li", { class: "wall-quiet" }, t("orders.none")));
  list.replaceChildren();
  for (const [index, order] of orders.entries()) {
    const node = row(order);
    list.append(node);
    if (list.scrollHeight <= list.clientHeight) continue;
    node.remove();
    list.lastElementChild?.remove();
    list.append(h("li", { class: "wall-more num" }, t("alerts.more", { n: number(orders.length - index + 1) })));
    return;
  }
}

/** @param {string} slug of the layer of orders */
export function startOrders(slug) {
  const list = byId("wall-orders");
  const load = async () => {
    const answer = await getJson(`/api/v1/${slug}?status=${STATES}&limit=100`).catch(() => null);
    if (answer) draw(list, Array.isArray(answer) ? answer : answer.items);
  };
  load();
  setInterval(load, EVERY_MS);
  bus.on("changed", (changed) => changed === slug && load());
}
