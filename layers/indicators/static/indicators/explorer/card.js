/** The unit that is chosen: its figure at once, and one tap to all about it. */
import { h, icon } from "@ioc/lib/dom.js";
import { openDrawer } from "@ioc/panels/drawer.js";
import { estimated } from "./figures.js";
import { spark, statusMark } from "./marks.js";
import { changeText } from "./ranking.js";
import { catalogue, data, day, number, period, say, vintage } from "./say.js";
import { get } from "./source.js";

/** @typedef {import("./figures.js").Row} Row */

export class Card {
  /** @param {HTMLElement} node @param {() => void} close */
  constructor(node, close) {
    this.node = node;
    this.close = close;
    /** @type {Row|undefined} */
    this.row = undefined;
  }

  /** Under the pointer, as long as nothing is chosen. @param {Row|undefined} row @param {any} explorer */
  peek(row, explorer) {
    if (this.row) return;
    this.node.hidden = !row;
    if (row) this.node.replaceChildren(...this.figure(row, explorer));
  }

  /** @param {Row|undefined} row @param {any} explorer */
  show(row, explorer) {
    this.row = row;
    this.node.hidden = !row;
    if (!row) return;
    this.trend = h("div", { class: "xp-trend" });
    this.node.replaceChildren(
      h(
        "button",
        { type: "button", class: "drawer-close xp-card-close", "aria-label": say("close"), onclick: this.close },
        icon("x"),
      ),
      ...this.figure(row, explorer),
      this.trend,
      this.links(row, explorer.state),
    );
    this.addTrend(row, explorer.state);
  }

  /** @param {Row} row @param {any} explorer */
  figure(row, { answer, state, decimals }) {
    const indicator = /** @type {any} */ (catalogue.get(state.code));
    const of = answer.areas.filter((/** @type {any} */ area) => area.rank !== null).length;
    const value =
      row.value === null
        ? h("p", { class: "xp-figure xp-figure-none" }, say("missing"))
        : h(
            "p",
            { class: "xp-figure num" },
            estimated(row) ? "≈ " : "",
            number(row.value, decimals),
            h("span", { class: "unit" }, ` ${indicator.unit}`),
            row.status ? statusMark(row.status) : "",
          );
    const notes = [
      row.rank === null ? "" : say("card.rank", { rank: row.rank, of }),
      row.change === null ? "" : say("card.change", { change: changeText(row.change, indicator.unit) }),
      row.value === null ? "" : [period(row.period), vintage(row.vintage).toLowerCase()].join(", "),
      estimated(row) ? say(`how.${row.how}`) : "",
      row.published_at ? say("published", { day: day(row.published_at) }) : "",
    ];
    return [h("h2", {}, row.title), value, h("p", { class: "xp-notes" }, notes.filter(Boolean).join(" · "))];
  }

  /** @param {Row} row @param {any} state */
  links(row, state) {
    const own = `/indicators/units/${row.unit_id}/${encodeURIComponent(state.code)}/`;
    const pair = new URLSearchParams({ view: "units", a: String(row.unit_id), code: state.code });
    return h(
      "p",
      { class: "row xp-links" },
      h("a", { class: "btn btn-primary", href: own }, icon("chart-line"), say("card.indicator")),
      h(
        "button",
        { type: "button", class: "btn", onclick: () => openDrawer(data.ground.slug, row.unit_id) },
        icon("info-circle"),
        say("card.unit"),
      ),
      h("a", { class: "btn", href: `/indicators/compare/?${pair}` }, say("card.compare")),
      row.fact_id ? h("a", { class: "btn", href: `/indicators/facts/${row.fact_id}/` }, say("card.passport")) : null,
    );
  }

  /** @param {Row} row @param {any} state */
  async addTrend(row, state) {
    const into = this.trend;
    const facet = state.facet ? `&facet=${encodeURIComponent(state.facet)}` : "";
    const found = await get(
      `/api/v1/indicators/${encodeURIComponent(state.code)}/series?unit=${row.unit_id}${facet}`,
    ).catch(() => null);
    const points = trendOf(found?.versions ?? [], row.period ?? "");
    if (points.length < 2 || into !== this.trend) return;
    into.append(
      h("small", { class: "num" }, period(points[0].period)),
      spark(
        points.map((point) => point.value),
        220,
        44,
      ),
      h("small", { class: "num" }, period(points[points.length - 1].period)),
    );
  }
}

/**
 * The newest version of every period of the same sort, oldest period first.
 * @param {any[]} versions
 * @param {string} like a period
 */
export function trendOf(versions, like) {
  const sort = (/** @type {string} */ period) => period.replace(/\d/g, "0").replace(/(H|Q)0/, "$1");
  /** @type {Map<string, any>} */
  const newest = new Map();
  for (const one of versions) {
    if (one.vintage === "plan" || sort(one.period) !== sort(like)) continue;
    const known = newest.get(one.period);
    if (!known || known.published_at <= one.published_at) newest.set(one.period, one);
  }
  return [...newest.values()].sort((a, b) => (a.end < b.end ? -1 : 1));
}
