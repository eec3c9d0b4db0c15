/** A stretch drawn with the mouse over a picture. */
import { h } from "@ioc/lib/dom.js";

/** Shorter ones are a click, px. */
const LEAST_PX = 6;

/**
 * @param {HTMLElement} plot
 * @param {boolean} clicks whether a click chooses too
 * @param {(low: number, high: number) => void} choose px from the left
 */
export function dragToZoom(plot, clicks, choose) {
  const rubber = h("i", { class: "st-rubber", hidden: true });
  plot.append(rubber);
  let start = Number.NaN;
  const at = (/** @type {PointerEvent} */ event) => event.clientX - plot.getBoundingClientRect().left;
  const stretch = (/** @type {PointerEvent} */ event) => [start, at(event)].sort((a, b) => a - b);
  plot.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) start = at(event);
  });
  addEventListener("pointermove", (event) => {
    if (Number.isNaN(start)) return;
    const [low, high] = stretch(event);
    rubber.hidden = high - low < LEAST_PX;
    rubber.style.left = `${low}px`;
    rubber.style.width = `${high - low}px`;
  });
  addEventListener("pointerup", (event) => {
    if (Number.isNaN(start)) return;
    const [low, high] = stretch(event);
    start = Number.NaN;
    rubber.hidden = true;
    if (clicks || high - low >= LEAST_PX) choose(low, high);
  });
}
