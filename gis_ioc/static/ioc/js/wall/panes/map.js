/** A map, with its scale. Without layers of its own it shows those of the scene. */
import { h } from "../../lib/dom.js";
import { page } from "../../lib/page.js";
import { pulse } from "../../map/pulse.js";
import { lengthText, scaleBar } from "../../panels/status.js";
import { lonLat } from "../canvas.js";
import { Life } from "../life.js";

const SCALE = 7;

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, box, pane, sizes, wall }) {
  const life = new Life();
  const view = wall.maps.take(sizes.text, wall.ratio);
  view.place(host, box, wall.part);
  const bar = h("i");
  const length = h("b", { class: "num" });
  const title = h("strong");
  const north = h("span", { class: "wall-north", "aria-hidden": "true" }, "N");
  const foot = h("footer", { class: "wall-furniture" }, h("span", { class: "wall-scale" }, bar, length), north);
  const head = h("header", { class: "wall-sign-head" }, title);
  host.append(head, foot);
  let scaled = "";

  // alerts that call, and the one that the spotlight is about, where they are
  const ring = (/** @type {any} */ alert) => view.map && pulse(view.map, alert);
  life.on("alerts", ({ alerts }) => alerts.forEach(ring));
  life.on("spotted", ring);

  return {
    view,
    update(show) {
      const own =
        show.panes.find((/** @type {any} */ one) => one.pane.id === host.dataset.pane)?.pane.options ?? pane.options;
      const named = own.layers?.length || own.roles?.length ? own : show.scene.body;
      view.show({ slugs: wall.slugs(named), filters: show.scene.body.filters ?? {} });
      view.setTime(show.time);
      const first = show.panes.find((/** @type {any} */ one) => one.pane.kind === "map")?.pane.id === host.dataset.pane;
      const text = own.title || (first ? `GIS-IOC ${wall.sources.province}` : "");
      if (title.textContent !== text) title.textContent = text;
      head.hidden = !text;
      head.dataset.demo = page.demo && first ? "DEMO" : "";
      if (!view.layers) wall.frames.wake();
    },
    look(camera) {
      const moved = view.look(camera);
      if (!moved) return false;
      const [, lat] = lonLat(camera);
      const { metres, width_px } = scaleBar(lat, camera.zoom, sizes.text * SCALE);
      const said = `${metres}:${Math.round(width_px)}`;
      if (said !== scaled) {
        scaled = said;
        bar.style.width = `${width_px}px`;
        length.textContent = lengthText(metres);
      }
      return true;
    },
    destroy() {
      life.end();
      wall.maps.give(view);
    },
  };
}
