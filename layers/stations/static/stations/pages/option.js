/** From series to an ECharts option: stacked charts over one time axis. */
import { fill } from "@ioc/lib/texts.js";
import { drawn } from "./drawing.js";
import { tooltip } from "./tips.js";
import { extent, meanWords, panels } from "./values.js";

/** @typedef {import("./values.js").Series} Series */
/**
 * @typedef {object} Look
 * @property {(name: string) => string} css a custom property
 * @property {Record<string, string>} words
 * @property {(value: number|null, decimals: number) => string} number
 * @property {(ms: number) => string} time of a shifted time
 * @property {(ms: number) => string} tick
 * @property {number} size of the text, px
 * @property {number} width
 * @property {number} shift_ms
 * @property {(series: Series) => string} name
 * @property {boolean} named series of several stations stand in one chart
 * @property {Record<string, string>} flags
 */

const LINES = ["#7fb2e5", "#e0a458", "#86c5a4", "#c79bd8", "#d98e8e", "#9fb7c9", "#c9c069", "#79c7cf"];
const LINES_LIGHT = ["#1f62a5", "#9a5a00", "#1f7a4d", "#7a3f96", "#a33a3a", "#47617a", "#6e6500", "#0b7480"];

const ROMAN = ["", "I", "II", "III"];
/** @type {("solid"|"dashed"|"dotted")[]} */
const DASHES = ["solid", "dashed", "dotted"];

/** Heights, px. */
export const ROOM = { head: 26, one: 128, few: 210, single: 340, several: 280, gap: 14, foot: 26 };

/**
 * @param {Series[]} all
 * @param {"parameter"|"unit"|"share"} by
 * @param {number} from shifted ms
 * @param {number} to
 * @param {Look} look
 * @returns {{option: any, height: number, shown: {key: string, series: Series[]}[], colours: Map<number, Sign>}}
 */
export function build(all, by, from, to, look) {
  const share = by === "share";
  const shown = panels(all, by).filter((panel) => extent(panel.series, share));
  const room = heightOf(shown.length, by);
  const place = (/** @type {number} */ n) => n * (ROOM.head + room + ROOM.gap);
  const text = { color: look.css("--text-2"), fontFamily: look.css("--font"), fontSize: look.size };
  const signs = signsOf(all, look);
  const left = look.size * 4.2;
  const option = {
    animation: false,
    useUTC: true,
    aria: { enabled: false },
    textStyle: text,
    title: shown.map((panel, n) => head(panel, n, place(n), left, share, look, text)),
    grid: shown.map((_panel, n) => ({ left, right: 14, top: place(n) + ROOM.head, height: room })),
    axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: look.css("--text-3") } },
    tooltip: tooltip(shown, share, look, text),
    xAxis: shown.map((_panel, n) => timeAxis(n, n === shown.length - 1, from, to, look, text)),
    yAxis: shown.map((panel, n) => valueAxis(n, extent(panel.series, share), look, text)),
    series: shown.flatMap((panel, n) =>
      panel.series.flatMap((series) => drawn(series, n, signs.get(series.id), panel.series, by, from, to, look)),
    ),
  };
  return { option, height: place(shown.length) + ROOM.foot, shown, colours: signs };
}

/** Few charts are higher. @param {number} n @param {string} by */
function heightOf(n, by) {
  if (n === 1) return ROOM.single;
  if (by !== "parameter") return ROOM.several;
  return n <= 3 ? ROOM.few : ROOM.one;
}

/** Colour of the station, dashes of the parameter. @typedef {{colour: string, type: "solid"|"dashed"|"dotted"}} Sign */

/**
 * One line per chart needs no colour to be told apart.
 * @param {Series[]} all
 * @param {Look} look
 * @returns {Map<number, Sign>}
 */
function signsOf(all, look) {
  const colours = palette(look);
  const stations = [...new Set(all.map((series) => series.station))];
  const parameters = [...new Set(all.map((series) => series.parameter))];
  const byStation = stations.length > 1;
  return new Map(
    all.map((series) => {
      const [station, parameter] = [stations.indexOf(series.station), parameters.indexOf(series.parameter)];
      const colour = look.named ? colours[(byStation ? station : parameter) % colours.length] : colours[0];
      return [series.id, { colour, type: look.named && byStation ? DASHES[parameter % DASHES.length] : "solid" }];
    }),
  );
}

/** @param {Look} look */
const palette = (look) => (look.css("color-scheme").includes("light") ? LINES_LIGHT : LINES);

/** The name of a chart, its unit, and the limits that hold at its end. */
function head(panel, n, top, left, share, look, text) {
  const { words } = look;
  const [first] = panel.series;
  const name = share
    ? words.ratio
    : look.named
      ? panel.unit || first.title
      : [first.title, first.unit].filter(Boolean).join(" · ");
  const limits =
    share || look.named
      ? ""
      : [...newest(first).map((limit) => limitWords(limit, first, look)), ...levelWords(first, look)].join("   ");
  return {
    text: limits ? `{name|${name}}   {limit|${limits}}` : `{name|${name}}`,
    top: top + 2,
    left: left - 6,
    textStyle: {
      ...text,
      width: look.width - left - 20,
      overflow: "truncate",
      rich: {
        name: { ...text, color: look.css("--text"), fontWeight: 600 },
        limit: { ...text, fontSize: look.size * 0.95 },
      },
    },
    id: `head-${n}`,
  };
}

/** The limits that hold last, each averaging and direction once. @param {Series} series */
function newest(series) {
  const found = new Map();
  for (const limit of series.limits) found.set(`${limit.averaging_minutes} ${limit.direction}`, limit);
  return [...found.values()];
}

function limitWords(limit, series, look) {
  const sign = limit.direction === "lower" ? "≥" : "≤";
  const value = look.number(limit.value, Number.isInteger(limit.value) ? 0 : 2);
  const parts = [`${sign} ${value} ${series.unit}`.trim(), meanWords(limit.averaging_minutes, look.words)];
  return [...parts, limit.legal_source].join(" · ");
}

/** Alarm levels of a river, those that hold last. @param {Series} series @param {Look} look */
function levelWords(series, look) {
  const found = new Map(series.levels.map((level) => [level.number, level]));
  return [...found.values()]
    .sort((a, b) => a.number - b.number)
    .map(
      (level) =>
        `${fill(look.words.level, { roman: ROMAN[level.number] })}: ${look.number(level.value, 2)} ${series.unit}`,
    );
}

function timeAxis(n, last, from, to, look, text) {
  return {
    type: "time",
    gridIndex: n,
    min: from,
    max: to,
    axisLine: { lineStyle: { color: look.css("--line-strong") } },
    axisTick: { show: last },
    axisLabel: { ...text, show: last, hideOverlap: true, formatter: (/** @type {number} */ ms) => look.tick(ms) },
    splitLine: { show: true, lineStyle: { color: look.css("--line"), opacity: 0.5 } },
    splitNumber: Math.max(3, Math.floor(look.width / 130)),
  };
}

function valueAxis(n, range, look, text) {
  return {
    type: "value",
    gridIndex: n,
    min: range?.min,
    max: range?.max,
    splitNumber: 3,
    axisLabel: {
      ...text,
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (/** @type {number} */ value) => look.number(value, Math.abs(value) < 10 ? 2 : 0),
    },
    splitLine: { lineStyle: { color: look.css("--line") } },
  };
}
