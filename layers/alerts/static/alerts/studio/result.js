/** The page of a trial: bars of the days, places on the map. */
import { createMap, theme } from "@ioc/map/engine.js";
import { palette } from "@ioc/map/palette.js";
import { init } from "@vendor/echarts/echarts.esm.min.mjs";

const screen = JSON.parse(document.getElementById("studio-screen")?.textContent ?? "{}");
const css = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function days() {
  const box = /** @type {HTMLElement} */ (document.getElementById("studio-days"));
  const faint = { color: css("--text-2"), fontFamily: css("--font"), fontSize: 12 };
  const { words } = screen;
  const most = Math.max(0, ...screen.draft, ...screen.present);
  const budget = { silent: true, symbol: "none", lineStyle: { color: css("--high"), type: "dashed" }, label: { ...faint, formatter: `${words.budget}: ${screen.budget}`, position: "insideEndTop" }, data: [{ yAxis: screen.budget }] };
  const series = [{ type: "bar", name: words.draft, data: screen.draft, itemStyle: { color: css("--accent") }, markLine: most > screen.budget / 3 ? budget : undefined }];
  if (screen.present.length) series.push(/** @type {any} */ ({ type: "bar", name: words.present, data: screen.present, itemStyle: { color: "transparent", borderColor: css("--text-3"), borderWidth: 1 } }));
  const chart = init(box, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    grid: { left: 8, right: 14, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 4, textStyle: faint },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: css("--surface-3"), borderColor: css("--line-strong"), textStyle: { ...faint, color: css("--text") } },
    xAxis: { type: "category", data: screen.days.map((/** @type {string} */ day) => day.split("-").reverse().slice(0, 2).join("/")), axisLabel: { ...faint, hideOverlap: true }, axisTick: { show: false } },
    yAxis: { type: "value", minInterval: 1, axisLabel: faint, splitLine: { lineStyle: { color: css("--line") } } },
    series,
  });
  new ResizeObserver(() => chart.resize()).observe(box);
}

function places() {
  const map = createMap(/** @type {HTMLElement} */ (document.getElementById("studio-places")), null, {
    fitBoundsOptions: { padding: 20 },
    attributionControl: { compact: true },
  });
  const colors = palette(theme());
  const draw = () => {
    map.addSource("places", { type: "geojson", data: screen.places });
    const fate = ["get", "fate"];
    map.addLayer({
      id: "places",
      type: "circle",
      source: "places",
      paint: {
        "circle-radius": ["match", fate, "new", 5, 4],
        "circle-color": ["match", fate, "new", "#7fb2e5", colors.label],
        "circle-opacity": ["match", fate, "gone", 0, 0.9],
        "circle-stroke-width": ["match", fate, ["gone", "new"], 1.5, 0.5],
        "circle-stroke-color": ["match", fate, "gone", colors.label, "new", css("--text"), css("--ground")],
      },
    });
    const found = screen.places.features.map((/** @type {any} */ place) => place.geometry.coordinates);
    if (!found.length) return;
    const xs = found.map((/** @type {number[]} */ at) => at[0]);
    const ys = found.map((/** @type {number[]} */ at) => at[1]);
    map.fitBounds([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], { padding: 40, maxZoom: 12, duration: 0 });
  };
  if (map.isStyleLoaded()) draw();
  else map.once("style.load", draw);
  map.on("click", "places", (/** @type {any} */ event) => {
    const { subject } = event.features[0].properties;
    if (/^\d+$/.test(subject)) location.assign(`/#open=${screen.layer}/${subject}`);
  });
}

days();
places();
