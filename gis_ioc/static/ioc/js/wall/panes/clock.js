/** The time of the picture, its day, and how old the newest data are. */
import { h } from "../../lib/dom.js";
import { page } from "../../lib/page.js";
import { t } from "../../lib/texts.js";
import { age, clockText, dayText, now } from "../../lib/time.js";
import { healthText } from "../../panels/status.js";
import { Life } from "../life.js";

/** Width of a figure of the clock, in sizes of its text. */
const FIGURE = 0.62;
const LARGEST = 1.12;
/** A pane so wide, in sizes of the text, has room for the age of data beside the hour. */
const WIDE = 20;

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, box, pane, sizes, wall }) {
  const seconds = pane.options.seconds ?? true;
  const life = new Life();
  const time = h("time", { class: "num" });
  const day = h("span", { class: "wall-day" });
  const chip = h("span", { class: "wall-chip", role: "status" });
  const drill = h("strong", { class: "wall-drill" });
  host.append(h("div", { class: "wall-time" }, time, chip, day, drill));
  // the hour gives way where there is little room
  const room = (box.width - 1.1 * sizes.text) / ((seconds ? 8 : 5) * FIGURE);
  const wide = box.width > WIDE * sizes.text;
  host.classList.toggle("wall-narrow", !wide);
  const below = (wide ? 2.5 : 3.7) * sizes.text;
  time.style.fontSize = `${Math.max(sizes.text, Math.min(sizes.figure * LARGEST, room, (box.height - below) / 1.05))}px`;
  /** @type {any} */
  let show = null;

  const draw = () => {
    const at = show?.time ?? now();
    const hours = clockText(at);
    time.textContent = seconds ? hours : hours.slice(0, 5);
    day.textContent = dayText(at);
    const past = show && show.time !== null;
    const exercise = Boolean(show?.stage.exercise);
    host.dataset.time = exercise ? "exercise" : past ? "past" : "live";
    drill.hidden = !past && !exercise;
    const named = wall.link.state?.clock?.title;
    const words = exercise ? [t("wall.exercise"), named] : [t("wall.past"), `${clockText(now())}`];
    drill.textContent = words.filter(Boolean).join(" · ");
    const { state, age_s } = wall.sources.health();
    chip.dataset.state = state;
    chip.textContent =
      state === "live" && age_s !== null ? t("wall.data", { age: age(age_s) }) : healthText(state, age_s);
  };
  life.every(1_000, draw);
  time.setAttribute("aria-label", page.timezone);
  return {
    update(next) {
      show = next;
      draw();
    },
    destroy: () => life.end(),
  };
}
