/** Speed of one vessel over time, bound to the clock and to the map; also as a table. */
import { h } from "@ioc/lib/dom.js";
import { writeMoment } from "@ioc/lib/moments.js";
import { page } from "@ioc/lib/page.js";
import { init } from "@vendor/echarts/echarts.esm.min.mjs";
import { exportUrl } from "./requests.js";
import { seriesOf, silencesOf } from "./series.js";
import { speedTable } from "./table.js";

const FORMATS = ["csv", "geojson", "gpx"];

/** @param {string} name of a custom property */
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class SpeedChart {
  /**
   * @param {import("./player.js").Player} player
   * @param {any} track answer of /api/v1/tracks/ID
   */
  constructor(player, track) {
    this.player = player;
    this.track = track;
    this.points = seriesOf(track);
    this.box = h("div", { class: "replay-chart", role: "img", "aria-label": player.say("chart.label", { title: track.vessel.title }) });
    // moved in every frame, so not part of the chart
    this.hand = h("i", { class: "replay-hand" });
    this.plot = h("div", { class: "replay-plot" }, this.box, this.hand);
    this.node = h("div", { class: "replay-more" }, this.head(), this.plot);
    player.bar.node.prepend(this.node);
    this.chart = init(this.box, null, { renderer: "canvas" });
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(this.box);
    this.recolour();
    this.at(player.bar.clock.at);
    this.bind();
  }

  head() {
    const { say, replay } = this.player;
    const press = (/** @type {string} */ key, /** @type {boolean} */ table) =>
      h("button", { type: "button", "aria-pressed": String(!table), onclick: () => this.turn(table) }, say(key));
    this.buttons = [press("chart", false), press("table", true)];
    return h(
      "div",
      { class: "replay-head" },
      ...this.buttons,
      h("span", { class: "replay-source" }, say("source")),
      h("span", { class: "replay-export" }, say("export"), ...FORMATS.map((format) => h("a", { href: exportUrl(replay, format), download: "" }, format.toUpperCase()))),
    );
  }

  /** Chart or table. @param {boolean} table */
  turn(table) {
    const [asChart, asTable] = this.buttons;
    asChart.setAttribute("aria-pressed", String(!table));
    asTable.setAttribute("aria-pressed", String(table));
    this.plot.hidden = table;
    if (table) this.table ??= this.node.appendChild(speedTable(this.player, this.track));
    if (this.table) this.table.hidden = !table;
    this.player.bar.resized();
  }

  bind() {
    const { chart, player } = this;
    const timeAt = (/** @type {any} */ event) => chart.convertFromPixel({ xAxisIndex: 0 }, event.offsetX);
    chart.getZr().on("click", (event) => {
      if (chart.containPixel("grid", [event.offsetX, event.offsetY])) player.bar.seek(timeAt(event));
    });
    chart.getZr().on("mousemove", (event) => {
      const inside = chart.containPixel("grid", [event.offsetX, event.offsetY]);
      player.pointer.point(inside ? this.nearest(timeAt(event)) : null);
    });
    chart.getZr().on("globalout", () => player.pointer.point(null));
  }

  /** The chart stands over the track of the bar, hour over hour. */
  grid() {
    const [own, track] = [this.box, this.player.bar.track].map((node) => node.getBoundingClientRect());
    const left = Math.max(44, track.left - own.left);
    return { left, right: Math.max(0, own.right - track.right), top: 8, bottom: 8 };
  }

  resized() {
    this.chart.resize();
    this.chart.setOption({ grid: this.grid() });
    if (this.now) this.at(this.now);
  }

  /** @param {number} ms */
  placeOf(ms) {
    const { points } = this;
    let low = 0;
    let high = points.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (points[middle].ms < ms) low = middle + 1;
      else high = middle;
    }
    return low > 0 && ms - points[low - 1].ms < points[low].ms - ms ? low - 1 : low;
  }

  /** The fix nearest in time. @param {number} ms */
  nearest(ms) {
    const found = this.points[this.placeOf(ms)];
    return found?.speed_kn === undefined ? null : found;
  }

  /** The clock stands here. @param {number} ms */
  at(ms) {
    this.now = ms;
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      const x = this.chart.convertToPixel({ xAxisIndex: 0 }, this.now ?? 0);
      this.hand.style.transform = `translateX(${x}px)`;
    });
  }

  /** Show what the chart says of a time that the map points to. @param {number|null} ms */
  highlight(ms) {
    if (ms === null) this.chart.dispatchAction({ type: "hideTip" });
    else this.chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: this.placeOf(ms) });
  }

  recolour() {
    this.chart.setOption(this.option(), true);
  }

  option() {
    const { say, replay } = this.player;
    const faint = { color: css("--text-2"), fontFamily: "inherit", fontSize: 11 };
    return {
      animation: false,
      grid: this.grid(),
      aria: { enabled: false },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        backgroundColor: css("--surface-3"),
        borderColor: css("--line-strong"),
        textStyle: { ...faint, color: css("--text"), fontSize: 12 },
        axisPointer: { lineStyle: { color: css("--text-3") } },
        formatter: (/** @type {any[]} */ [item]) => this.words(item?.dataIndex),
      },
      xAxis: {
        type: "time",
        min: replay.from,
        max: replay.to,
        axisLine: { lineStyle: { color: css("--line-strong") } },
        axisLabel: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value",
        min: 0,
        name: "kn",
        nameLocation: "end",
        nameGap: -6,
        nameTextStyle: { ...faint, align: "right", padding: [0, 26, 0, 0] },
        splitNumber: 3,
        axisLabel: faint,
        splitLine: { lineStyle: { color: css("--line") } },
      },
      series: [
        {
          type: "line",
          name: say("chart.axis"),
          showSymbol: false,
          connectNulls: false,
          sampling: "minmax",
          lineStyle: { width: 1.4, color: css("--accent") },
          itemStyle: { color: css("--accent") },
          areaStyle: { color: css("--accent"), opacity: 0.12 },
          data: this.points.map(({ ms, speed_kn }) => [ms, speed_kn ?? null]),
          markArea: {
            silent: true,
            itemStyle: { color: css("--medium"), opacity: 0.09 },
            label: { show: true, position: "inside", color: css("--text-2"), fontSize: 11 },
            data: silencesOf(this.track).map(([from, to]) => [{ xAxis: from, name: say("chart.silence") }, { xAxis: to }]),
          },
        },
      ],
    };
  }

  /** @param {number} place */
  words(place) {
    const point = this.points[place];
    if (!point) return "";
    const speed = point.speed_kn === undefined || point.speed_kn === null ? "—" : `${point.speed_kn.toFixed(1)} kn`;
    return `${writeMoment(point.ms, page.timezone)}\n${speed}`;
  }

  remove() {
    this.watch.disconnect();
    cancelAnimationFrame(this.waiting ?? 0);
    this.chart.dispose();
    this.node.remove();
    this.player.pointer.point(null);
  }
}
