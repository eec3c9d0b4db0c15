/** The alert strip: as many as fit, worst first, the rest as a number. */
import { byId, h, icon, severityIcon } from "../lib/dom.js";
import { number, t } from "../lib/texts.js";
import { age, briefText, epochMs, now } from "../lib/time.js";
import { heldBack } from "../panels/alarmbar.js";

/** @typedef {import("../panels/alerts.js").Alert} Alert */

/** @param {Alert} alert */
function row(alert) {
  const at = epochMs(alert.raised_at) ?? now();
  return h(
    "li",
    { class: `wall-alert alert-${alert.severity}${alert.acknowledged ? "" : " wall-alert-new"}` },
    severityIcon(alert.severity),
    h("span", { class: "wall-alert-title" }, alert.title),
    h(
      "span",
      { class: "wall-alert-foot" },
      h("span", {}, [alert.unit_title, alert.assigned_name].filter(Boolean).join(" · ")),
      h("time", { class: "num", "data-at": at }, age((now() - at) / 1000)),
    ),
  );
}

/**
 * In a flood roots and the gravest are listed, and how many others there are.
 * @param {Alert[]} alerts ranked
 * @param {{since: string}|null} flood
 */
export function showAlerts(alerts, flood = null) {
  const list = byId("wall-alerts");
  const { shown, held } = heldBack(alerts, Boolean(flood));
  byId("wall-alert-count").textContent = number(alerts.length);
  list.replaceChildren(...banner(flood, held));
  if (!alerts.length) {
    list.append(h("li", { class: "wall-quiet" }, t("alerts.none")));
    return;
  }
  for (const [index, alert] of shown.entries()) {
    const node = row(alert);
    list.append(node);
    if (list.scrollHeight > list.clientHeight) {
      node.remove();
      closeWith(list, shown.length - index);
      return;
    }
  }
}

/** @param {{since: string}|null} flood @param {number} held */
function banner(flood, held) {
  if (!flood) return [];
  const since = briefText(epochMs(flood.since) ?? 0);
  const more = held ? h("span", {}, t("alerts.held", { n: number(held) })) : null;
  return [h("li", { class: "wall-flood" }, icon("flame"), h("b", {}, t("alerts.flood", { since })), more)];
}

/**
 * The last row says how many more; it takes the room of one alert if it must.
 * @param {HTMLElement} list
 * @param {number} left
 */
function closeWith(list, left) {
  const more = h("li", { class: "wall-more num" }, t("alerts.more", { n: number(left) }));
  list.append(more);
  if (list.scrollHeight > list.clientHeight && list.children.length > 2) {
    more.previousElementSibling.remove();
    more.textContent = t("alerts.more", { n: number(left + 1) });
  }
}

export function tickAlerts() {
  for (const node of document.querySelectorAll("#wall-alerts time[data-at]")) {
    const at = Number(/** @type {HTMLElement} */ (node).dataset.at);
    node.textContent = age((now() - at) / 1000);
  }
}
