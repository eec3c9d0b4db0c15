/** Directives on the map: a clock around each, lines to whom they went. */
import { getJson } from "@ioc/lib/http.js";
import { now } from "@ioc/lib/time.js";
import { theme } from "@ioc/map/engine.js";
import { palette } from "@ioc/map/palette.js";
import { COLORS, ring, ringName, timeText } from "./clocks.js";
import { STEPS, stepsLeft } from "./steps.js";

const SOURCE = "directives-links";
const CLOCKS = "directives-clocks";
const EVERY_MS = 15_000;
/** Radius of a ring on a desk, at most. */
const RING_PX = 23;
const NOTHING = { type: "FeatureCollection", features: [] };
const COLOR = ["match", ["get", "clock"], ...Object.entries(COLORS).flat(), COLORS.stopped];
/** Reported work needs nobody any more. */
const FADED = ["match", ["get", "status"], ["reported", "closed"], 0.35, 0.9];

/** @param {any} map @param {{mark: number, text: number}} scale of what is drawn, 1 on a desk */
function addLayers(map, { mark: scale, text }) {
  map.addSource(SOURCE, { type: "geojson", data: NOTHING });
  map.addSource(CLOCKS, { type: "geojson", data: NOTHING });
  const line = { source: SOURCE, type: "line", metadata: { rank: 3 } };
  const paint = { "line-color": COLOR, "line-opacity": FADED };
  const leads = ["all", ["==", ["get", "kind"], "link"], ["get", "leads"]];
  const joins = ["all", ["==", ["get", "kind"], "link"], ["!", ["get", "leads"]]];
  map.addLayer({ ...line, id: `${SOURCE}-lead`, filter: leads, paint: { ...paint, "line-width": 2 * scale } });
  map.addLayer({
    ...line,
    id: `${SOURCE}-with`,
    filter: joins,
    paint: { ...paint, "line-width": 1.2 * scale, "line-dasharray": [2, 3] },
  });
  map.addLayer({
    id: `${SOURCE}-ends`,
    source: SOURCE,
    type: "circle",
    metadata: { rank: 4 },
    filter: ["==", ["get", "kind"], "end"],
    paint: {
      "circle-radius": ["case", ["get", "leads"], 5 * scale, 3.5 * scale],
      "circle-color": ["case", ["get", "leads"], COLOR, "#10161d"],
      "circle-opacity": FADED,
      "circle-stroke-color": COLOR,
      "circle-stroke-width": 1.6 * scale,
      "circle-stroke-opacity": FADED,
    },
  });
  map.addLayer({
    id: CLOCKS,
    source: CLOCKS,
    type: "symbol",
    metadata: { rank: 4 },
    layout: {
      "icon-image": ["get", "ring"],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 6, 0.75 * scale, 12, 1.1 * scale],
      "icon-allow-overlap": true,
      "text-field": ["get", "time"],
      "text-size": 12 * text,
      // below the ring, whatever the letters are
      "text-offset": [0, (RING_PX * scale) / (12 * text) + 0.15],
      "text-anchor": "top",
      "text-optional": true,
    },
    paint: { ...words(), "text-halo-width": 1.6 },
  });
}

/** Colours of words in the theme of the page. */
function words() {
  const { markText, markHalo } = palette(theme());
  return { "text-color": markText, "text-halo-color": markHalo };
}

/** The wall shows the same. */
export const wall = start;

/** @param {{map: any, layers: any, entry: any, bus: any}} parts */
export function start({ map, layers, entry, bus }) {
  addLayers(map, layers.scale ?? { mark: 1, text: 1 });
  bus.on("theme", () => {
    for (const [name, colour] of Object.entries(words())) map.setPaintProperty(CLOCKS, name, colour);
  });
  /** @type {any[]} */
  let clocks = [];
  let wasShown = false;
  let wasPast = false;

  const drawClocks = () => {
    const now_s = now() / 1000;
    const features = clocks.map((feature) => {
      const said = feature.properties;
      const steps = stepsLeft(said, now_s);
      const name = ringName(said.clock, said.clock === "overdue" ? STEPS : steps);
      if (!map.hasImage(name)) map.addImage(name, ring(said.clock, steps), { pixelRatio: 2 });
      return { ...feature, properties: { ...said, ring: name, time: timeText(said, now_s, entry.words) } };
    });
    map.getSource(CLOCKS).setData({ type: "FeatureCollection", features });
  };

  const clear = () => {
    clocks = [];
    map.getSource(SOURCE).setData(NOTHING);
    drawClocks();
  };

  const draw = async () => {
    // what is drawn is now: a past moment has no links
    if (!layers.shown.has(entry.slug) || layers.times[entry.slug]) return clear();
    if (document.hidden) return;
    const found = await getJson(`/api/v1/${entry.slug}/map`).catch(() => null);
    // the layer may have been switched off meanwhile
    if (!found || !layers.shown.has(entry.slug)) return;
    const isClock = (/** @type {any} */ feature) => feature.properties.kind === "clock";
    clocks = found.features.filter(isClock);
    map.getSource(SOURCE).setData({ ...found, features: found.features.filter((/** @type {any} */ f) => !isClock(f)) });
    drawClocks();
  };

  map.on("styledata", () => {
    if (layers.shown.has(entry.slug) === wasShown) return;
    wasShown = !wasShown;
    draw();
  });
  const off = bus.on("changed", (/** @type {string} */ changed) => changed === entry.slug && draw());
  const offPast = bus.on("layers", () => {
    if (Boolean(layers.times[entry.slug]) === wasPast) return;
    wasPast = !wasPast;
    draw();
  });
  const timer = setInterval(draw, EVERY_MS);
  map.once("remove", () => {
    off();
    offPast();
    clearInterval(timer);
  });
  wasShown = layers.shown.has(entry.slug);
  draw();
}
