/** The review desk of one series: the chart chooses the span that is decided about. */
import { page } from "@ioc/lib/page.js";
import { fill } from "@ioc/lib/texts.js";
import { StationChart } from "../pages/chart.js";
import { chosen, localText, parseLocal } from "./choice.js";

const data = JSON.parse(document.getElementById("st-data")?.textContent ?? "{}");
const root = /** @type {HTMLElement} */ (document.getElementById("st-chart"));
const form = /** @type {HTMLFormElement|null} */ (document.getElementById("qc-form"));
const said = document.getElementById("qc-chosen");
const field = (/** @type {string} */ name) => /** @type {HTMLInputElement|null} */ (form?.elements.namedItem(name));

const span = () => {
  const [since, until] = ["since", "until"].map((name) => parseLocal(field(name)?.value ?? ""));
  return since === null || until === null ? null : { since, until };
};

const chart = new StationChart(root, data, {
  stations: () => [data.station],
  parameters: () => [data.parameter],
  by: () => "parameter",
  name: (series) => series.title,
  only: (series) => series.id === data.series,
  loaded: tell,
  select: form ? choose : undefined,
  decorate,
});

/** Choose the values of a stretch, or the one nearest to a click. @param {number} from @param {number} to ms, UTC */
function choose(from, to) {
  const [series] = chart.all;
  // of hours and days the stretch itself is meant
  const whole = (/** @type {number} */ ms) => Math.round(ms / 60_000) * 60_000;
  const found = chart.step === "raw" ? series && chosen(series.at, from, to) : { since: whole(from), until: whole(to) };
  const [since, until] = [field("since"), field("until")];
  if (!found || !since || !until) return;
  since.value = localText(found.since, chart.shift);
  until.value = localText(found.until, chart.shift);
  tell();
  chart.draw();
}

/** How many values are chosen, in words. */
function tell() {
  const asked = span();
  const [series] = chart.all;
  if (!said || !asked || !series) return;
  if (chart.step !== "raw") {
    said.textContent = "";
    return;
  }
  const places = series.at.filter(
    (at) => at * 1000 + chart.shift >= asked.since && at * 1000 + chart.shift <= asked.until,
  );
  const one = places.length === 1 ? series.at.indexOf(places[0]) : -1;
  const raw = one < 0 ? null : (series.raw?.[one] ?? null);
  said.textContent =
    raw === null
      ? fill(data.words["review.chosen"], { n: places.length })
      : fill(data.words["review.one"], { value: raw.toLocaleString(page.language), unit: series.unit });
}

/** The span chosen, and the values as received where others count. @param {any} option @param {any} look */
function decorate(option, look) {
  const [series] = chart.all;
  const main = option.series.find((/** @type {any} */ entry) => entry.id?.startsWith("main-"));
  if (!series || !main) return;
  const asked = span();
  if (asked) {
    const area = [
      { xAxis: asked.since - 60_000, itemStyle: { color: look.css("--accent"), opacity: 0.28 } },
      { xAxis: asked.until + 60_000 },
    ];
    main.markArea = { ...main.markArea, silent: true, data: [...(main.markArea?.data ?? []), area] };
  }
  if (!series.raw) return;
  const other = series.raw.map((raw, place) => (raw === series.value[place] ? null : raw));
  if (!other.some((value) => value !== null)) return;
  option.series.push({
    id: "as-received",
    type: "scatter",
    xAxisIndex: 0,
    yAxisIndex: 0,
    silent: true,
    symbol: "emptyCircle",
    symbolSize: 8,
    itemStyle: { color: look.css("--text-2") },
    data: other.flatMap((value, place) => (value === null ? [] : [[series.at[place] * 1000 + look.shift_ms, value]])),
  });
}

for (const name of ["since", "until"])
  field(name)?.addEventListener("change", () => {
    tell();
    if (chart.all.length) chart.draw();
  });
document.querySelector("#qc-others select")?.addEventListener("change", (event) => {
  location.assign(/** @type {HTMLSelectElement} */ (event.target).value);
});
