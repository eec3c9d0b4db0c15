/** A line of values over time: an indicator of a unit, or what a feature measures. */
import { h } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { briefText } from "../../lib/time.js";
import { theme } from "../../map/engine.js";
import { asked } from "../data.js";
import { Life } from "../life.js";
import { framed } from "./frame.js";
import { figure } from "./ranking.js";
import { ofFeature, ofIndicator } from "./series.js";

const EVERY_MS = 60_000;
const PAST_STEP_MS = 60_000;

/** @param {string} name of a custom property */
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @typedef {import("./series.js").Series} Series */

/** @param {Series} series @param {Record<string, number>} sizes */
function options(series, sizes) {
  const words = { color: css("--text-2"), fontSize: sizes.text * 0.999, fontFamily: css("--font") };
  const line = { lineStyle: { color: css("--line-strong"), width: sizes.line / 2 } };
  const years = series.points.length > 1 && series.points.at(-1)[0] - series.points[0][0] > 400 * 86_400_000;
  return {
    animation: false,
    textStyle: words,
    grid: {
      left: sizes.text * 0.3,
      right: sizes.text * 0.8,
      top: sizes.text,
      bottom: sizes.text * 0.3,
      containLabel: true,
    },
    xAxis: {
      type: "time",
      splitNumber: 3,
      axisLine: line,
      // the first label stands right of the axis, not under the figures of the other one
      axisLabel: {
        ...words,
        hideOverlap: true,
        alignMinLabel: "left",
        alignMaxLabel: "right",
        margin: sizes.text * 0.6,
        formatter: years ? "{yyyy}" : undefined,
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      scale: true,
      splitNumber: 3,
      axisLabel: { ...words, formatter: (/** @type {number} */ value) => figure(value, 0) },
      splitLine: line,
    },
    series: [
      {
        type: "line",
        data: series.points,
        showSymbol: series.points.length < 20,
        symbolSize: sizes.line * 3,
        lineStyle: { width: sizes.line * 1.2, color: css("--accent") },
        itemStyle: { color: css("--accent") },
      },
    ],
  };
}

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane, sizes, wall }) {
  const given = pane.options;
  const life = new Life();
  const frame = framed(host, { title: given.title || given.indicator || "…" });
  const newest = h("p", { class: "wall-newest num" });
  const plot = h("div", { class: "wall-plot" });
  frame.body.append(newest, plot);
  /** @type {any} */
  let chart = null;
  /** @type {Series|null} */
  let series = null;
  let drawn = "";
  let wanted = "";
  /** @type {number|null} */
  let time = null;

  const draw = async () => {
    if (!series || life.over) return;
    drawn = theme();
    frame.title(given.title || series.title);
    const last = series.points.at(-1);
    if (!last) return frame.say(t("wall.noFigures"));
    newest.replaceChildren(h("b", {}, figure(last[1], series.decimals)), h("span", {}, ` ${series.unit}`));
    frame.note([series.period || briefText(last[0]), series.source].filter(Boolean).join(" · "));
    // an image only once there is one, so that it never stands without its name
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", series.title || given.title);
    const { init } = await import("@vendor/echarts/echarts.esm.min.mjs");
    if (life.over) return;
    chart ??= init(plot, null, {
      renderer: "canvas",
      devicePixelRatio: wall.ratio,
      width: plot.clientWidth,
      height: plot.clientHeight,
    });
    chart.setOption(options(series, sizes));
  };
  const load = async () => {
    const got = await (given.indicator ? ofIndicator : ofFeature)(given, wall, time, asked);
    if (life.over) return;
    if (!got) return series ? undefined : frame.say(t("wall.noFigures"));
    series = got;
    draw();
  };
  life.every(EVERY_MS, load);
  life.add(() => chart?.dispose());
  return {
    update(show) {
      time = show.time === null ? null : Math.floor(show.time / PAST_STEP_MS) * PAST_STEP_MS;
      if (wanted !== String(time)) {
        wanted = String(time);
        load();
      } else if (series && drawn !== theme()) draw();
    },
    destroy: () => life.end(),
  };
}
