/** A window that shows an unsaved scene of the editor instead of what its wall shows. */
import { getJson } from "../lib/http.js";

const SCENE = "preview";
const STATE = {
  base: { kind: "scene", scene: SCENE, since: 0 },
  interrupts: [],
  camera: null,
  clock: null,
  blank: null,
  theme: null,
};

/** Whether this window is a preview. */
export const isPreview = () => new URLSearchParams(location.search).has("preview") && parent !== window;

/**
 * From now on the link says what the editor sends; nothing of it is kept.
 * @param {import("./link.js").Link} link
 */
export async function startPreview(link) {
  /** @type {any} */
  let body = null;
  /** @type {any} */
  let bundle = null;
  Object.assign(link, { take: () => {}, keep: () => {}, state: null, bundle: null });
  const draw = () => {
    if (!body || !bundle) return;
    link.bundle = { ...bundle, scenes: { [SCENE]: { slug: SCENE, title: "", body } } };
    link.state = /** @type {any} */ (STATE);
    link.tell("change");
  };
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || source !== parent || data?.type !== "scene-preview") return;
    body = data.body;
    draw();
  });
  bundle = await getJson(link.bundleUrl);
  parent.postMessage({ type: "scene-preview-ready" }, location.origin);
  draw();
}
