/** A quiet drawing of any vector source: points, lines and areas. Pure. */

const HUES = ["#8fb8e8", "#e0b070", "#94c9a0", "#c8a0dc", "#e09c9c", "#7fc8c4"];
const DARKER = ["#2a69ac", "#9a6412", "#2f7d45", "#7a44a0", "#a83e3e", "#1d7a75"];

/** Larger with zoom. @param {number} scale @param {number[]} pairs zoom, pixels, zoom, pixels… */
const zoom = (scale, ...pairs) => [
  "interpolate",
  ["linear"],
  ["zoom"],
  ...pairs.map((value, index) => (index % 2 ? value * scale : value)),
];
const is = (/** @type {string} */ kind) => ["==", ["geometry-type"], kind];

/**
 * @param {string} source id of the map's source
 * @param {{id: string}[]} vectorLayers of the TileJSON
 * @param {string} theme
 * @param {number} scale of widths and marks
 * @returns {any[]} MapLibre layers, areas below lines below points
 */
export function genericLayers(source, vectorLayers, theme, scale = 1) {
  const hues = theme === "light" ? DARKER : HUES;
  const halo = theme === "light" ? "#ffffff" : "#10161d";
  const parts = vectorLayers.map((layer, index) => drawn(source, layer.id, hues[index % hues.length], halo, scale));
  return [0, 1, 2, 3].flatMap((rank) => parts.map((part) => part[rank]));
}

/**
 * @param {string} source
 * @param {string} name
 * @param {string} color
 * @param {string} halo
 * @param {number} scale
 */
function drawn(source, name, color, halo, scale) {
  const on = { source, "source-layer": name };
  const outline = { "line-color": color, "line-width": zoom(scale, 4, 0.6, 10, 1.2, 16, 2.4) };
  return [
    {
      id: `p-${name}-area`,
      type: "fill",
      ...on,
      filter: is("Polygon"),
      paint: { "fill-color": color, "fill-opacity": 0.1 },
    },
    { id: `p-${name}-edge`, type: "line", ...on, filter: is("Polygon"), paint: { ...outline, "line-opacity": 0.75 } },
    {
      id: `p-${name}-line`,
      type: "line",
      ...on,
      filter: is("LineString"),
      layout: { "line-join": "round" },
      paint: outline,
    },
    {
      id: `p-${name}-point`,
      type: "circle",
      ...on,
      filter: is("Point"),
      paint: {
        "circle-color": color,
        "circle-radius": zoom(scale, 4, 2, 9, 3.2, 14, 6),
        "circle-stroke-color": halo,
        "circle-stroke-width": scale,
      },
    },
  ];
}
