/** The alert strip: as many as fit, worst first, the rest as a number. */
import { byId, h, severityIcon } from "../lib/dom.js";
import { number, t } from "../lib/texts.js";
import { age, epochMs, now } from "../lib/time.js";

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
      h("span", {}, alert.unit_title ?? ""),
      h("time", { class: "num", "data-at": at }, age((now() - at) / 1000)),
    ),
  );
}

/** @param {Alert[]} alerts ranked */
export function showAlerts(alerts) {
  const list = byId("wall-alerts");
  byId("wall-alert-count").textContent = number(alerts.length);
  if (!alerts.length) {
    list.replaceChildren(h("li", { class: "wall-quiet" }, t("alerts.none")));
    return;
  }
  list.replaceChildren();
  for (const [index, alert] of alerts.entries()) {
    const node = row(alert);
    list.append(node);
    if (list.scrollHeight > list.clientHeight) {
      node.remove();
      closeWith(list, alerts.length - index);
      return;
    }
  }
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
