/** Charts of the alarm load; the tables beside them say the same in figures. */
import { fill } from "@ioc/lib/texts.js";
import { init } from "@vendor/echarts/echarts.esm.min.mjs";

const EVERY_MS = 60_000;
const SEVERITIES = ["critical", "high", "medium", "low"];
/** @param {string} id */
const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");
const data = read("load-data");
const words = read("load-words");

/** @param {string} name of a custom property */
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function common() {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.86;
  const text = { color: css("--text-2"), fontFamily: css("--font"), fontSize: size };
  return {
    text,
    base: {
      animation: false,
      aria: { enabled: false },
      grid: { left: 12, right: 18, top: size * 3, bottom: 8, containLabel: true },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        backgroundColor: css("--surface-3"),
        borderColor: css("--line-strong"),
        textStyle: { ...text, color: css("--text") },
      },
      textStyle: text,
    },
  };
}

/** @param {any} text @param {string[]} values */
const time = (text, values) => ({
  type: "category",
  data: values,
  axisLabel: text,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: css("--line-strong") } },
});
/** @param {any} text @param {string} name */
const count = (text, name) => ({
  type: "value",
  name,
  nameTextStyle: { ...text, align: "left" },
  minInterval: 1,
  axisLabel: text,
  splitLine: { lineStyle: { color: css("--line") } },
});

/** Bars per operator; the three limits as lines with their words. */
function bins() {
  const { text, base } = common();
  const limits = [
    [1, words.good],
    [2, words.most],
    [10, words.flood],
  ];
  const shown = data.per_operator.map(
    (/** @type {number|null} */ value, /** @type {number} */ n) => value ?? data.rang[n],
  );
  const top = Math.max(...shown, 2);
  /** @param {number} index without a watch there is no figure per operator: all calls, as an outline */
  const outline = (index) => ({
    value: data.rang[index],
    itemStyle: { color: "transparent", borderColor: css("--text-3"), borderType: "dashed", borderWidth: 1 },
  });
  return {
    ...base,
    grid: { ...base.grid, right: text.fontSize * 6 },
    xAxis: time(text, data.times),
    yAxis: { ...count(text, words.perOperator), max: top > 9 ? null : top + 1 },
    tooltip: {
      ...base.tooltip,
      formatter: ([mark]) =>
        fill(data.per_operator[mark.dataIndex] === null ? words.unwatched : words.tip, {
          time: data.times[mark.dataIndex],
          n: data.per_operator[mark.dataIndex] ?? "–",
          calls: data.rang[mark.dataIndex],
          operators: data.operators[mark.dataIndex],
        }),
    },
    series: [
      {
        type: "bar",
        barCategoryGap: "15%",
        data: data.per_operator.map((/** @type {number|null} */ value, /** @type {number} */ index) =>
          value === null
            ? outline(index)
            : {
                value,
                itemStyle: { color: value > 10 ? css("--critical") : value > 2 ? css("--high") : css("--text-3") },
              },
        ),
        markLine: {
          symbol: "none",
          silent: true,
          lineStyle: { color: css("--line-strong"), type: "dashed" },
          label: { ...text, position: "end", formatter: "{b}" },
          data: limits.filter(([value]) => Number(value) <= top + 1).map(([value, name]) => ({ yAxis: value, name })),
        },
      },
    ],
  };
}

/** Stacked by severity, the gravest at the bottom. */
function days() {
  const { text, base } = common();
  return {
    ...base,
    legend: { top: 0, right: 12, textStyle: text, itemWidth: 12, itemHeight: 12 },
    xAxis: time(text, data.days),
    yAxis: count(text, words.calls),
    series: SEVERITIES.map((name) => ({
      type: "bar",
      stack: "all",
      name: words[name],
      data: data.by_day[name],
      itemStyle: { color: css(`--${name}`) },
    })),
  };
}

const DRAWN = { bins, days };

function start() {
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-load-chart]"))) {
    const option = DRAWN[/** @type {"bins"|"days"} */ (box.dataset.loadChart)];
    const chart = init(box, null, { renderer: "canvas" });
    chart.setOption(option());
    new ResizeObserver(() => chart.resize()).observe(box);
    new MutationObserver(() => chart.setOption(option(), true)).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
  }
}

start();
setTimeout(() => document.hidden || location.reload(), EVERY_MS);
