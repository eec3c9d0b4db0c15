/** The slider of days: stops where there are figures, marks where units changed. */
import { h, icon } from "@ioc/lib/dom.js";
import { day, say } from "./say.js";

const STEP_MS = 1_600;
const ms = (/** @type {string} */ iso) => Date.parse(`${iso}T00:00:00Z`);

/**
 * Where days stand on a track, from 0 to 1, first and last with a little room.
 * @param {string[]} days ISO, ascending
 */
export function scale(days) {
  const [first, last] = [ms(days[0]), ms(days[days.length - 1])];
  return (/** @type {string} */ at) => (last === first ? 0.5 : 0.02 + (0.96 * (ms(at) - first)) / (last - first));
}

/**
 * The stop nearest to a place on the track.
 * @param {string[]} days
 * @param {number} share 0 to 1
 */
export function nearest(days, share) {
  const at = scale(days);
  return days.reduce((best, one) => (Math.abs(at(one) - share) < Math.abs(at(best) - share) ? one : best), days[0]);
}

export class Timeline {
  /**
   * @param {HTMLElement} node
   * @param {(day: string) => void} chosen
   */
  constructor(node, chosen) {
    this.node = node;
    this.chosen = chosen;
    /** @type {{day: string, figures: boolean}[]} */
    this.stops = [];
    this.at = "";
    this.timer = 0;
    this.track = h("div", {
      class: "xp-track",
      role: "slider",
      tabindex: "0",
      "aria-label": say("date"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      onpointerdown: (/** @type {PointerEvent} */ event) => this.drag(event),
    });
    this.playing = h(
      "button",
      {
        type: "button",
        class: "xp-step",
        "aria-pressed": "false",
        title: say("play"),
        "aria-label": say("play"),
        onclick: () => this.play(),
      },
      icon("player-play"),
    );
    this.text = h("output", { class: "xp-date num" });
    const step = (/** @type {number} */ by, /** @type {Node} */ sign, /** @type {string} */ word) =>
      h(
        "button",
        { type: "button", class: "xp-step", title: say(word), "aria-label": say(word), onclick: () => this.step(by) },
        sign,
      );
    node.replaceChildren(
      this.playing,
      step(-1, icon("chevron-left"), "before"),
      this.track,
      step(1, icon("chevron-right"), "after"),
      this.text,
    );
  }

  get days() {
    return this.stops.map((stop) => stop.day);
  }

  /**
   * @param {{day: string, figures: boolean}[]} stops ascending
   * @param {{day: string, label: string, title: string}[]} marks
   * @param {string} at
   */
  fill(stops, marks, at) {
    this.stops = stops;
    this.marks = marks;
    this.node.hidden = stops.length === 0;
    if (!stops.length) return;
    const place = scale(this.days);
    const left = (/** @type {any} */ node, /** @type {string} */ on) => {
      node.style.left = `${(place(on) * 100).toFixed(2)}%`;
      return node;
    };
    const inside = marks.filter((mark) => mark.day > stops[0].day && mark.day <= stops[stops.length - 1].day);
    this.thumb = h("i", { class: "xp-thumb" });
    this.track.replaceChildren(
      h("i", { class: "xp-rail" }),
      ...stops.map((stop) =>
        left(h("i", { class: stop.figures ? "xp-stop" : "xp-stop xp-stop-bare", title: day(stop.day) }), stop.day),
      ),
      ...apart(inside, place).map((mark) =>
        left(h("span", { class: "xp-mark", title: mark.title }, h("b", {}, mark.label)), mark.day),
      ),
      ...yearsOf(this.days).map(([year, on]) => left(h("small", { class: "xp-year num" }, year), on)),
      this.thumb,
    );
    this.track.setAttribute("aria-valuemin", "1");
    this.track.setAttribute("aria-valuemax", String(stops.length));
    this.set(at);
  }

  /** @param {string} at */
  set(at) {
    this.at = at;
    if (!this.stops.length) return;
    const days = this.days;
    const held = [days[0], at, days[days.length - 1]].sort()[1];
    this.thumb.style.left = `${(scale(days)(held) * 100).toFixed(2)}%`;
    this.text.value = day(at);
    this.track.setAttribute("aria-valuenow", String(1 + Math.max(0, this.index())));
    this.track.setAttribute("aria-valuetext", day(at));
  }

  /** The last stop not after the day. */
  index() {
    return this.days.findLastIndex((one) => one <= this.at);
  }

  /** @param {number} by */
  step(by) {
    const days = this.days;
    const here = this.index();
    const next = by < 0 && here >= 0 && days[here] < this.at ? here : here + by;
    this.go(days[Math.min(days.length - 1, Math.max(0, next))]);
  }

  /** @param {string} on */
  go(on) {
    if (!on || on === this.at) return;
    this.set(on);
    this.chosen(on);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const days = this.days;
    const moves = /** @type {Record<string, () => void>} */ ({
      ArrowLeft: () => this.step(-1),
      ArrowDown: () => this.step(-1),
      ArrowRight: () => this.step(1),
      ArrowUp: () => this.step(1),
      Home: () => this.go(days[0]),
      End: () => this.go(days[days.length - 1]),
    });
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const { left, width } = this.track.getBoundingClientRect();
    const follow = (/** @type {PointerEvent} */ now) => this.go(nearest(this.days, (now.clientX - left) / width));
    this.track.setPointerCapture(event.pointerId);
    this.track.addEventListener("pointermove", follow);
    this.track.addEventListener("pointerup", () => this.track.removeEventListener("pointermove", follow), {
      once: true,
    });
    follow(event);
  }

  /** Stop by stop to the end, then it stops. */
  play() {
    if (this.timer) return this.stop();
    if (this.index() >= this.stops.length - 1) this.go(this.days[0]);
    this.playing.setAttribute("aria-pressed", "true");
    this.playing.replaceChildren(icon("player-pause"));
    this.timer = /** @type {any} */ (
      setInterval(() => (this.index() >= this.stops.length - 1 ? this.stop() : this.step(1)), STEP_MS)
    );
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.playing.setAttribute("aria-pressed", "false");
    this.playing.replaceChildren(icon("player-play"));
  }
}

/** Each year once, at its last stop. @param {string[]} days @returns {[string, string][]} */
function yearsOf(days) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const one of days) found.set(one.slice(0, 4), one);
  return [...found];
}

/**
 * Marks whose words would lie over those of the next one keep their line only.
 * @param {{day: string, label: string, title: string}[]} marks
 * @param {(day: string) => number} place
 */
function apart(marks, place) {
  const room = innerWidth <= 900 ? 0.16 : 0.06;
  return marks.map((mark, i) =>
    marks[i + 1] && place(marks[i + 1].day) - place(mark.day) < room ? { ...mark, label: "" } : mark,
  );
}
