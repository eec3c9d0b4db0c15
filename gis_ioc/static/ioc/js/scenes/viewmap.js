/** Where the map of a scene looks: chosen on a small map of its own. */
import { byId } from "../lib/dom.js";
import { page } from "../lib/page.js";
import { createMap } from "../map/engine.js";
import { boundsOf, said } from "./view.js";

/**
 * @param {object} given
 * @param {Record<string, string>} given.words
 * @param {() => any} given.camera of the scene, or of the map pane that is chosen
 * @param {(camera: any) => void} given.take
 */
export function startView({ words, camera, take }) {
  const box = byId("view-map");
  /** @type {any} */
  let map = null;
  const close = () => {
    map?.remove();
    map = null;
    box.hidden = byId("view-tools").hidden = true;
    byId("view-open").focus();
  };
  const open = () => {
    box.hidden = byId("view-tools").hidden = false;
    if (map) return;
    const found = camera();
    const { west, south, east, north } = found?.kind === "bounds" ? found : {};
    const bounds = west === undefined ? page.home : [west, south, east, north];
    const view = found?.kind === "view" ? { zoom: found.zoom, lat: found.lat, lon: found.lon } : null;
    map = createMap(box, view, { bounds: view ? undefined : bounds, fitBoundsOptions: { padding: 0 } });
  };
  byId("view-open")?.addEventListener("click", open);
  byId("view-close")?.addEventListener("click", close);
  byId("view-home")?.addEventListener("click", () => take({ kind: "home" }));
  byId("view-take")?.addEventListener("click", () => {
    const shown = map.getBounds();
    take(boundsOf({ west: shown.getWest(), south: shown.getSouth(), east: shown.getEast(), north: shown.getNorth() }));
    close();
  });
  return {
    /** @param {any} found */
    say(found) {
      byId("view-said").textContent = said(found, { home: words["view.home"], none: words["view.scene"] });
    },
  };
}
