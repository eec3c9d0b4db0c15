/** The one place that makes a MapLibre map. */
import { Map as MapLibre, Marker } from "maplibre-gl";
import { clock } from "../lib/clock.js";
import { page } from "../lib/page.js";
import { basemapStyle } from "./basemap.js";
import { drawImages } from "./images.js";
import { palette } from "./palette.js";

const CLOCK_MS = 15_000;

export const theme = () => document.documentElement.dataset.theme ?? "dark";

/**
 * @param {HTMLElement} container
 * @param {{zoom: number, lat: number, lon: number}|null} view null: the whole province
 * @param {Record<string, any>} [options]
 * @param {number} [textScale] how much larger words are than on a desk
 */
export function createMap(container, view, options = {}, textScale = 1) {
  const camera = view
    ? { center: [view.lon, view.lat], zoom: view.zoom }
    : { bounds: page.home, fitBoundsOptions: { padding: homePadding() } };
  const map = new MapLibre({
    container,
    style: /** @type {any} */ (basemapStyle(location.origin, palette(theme()), page.language, textScale)),
    .../** @type {any} */ (camera),
    minZoom: 3,
    maxZoom: 19,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    renderWorldCopies: false,
    fadeDuration: 120,
    ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  drawImages(map);
  const tick = () => map.setGlobalStateProperty("now_s", Math.round(clock.at / 1000));
  map.once("style.load", () => {
    tick();
    const timer = setInterval(tick, CLOCK_MS);
    map.once("remove", () => clearInterval(timer));
  });
  return map;
}

/** Room for the panels that lie over the map. */
export function homePadding() {
  if (innerWidth <= 900) return 16;
  const has = (/** @type {string} */ name) => document.body.classList.contains(name);
  // before the panels are there: as they are mostly
  const left = has("has-layers") || !has("has-worldbar") ? 340 : 40;
  return { left, right: 60, top: 30, bottom: has("has-worldbar") ? 160 : 50 };
}

/** @param {any} map */
export function goHome(map) {
  const [west, south, east, north] = page.home;
  map.fitBounds([west, south, east, north], { padding: homePadding(), duration: 600 });
}

/**
 * The basemap in another theme, without touching the layers above it.
 * @param {any} map
 */
export function recolour(map) {
  const style = basemapStyle(location.origin, palette(theme()), page.language);
  for (const layer of style.layers) {
    for (const [name, value] of Object.entries(layer.paint ?? {})) {
      map.setPaintProperty(layer.id, name, value);
    }
  }
}

/**
 * An HTML element held at a place on the map.
 * @param {any} map
 * @param {HTMLElement} element
 * @param {[number, number]} at lon, lat
 */
export function pin(map, element, at) {
  return new Marker({ element }).setLngLat(at).addTo(map);
}
