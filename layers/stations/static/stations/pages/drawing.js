/** One series as series of ECharts: line or bars, spread, marks, limits, bands. */
import { fill } from "@ioc/lib/texts.js";
import { limitAt, marks, points } from "./values.js";

/** @typedef {import("./option.js").Look} Look */

const ROMAN = ["", "I", "II", "III"];
const CROSS = "path://M2 0L5 3L8 0L10 2L7 5L10 8L8 10L5 7L2 10L0 8L3 5L0 2Z";
const SYMBOLS = { suspect: "diamond", fail: CROSS, reviewed: "triangle" };

/** Everything of one series: band, line or bars, marks, limits. */
export function drawn(series, n, { colour, type }, beside, by, from, to, look) {
  // limits of several parameters in one chart would be read as each other's
  const alone = beside.every((other) => other.parameter === series.parameter) && beside[0] === series;
  const share = by === "share";
  const change = (/** @type {number} */ value, /** @type {number} */ at) => {
    const limit = share ? limitAt(series, at) : null;
    if (!share) return value;
    return limit?.value ? value / limit.value : null;
  };
  const common = { xAxisIndex: n, yAxisIndex: n };
  const bars = series.parameter === "Rain" && !look.named;
  const main = {
    ...common,
    id: `main-${series.id}`,
    name: look.name(series),
    type: bars ? "bar" : "line",
    data: points(series, series.value, look.shift_ms, change),
    itemStyle: { color: colour },
    ...(bars
      ? { barMaxWidth: 12, large: true }
      : { showSymbol: false, connectNulls: false, lineStyle: { width: 1.6, color: colour, type }, sampling: "minmax" }),
    ...(alone || (share && beside[0] === series) ? lines(series, share, from, to, look) : {}),
    ...(by === "parameter" ? { markArea: areas(series, look) } : {}),
  };
  const band = by === "parameter" && series.least && !bars ? spread(series, common, colour, look) : [];
  return [...band, main, ...flagged(series, common, change, look)];
}

/** From the least to the largest: an invisible line with an area stacked on it. */
function spread(series, common, colour, look) {
  const { least = [], largest = [] } = series;
  const height = largest.map((value, place) =>
    value === null || least[place] === null ? null : value - /** @type {number} */ (least[place]),
  );
  const plain = {
    ...common,
    type: "line",
    stack: `spread-${series.id}`,
    stackStrategy: "all",
    showSymbol: false,
    silent: true,
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
  };
  return [
    { ...plain, id: `least-${series.id}`, data: points(series, least, look.shift_ms) },
    {
      ...plain,
      id: `spread-${series.id}`,
      data: points(series, height, look.shift_ms),
      areaStyle: { color: colour, opacity: 0.18 },
    },
  ];
}

function flagged(series, common, change, look) {
  const found = marks(series);
  if (!found.length) return [];
  const colours = { suspect: look.css("--medium"), fail: look.css("--critical"), reviewed: look.css("--accent-text") };
  return [
    {
      ...common,
      id: `marks-${series.id}`,
      type: "scatter",
      silent: true,
      z: 4,
      data: found.map(({ place, kind }) => ({
        value: [
          series.at[place] * 1000 + look.shift_ms,
          change(/** @type {number} */ (series.value[place]), series.at[place]),
        ],
        symbol: SYMBOLS[kind],
        symbolSize: 9,
        itemStyle: { color: colours[kind], borderColor: look.css("--ground"), borderWidth: 1 },
      })),
    },
  ];
}

/** Limits and alarm levels over the days on which they hold. */
function lines(series, share, from, to, look) {
  if (share) return { markLine: markLine([level(1, from, to, look.css("--high"), "dashed")], look) };
  const quiet = look.css("--text-2");
  const inside = (/** @type {number} */ at) => Math.min(Math.max(at * 1000 + look.shift_ms, from), to);
  const limits = series.limits.map((limit) =>
    level(limit.value, inside(limit.from), inside(limit.to), quiet, "dashed"),
  );
  const levels = series.levels.map((entry) => ({
    ...level(
      entry.value,
      inside(entry.from),
      entry.to === null ? to : inside(entry.to),
      look.css(entry.number === 3 ? "--critical" : entry.number === 2 ? "--high" : "--medium"),
      "solid",
    ),
    name: fill(look.words.level, { roman: ROMAN[entry.number] }),
  }));
  const shown = [...limits, ...levels].filter((line) => line.to > line.from);
  return shown.length ? { markLine: markLine(shown, look) } : {};
}

const level = (value, from, to, colour, type) => ({ value, from, to, colour, type, name: "" });

function markLine(found, look) {
  return {
    silent: true,
    symbol: "none",
    animation: false,
    data: found.map((line) => [
      {
        coord: [line.from, line.value],
        lineStyle: { color: line.colour, type: line.type, width: 1.2 },
        label: {
          show: Boolean(line.name),
          formatter: line.name,
          position: "insideEndTop",
          color: look.css("--text-2"),
          fontSize: look.size * 0.9,
          textBorderWidth: 0,
        },
      },
      { coord: [line.to, line.value] },
    ]),
  };
}

function areas(series, look) {
  const colours = { calibrating: look.css("--low"), fault: look.css("--medium"), partly: look.css("--text-3") };
  return {
    silent: true,
    data: series.bands.map((band) => [
      {
        xAxis: band.from * 1000 + look.shift_ms,
        itemStyle: { color: colours[band.kind], opacity: band.kind === "partly" ? 0.14 : 0.22 },
      },
      { xAxis: band.to * 1000 + look.shift_ms },
    ]),
  };
}
