/** The sentence that says what is shown, the figures of the whole, and honest states. */
import { byId, h, icon } from "@ioc/lib/dom.js";
import { estimated } from "./figures.js";
import { data, day, facetText, level, number, period, say } from "./say.js";
import { encode } from "./state.js";

/** The other pages keep what is shown here. @param {import("./state.js").State} state */
export function tabs(state) {
  const query = encode({ ...state, map: null });
  for (const link of document.querySelectorAll(".xp-tabs a")) {
    const { pathname } = new URL(/** @type {HTMLAnchorElement} */ (link).href);
    /** @type {HTMLAnchorElement} */ (link).href = query ? `${pathname}?${query}` : pathname;
  }
}

/** @param {any} explorer @param {import("./say.js").Indicator} indicator */
export function fillHead({ answer, shown, state }, indicator) {
  byId("xp-code").textContent = indicator.code;
  byId("xp-name").textContent = indicator.name;
  document.title = `${indicator.name} · ${day(answer.date)}`;
  const known = answer.areas.filter((/** @type {any} */ area) => area.value !== null);
  const periods = [...new Set(known.map((/** @type {any} */ area) => area.period))];
  const parts = [
    state.facet ? facetText(state.facet) : "",
    indicator.unit,
    periods.length === 1 ? period(periods[0]) : periods.length ? say("head.mixed", { day: day(answer.date) }) : "",
    say("head.units", { n: answer.areas.length, level: level(shown.kind)?.title ?? "", day: day(shown.on) }),
    known.some(estimated) ? say("head.estimates") : "",
    state.known ? say("head.known", { day: day(state.known) }) : "",
    data.partial ? say("head.partial") : "",
  ];
  byId("xp-line").textContent = parts.filter(Boolean).join(" · ");
}

/** Province, mean, total and how many units have a figure. @param {any} answer @param {import("./say.js").Indicator} indicator @param {number} decimals */
export function fillSummary(answer, indicator, decimals) {
  const known = answer.areas.filter((/** @type {any} */ area) => area.value !== null).length;
  const { province, mean, total } = answer;
  const tile = (/** @type {string} */ name, /** @type {any} */ value, /** @type {string} */ note) =>
    h(
      "div",
      { class: "xp-tile" },
      h("span", {}, say(name)),
      h("b", { class: "num" }, value),
      note ? h("small", {}, note) : null,
    );
  byId("xp-summary").replaceChildren(
    tile(
      "sum.province",
      number(province?.value, decimals),
      province
        ? [indicator.unit === province.measure ? "" : province.measure, period(province.period)]
            .filter(Boolean)
            .join(" · ")
        : say("missing"),
    ),
    total === null
      ? tile("sum.mean", number(mean, decimals), say("sum.ranked"))
      : tile("sum.total", number(total, decimals), say("sum.ranked")),
    tile("sum.with", `${known}/${answer.areas.length}`, ""),
  );
}

/** @param {any} explorer @param {import("./say.js").Indicator} indicator */
export function problemOf(explorer, indicator) {
  const { answer, shown, state } = explorer;
  const node = byId("xp-problem");
  const known = answer.areas.some((/** @type {any} */ area) => area.value !== null);
  node.hidden = known;
  if (known) return;
  const title = level(shown.kind)?.title ?? "";
  const others = data.levels.filter((/** @type {any} */ one) => one.kind !== shown.kind && indicator.levels[one.kind]);
  /** @type {any[]} */
  const ways = [];
  if (!answer.areas.length && !data.partial) ways.push(way(say("try.today"), () => explorer.go({ units: "today" })));
  for (const one of others)
    ways.push(
      way(say("try.level", { level: one.title }), () =>
        explorer.go({ kind: one.kind, units: "day", date: indicator.levels[one.kind] }),
      ),
    );
  if (state.facet) ways.push(way(say("try.whole"), () => explorer.go({ facet: "" })));
  const newest = indicator.levels[shown.kind];
  if (newest && newest !== answer.date)
    ways.push(way(say("try.newest", { day: day(newest) }), () => explorer.go({ date: "", units: "day" })));
  ways.push(way(say("try.other"), () => explorer.picker.open(state.code, shown.kind)));
  const text = answer.areas.length
    ? reason(indicator, title, answer)
    : data.partial
      ? say("none.scope")
      : say("none.units", { level: title, day: day(shown.on) });
  node.replaceChildren(h("p", {}, text), h("div", { class: "row" }, ...ways));
}

/** @param {import("./say.js").Indicator} indicator @param {string} title @param {any} answer */
function reason(indicator, title, answer) {
  const only = Object.keys(indicator.levels).every((kind) => kind === "province");
  if (!Object.keys(indicator.levels).length) return say("none.ever");
  if (only) return say("none.below", { level: title });
  return say("none.then", { level: title, day: day(answer.date) });
}

/** @param {string} text @param {() => void} action */
const way = (text, action) => h("button", { type: "button", class: "btn", onclick: action }, text);

/** @param {any} error */
export function showProblem(error) {
  console.warn(error);
  const node = byId("xp-problem");
  node.hidden = false;
  const text =
    error?.status === 404 || error?.status === 403
      ? say("failed.right")
      : error?.status === 400
        ? say("failed.link")
        : say("failed");
  node.replaceChildren(
    h("p", {}, text),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "btn", onclick: () => location.reload() }, icon("refresh"), say("again")),
      h("a", { class: "btn", href: location.pathname }, say("start.over")),
    ),
  );
  document.documentElement.dataset.ready = "1";
}
