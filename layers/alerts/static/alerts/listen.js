/** Tells the page when a layer has changed: `changed:<slug>` on the document. */
import { LiveSocket, liveUrl } from "@ioc/live/socket.js";

const WORLD = [-180, -85, 180, 85];

/** @param {string} slug of the layer */
export function listenTo(slug) {
  const socket = new LiveSocket(liveUrl());
  const tell = () => document.dispatchEvent(new CustomEvent(`changed:${slug}`));
  socket.addEventListener("hello", () => {
    socket.send({ type: "subscribe", layer: slug, bbox: WORLD, zoom: 5 });
    tell();
  });
  socket.addEventListener("changed", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.layer === slug) tell();
  });
}
