/** Words that somebody wrote. */
import { h } from "../../lib/dom.js";

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane }) {
  const { title, body = "", align = "left" } = pane.options;
  host.dataset.align = align;
  if (title) host.append(h("h2", { class: "wall-words-title" }, title));
  host.append(...body.split("\n").map((/** @type {string} */ line) => h("p", { class: "wall-words" }, line)));
  return { update() {}, destroy() {} };
}
