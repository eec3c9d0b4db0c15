/** The camera of a scene from what a map shows; pure. */

/** Degrees to five places are a metre. @param {number} degrees */
const place = (degrees) => Math.round(degrees * 1e5) / 1e5;

/**
 * The part of the world that a map shows, as a camera that fits every wall.
 * @param {{west: number, south: number, east: number, north: number}} shown
 */
export function boundsOf(shown) {
  return {
    kind: "bounds",
    west: place(Math.max(-180, shown.west)),
    south: place(Math.max(-85, shown.south)),
    east: place(Math.min(180, shown.east)),
    north: place(Math.min(85, shown.north)),
  };
}

/**
 * A camera in words.
 * @param {any} camera null: none of its own
 * @param {{home: string, none: string}} words
 */
export function said(camera, words) {
  if (!camera) return words.none;
  if (camera.kind === "bounds") {
    const { west, south, east, north } = camera;
    return `${south.toFixed(2)}–${north.toFixed(2)}° N, ${west.toFixed(2)}–${east.toFixed(2)}° E`;
  }
  if (camera.kind === "view") return `${camera.lat.toFixed(3)}, ${camera.lon.toFixed(3)} · z ${camera.zoom.toFixed(1)}`;
  return words.home;
}
