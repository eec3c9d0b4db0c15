/** What the marks of the scene's layers mean, and the source of what has one. */
import { h } from "../../lib/dom.js";
import { mark } from "../../panels/legend.js";
import { framed } from "./frame.js";

/** What moves first, then in the order of the menu. @param {any} a @param {any} b */
const byLife = (a, b) => Number(b.tiles.kind === "live") - Number(a.tiles.kind === "live") || a.order - b.order;

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane, wall }) {
  const frame = framed(host, { title: pane.options.title });
  let drawn = "";
  return {
    update(show) {
      const slugs = wall.slugs(show.scene.body);
      const said = [...slugs].join();
      if (said === drawn) return;
      drawn = said;
      const entries = wall.entries.filter((entry) => slugs.has(entry.slug)).sort(byLife);
      const signs = (/** @type {any} */ entry) =>
        entry.legend.filter((/** @type {any} */ sign) => sign.shape !== "note");
      const lines = entries
        .filter((entry) => signs(entry).length)
        .flatMap((entry) => [
          h("h3", {}, entry.title),
          ...signs(entry).map((/** @type {any} */ sign) =>
            h("p", { class: "wall-sign" }, mark(sign), h("span", {}, sign.label)),
          ),
        ]);
      frame.body.classList.add("wall-legend");
      frame.body.replaceChildren(...lines);
      cut(frame.body);
    },
    destroy() {},
  };
}

/** What has no room is left out from the end, with the name of its layer. @param {HTMLElement} body */
function cut(body) {
  const full = () => body.scrollWidth > body.clientWidth + 1;
  while (body.children.length > 1 && (full() || body.lastElementChild?.tagName === "H3"))
    body.lastElementChild?.remove();
}
