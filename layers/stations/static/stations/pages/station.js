/** The page of a station: its chart, the parameters shown, the calendar. */
import { StationChart } from "./chart.js";
import { startCalendar } from "./calendar.js";

const data = JSON.parse(document.getElementById("st-data")?.textContent ?? "{}");
const root = /** @type {HTMLElement} */ (document.getElementById("st-chart"));
const [station] = data.stations;
const chips = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-parameter]")]);

const asked = new URL(location.href).searchParams.get("p")?.split(",");
const chosen = new Set(
  chips.map((chip) => chip.dataset.parameter ?? "").filter((name) => !asked || asked.includes(name)),
);

function showChips() {
  for (const chip of chips) chip.setAttribute("aria-pressed", String(chosen.has(chip.dataset.parameter ?? "")));
}

const all = () => chosen.size === chips.length;

const chart = new StationChart(root, data, {
  stations: () => [station.id],
  parameters: () => (all() ? [] : [...chosen]),
  by: () => "parameter",
  name: (series) => series.title,
  state: (query) => {
    if (!all()) query.set("p", [...chosen].join(","));
  },
});

// pressing takes a parameter away or brings it back; the last one brings back all
root.addEventListener("click", (event) => {
  const chip = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-parameter]"));
  const name = chip?.dataset.parameter;
  if (!name) return;
  if (chosen.has(name) && chosen.size > 1) chosen.delete(name);
  else if (chosen.has(name)) for (const other of chips) chosen.add(other.dataset.parameter ?? "");
  else chosen.add(name);
  showChips();
  chart.load();
});

showChips();
const calendar = document.getElementById("st-calendar")?.parentElement;
if (calendar) startCalendar(calendar);
