/** The title of what lies under the pointer. */
import { byId, h } from "@ioc/lib/dom.js";
import { count, w } from "./words.js";

const AWAY = 14; // pixels from the pointer

/**
 * @param {import("./preview.js").Preview} preview
 * @param {any} event of the map; null: the pointer has left
 */
export function showHover(preview, event) {
  const features = event ? preview.at(event.point) : [];
  const box = byId("hover");
  box.hidden = !features.length;
  preview.map.getCanvas().style.cursor = features.length ? "pointer" : "";
  if (!features.length) return;
  const [{ properties, sourceLayer, id }] = features;
  const title = properties.title ?? properties.name ?? `${sourceLayer ?? ""} ${id ?? ""}`;
  const more = features.length > 1 ? [h("small", {}, w("feature.more", { n: count(features.length) }))] : [];
  box.replaceChildren(h("span", {}, String(title)), ...more);
  box.style.transform = `translate(${event.point.x + AWAY}px, ${event.point.y + AWAY}px)`;
}
