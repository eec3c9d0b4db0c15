/** Stations beside each other: which, what, on one axis per unit or as shares of limits. */
import { h, icon } from "@ioc/lib/dom.js";
import { fill } from "@ioc/lib/texts.js";
import { StationChart } from "./chart.js";

const data = JSON.parse(document.getElementById("st-data")?.textContent ?? "{}");
const root = /** @type {HTMLElement} */ (document.getElementById("st-chart"));
const box = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const query = new URL(location.href).searchParams;
/** @type {Map<number, any>} */
const offered = new Map(data.offered.map((/** @type {any} */ entry) => [entry.id, entry]));
/** @type {number[]} */
let stations = data.stations.map((/** @type {any} */ entry) => entry.id);
/** @type {Set<string>} */
const parameters = new Set((query.get("p") ?? "").split(",").filter(Boolean));
const MOST_LINES = 12;

/** Parameters that the chosen stations have, those of most stations first. */
function common() {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const id of stations)
    for (const name of offered.get(id)?.parameters ?? []) found.set(name, (found.get(name) ?? 0) + 1);
  return [...found].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}

function showChosen() {
  box("st-chosen").replaceChildren(
    ...stations.map((id) =>
      h(
        "span",
        { class: "badge" },
        offered.get(id)?.title ?? String(id),
        h(
          "button",
          {
            type: "button",
            class: "st-drop",
            "aria-label": `${data.words.remove}: ${offered.get(id)?.title}`,
            onclick: () => drop(id),
          },
          icon("x"),
        ),
      ),
    ),
  );
  const names = common();
  for (const name of [...parameters]) if (!names.includes(name)) parameters.delete(name);
  if (!parameters.size && names[0]) parameters.add(names[0]);
  box("st-parameters").replaceChildren(
    ...names.map((name) =>
      h(
        "button",
        { type: "button", class: "st-chip", "aria-pressed": String(parameters.has(name)), onclick: () => choose(name) },
        data.titles[name] ?? name,
      ),
    ),
  );
}

/** @param {number} id */
function drop(id) {
  stations = stations.filter((other) => other !== id);
  again();
}

/** @param {string} name */
function choose(name) {
  if (parameters.has(name) && parameters.size > 1) parameters.delete(name);
  else parameters.add(name);
  again();
}

function again() {
  showChosen();
  chart.load();
}

box("st-normal").checked = query.get("n") === "1";
showChosen();
const chart = new StationChart(root, data, {
  stations: () => stations,
  parameters: () => [...parameters],
  by: () => (box("st-normal").checked ? "share" : "unit"),
  name: (series) => `${offered.get(series.station)?.title ?? ""} · ${series.title}`,
  state: (address) => {
    address.set("s", stations.join(","));
    address.set("p", [...parameters].join(","));
    if (box("st-normal").checked) address.set("n", "1");
    else address.delete("n");
  },
  loaded: (all) => {
    if (all.length > MOST_LINES) {
      all.length = MOST_LINES;
      box("st-chosen").append(h("small", {}, fill(data.words.tooMany, { n: MOST_LINES })));
    }
  },
});
box("st-add").addEventListener("change", (/** @type {any} */ event) => {
  const id = Number(event.target.value);
  event.target.value = "";
  if (!id || stations.includes(id) || stations.length >= data.most) return;
  stations.push(id);
  again();
});
box("st-normal").addEventListener("change", () => chart.load());
box("st-choose").addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
