/** From the catalogue's style fragments to MapLibre layers. Pure: knows no map. */
import { roles } from "../lib/roles.js";
import { turned } from "./palette.js";

/**
 * @typedef {object} Entry one layer of /api/v1/layers
 * @property {string} slug
 * @property {string} title
 * @property {string} group
 * @property {string} icon
 * @property {number} order
 * @property {string} geometry
 * @property {boolean} visible
 * @property {number|null} count
 * @property {number|null} freshness_s
 * @property {string} time_field
 * @property {any[]} fields
 * @property {{kind: string, url: string, minzoom: number, maxzoom: number, expires_s?: number}} tiles
 * @property {any[]} style
 * @property {Record<string, any>} [style_light]
 * @property {any[]} legend
 * @property {string[]} [roles]
 * @property {string} [drawer] slug of the layer whose drawer opens for a feature
 * @property {boolean} [history] can be drawn as of a past moment
 * @property {string|null} module
 */

/** Words of styles are about this large on a desk; `Scale.text` is against it. */
export const DESK_TEXT_PX = 12.5;

/** How much larger words and marks are drawn. @typedef {{text: number, mark: number}} Scale */

export const FONT = ["Be Vietnam Pro Regular"];
const MAX_SOURCE_ZOOM = 16;
/** What is drawn above what: areas, lines, points, symbols, words. */
const RANK = { fill: 0, "fill-extrusion": 0, line: 1, heatmap: 2, circle: 3, symbol: 4 };
const STALE = 0.38;
const FADING = ["icon-opacity", "text-opacity", "circle-opacity", "circle-stroke-opacity"];
const FADED_BY_TYPE = { symbol: ["icon-opacity", "text-opacity"], circle: ["circle-opacity", "circle-stroke-opacity"] };
const TURNED = ["text-color", "text-halo-color", "icon-halo-color", "circle-stroke-color"];

/** @param {string} slug */
export const tileSource = (slug) => `tiles-${slug}`;
/** @param {string} slug */
export const liveSource = (slug) => `live-${slug}`;
/** @param {Entry} entry */
export const isLive = (entry) => entry.tiles.kind === "live";

/**
 * @param {Entry} entry
 * @param {string} origin
 * @param {string} cql
 * @param {string|null} [at] the moment to draw, ISO 8601; without: now
 */
export function tileUrl(entry, origin, cql, at) {
  const asked = Object.entries({ filter: cql, at }).filter(([, value]) => value);
  const query = asked.map(([name, value]) => `${name}=${encodeURIComponent(value ?? "")}`).join("&");
  return origin + entry.tiles.url + (query && `?${query}`);
}

/**
 * @param {Entry} entry
 * @param {string} origin
 * @param {string} cql
 */
export function vectorSource(entry, origin, cql) {
  return {
    type: "vector",
    tiles: [tileUrl(entry, origin, cql)],
    minzoom: Math.min(entry.tiles.minzoom, MAX_SOURCE_ZOOM),
    maxzoom: Math.min(entry.tiles.maxzoom, MAX_SOURCE_ZOOM),
  };
}

/** Whether a part is drawn from tiles also while the features come as rows: tails. @param {Entry} entry @param {any} part */
export const isBeside = (entry, part) => part["source-layer"] === `${entry.slug}_tail`;

/**
 * MapLibre layers of an entry, over its tiles or over its live rows.
 * @param {Entry} entry
 * @param {{theme: string, live?: boolean, scale?: Scale, fades?: boolean}} look fades: false where old rows fade by other means
 * @returns {any[]}
 */
