/** Units in the order of an indicator: figure, unit of measure, period, source. */
import { h } from "../../lib/dom.js";
import { page } from "../../lib/page.js";
import { t } from "../../lib/texts.js";
import { theme } from "../../map/engine.js";
import { Question } from "../data.js";
import { Life } from "../life.js";
import { framed } from "./frame.js";

const EVERY_MS = 300_000;
const DAY_MS = 86_400_000;

/** @param {number} value @param {number} decimals */
export const figure = (value, decimals) =>
  new Intl.NumberFormat(page.language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(
    value,
  );

/**
 * The rows of a map of an indicator. What is better, the indicator says; without that the
 * largest is first.
 * @param {any} answer of /api/v1/indicators/CODE/map
 * @param {{top: number, worst_first: boolean}} wanted
 */
export function rows(answer, { top, worst_first }) {
  const known = answer.areas.filter((/** @type {any} */ area) => area.value !== null);
  const up = answer.indicator.direction === "down" ? 1 : -1;
  const turn = worst_first ? -1 : 1;
  const place = (/** @type {any} */ area) => area.rank ?? Number.POSITIVE_INFINITY;
  known.sort((/** @type {any} */ a, /** @type {any} */ b) => {
    const ranked = place(a) === place(b) ? 0 : place(a) < place(b) ? -1 : 1;
    return turn * (ranked || up * (a.value - b.value));
  });
  return known.slice(0, top);
}

/** The classes say the colour; a bar says how much. @param {any} area @param {any} answer */
function row(area, answer) {
  const { indicator, classes } = answer;
  const most = Math.max(...answer.areas.map((/** @type {any} */ one) => Math.abs(one.value ?? 0))) || 1;
  const bar = h("i", { class: "wall-rank-bar" });
  bar.style.width = `${(100 * Math.abs(area.value)) / most}%`;
  const colour = area.place === null ? null : classes[area.place]?.[theme() === "light" ? "light" : "dark"];
  if (colour) bar.style.background = colour;
  return h(
    "li",
    { class: "wall-rank" },
    h("span", { class: "num wall-rank-place" }, area.rank ?? ""),
    h("span", { class: "wall-rank-name" }, area.title),
    h("b", { class: "num" }, figure(area.value, indicator.decimals)),
    bar,
  );
}

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane, wall }) {
  const { indicator, level = "commune", top = 8, worst_first = false, title } = pane.options;
  const slug = wall.sources.figures;
  const life = new Life();
  const frame = framed(host, { title: title || indicator });
  const list = h("ol", { class: "wall-list" });
  frame.body.append(list);
  let drawn = "";
  /** @type {any} */
  let answer = null;
  const draw = () => {
    const said = theme();
    if (!answer || drawn === said) return;
    drawn = said;
    const shown = rows(answer, { top, worst_first });
    const { unit, agency, source } = answer.indicator;
    frame.title(`${title || answer.indicator.title}, ${unit}`);
    list.replaceChildren(...shown.map((area) => row(area, answer)));
    if (!shown.length) list.append(h("li", { class: "wall-quiet" }, t("wall.noFigures")));
    frame.note([shown[0]?.period_title, agency || source].filter(Boolean).join(" · "));
  };
  const question = new Question(life, EVERY_MS, (got) => {
    answer = got;
    drawn = "";
    draw();
  });
  life.on("changed", (changed) => changed === slug && question.ask());
  return {
    update({ time }) {
      if (!slug) return frame.say(t("wall.notYours"));
      const day = time === null ? "" : new Date(Math.floor(time / DAY_MS) * DAY_MS).toISOString();
      // the figures that were known then
      const past = day ? `&date=${day.slice(0, 10)}&known=${encodeURIComponent(day)}` : "";
      question.about(`/api/v1/${slug}/${encodeURIComponent(indicator)}/map?kind=${level}${past}`);
      draw();
    },
    destroy: () => life.end(),
  };
}
