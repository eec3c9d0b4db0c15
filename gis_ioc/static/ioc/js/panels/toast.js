/** One short message at the bottom of the page. */
import { bus } from "../lib/bus.js";
import { byId, h } from "../lib/dom.js";
import { t } from "../lib/texts.js";

const SHOWN_MS = 4_500;
let timer = 0;

export function startToast() {
  bus.on("toast", (text) => show(text));
  bus.on("release", () => {
    const button = h("button", { type: "button", class: "btn", onclick: () => location.reload() }, t("release.reload"));
    show(t("release.new"), button, true);
  });
}

/**
 * @param {string} text
 * @param {HTMLElement|null} [action]
 * @param {boolean} [stay]
 */
function show(text, action = null, stay = false) {
  const box = byId("toast");
  if (!box) return;
  clearTimeout(timer);
  box.replaceChildren(h("span", {}, text), ...(action ? [action] : []));
  box.hidden = false;
  if (!stay) {
    timer = /** @type {any} */ (
      setTimeout(() => {
        box.hidden = true;
      }, SHOWN_MS)
    );
  }
}
