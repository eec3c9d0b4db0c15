/** Open alerts, the worst first; in a flood roots and the gravest only. */
import { h, icon, severityIcon } from "../../lib/dom.js";
import { number, t } from "../../lib/texts.js";
import { age, briefText, epochMs, now } from "../../lib/time.js";
import { heldBack } from "../../panels/alarmbar.js";
import { ranked } from "../../panels/alerts.js";
import { Question } from "../data.js";
import { Life } from "../life.js";
import { asOf, fill, framed, inStep, moment } from "./frame.js";

const LEVELS = ["low", "medium", "high", "critical"];
const AGES_MS = 10_000;
const PAST_STEP_MS = 60_000;
const PAST_MOST = 500;
const ENDED = ["closed", "shelved", "suppressed"];

/** @typedef {import("../../panels/alerts.js").Alert} Alert */

/** @param {Alert} alert @param {number} at the moment of the picture */
function row(alert, at) {
  const raised = epochMs(alert.raised_at) ?? at;
  const news = alert.acknowledged ? "" : " wall-alert-new";
  return inStep(
    h(
      "li",
      { class: `wall-alert alert-${alert.severity}${news}` },
      severityIcon(alert.severity),
      h("span", { class: "wall-alert-title" }, alert.title),
      h(
        "span",
        { class: "wall-alert-foot" },
        h("span", {}, [alert.unit_title, alert.assigned_name].filter(Boolean).join(" · ")),
        h("time", { class: "num", "data-at": raised }, age((at - raised) / 1000)),
      ),
    ),
  );
}

/** @param {{since: string}|null} flood @param {number} held */
function banner(flood, held) {
  if (!flood) return [];
  const since = briefText(epochMs(flood.since) ?? 0);
  const more = held ? h("span", {}, t("alerts.held", { n: number(held) })) : null;
  return [h("li", { class: "wall-flood" }, icon("flame"), h("b", {}, t("alerts.flood", { since })), more)];
}

/** Those of a past moment, as the layer keeps them. @param {any} answer @returns {Alert[]} */
export function ofThePast(answer) {
  const rows = answer.features.map((/** @type {any} */ feature) => ({ id: feature.id, ...feature.properties }));
  const open = rows.filter((/** @type {any} */ alert) => !ENDED.includes(alert.state));
  return ranked(
    open.map((/** @type {any} */ alert) => ({
      ...alert,
      acknowledged: Boolean(alert.acknowledged ?? alert.acknowledged_at),
    })),
  );
}

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane, wall }) {
  const { title, severity_min: least = "low", limit } = pane.options;
  const life = new Life();
  const frame = framed(host, { icon: "bell", title: title || t("wall.alerts") });
  const list = h("ol", { class: "wall-list" });
  frame.body.append(list);
  /** @type {number|null} */
  let time = null;
  /** @type {Alert[]} */
  let past = [];

  const draw = () => {
    const { alerts, desk } = wall.sources.alerts;
    const all = time === null ? alerts : past;
    if (!all) return;
    const flood = time === null ? desk?.flood : null;
    const grave = all.filter((/** @type {Alert} */ alert) => LEVELS.indexOf(alert.severity) >= LEVELS.indexOf(least));
    const { shown, held } = heldBack(grave, Boolean(flood));
    frame.figure.textContent = number(grave.length);
    frame.note(time === null ? "" : asOf(time));
    list.replaceChildren(...banner(flood, held));
    if (!grave.length) list.append(h("li", { class: "wall-quiet" }, t("alerts.none")));
    else
      fill(
        list,
        shown.slice(0, limit ?? shown.length).map((/** @type {Alert} */ one) => row(one, time ?? now())),
        shown.length,
      );
  };
  const question = new Question(life, PAST_STEP_MS, (answer) => {
    past = ofThePast(answer);
    draw();
  });
  life.on("alerts", draw);
  life.every(AGES_MS, () => {
    for (const node of list.querySelectorAll("time[data-at]"))
      node.textContent = age(((time ?? now()) - Number(node.dataset.at)) / 1000);
  });
  draw();
  return {
    update(show) {
      const was = time;
      time = show.time;
      const { alarms } = wall.sources;
      const at = time !== null && moment(time, PAST_STEP_MS);
      question.about(at && alarms ? `/api/v1/layers/${alarms}/features?limit=${PAST_MOST}&at=${at}` : "");
      if ((was === null) !== (time === null)) draw();
    },
    destroy: () => life.end(),
  };
}