export function styleLayers(entry, { theme, live = false, scale, fades = true }) {
  const parts = live ? entry.style.filter((part) => !part["source-layer"]) : entry.style;
  return parts.map((part) => {
    const layer = structuredClone(part);
    layer.id = live ? `${part.id}--live` : part.id;
    layer.source = live ? liveSource(entry.slug) : tileSource(entry.slug);
    if (!live) layer["source-layer"] = part["source-layer"] ?? entry.slug;
    layer.metadata = {
      ...layer.metadata,
      slug: entry.slug,
      drawer: entry.drawer ?? entry.slug,
      rank: rank(entry, part),
      tie: `${entry.slug} ${String(entry.style.indexOf(part)).padStart(2, "0")}`,
      live,
    };
    layer.layout = { ...layer.layout };
    if (layer.layout["text-field"] && !layer.layout["text-font"]) layer.layout["text-font"] = FONT;
    layer.paint = paintFor(entry, part, theme, fades);
    if (scale) enlarge(layer, scale);
    return layer;
  });
}

/** Whether a part is drawn as points, over rows by our own drawing. @param {any} part */
export const isPoint = (part) =>
  part.type === "circle" || (part.type === "symbol" && Boolean(part.layout?.["icon-image"]));

/** A layer of words and images without its images. @param {any} layer */
export function wordsOnly(layer) {
  const kept = (/** @type {any} */ values) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith("icon-")));
  return { ...layer, layout: kept(layer.layout), paint: kept(layer.paint) };
}

/**
 * What is drawn over live rows: points by our own drawing, words and all else by MapLibre.
 * @param {Entry} entry
 * @param {{theme: string, scale?: Scale}} look
 * @returns {{points: any[], words: any[]}}
 */
export function liveParts(entry, look) {
  const points = styleLayers(entry, { ...look, live: true, fades: false }).filter(isPoint);
  const words = styleLayers(entry, { ...look, live: true })
    .filter((part) => !isPoint(part) || part.layout["text-field"])
    .map((part) => (isPoint(part) ? wordsOnly({ ...part, id: `${part.id}-words` }) : part));
  return { points, words };
}

/**
 * @param {Entry} entry
 * @param {any} part
 */
function rank(entry, part) {
  const words = part.type === "symbol" && !part.layout?.["icon-image"];
  const base = /** @type {any} */ (RANK)[part.type] ?? 3;
  const ground = entry.roles?.includes(roles.ground) ? -0.5 : 0;
  const top = entry.roles?.includes(roles.alarms) ? 2 : 0;
  return (part.metadata?.rank ?? (words ? 5 : base)) + ground + top;
}

/**
 * Where a layer goes among those already drawn: before the first of a higher rank. Of one
 * rank it does not depend on which was there first, for panels of a wall load in any order
 * and the upper name is the one that has its place.
 * @param {any} layer
 * @param {any[]} drawn layers of the map in drawing order
 * @returns {string|undefined} id to insert before
 */
export function placeBefore(layer, drawn) {
  const { rank: own, tie = "" } = layer.metadata;
  return drawn.find(({ metadata }) => {
    const other = metadata?.rank ?? -1;
    return other > own || (other === own && (metadata.tie ?? "") > tie);
  })?.id;
}

/**
 * Paint in the theme's colours, with what is old drawn faded.
 * @param {Entry} entry
 * @param {any} part
 * @param {string} theme
 * @param {boolean} [fades]
 */
export function paintFor(entry, part, theme, fades = true) {
  const paint = structuredClone(part.paint ?? {});
  if (theme === "light") {
    const own = entry.style_light?.[part.id] ?? {};
    for (const name of TURNED) if (name in paint) paint[name] = turned(paint[name]);
    Object.assign(paint, own);
  }
  return fades && isLive(entry) && entry.freshness_s ? faded(entry, part, paint) : paint;
}

/**
 * @param {Entry} entry
 * @param {any} part
 * @param {any} paint
 */
function faded(entry, part, paint) {
  if (JSON.stringify(part).includes("global-state")) return paint; // fades by itself
  const names = /** @type {any} */ (FADED_BY_TYPE)[part.type] ?? [];
  for (const name of names) {
    if (FADING.includes(name)) paint[name] = times(paint[name] ?? 1, staleness(entry));
  }
  return paint;
}

