/** The parts of a time bar: buttons, track, the form for a span of one's own. */
import { h, icon } from "../lib/dom.js";
import { page } from "../lib/page.js";
import { SPEEDS } from "../lib/playclock.js";
import { t } from "../lib/texts.js";

const HOUR_MS = 3_600_000;
export const SPANS = { "1h": HOUR_MS, "6h": 6 * HOUR_MS, "24h": 24 * HOUR_MS, "7d": 168 * HOUR_MS };

/** @typedef {import("./timebar.js").TimeBar} TimeBar */

/**
 * @param {() => void} action
 * @param {Record<string, any>} attrs
 * @param {...(Node|string)} children
 */
const press = (action, attrs, ...children) => h("button", { type: "button", onclick: action, ...attrs }, ...children);

/** Makes the nodes of a bar. @param {TimeBar} bar */
export function build(bar) {
  loadStyle();
  bar.title = h("b", { class: "timebar-title" });
  bar.message = h("span", { class: "timebar-message", role: "status" });
  bar.extra = h("div", { class: "timebar-extra" });
  bar.playButton = press(() => bar.toggle(), { class: "timebar-play" }, icon("player-play"));
  bar.clockNode = h("time", { class: "timebar-clock num" });
  bar.dayNode = h("span", { class: "timebar-day" });
  bar.speed = speeds(bar);
  bar.spans = spans(bar);
  bar.track = track(bar);
  bar.form = form(bar);
  const close = press(() => bar.close(), { class: "timebar-close", title: `${t("play.close")} (Esc)` }, icon("x"), h("span", { class: "timebar-word" }, t("play.live")));
  const chip = h("span", { class: "timebar-chip", title: t("play.notLive") }, t("play.replay"));
  const when = h("div", { class: "timebar-when" }, bar.clockNode, bar.dayNode);
  bar.node = h(
    "section",
    { class: "timebar", "aria-label": t("play.label"), hidden: true },
    h("div", { class: "timebar-row timebar-head" }, chip, bar.title, bar.message, bar.extra, close),
    bar.form,
    h("div", { class: "timebar-row timebar-main" }, bar.playButton, when, bar.track, bar.speed),
    bar.spans,
  );
}

/** @param {TimeBar} bar */
function speeds(bar) {
  const choices = SPEEDS.map((speed) => h("option", { value: speed }, `${speed} ×`));
  const words = { "aria-label": t("play.speed"), title: t("play.speed") };
  return h("select", { class: "timebar-speed", ...words, onchange: () => bar.setSpeed(Number(bar.speed.value)) }, ...choices);
}

/** @param {TimeBar} bar */
function spans(bar) {
  return h(
    "div",
    { class: "timebar-spans", role: "group", "aria-label": t("play.span") },
    ...Object.keys(SPANS).map((name) => press(() => bar.choose(name), { "data-span": name, "aria-pressed": "false" }, t(`play.${name}`))),
    press(() => bar.toggleForm(), { "data-span": "own", "aria-pressed": "false", "aria-expanded": "false" }, t("play.own")),
  );
}

/** @param {TimeBar} bar */
function track(bar) {
  bar.canvas = h("canvas", { class: "timebar-bars", "aria-hidden": "true" });
  bar.loaded = h("i", { class: "timebar-loaded" });
  bar.ticks = h("div", { class: "timebar-ticks", "aria-hidden": "true" });
  bar.range = h("input", {
    type: "range",
    class: "timebar-range",
    step: "any",
    min: 0,
    max: 1,
    "aria-label": t("play.time"),
    oninput: () => bar.seek(bar.clock.from + Number(bar.range.value) * (bar.clock.to - bar.clock.from)),
    onkeydown: (/** @type {KeyboardEvent} */ event) => bar.onStep(event),
  });
  return h("div", { class: "timebar-track" }, bar.canvas, bar.loaded, bar.range, bar.ticks);
}

/** @param {TimeBar} bar */
function form(bar) {
  const field = (/** @type {string} */ name) =>
    h("label", {}, h("span", {}, t(`play.${name}`)), h("input", { name, type: "text", autocomplete: "off", placeholder: "22/11/2026 14:30", required: true }));
  bar.formError = h("p", { class: "timebar-error", role: "alert" });
  return h(
    "form",
    { class: "timebar-form", hidden: true, onsubmit: (/** @type {Event} */ event) => bar.onForm(event) },
    field("from"),
    field("to"),
    h("span", { class: "timebar-zone" }, page.timezone),
    h("button", { class: "btn", type: "submit" }, t("play.show")),
    bar.formError,
  );
}

export function loadStyle() {
  const href = new URL("../../css/timebar.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(h("link", { rel: "stylesheet", href }));
}
