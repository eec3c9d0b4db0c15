/* The ground of the drawing map: outlines of the units valid today. */
(() => {
  const url = document.getElementById("draw-script").dataset.outlines;
  window.addEventListener("map:init", async (event) => {
    const map = event.detail.map;
    const answer = await fetch(url);
    if (!answer.ok) return;
    const style = { color: "#8591a0", weight: 1, fillOpacity: 0.05, interactive: false };
    const ground = window.L.geoJSON(await answer.json(), { style }).addTo(map);
    ground.bringToBack();
  });
})();
