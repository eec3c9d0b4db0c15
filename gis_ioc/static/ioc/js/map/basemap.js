/** The ground of the map, from our own tiles: sea, land, rivers, lakes, borders. */
import { DESK_TEXT_PX } from "./style.js";

const FONT = "Be Vietnam Pro Regular";
const FILES = "../../../vendor/be-vietnam-pro/files/be-vietnam-pro-";
// The ranges of the three subsets, as the font's own style sheet gives them.
const VIETNAMESE = [
  "U+102-103",
  "U+110-111",
  "U+128-129",
  "U+168-169",
  "U+1A0-1A1",
  "U+1AF-1B0",
  "U+300-301",
  "U+303-304",
  "U+308-309",
  "U+323",
  "U+329",
  "U+1EA0-1EF9",
  "U+20AB",
];
const LATIN = [
  "U+0-FF",
  "U+131",
  "U+152-153",
  "U+2BB-2BC",
  "U+2C6",
  "U+2DA",
  "U+2DC",
  "U+2000-206F",
  "U+20AC",
  "U+2122",
  "U+2191",
  "U+2193",
  "U+2212",
  "U+2215",
];
const LATIN_EXT = ["U+100-101", "U+104-10F", "U+112-127", "U+12A-167", "U+16A-19F", "U+1A2-1AE", "U+1B1-2BA"];

/** @param {string} name */
const file = (name) => new URL(`${FILES}${name}.woff2`, import.meta.url).href;

/** @param {number} weight */
function faces(weight) {
  return [
    { url: file(`vietnamese-${weight}-normal`), "unicode-range": VIETNAMESE },
    { url: file(`latin-${weight}-normal`), "unicode-range": LATIN },
    { url: file(`latin-ext-${weight}-normal`), "unicode-range": LATIN_EXT },
  ];
}

/** Fonts by the names that styles use. */
export const FONT_FACES = {
  [FONT]: faces(400),
  "Be Vietnam Pro Medium": faces(500),
  "Be Vietnam Pro SemiBold": faces(600),
  // The default of the style specification, so that a style may name no font.
  "Open Sans Regular": faces(400),
};

const zoom = (/** @type {any[]} */ ...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

/**
 * @param {string} origin scheme and host of this page
 * @param {import("./palette.js").Palette} colors
 * @param {string} language
 * @param {number} [textScale]
 */
export function basemapStyle(origin, colors, language, textScale = 1) {
  return {
    version: 8,
    "font-faces": FONT_FACES,
    state: { now_s: { default: 0 } },
    sources: {
      basemap: {
        type: "vector",
        tiles: [`${origin}/tiles/basemap/{z}/{x}/{y}`],
        minzoom: 0,
        maxzoom: 14,
      },
    },
    layers: [...ground(colors), ...lines(colors), ...labels(colors, language, textScale)],
  };
}

const on = (/** @type {string} */ name) => ({ source: "basemap", "source-layer": name });

/** @param {import("./palette.js").Palette} colors */
function ground(colors) {
  return [
    { id: "base-sea", type: "background", paint: { "background-color": colors.sea } },
    {
      id: "base-coast-glow",
      type: "line",
      ...on("land"),
      minzoom: 5,
      layout: { "line-join": "round" },
      paint: {
        "line-color": colors.coastGlow,
        "line-width": zoom(5, 3, 9, 12, 13, 26),
        "line-blur": zoom(5, 2, 9, 8, 13, 16),
      },
    },
    { id: "base-land", type: "fill", ...on("land"), paint: { "fill-color": colors.land } },
    { id: "base-lakes", type: "fill", ...on("lakes"), paint: { "fill-color": colors.river } },
  ];
}

/** @param {import("./palette.js").Palette} colors */
function lines(colors) {
  const round = { "line-join": "round", "line-cap": "round" };
  return [
    {
      id: "base-rivers",
      type: "line",
      ...on("rivers"),
      layout: round,
      paint: { "line-color": colors.riverLine, "line-width": zoom(6, 0.5, 9, 1.2, 13, 3.5) },
    },
    {
      id: "base-coast",
      type: "line",
      ...on("land"),
      layout: round,
      paint: { "line-color": colors.coast, "line-width": zoom(4, 0.5, 9, 0.9, 13, 1.4) },
    },
    {
      id: "base-borders",
      type: "line",
      ...on("borders"),
      layout: round,
      paint: {
        "line-color": colors.border,
        "line-width": zoom(3, 0.5, 8, 1.2, 12, 1.8),
        "line-dasharray": [5, 2, 1, 2],
      },
    },
  ];
}

/**
 * @param {import("./palette.js").Palette} colors
 * @param {string} language
 * @param {number} textScale
 */
function labels(colors, language, textScale) {
  const name = language === "vi" ? ["get", "name"] : ["coalesce", ["get", "name_en"], ["get", "name"]];
  // on a wall no word is smaller than the smallest that can be read
  const least = textScale === 1 ? 0 : DESK_TEXT_PX * textScale;
  return [
    {
      id: "base-labels",
      type: "symbol",
      ...on("labels"),
      filter: ["<=", ["coalesce", ["get", "minzoom"], 0], ["zoom"]],
      layout: {
        "text-field": name,
        "text-font": [FONT],
        "text-size": zoom(5, Math.max(11 * textScale, least), 12, 13.5 * textScale),
        "text-letter-spacing": 0.06,
        "text-max-width": 9,
      },
      paint: {
        "text-color": ["match", ["get", "class"], ["sea", "gulf", "bay", "water"], colors.labelSea, colors.label],
        "text-halo-color": colors.labelHalo,
        "text-halo-width": 1.1,
      },
    },
  ];
}
