/** A page of another house, from the hosts that the administrator allows. */
import { h } from "../../lib/dom.js";
import { framed } from "./frame.js";

const AGAIN_MS = 600_000;

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane }) {
  const { title, url } = pane.options;
  const { hostname } = new URL(url);
  const frame = framed(host, { icon: "world-www", title: title || hostname });
  // no sign-in, no way out of its frame
  const view = h("iframe", {
    class: "wall-web",
    src: url,
    title: title || hostname,
    sandbox: "allow-scripts allow-same-origin",
    referrerpolicy: "no-referrer",
    loading: "eager",
    tabindex: "-1",
  });
  frame.body.append(view);
  frame.note(hostname);
  const timer = setInterval(() => {
    view.src = url;
  }, AGAIN_MS);
  return {
    update() {},
    destroy() {
      clearInterval(timer);
      view.remove();
    },
  };
}
