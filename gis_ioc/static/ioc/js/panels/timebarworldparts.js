/** The nodes of the page's time bar. */
import { clock } from "../lib/clock.js";
import { h, icon } from "../lib/dom.js";
import { page } from "../lib/page.js";
import { SPEEDS } from "../lib/playclock.js";
import { t } from "../lib/texts.js";
import { loadStyle, SPANS } from "./timebarparts.js";

const MIN_MS = 60_000;
const HOUR_MS = 60 * MIN_MS;

/** @typedef {import("./timebarworld.js").WorldBar} WorldBar */

/** @param {string} text @param {string} key */
const named = (text, key) => ({ "aria-label": `${t(text)} (${key})`, title: `${t(text)} (${key})` });

/** @param {() => void} action @param {Record<string, any>} attrs @param {...(Node|string)} children */
const press = (action, attrs, ...children) => h("button", { type: "button", onclick: action, ...attrs }, ...children);

/** @param {WorldBar} bar */
export function build(bar) {
  loadStyle();
  bar.chip = h("span", { class: "timebar-chip", role: "status" });
  bar.clockNode = h("time", { class: "timebar-clock num" });
  bar.dayNode = h("span", { class: "timebar-day" });
  bar.play = press(
    () => clock.toggle(),
    { class: "timebar-play", ...named("time.play", "Space") },
    icon("player-play"),
  );
  bar.backward = [
    press(() => clock.step(-HOUR_MS), named("time.key.hourBack", "{"), icon("chevrons-left")),
    press(() => clock.step(-MIN_MS), named("time.key.minBack", "["), icon("chevron-left")),
  ];
  bar.onward = [
    press(() => clock.step(MIN_MS), named("time.key.minOn", "]"), icon("chevron-right")),
    press(() => clock.step(HOUR_MS), named("time.key.hourOn", "}"), icon("chevrons-right")),
  ];
  bar.speed = speeds();
  bar.missing = h("span", { class: "timebar-message", role: "status" });
  bar.back = press(
    () => clock.goLive(),
    { class: "btn btn-primary timebar-live", hidden: true },
    t("time.back"),
    h("kbd", { "aria-hidden": "true" }, "N"),
  );
  bar.track = track(bar);
  form(bar);
  bar.bannerText = h("strong", {});
  const banner = h("div", { class: "past-banner", role: "status" }, icon("history"), bar.bannerText);
  const when = h("div", { class: "timebar-when" }, bar.clockNode, bar.dayNode);
  const ask = press(() => bar.ask(), named("time.key.go", "Shift+G"), icon("calendar-time"));
  bar.node = h(
    "section",
    { class: "timebar worldbar", "aria-label": t("time.label"), hidden: true },
    banner,
    h(
      "div",
      { class: "timebar-row" },
      bar.chip,
      when,
      ...bar.backward,
      bar.play,
      ...bar.onward,
      bar.speed,
      ask,
      bar.missing,
      lengths(bar),
      bar.back,
    ),
    bar.form,
    bar.track,
  );
}

function speeds() {
  const choices = SPEEDS.map((speed) => h("option", { value: speed }, `${speed} ×`));
  const words = { "aria-label": t("play.speed"), title: t("play.speed") };
  const node = h("select", { class: "timebar-speed", ...words }, ...choices);
  node.addEventListener("change", () => clock.setSpeed(Number(node.value)));
  return node;
}

/** How much of time the track shows. @param {WorldBar} bar */
function lengths(bar) {
  const choices = Object.entries(SPANS).map(([name, length]) =>
    h("option", { value: length, selected: length === bar.length }, t(`play.${name}`)),
  );
  const node = h("select", { class: "timebar-speed", "aria-label": t("play.span"), title: t("play.span") }, ...choices);
  node.addEventListener("change", () => bar.setLength(Number(node.value)));
  return node;
}

/** @param {WorldBar} bar */
function track(bar) {
  bar.canvas = h("canvas", { class: "timebar-bars", "aria-hidden": "true" });
  bar.ticks = h("div", { class: "timebar-ticks", "aria-hidden": "true" });
  bar.range = h("input", {
    type: "range",
    class: "timebar-range",
    step: "any",
    min: 0,
    max: 1,
    "aria-label": t("time.label"),
    oninput: () => bar.onTrack(Number(bar.range.value)),
    onkeydown: (/** @type {KeyboardEvent} */ event) => bar.onStep(event),
  });
  return h("div", { class: "timebar-track", title: t("time.alerts") }, bar.canvas, bar.range, bar.ticks);
}

/** @param {WorldBar} bar */
function form(bar) {
  bar.input = h("input", {
    type: "text",
    autocomplete: "off",
    placeholder: "22/11/2026 14:30",
    "aria-label": t("time.key.go"),
    required: true,
  });
  bar.error = h("p", { class: "timebar-error", role: "alert" });
  bar.form = h(
    "form",
    { class: "timebar-form", hidden: true, onsubmit: (/** @type {Event} */ event) => bar.onForm(event) },
    bar.input,
    h("span", { class: "timebar-zone" }, page.timezone),
    h("button", { class: "btn", type: "submit" }, t("time.go")),
    bar.error,
  );
  bar.form.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    bar.form.hidden = true;
    event.stopPropagation();
    bar.show();
  });
}
