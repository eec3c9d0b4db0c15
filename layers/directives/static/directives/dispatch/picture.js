/** The map of the page: the area, drawn by hand or given, and what lies in it. */
import { createMap, recolour } from "@ioc/map/engine.js";
import { MapLayers } from "@ioc/map/layers.js";
import { getJson } from "@ioc/lib/http.js";
import { roles, slugOf } from "@ioc/lib/roles.js";
import {
  TerraDraw,
  TerraDrawCircleMode,
  TerraDrawPointMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";

const AREA = "dsp-area";
const FORCES = "dsp-forces";
const EMPTY = { type: "FeatureCollection", features: [] };
const COLOUR = "#7fb2e5";
export const MOST_CORNERS = 200;
const FAR = { padding: 60, maxZoom: 13, duration: 400 };

/** @param {any} geometry @returns {[number, number, number, number]} */
export function boundsOf(geometry) {
  const box = /** @type {[number, number, number, number]} */ ([180, 90, -180, -90]);
  const each = (/** @type {any} */ part) => {
    if (typeof part[0] !== "number") return part.forEach(each);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  each(geometry.coordinates);
  return box;
}

/** Corners may be moved of one simple ring. @param {any} geometry */
export function editable(geometry) {
  if (!geometry) return null;
  const rings = geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
  if (!geometry.type.endsWith("Polygon") || rings.length !== 1 || rings[0].length !== 1) return null;
  if (rings[0][0].length > MOST_CORNERS) return null;
  return { type: "Polygon", coordinates: rings[0] };
}

/** terra-draw takes nine decimals. @param {any} ring */
const rounded = (ring) => ring.map((/** @type {number[]} */ at) => at.map((n) => Math.round(n * 1e6) / 1e6));

export class Picture {
  /**
   * @param {HTMLElement} container
   * @param {{drawn: (geometry: any) => void, mode: (mode: string) => void}} tell
   */
  constructor(container, tell) {
    this.tell = tell;
    this.geometry = /** @type {any} */ (null);
    this.mode = "";
    this.map = createMap(container, null, { fitBoundsOptions: { padding: 20 }, attributionControl: { compact: true } });
    this.ready = this.start();
  }

  async start() {
    const entries = getJson("/api/v1/layers");
    await new Promise((resolve) => {
      if (/** @type {any} */ (this.map).style?._loaded) resolve(undefined);
      else this.map.once("style.load", resolve);
    });
    this.addArea();
    this.startDrawing();
    this.layers = new MapLayers(this.map, await entries);
    const ground = slugOf([...this.layers.entries.values()], roles.ground);
    if (ground) this.layers.show(ground, true);
    this.lift();
    document.addEventListener("theme", () => recolour(this.map));
  }

  addArea() {
    const { map } = this;
    map.addSource(AREA, { type: "geojson", data: EMPTY });
    map.addSource(FORCES, { type: "geojson", data: EMPTY });
    map.addLayer({
      id: `${AREA}-fill`,
      source: AREA,
      type: "fill",
      metadata: { rank: 2 },
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": COLOUR, "fill-opacity": 0.16 },
    });
    map.addLayer({
      id: `${AREA}-line`,
      source: AREA,
      type: "line",
      metadata: { rank: 2 },
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "line-color": COLOUR, "line-width": 2.4 },
    });
    map.addLayer({
      id: `${AREA}-place`,
      source: AREA,
      type: "circle",
      metadata: { rank: 6 },
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 8,
        "circle-color": COLOUR,
        "circle-opacity": 0.4,
        "circle-stroke-color": COLOUR,
        "circle-stroke-width": 2.4,
      },
    });
    map.addLayer({
      id: `${FORCES}-line`,
      source: FORCES,
      type: "line",
      metadata: { rank: 6 },
      filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": "#e4e9ef", "line-opacity": 0.7, "line-width": 1.3, "line-dasharray": [3, 2] },
    });
    map.addLayer({
      id: `${FORCES}-end`,
      source: FORCES,
      type: "circle",
      metadata: { rank: 6 },
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 6,
        "circle-color": "#0f1318",
        "circle-stroke-color": "#e4e9ef",
        "circle-stroke-width": 2,
      },
    });
  }

  startDrawing() {
    const styles = {
      fillColor: COLOUR,
      fillOpacity: 0.2,
      outlineColor: COLOUR,
      outlineWidth: 3,
      closingPointColor: "#ffffff",
      closingPointOutlineColor: COLOUR,
    };
    const flags = {
      polygon: { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } },
    };
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: this.map }),
      modes: [
        new TerraDrawPolygonMode({ styles }),
        new TerraDrawCircleMode({ styles }),
        new TerraDrawPointMode({ styles: { pointColor: COLOUR, pointWidth: 7 } }),
        new TerraDrawSelectMode({
          flags,
          styles: {
            selectedPolygonColor: COLOUR,
            selectedPolygonOutlineColor: COLOUR,
            selectionPointColor: "#ffffff",
            midPointColor: COLOUR,
          },
        }),
      ],
    });
    this.draw.on("finish", (/** @type {any} */ id) => {
      const found = this.draw.getSnapshotFeature(id);
      if (!found) return;
      if (this.mode === "edit") {
        this.geometry = found.geometry;
        this.tell.drawn(found.geometry);
        return;
      }
      // not within terra-draw's own handling of the click
      queueMicrotask(() => {
        this.stop();
        this.tell.drawn(found.geometry);
      });
    });
  }

  /** Begin to draw, or end when that is being done. @param {string} mode polygon, circle, point, edit */
  use(mode) {
    if (!this.draw) return true; // the map is not there yet
    const same = this.mode === mode;
    this.stop();
    if (same) return true;
    if (mode === "edit" && !this.beginEdit()) return false;
    if (mode !== "edit") {
      this.draw.start();
      this.draw.setMode(mode);
    }
    this.mode = mode;
    this.tell.mode(mode);
    return true;
  }

  beginEdit() {
    const shape = editable(this.geometry);
    if (!shape) return false;
    this.draw.start();
    const feature = {
      type: "Feature",
      geometry: { ...shape, coordinates: shape.coordinates.map(rounded) },
      properties: { mode: "polygon" },
    };
    const [added] = this.draw.addFeatures([feature]);
    if (!added?.valid) {
      this.draw.stop();
      return false;
    }
    this.draw.setMode("select");
    this.draw.selectFeature(added.id);
    this.source(AREA)?.setData(EMPTY);
    return true;
  }

  stop() {
    if (!this.mode) return;
    this.mode = "";
    this.draw.stop();
    this.paint();
    this.tell.mode("");
  }

  /** @param {string} id @returns {any} */
  source(id) {
    return this.map.getSource(id);
  }

  paint() {
    const data = this.geometry ? { type: "Feature", geometry: this.geometry, properties: {} } : EMPTY;
    this.source(AREA)?.setData(data);
  }

  /**
   * Show an area, and look at it unless it is in view already.
   * @param {any} geometry
   * @param {boolean} look
   */
  show(geometry, look) {
    this.geometry = geometry;
    if (this.mode !== "edit") this.paint();
    if (!geometry || !look) return;
    const [west, south, east, north] = boundsOf(geometry);
    this.map.fitBounds([west, south, east, north], FAR);
  }

  /** A layer on the map or off it. @param {string} slug */
  toggle(slug) {
    const shown = !this.layers?.shown.has(slug);
    this.layers?.show(slug, shown);
    return shown;
  }

  /** Area and forces stay above what is shown. */
  lift() {
    for (const part of ["fill", "line", "place"]) this.map.moveLayer(`${AREA}-${part}`);
    for (const part of ["line", "end"]) this.map.moveLayer(`${FORCES}-${part}`);
  }

  /**
   * A line from something to the place; nothing takes it away.
   * @param {[number, number]|null} from
   * @param {[number, number]} to
   */
  pointAt(from, to) {
    const features = from
      ? [
          { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [from, to] } },
          { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: from } },
        ]
      : [];
    this.source(FORCES)?.setData({ type: "FeatureCollection", features });
    if (from && !this.map.getBounds().contains(from)) this.map.fitBounds(boundsOf({ coordinates: [from, to] }), FAR);
  }
}
