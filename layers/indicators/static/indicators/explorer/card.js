/** The unit that is chosen: its figure at once, and one tap to all about it. */
import { h, icon } from "@ioc/lib/dom.js";
import { openDrawer } from "@ioc/panels/drawer.js";
import { estimated } from "./figures.js";
import { spark, statusMark } from "./marks.js";
import { changeText } from "./ranking.js";
import { catalogue, data, day, number, period, say, vintage } from "./say.js";
import { get } from "./source.js";

/** @typedef {import("./figures.js").Row} Row */

/** What lies under the pointer, beside the pointer. */
export class Tip {
  /** @param {HTMLElement} stage */
  constructor(stage) {
    this.node = stage.appendChild(h("p", { class: "xp-tip", hidden: true }));
  }

  /**
   * @param {Row|undefined} row
   * @param {{x: number, y: number}} point
   * @param {{unit: string, decimals: number}} about
   */
  show(row, { x, y }, { unit, decimals }) {
    this.node.hidden = !row;
    if (!row) return;
    const value =
      row.value === null ? say("missing") : `${estimated(row) ? "≈ " : ""}${number(row.value, decimals)} ${unit}`;
    this.node.replaceChildren(
      h("b", {}, row.title),
      h("span", { class: "num" }, value),
      row.status ? statusMark(row.status) : "",
    );
    const { clientWidth } = /** @type {HTMLElement} */ (this.node.parentElement);
    const left = x + 18 + this.node.offsetWidth > clientWidth ? x - 18 - this.node.offsetWidth : x + 18;
    this.node.style.translate = `${Math.max(0, left)}px ${Math.max(0, y - 14)}px`;
  }
}

/** What else the reader may begin about a figure. @param {Row} row @param {any} state */
function starts(row, state) {
  const indicator = /** @type {any} */ (catalogue.get(state.code));
  const asked = {
    unit: row.unit_id,
    indicator: state.code,
    title: `${indicator.name} · ${row.title}`,
    period: row.value === null ? "" : period(row.period),
  };
  return data.starts.map((/** @type {any} */ start) =>
    h("a", { class: "btn", href: withQuery(start.url, asked) }, icon(start.icon), start.title),
  );
}

export class Card {
  /** @param {HTMLElement} node @param {() => void} close */
  constructor(node, close) {
    this.node = node;
    this.close = close;
    /** @type {Row|undefined} */
    this.row = undefined;
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
      this.links(row, explorer),
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

  /** @param {Row} row @param {any} explorer */
  links(row, { state, date }) {
    const facet = state.facet ? { facet: state.facet } : undefined;
    const own = withQuery(`/indicators/units/${row.unit_id}/${encodeURIComponent(state.code)}/`, facet);
    const passport = row.fact_id
      ? `/indicators/facts/${row.fact_id}/`
      : withQuery(`/indicators/units/${row.unit_id}/${encodeURIComponent(state.code)}/passport/`, { date, ...facet });
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
      row.value === null ? null : h("a", { class: "btn", href: passport }, say("card.passport")),
      ...starts(row, state),
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

/** @param {string} path @param {Record<string, string>|undefined} query */
const withQuery = (path, query) => (query ? `${path}?${new URLSearchParams(query)}` : path);

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
