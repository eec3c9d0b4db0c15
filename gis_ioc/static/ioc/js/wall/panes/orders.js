/** Directives under way: what is late first, with whom it lies and how long it has. */
import { h, icon } from "../../lib/dom.js";
import { number, t } from "../../lib/texts.js";
import { age, epochMs, now } from "../../lib/time.js";
import { Question } from "../data.js";
import { Life } from "../life.js";
import { asOf, fill, framed, moment } from "./frame.js";

const EVERY_MS = 15_000;
const PAST_STEP_MS = 60_000;
const STATES = ["issued", "received", "returned", "in_progress", "reported"];
/** @type {Record<string, string>} */
const ICONS = { overdue: "clock-exclamation", due_soon: "clock-hour-4", in_time: "clipboard-check" };

/** @typedef {{id: number, title: string, status: string, clock: string, needed_by?: string|null, legal_deadline?: string|null, unit_title?: string, tasks?: {unit_title: string}[]}} Order */

/** @param {Order} order @param {number} at */
function clockText(order, at) {
  const due = epochMs(order.needed_by ?? order.legal_deadline);
  if (due === null || order.clock === "stopped") return t("orders.stopped");
  const left_s = (due - at) / 1000;
  return t(left_s < 0 ? "orders.over" : "orders.left", { age: age(Math.abs(left_s)) });
}

/** @param {Order} order @param {number} at */
function row(order, at) {
  const units = [...new Set((order.tasks ?? []).map((task) => task.unit_title))].join(", ") || order.unit_title || "";
  return h(
    "li",
    { class: `wall-alert wall-order wall-order-${order.clock}` },
    icon(ICONS[order.clock] ?? "clipboard-check"),
    h("span", { class: "wall-alert-title" }, order.title),
    h("span", { class: "wall-alert-foot" }, h("span", {}, units), h("b", { class: "num" }, clockText(order, at))),
  );
}

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane, wall }) {
  const { title, limit } = pane.options;
  const slug = wall.sources.orders;
  const life = new Life();
  const frame = framed(host, { icon: "clipboard-check", title: title || t("wall.orders") });
  const list = h("ol", { class: "wall-list" });
  frame.body.append(list);
  /** @type {number|null} */
  let time = null;

  const question = new Question(life, EVERY_MS, (answer) => {
    const found = answer.features
      ? answer.features.map((/** @type {any} */ one) => ({ id: one.id, ...one.properties }))
      : (answer.items ?? answer);
    const rows = found.filter((/** @type {Order} */ order) => STATES.includes(order.status));
    frame.figure.textContent = number(rows.length);
    frame.note(time === null ? "" : asOf(time));
    list.replaceChildren();
    if (!rows.length) list.append(h("li", { class: "wall-quiet" }, t("orders.none")));
    else
      fill(
        list,
        rows.slice(0, limit ?? rows.length).map((/** @type {Order} */ one) => row(one, time ?? now())),
        rows.length,
      );
  });
  life.on("changed", (changed) => changed === slug && question.ask());
  return {
    update(show) {
      time = show.time;
      if (!slug) return frame.say(t("wall.notYours"));
      const live = `/api/v1/${slug}?status=${STATES.join(",")}&limit=100`;
      question.about(
        time === null ? live : `/api/v1/layers/${slug}/features?limit=500&at=${moment(time, PAST_STEP_MS)}`,
      );
    },
    destroy: () => life.end(),
  };
}
