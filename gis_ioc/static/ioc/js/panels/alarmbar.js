/** Over every list of alerts: the flood banner, and what the sound does just now. */
import { h, icon } from "../lib/dom.js";
import { number, t } from "../lib/texts.js";
import { briefText, epochMs } from "../lib/time.js";

/**
 * @typedef {object} Desk
 * @property {{since: string, held: number}|null} flood
 * @property {boolean} may_write
 */

/**
 * What of the alerts is shown: in a flood roots and the gravest only.
 * @template {{severity: string, members?: number|null, feature_id?: number|null}} A
 * @param {A[]} alerts
 * @param {boolean} flood
 * @returns {{shown: A[], held: number}}
 */
export function heldBack(alerts, flood) {
  const grave = (/** @type {A} */ alert) => ["critical", "high"].includes(alert.severity) || alert.feature_id === null;
  const shown = flood ? alerts.filter(grave) : alerts;
  return { shown, held: alerts.length - shown.length };
}

/**
 * @param {Desk["flood"]} flood
 * @param {number} held
 * @param {string} slug
 */
export function floodBanner(flood, held, slug) {
  if (!flood) return null;
  const since = briefText(epochMs(flood.since) ?? 0);
  const more = held ? h("a", { href: `/${slug}/?held=show` }, t("alerts.held", { n: number(held) })) : null;
  return h(
    "p",
    { class: "alarm-flood", role: "alert" },
    icon("flame"),
    h("strong", {}, t("alerts.flood", { since })),
    more,
  );
}

/**
 * The line about the sound, with a button that silences it for two minutes.
 * @param {import("../lib/sound.js").AlarmSound} sound
 */
export function soundLine(sound) {
  const line = h("p", { class: "alarm-sound", role: "status" });
  const draw = () => {
    line.replaceChildren();
    line.hidden = !sound.on;
    if (!sound.on) return;
    if (sound.waiting) line.append(h("span", {}, t("sound.gesture")));
    else {
      const text = sound.silenced ? t("sound.silenced", { time: briefText(sound.silencedUntil) }) : t("sound.on");
      const button = h("button", { type: "button", class: "btn btn-ghost", onclick: () => sound.silence() });
      button.append(t(sound.silenced ? "sound.again" : "sound.silence"));
      line.append(h("span", {}, text), button);
    }
  };
  sound.addEventListener("change", draw);
  draw();
  return line;
}

/**
 * The button that switches the sound on and off.
 * @param {any} button
 * @param {import("../lib/sound.js").AlarmSound} sound
 */
export function soundButton(button, sound) {
  const draw = () => {
    button.setAttribute("aria-pressed", String(sound.on));
    button.querySelector("use").setAttribute("href", sound.on ? "#icon-volume" : "#icon-volume-off");
    const label = button.querySelector("span");
    if (label) label.textContent = t(sound.on ? "sound.on" : "sound.off");
  };
  sound.addEventListener("change", draw);
  draw();
}
