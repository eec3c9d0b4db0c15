/** How large the words of a preview really are: every text node inside a pane, and the
 *  words of its maps, against the smallest that the farthest reader can read. */

/** What a browser rounds away. */
const NEAR_PX = 0.5;
const LONGEST_NAME = 40;

/** @typedef {{pane: string, text: string, px: number, needed_px: number}} Small */
/** @typedef {{all: number, small: Small[]}} Measured */

/**
 * The least of what a style gives for a size: a number, or the outputs of an expression.
 * @param {any} value
 * @returns {number|null} null: it cannot be told
 */
export function least(value) {
  if (typeof value === "number") return value;
  if (!Array.isArray(value)) return null;
  const [name, ...rest] = value;
  const outputs = {
    interpolate: () => rest.filter((_, at) => at >= 3 && at % 2 === 1),
    step: () => rest.filter((_, at) => at === 1 || (at >= 3 && at % 2 === 1)),
    case: () => rest.filter((_, at) => at % 2 === 1 || at === rest.length - 1),
    match: () => rest.filter((_, at) => (at >= 2 && at % 2 === 0) || at === rest.length - 1),
    literal: () => rest,
    max: () => [Math.max(...rest.map((one) => least(one) ?? 0))],
    "*": () => [rest.reduce((product, one) => product * (least(one) ?? 1), 1)],
  }[/** @type {string} */ (name)]?.();
  const found = (outputs ?? []).map(least).filter((one) => one !== null);
  return found.length ? Math.min(.../** @type {number[]} */ (found)) : null;
}

/**
 * The words of a map: the least size of each layer of its style that writes.
 * @param {any[]} layers of a MapLibre style
 * @param {string} pane
 * @param {number} needed_px
 * @returns {Measured}
 */
export function ofStyle(layers, pane, needed_px) {
  const writing = layers.filter(
    (layer) => layer.type === "symbol" && layer.layout?.["text-field"] && layer.layout.visibility !== "none",
  );
  const small = [];
  for (const layer of writing) {
    const px = least(layer.layout["text-size"] ?? 16);
    if (px !== null && px < needed_px - NEAR_PX) small.push({ pane, text: layer.id, px: round(px), needed_px });
  }
  return { all: writing.length, small };
}

/** @param {number} px */
const round = (px) => Math.round(px * 10) / 10;

/** @param {Element} node @param {Element} pane */
function isSeen(node, pane) {
  for (let at = /** @type {Element|null} */ (node); at && pane.contains(at); at = at.parentElement) {
    const style = /** @type {Window} */ (at.ownerDocument.defaultView).getComputedStyle(at);
    if (style.display === "none" || style.visibility === "hidden" || at.classList.contains("sr-only")) return false;
  }
  return true;
}

/**
 * The words of the panes of a page that draws them in canvas pixels.
 * @param {Document} page
 * @param {number} needed_px
 * @returns {Measured}
 */
export function ofPage(page, needed_px) {
  /** @type {Map<string, Small>} */
  const small = new Map();
  let all = 0;
  for (const pane of page.querySelectorAll("[data-pane]")) {
    const walker = page.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const words = walker.currentNode.textContent?.trim() ?? "";
      const parent = walker.currentNode.parentElement;
      if (!words || !parent || !isSeen(parent, pane)) continue;
      all++;
      const px = Number.parseFloat(/** @type {Window} */ (page.defaultView).getComputedStyle(parent).fontSize);
      if (px >= needed_px - NEAR_PX) continue;
      const id = /** @type {HTMLElement} */ (pane).dataset.pane ?? "";
      const key = `${id} ${parent.className} ${round(px)}`;
      if (!small.has(key)) small.set(key, { pane: id, text: words.slice(0, LONGEST_NAME), px: round(px), needed_px });
    }
  }
  return { all, small: [...small.values()] };
}

/** @param {Measured[]} parts @returns {Measured} */
export function together(parts) {
  return { all: parts.reduce((sum, part) => sum + part.all, 0), small: parts.flatMap((part) => part.small) };
}