/** 1 for a feature heard of within the layer's freshness, less for an older one. @param {Entry} entry */
function staleness(entry) {
  const at = ["get", entry.time_field];
  const old = [">", ["-", ["global-state", "now_s"], at], entry.freshness_s];
  return ["case", ["==", ["typeof", at], "number"], ["case", old, STALE, 1], 1];
}

/**
 * value × factor, also where value is a curve over zoom (which must stay outermost).
 * @param {any} value
 * @param {any} factor
 * @returns {any}
 */
export function times(value, factor) {
  if (value === 1) return factor;
  if (!Array.isArray(value)) return ["*", value, factor];
  const first = curve(value);
  if (!first) return ["*", value, factor];
  return value.map((item, index) => {
    const output = index >= first && (index - first) % 2 === 0;
    return output ? times(item, factor) : item;
  });
}

/** Where the outputs of a curve over zoom begin; 0: it is none. @param {any} value */
const curve = (value) =>
  JSON.stringify(value.slice(0, 3)).includes('["zoom"]')
    ? ({ interpolate: 4, step: 2 }[/** @type {string} */ (value[0])] ?? 0)
    : 0;

/**
 * A size that is nowhere less: what is read from afar keeps its least size.
 * @param {any} value
 * @param {number} px
 * @returns {any}
 */
export function atLeast(value, px) {
  if (typeof value === "number") return Math.max(value, px);
  const first = Array.isArray(value) ? curve(value) : 0;
  if (!first) return ["max", value, px];
  return value.map((/** @type {any} */ item, /** @type {number} */ index) =>
    index >= first && (index - first) % 2 === 0 ? atLeast(item, px) : item,
  );
}

const SIZES = {
  layout: ["text-size", "icon-size"],
  paint: ["circle-radius", "line-width", "circle-stroke-width", "text-halo-width", "icon-halo-width"],
};
const DEFAULTS = /** @type {Record<string, number>} */ ({
  "text-size": 16,
  "icon-size": 1,
  "circle-radius": 5,
  "line-width": 1,
});

/**
 * Everything larger, for a wall that is read from afar.
 * @param {any} layer
 * @param {Scale} scale
 */
function enlarge(layer, scale) {
  for (const [part, names] of Object.entries(SIZES)) {
    for (const name of names) {
      const factor = name.startsWith("text") ? scale.text : scale.mark;
      if (name in layer[part]) layer[part][name] = times(layer[part][name], factor);
      else if (name in DEFAULTS && belongs(layer, name)) layer[part][name] = DEFAULTS[name] * factor;
    }
  }
  const words = layer.layout["text-size"];
  if (words !== undefined) layer.layout["text-size"] = atLeast(words, DESK_TEXT_PX * scale.text);
  if (layer.layout["text-field"]) steady(layer.layout);
}

/** Longest line of a name on a wall, in sizes of its text. */
export const WALL_LINE_EM = 9;
/** @type {Record<string, [number, number]>} */
const ASIDE = { top: [0, 1], bottom: [0, -1], left: [1, 0], right: [-1, 0] };

/**
 * A name that may stand on any side of its point stands on another one on the panel next
 * to it, where it has other neighbours: on a wall it keeps its first side, and is not
 * longer than the margin that panels share.
 * @param {any} layout
 */
function steady(layout) {
  const { "text-variable-anchor": sides, "text-radial-offset": away, "text-max-width": most = 10 } = layout;
  if (typeof most === "number") layout["text-max-width"] = Math.min(most, WALL_LINE_EM);
  if (!Array.isArray(sides)) return;
  const [side] = sides;
  for (const name of ["text-variable-anchor", "text-radial-offset", "text-justify"]) delete layout[name];
  layout["text-anchor"] = side;
  if (typeof away === "number" && side in ASIDE) layout["text-offset"] = ASIDE[side].map((part) => part * away);
}

/**
 * @param {any} layer
 * @param {string} name
 */
function belongs(layer, name) {
  if (name === "text-size") return Boolean(layer.layout["text-field"]);
  if (name === "icon-size") return Boolean(layer.layout["icon-image"]);
  return name.startsWith(`${layer.type}-`);
}
