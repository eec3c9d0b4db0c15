/** The trend of an indicator: newest values with their vintages, the versions before
 *  them, plan, same period, mean. The table under it says the same in words. */
import { page } from "@ioc/lib/page.js";
import { init } from "@vendor/echarts/echarts.esm.min.mjs";

/** Of plan, estimate, preliminary, final: the less settled, the less filled. */
const SYMBOLS = ["rect", "emptyDiamond", "emptyCircle", "circle"];

/** @param {string} name of a custom property */
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @type {Set<{chart: any, box: HTMLElement, data: any}>} */
const drawn = new Set();

/** Draw what is not drawn yet in a part of the page. @param {ParentNode} root */
export function drawTrends(root) {
  for (const entry of drawn) {
    if (entry.box.isConnected) continue;
    entry.chart.dispose();
    drawn.delete(entry);
  }
  for (const box of root.querySelectorAll("[data-trend]:not([data-drawn])")) start(/** @type {HTMLElement} */ (box));
}

export function recolourTrends() {
  for (const { chart, data } of drawn) chart.setOption(option(data), true);
}

/** @param {HTMLElement} box */
function start(box) {
  const data = JSON.parse(box.nextElementSibling?.textContent ?? "null");
  if (!data) return;
  box.dataset.drawn = "1";
  const chart = init(box, null, { renderer: "canvas" });
  chart.setOption(option(data));
  // a mark leads to the passport of its figure
  chart.on("click", (/** @type {any} */ event) => {
    const url = event.data?.url;
    if (!url) return;
    const drawer = box.closest("#drawer");
    if (drawer) /** @type {any} */ (globalThis).htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML" });
    else location.assign(url);
  });
  new ResizeObserver(() => chart.resize()).observe(box);
  drawn.add({ chart, box, data });
}

/** @param {any} data */
function option(data) {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.82;
  const faint = { color: css("--text-2"), fontFamily: css("--font"), fontSize: size };
  return {
    animation: false,
    aria: { enabled: false },
    grid: { left: 8, right: 14, top: size * (legend(data).length > 2 ? 4.2 : 2.6), bottom: 4, containLabel: true },
    legend: { top: 0, left: 4, itemWidth: size * 1.6, itemHeight: size * 0.7, textStyle: faint, data: legend(data) },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: css("--surface-3"),
      borderColor: css("--line-strong"),
      textStyle: { ...faint, color: css("--text") },
      formatter: (/** @type {any[]} */ items) => words(data, items[0]?.dataIndex ?? 0),
    },
    xAxis: { type: "category", data: data.labels, axisLabel: { ...faint, hideOverlap: true }, axisLine: { lineStyle: { color: css("--line-strong") } }, axisTick: { show: false } },
    yAxis: { type: "value", scale: true, splitNumber: 4, axisLabel: { ...faint, formatter: (/** @type {number} */ v) => number(v, 2) }, splitLine: { lineStyle: { color: css("--line") } } },
    series: series(data, size),
  };
}

/** @param {any} data */
function legend(data) {
  const { words: say } = data;
  const found = [say.value];
  if (data.plan.some((/** @type {any} */ v) => v !== null)) found.push(say.plan);
  if (data.mean.length) found.push(say.mean);
  if (data.same.length) found.push(say.same);
  if (data.earlier.length) found.push(say.earlier);
  return found.length > 1 ? found : [];
}

/** @param {any} data @param {number} size */
function series(data, size) {
  const { words: say } = data;
  const accent = css("--accent");
  const quiet = css("--text-3");
  const plain = (/** @type {string} */ name, /** @type {any} */ values, /** @type {string} */ type) => ({
    type: "line",
    name,
    data: values,
    showSymbol: false,
    silent: true,
    connectNulls: true,
    lineStyle: { width: 1.2, type, color: quiet },
    itemStyle: { color: quiet },
  });
  const marks = data.values.map((/** @type {any} */ point) => point && { value: point.value, url: point.url, symbol: SYMBOLS[point.vintage], symbolSize: size * 0.7 });
  return [
    plain(say.mean, data.mean, "solid"),
    plain(say.same, data.same, "dotted"),
    { type: "scatter", name: say.plan, data: data.plan, symbol: "rect", symbolSize: [size * 1.6, 3], itemStyle: { color: css("--text") }, silent: true },
    { type: "line", name: say.value, data: marks, connectNulls: false, lineStyle: { width: 1.8, color: accent }, itemStyle: { color: accent, borderWidth: 1.6 }, emphasis: { scale: 1.5 }, cursor: "pointer" },
    {
      type: "scatter",
      name: say.earlier,
      symbol: "emptyDiamond",
      symbolSize: size * 0.65,
      itemStyle: { color: quiet },
      data: data.earlier.map((/** @type {any} */ [place, point]) => ({ value: [place, point.value], url: point.url })),
      markLine: {
        silent: true,
        symbol: ["none", "none"],
        label: { show: false },
        lineStyle: { color: quiet, width: 1, type: "solid" },
        data: data.earlier.map((/** @type {any} */ [place, point]) => [{ coord: [place, point.value] }, { coord: [place, data.values[place].value] }]),
      },
    },
  ];
}

/** @param {any} data @param {number} place */
function words(data, place) {
  const { words: say, unit, decimals } = data;
  const point = data.values[place];
  const told = (/** @type {any} */ p) => `${number(p.value, decimals)} ${unit} · ${say.vintages[p.vintage]} · ${p.published}`;
  const lines = [data.labels[place]];
  if (point) lines.push(told(point));
  for (const [at, earlier] of data.earlier) if (at === place) lines.push(`${say.earlier}: ${told(earlier)}`);
  for (const name of ["plan", "same", "mean"]) {
    const value = data[name][place];
    if (value !== null && value !== undefined) lines.push(`${say[name]}: ${number(value, decimals)}`);
  }
  return lines.join("\n");
}

/** @param {number} value @param {number} decimals */
const number = (value, decimals) => value.toLocaleString(page.language, { maximumFractionDigits: decimals });
