/** The real page of the wall in a frame, fed with the unsaved scene, and what its words
 *  measure. */
import { byId, h } from "../lib/dom.js";
import { page } from "../lib/page.js";
import { pref, setPref } from "../lib/prefs.js";
import { fill, number } from "../lib/texts.js";
import { basemapStyle } from "../map/basemap.js";
import { palette } from "../map/palette.js";
import { DESK_TEXT_PX, styleLayers } from "../map/style.js";
import { heightOf, widthOf } from "../wall/canvas.js";
import { isShown } from "./chosen.js";
import { USUAL_PX_MM, seen } from "./eye.js";
import { ofPage, ofStyle, together } from "./measure.js";

const WAIT_MS = 250;
const MEASURE_MS = [1_500, 6_000];
/** As wall/mapview.js draws marks. */
const DESK_MARK_PX = 20;
const CARD_MM = 85.6;

/** @typedef {import("./measure.js").Measured} Measured */

export class Preview {
  /**
   * @param {object} given
   * @param {any} given.wall
   * @param {string} given.url
   * @param {Record<string, string>} given.words
   * @param {() => any} given.body
   * @param {() => any[]} given.entries of the catalogue
   * @param {(measured: Measured) => void} given.measured
   */
  constructor(given) {
    this.given = given;
    this.timer = 0;
    /** @type {number[]} */
    this.timers = [];
    this.frame = byId("preview");
    this.frame.style.aspectRatio = `${widthOf(given.wall.canvas)} / ${heightOf(given.wall.canvas)}`;
    this.frame.addEventListener("load", () => this.send());
    addEventListener("message", (event) => {
      if (event.source === this.frame.contentWindow && event.data?.type === "scene-preview-ready") this.send();
    });
    this.frame.src = given.url;
    this.startEye();
  }

  /** The body has changed. */
  later() {
    clearTimeout(this.timer);
    this.timer = /** @type {any} */ (setTimeout(() => this.send(), WAIT_MS));
  }

  send() {
    this.frame.contentWindow?.postMessage({ type: "scene-preview", body: this.given.body() }, location.origin);
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = MEASURE_MS.map((ms) => /** @type {any} */ (setTimeout(() => this.measure(), ms)));
  }

  measure() {
    const found = this.found();
    const { words } = this.given;
    const place = byId("measured");
    if (!found) {
      place.textContent = words["measure.wait"];
      return;
    }
    const bad = found.small.length;
    place.textContent = fill(words[bad ? "measure.bad" : "measure.good"], {
      n: number(bad || found.all),
      all: number(found.all),
    });
    this.given.measured(found);
  }

  /** @returns {Measured|null} null: nothing is drawn yet */
  found() {
    const drawn = this.frame.contentDocument;
    const needed_px = this.given.wall.text_px;
    if (!drawn?.querySelector("[data-pane]")) return null;
    return together([ofPage(drawn, needed_px), ...this.maps(needed_px)]);
  }

  /** The words of each map, by the styles that the wall draws with. @param {number} needed_px */
  maps(needed_px) {
    const body = this.given.body();
    const text_px = needed_px * (body.text ?? 1);
    const scale = { text: text_px / DESK_TEXT_PX, mark: Math.max(1, text_px / DESK_MARK_PX) };
    const theme = this.frame.contentDocument?.documentElement.dataset.theme ?? "dark";
    const ground = basemapStyle(location.origin, palette(theme), page.language, scale.text);
    return body.panes
      .filter((/** @type {any} */ pane) => pane.kind === "map")
      .map((/** @type {any} */ pane) => {
        const own = pane.options?.layers?.length || pane.options?.roles?.length ? pane.options : body;
        const shown = this.given.entries().filter((entry) => isShown(own, entry));
        const layers = shown.flatMap((entry) => styleLayers(entry, { theme, scale }));
        return ofStyle([...ground.layers, ...layers], pane.id, needed_px);
      });
  }

  /** At the angle at which the last row sees the wall. */
  startEye() {
    const [button, cm, card] = [byId("eye"), byId("eye-cm"), byId("eye-card")];
    const kept = pref("scenes.eye", { cm: 60, card: Math.round(CARD_MM / USUAL_PX_MM) });
    cm.value = kept.cm;
    card.value = kept.card;
    const draw = () => {
      const on = button.getAttribute("aria-pressed") === "true";
      byId("eye-tools").hidden = !on;
      byId("eye-card-shown").style.width = `${card.value}px`;
      const { wall, words } = this.given;
      const found = seen({ width_px: widthOf(wall.canvas) }, wall, {
        distance_cm: Number(cm.value) || 60,
        px_mm: CARD_MM / Number(card.value),
      });
      byId("eye-said").textContent = fill(words["eye.what"], {
        metres: wall.farthest_m,
        wall: number(found.wall_mm),
        here: cm.value,
      });
      this.frame.style.width = on ? `${found.width_px}px` : "";
    };
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      draw();
    });
    for (const input of [cm, card]) {
      input.addEventListener("input", () => {
        setPref("scenes.eye", { cm: Number(cm.value), card: Number(card.value) });
        draw();
      });
    }
    draw();
  }
}

/** What was measured, as a list of problems. @param {Measured} found @param {Record<string, string>} words */
export function measuredRows(found, words) {
  return found.small.map((one) => ({
    what: "measured",
    pane: one.pane,
    refuses: false,
    message: fill(words["measure.one"], one),
    remedies: [],
  }));
}

/**
 * The list under the canvas.
 * @param {any[]} problems
 * @param {(pane: string) => void} select
 */
export function problemList(problems, select) {
  return problems.map((problem) => {
    const words = h(
      "button",
      { type: "button", class: problem.refuses ? "is-bad" : "is-warning" },
      `${problem.refuses ? "✕" : "!"} ${problem.message}`,
    );
    words.addEventListener("click", () => problem.pane && select(problem.pane));
    const helps = problem.remedies?.length ? h("small", {}, `→ ${problem.remedies.join("; ")}`) : null;
    return h("li", {}, words, helps);
  });
}
