/** Counts at the foot of the column: who is heard of, who is silent, what is late. */
import { bus } from "../lib/bus.js";
import { byId, h, icon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { page } from "../lib/page.js";
import { number, t } from "../lib/texts.js";

const EVERY_MS = 15_000;

/** @typedef {{slug: string, title: string, icon: string, fresh: number, stale: number}} Count */

/** @param {Count} count */
function freshness(count) {
  return h(
    "div",
    { class: "wall-count wall-count-long" },
    icon(count.icon),
    h("span", { class: "wall-count-title" }, count.title),
    h(
      "span",
      { class: "num" },
      h("b", {}, number(count.fresh)),
      h("small", {}, ` ${t("wall.fresh")} · ${number(count.stale)} ${t("wall.stale")}`),
    ),
  );
}

/** @param {number} count */
function overdue(count) {
  return h(
    "div",
    { class: `wall-count${count ? " wall-count-bad" : ""}` },
    icon("clock-exclamation"),
    h("span", { class: "wall-count-title" }, t("wall.overdue")),
    h("b", { class: "num" }, number(count)),
  );
}

/**
 * @param {string} url of the wall's state
 * @param {string|undefined} orders slug of the layer of orders
 */
export function startCounts(url, orders) {
  const load = async () => {
    try {
      const [state, late] = await Promise.all([getJson(url), orders ? lateOrders(orders) : null]);
      if (state.release !== page.release) bus.emit("release", state.release);
      const rows = state.layers.map(freshness);
      if (late !== null) rows.push(overdue(late));
      byId("wall-counts").replaceChildren(...rows);
    } catch {
      // the chip and the banner say that the centre is away; the last counts stay
    }
  };
  load();
  setInterval(load, EVERY_MS);
  bus.on("changed", (slug) => slug === orders && load());
}

/** @param {string} slug */
async function lateOrders(slug) {
  const answer = await getJson(`/api/v1/${slug}?clock=overdue&limit=2000`);
  return (Array.isArray(answer) ? answer : answer.items).length;
}
