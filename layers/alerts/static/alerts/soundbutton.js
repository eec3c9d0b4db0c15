/** The sound of new alerts on the page of the list. */
import { bus } from "@ioc/lib/bus.js";
import { soundButton, soundLine } from "@ioc/panels/alarmbar.js";
import { AlertFeed } from "@ioc/panels/alerts.js";

/**
 * @param {import("@ioc/lib/sound.js").AlarmSound} sound
 * @param {HTMLElement} page
 */
export function startSound(sound, page) {
  const button = page.querySelector("[data-sound]");
  if (!button) return;
  soundButton(button, sound);
  button.addEventListener("click", () => sound.toggle());
  button.closest(".page-head")?.after(soundLine(sound));
  bus.on("alerts", ({ alerts, fresh, desk }) => sound.hear({ alerts, fresh, flood: Boolean(desk?.flood) }));
  document.addEventListener("changed:alerts", () => bus.emit("changed", "alerts"));
  new AlertFeed("alerts");
}
