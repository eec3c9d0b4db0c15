/** Legend entries as the catalogue gives them: a drawn sign and its word. */
import { h, symbolOf, use } from "../lib/dom.js";

/** @typedef {{label: string, shape: string, color?: string, icon?: string}} Sign */

/** Signs that are not an icon of the sheet. @type {Record<string, string>} */
const BARS = { line: "sign-line", fill: "sign-fill", dash: "sign-dash", note: "sign-note" };

/** An icon, one of our shapes or a severity mark, as the map itself looks it up. @param {string} name */
function drawn(name) {
  const symbol = symbolOf(name);
  const node = use(symbol?.id ?? "icon-shape-circle", "icon sign");
  if (!symbol || symbol.querySelector("[data-solid]")) node.classList.add("sign-solid");
  return node;
}

/** @param {Sign} sign */
export function mark(sign) {
  const css = BARS[sign.shape];
  const node = css ? h("i", { class: `sign ${css}` }) : drawn(sign.icon ?? `shape-${sign.shape}`);
  if (sign.color) node.style.color = sign.color;
  return node;
}

/** @param {Sign[]} signs */
export function legendList(signs) {
  return h("ul", { class: "legend" }, ...signs.map((sign) => h("li", {}, mark(sign), h("span", {}, sign.label))));
}
