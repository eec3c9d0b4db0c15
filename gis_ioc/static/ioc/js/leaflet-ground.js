/** The ground of the drawing maps in the administration: outlines of the units.
 *  A classic script: Leaflet of django-leaflet is a global. */
(() => {
  const LOOK = { color: "#8a97a5", weight: 1, fillColor: "#dfe5ea", fillOpacity: 0.5, interactive: false };
  const GROUND = "administrative-units";
  /** @type {Promise<any>|undefined} */
  let asked;

  async function outlines() {
    const layers = await (await fetch("/api/v1/layers")).json();
    const ground = layers.find((/** @type {any} */ layer) => layer.roles.includes(GROUND));
    if (!ground) return { type: "FeatureCollection", features: [] };
    return (await fetch(`/api/v1/layers/${ground.slug}/features?limit=1000&fields=`)).json();
  }

  addEventListener("map:init", async (event) => {
    const { map } = /** @type {any} */ (event).detail;
    asked ??= outlines();
    const L = /** @type {any} */ (globalThis).L;
    L.geoJSON(await asked, { style: LOOK, interactive: false }).addTo(map).bringToBack();
  });
})();
