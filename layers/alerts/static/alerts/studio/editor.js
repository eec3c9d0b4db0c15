/** The draft's map: zones and the features that the rule would look at, as one types. */
import { createMap, theme } from "@ioc/map/engine.js";
import { palette } from "@ioc/map/palette.js";
import { fill, number } from "@ioc/lib/texts.js";

const EMPTY = { type: "FeatureCollection", features: [] };
const WAIT_MS = 400;
const screen = JSON.parse(document.getElementById("studio-screen")?.textContent ?? "{}");
const form = /** @type {HTMLFormElement} */ (document.getElementById("studio-form"));
const words = screen.words;

const map = createMap(/** @type {HTMLElement} */ (document.getElementById("studio-map")), null, {
  fitBoundsOptions: { padding: 20 },
  attributionControl: { compact: true },
});
const ready = new Promise((resolve) => {
  if (map.isStyleLoaded()) resolve(undefined);
  else map.once("style.load", resolve);
}).then(draw);

/** @param {string} name of a field */
const value = (name) => {
  const field = /** @type {HTMLInputElement|null} */ (form.elements.namedItem(name));
  return field ? field.value.trim() : "";
};

function draw() {
  const colors = palette(theme());
  map.addSource("zones", { type: "geojson", data: /** @type {any} */ (EMPTY) });
  map.addSource("features", { type: "geojson", data: /** @type {any} */ (EMPTY) });
  map.addLayer({ id: "zones-fill", type: "fill", source: "zones", paint: { "fill-color": "#7fb2e5", "fill-opacity": 0.12 } });
  map.addLayer({ id: "zones-line", type: "line", source: "zones", paint: { "line-color": "#7fb2e5", "line-width": 1.6 } });
  map.addLayer({
    id: "features",
    type: "circle",
    source: "features",
    paint: { "circle-radius": 3, "circle-color": colors.label, "circle-opacity": 0.9 },
  });
  map.on("click", "zones-fill", (/** @type {any} */ event) => choose(event.features[0]));
}

/** A zone clicked is the one zone of the rule; once more: all of them. @param {any} zone */
function choose(zone) {
  const field = /** @type {HTMLInputElement|null} */ (form.elements.namedItem("zone_id"));
  if (!field || field.disabled) return;
  const id = String(zone.id);
  field.value = field.value === id ? "" : id;
  const told = document.getElementById("studio-zone");
  if (told) told.textContent = field.value ? fill(words.chosen, { id, title: zone.properties.title }) : "";
  look("zones");
}

/** @param {string} url @param {Record<string, string>} asked */
async function ask(url, asked) {
  const answer = await fetch(`${url}?${new URLSearchParams(asked)}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.problem ?? String(answer.status));
  return body;
}

/** @param {string} name @param {any} data */
async function show(name, data) {
  await ready;
  /** @type {any} */ (map.getSource(name)).setData(data);
}

const count = document.getElementById("studio-count");

async function features() {
  try {
    const found = await ask(screen.features, { filter: value("feature_filter") });
    await show("features", found);
    const said = fill(words.count, { passed: number(found.passed), whole: number(found.whole) });
    const more = found.passed > found.features.length && found.features.length ? ` · ${fill(words.shown, { n: number(found.features.length) })}` : "";
    if (count) count.textContent = said + more;
    count?.classList.remove("error");
  } catch (error) {
    if (count) count.textContent = /** @type {Error} */ (error).message;
    count?.classList.add("error");
  }
}

let fitted = false;
async function zones() {
  const layer = value("zone_layer");
  const told = document.getElementById("studio-zone");
  if (!layer) return show("zones", EMPTY);
  try {
    const asked = { layer, filter: value("zone_filter"), zone: value("zone_id") };
    const found = await ask(screen.zones, asked);
    await show("zones", found);
    if (told) told.textContent = asked.zone && found.features[0] ? fill(words.chosen, { id: asked.zone, title: found.features[0].properties.title }) : fill(words.zones, { n: found.features.length });
    if (!fitted || asked.zone) fit(found.features);
    fitted = true;
  } catch (error) {
    if (told) told.textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {any[]} found */
function fit(found) {
  const box = [180, 90, -180, -90];
  const grow = (/** @type {any} */ part) => {
    if (typeof part[0] !== "number") return part.forEach(grow);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  for (const zone of found) if (zone.geometry) grow(zone.geometry.coordinates);
  if (box[0] < box[2]) map.fitBounds(/** @type {any} */ (box), { padding: 30, duration: 0, maxZoom: 13 });
}

/** @type {Record<string, ReturnType<typeof setTimeout>>} */
const timers = {};
/** @param {"features"|"zones"} what */
function look(what) {
  clearTimeout(timers[what]);
  timers[what] = setTimeout(what === "features" ? features : zones, WAIT_MS);
}

form.addEventListener("input", (event) => {
  const { name } = /** @type {HTMLInputElement} */ (event.target);
  if (name === "feature_filter") look("features");
  if (name.startsWith("zone_")) look("zones");
});
features();
zones();
