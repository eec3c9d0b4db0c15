/** Vessels of the recalls in force on the map: shape and colour tell their state. */

const SOURCE = "recalls-boats";
const EVERY_MS = 15_000;
const SIZE = 44;
const NOTHING = { type: "FeatureCollection", features: [] };

const COLORS = { open: "#ff5a52", entering: "#ff9a3d", silent: "#f4cd3a", safe: "#6fbf8f", away: "#9aa7b5" };

/** Corners of each shape on a square of 1. @type {Record<string, number[][]>} */
const SHAPES = {
  triangle: [
    [0.5, 0.08],
    [0.95, 0.9],
    [0.05, 0.9],
  ],
  diamond: [
    [0.5, 0.04],
    [0.96, 0.5],
    [0.5, 0.96],
    [0.04, 0.5],
  ],
  square: [
    [0.12, 0.12],
    [0.88, 0.12],
    [0.88, 0.88],
    [0.12, 0.88],
  ],
  cross: [
    [0.1, 0.3],
    [0.3, 0.1],
    [0.5, 0.3],
    [0.7, 0.1],
    [0.9, 0.3],
    [0.7, 0.5],
    [0.9, 0.7],
    [0.7, 0.9],
    [0.5, 0.7],
    [0.3, 0.9],
    [0.1, 0.7],
    [0.3, 0.5],
  ],
};

/** @param {string} shape @param {string} color @param {boolean} hollow */
function picture(shape, color, hollow) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.beginPath();
  if (SHAPES[shape]) {
    for (const [x, y] of SHAPES[shape]) pen.lineTo(x * SIZE, y * SIZE);
  } else pen.arc(SIZE / 2, SIZE / 2, SIZE * 0.38, 0, 7);
  pen.closePath();
  pen.lineWidth = 5;
  pen.strokeStyle = hollow ? color : "#10161d";
  pen.fillStyle = hollow ? "#10161d88" : color;
  pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, SIZE, SIZE);
}

/** @type {Record<string, [string, string, boolean]>} */
const PICTURES = {
  "recall-refused": ["cross", COLORS.open, false],
  "recall-safe": ["circle", COLORS.safe, false],
  "recall-away": ["circle", COLORS.away, true],
  "recall-silent": ["square", COLORS.silent, false],
  "recall-entering": ["diamond", COLORS.entering, false],
  "recall-open": ["triangle", COLORS.open, false],
};

const IMAGE = [
  "case",
  ["get", "refused"],
  "recall-refused",
  ["get", "answered"],
  "recall-safe",
  ["in", ["get", "moves"], ["literal", ["left", "in_port"]]],
  "recall-away",
  ["get", "silent"],
  "recall-silent",
  ["==", ["get", "moves"], "entering"],
  "recall-entering",
  "recall-open",
];

/** @param {any} map */
function addLayer(map) {
  for (const [name, [shape, color, hollow]] of Object.entries(PICTURES))
    if (!map.hasImage(name)) map.addImage(name, picture(shape, color, hollow), { pixelRatio: 2 });
  map.addSource(SOURCE, { type: "geojson", data: NOTHING });
  map.addLayer({
    id: SOURCE,
    source: SOURCE,
    type: "symbol",
    metadata: { rank: 4 },
    layout: {
      "icon-image": IMAGE,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 6, 0.5, 11, 1],
      "icon-allow-overlap": true,
      "icon-offset": [0, -16],
    },
  });
}

/** @param {{map: any, layers: any, entry: any, bus: any}} parts */
export function start({ map, layers, entry }) {
  addLayer(map);
  let wasShown = false;
  const draw = async () => {
    if (!layers.shown.has(entry.slug)) return map.getSource(SOURCE).setData(NOTHING);
    if (document.hidden) return;
    const answer = await fetch(`/api/v1/${entry.slug}/map`).catch(() => null);
    // layers may have been switched off meanwhile
    if (answer?.ok && layers.shown.has(entry.slug)) map.getSource(SOURCE).setData(await answer.json());
  };
  map.on("styledata", () => {
    if (layers.shown.has(entry.slug) === wasShown) return;
    wasShown = !wasShown;
    draw();
  });
  setInterval(draw, EVERY_MS);
  wasShown = layers.shown.has(entry.slug);
  draw();
}
