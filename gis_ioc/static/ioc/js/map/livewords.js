/** Words of a live layer: MapLibre places them, over those rows in view that fit. */
import { liveSource } from "./style.js";

const MOST = 1_500;
/** Words follow their rows so often. */
const EACH_MS = 1_000;
const EMPTY = { type: "FeatureCollection", features: [] };

export class LiveWords {
  /**
   * @param {any} map
   * @param {string} slug
   * @param {any[]} parts MapLibre layers of words
   * @param {import("./livepoints.js").LivePoints} points
   */
  constructor(map, slug, parts, points) {
    this.map = map;
    this.slug = slug;
    this.points = points;
    this.parts = parts;
    this.timer = 0;
    this.drawn = 0;
    map.on("moveend", () => this.soon());
  }

  /** Whether words are drawn at the map's zoom. */
  get wanted() {
    const zoom = this.map.getZoom();
    return this.parts.some(({ minzoom = 0, maxzoom = 25 }) => zoom >= minzoom && zoom < maxzoom);
  }

  /** Rows have moved, come or gone. */
  soon() {
    if (!this.parts.length || this.timer || (!this.drawn && !this.wanted)) return;
    this.timer = /** @type {any} */ (
      setTimeout(() => {
        this.timer = 0;
        this.draw();
      }, EACH_MS)
    );
  }

  /** The map is gone. */
  end() {
    clearTimeout(this.timer);
    this.parts = [];
  }

  draw() {
    const { points } = this;
    const features = points.shown && this.wanted ? this.inView() : [];
    if (!features.length && !this.drawn) return;
    this.drawn = features.length;
    this.map
      .getSource(liveSource(this.slug))
      ?.setData(features.length ? { type: "FeatureCollection", features } : EMPTY);
    if (features.length && points.motion.fastest > 0 && !document.hidden) this.soon();
  }

  inView() {
    const { store } = this.points;
    const bounds = this.map.getBounds();
    const features = [];
    for (let row = 0; row < store.end && features.length < MOST; row++) {
      if (store.ids[row] < 0 || this.points.hides(row)) continue;
      const coordinates = this.points.lonLat(row);
      if (!bounds.contains(coordinates)) continue;
      const properties = store.properties(row);
      features.push({ type: "Feature", id: store.ids[row], geometry: { type: "Point", coordinates }, properties });
    }
    return features;
  }
}
