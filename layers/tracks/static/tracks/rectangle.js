/** A rectangle drawn on the map with Shift held, instead of zooming into it. */
import { h } from "@ioc/lib/dom.js";

const LEAST_PX = 8;

/**
 * @param {any} map
 * @param {(bounds: [number, number, number, number]) => void} chosen west, south, east, north
 */
export function selectBox(map, chosen) {
  const canvas = map.getCanvasContainer();
  map.boxZoom.disable();
  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (!event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    map.dragPan.disable();
    draw(map, event, chosen).finally(() => map.dragPan.enable());
  }, true);
}

/** @param {any} map @param {PointerEvent} begin @param {(bounds: [number, number, number, number]) => void} chosen */
async function draw(map, begin, chosen) {
  const node = h("div", { class: "replay-box" });
  const host = map.getContainer();
  const { left, top } = host.getBoundingClientRect();
  const from = { x: begin.clientX - left, y: begin.clientY - top };
  let to = from;
  host.append(node);
  const over = new AbortController();
  const { signal } = over;
  await new Promise((resolve) => {
    const stop = (/** @type {boolean} */ kept) => {
      if (!kept) to = from;
      resolve(undefined);
    };
    addEventListener("pointermove", (event) => {
      to = { x: event.clientX - left, y: event.clientY - top };
      const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
      node.style.cssText = `left:${x}px;top:${y}px;width:${Math.abs(to.x - from.x)}px;height:${Math.abs(to.y - from.y)}px`;
    }, { signal });
    addEventListener("pointerup", () => stop(true), { signal });
    addEventListener("pointercancel", () => stop(false), { signal });
    addEventListener("keydown", (event) => event.key === "Escape" && stop(false), { signal });
  });
  over.abort();
  node.remove();
  if (Math.hypot(to.x - from.x, to.y - from.y) < LEAST_PX) return;
  const [a, b] = [map.unproject([from.x, from.y]), map.unproject([to.x, to.y])];
  chosen([Math.min(a.lng, b.lng), Math.min(a.lat, b.lat), Math.max(a.lng, b.lng), Math.max(a.lat, b.lat)]);
}
