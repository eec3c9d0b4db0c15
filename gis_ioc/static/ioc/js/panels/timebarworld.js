/**
 * The time bar of the page: live, or any minute of the past. It only turns the page's
 * clock (`lib/clock.js`); what the picture then shows is the business of the parts.
 */
import { bus } from "../lib/bus.js";
import { clock } from "../lib/clock.js";
import { parseMoment, writeMoment } from "../lib/moments.js";
import { page } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { age, briefText, clockText, dayText, epochMs, now } from "../lib/time.js";
import { drawerActions } from "./actions.js";
import { keys } from "./help.js";
import { build } from "./timebarworldparts.js";
import { drawHistogram, drawTicks } from "./timetrack.js";

const MIN_MS = 60_000;
const HOUR_MS = 60 * MIN_MS;
const GROUP = "keys.group.time";
const BINS = 240;
/** The track moves on when the hand has come so near to its end. */
const EDGE = 0.02;
/** While time runs the words are written so often. */
const WRITE_MS = 100;
/** What the space bar itself presses. */
const PRESSED = "button, a, summary, input[type='checkbox'], [role='separator']";

export class WorldBar {
  /**
   * @param {HTMLElement} host the bar is put at its end
   * @param {{always?: boolean, without?: () => {title: string}[]}} [how] always: shown
   *   while live, too; without: layers that keep no past
   */
  constructor(host, { always = false, without = () => [] } = {}) {
    this.always = always;
    this.without = without;
    this.length = 24 * HOUR_MS;
    /** moments of alerts, epoch ms, ascending @type {number[]} */
    this.marks = [];
    this.written = 0;
    build(this);
    host.append(this.node);
    new ResizeObserver(() => this.drawTrack()).observe(this.track);
    bus.on("clock", () => this.show());
    bus.on("clock:tick", () => this.tick());
    bus.on("moments", (/** @type {number[]} */ found) => {
      this.marks = found;
      this.drawTrack();
    });
    bus.on("do:past", () => this.enter());
    setInterval(() => clock.live && this.show(), 1_000);
    this.addKeys();
    drawerActions.add({
      name: "moment",
      text: "act.moment",
      icon: "history",
      key: "i",
      run: toMoment,
      when: (told) => momentIn(told) !== null,
    });
    this.show();
  }

  addKeys() {
    const past = () => !clock.live;
    const add = (
      /** @type {string} */ key,
      /** @type {string} */ text,
      /** @type {() => void} */ run,
      /** @type {() => boolean} */ when = () => true,
    ) => ({ key, text, run, when, group: GROUP });
    keys.add([
      add("n", "time.key.now", () => clock.goLive(), past),
      add(
        " ",
        "time.key.play",
        () => clock.toggle(),
        () => past() && !document.activeElement?.closest(PRESSED),
      ),
      add("[", "time.key.minBack", () => clock.step(-MIN_MS)),
      add("]", "time.key.minOn", () => clock.step(MIN_MS), past),
      add("{", "time.key.hourBack", () => clock.step(-HOUR_MS)),
      add("}", "time.key.hourOn", () => clock.step(HOUR_MS), past),
      add("(", "time.key.alertBack", () => this.jump(-1)),
      add(")", "time.key.alertOn", () => this.jump(1), past),
      add(",", "time.key.slower", () => clock.faster(-1), past),
      add(".", "time.key.faster", () => clock.faster(1), past),
      add("G", "time.key.go", () => this.ask()),
    ]);
  }

  /** From live into the past: five minutes ago, standing. */
  enter() {
    clock.step(-5 * MIN_MS);
  }

  /** To the alert before or after. @param {number} way */
  jump(way) {
    const at = clock.at;
    const found =
      way < 0 ? this.marks.findLast((mark) => mark < at - 1_000) : this.marks.find((mark) => mark > at + 1_000);
    if (found) clock.seek(found);
    else bus.emit("toast", t("time.noAlert"));
  }

  /** Type a moment. */
  ask() {
    this.form.hidden = false;
    this.input.value = writeMoment(clock.at, page.timezone);
    this.error.textContent = "";
    this.show();
    this.input.focus();
    this.input.select();
  }

  /** @param {Event} event */
  onForm(event) {
    event.preventDefault();
    const at = parseMoment(this.input.value, page.timezone, now());
    if (at === null) {
      this.error.textContent = t("play.unreadable", { text: this.input.value });
      this.input.focus();
      return;
    }
    this.form.hidden = true;
    clock.seek(at);
    this.range.focus({ preventScroll: true });
  }

  /** What the track shows, epoch ms. */
  get span() {
    if (clock.live) return { from: now() - this.length, to: now() };
    if (!this.kept || this.kept.to - this.kept.from !== this.length) this.kept = this.spanAround(clock.at);
    const { from, to } = this.kept;
    const edge = this.length * EDGE;
    if (clock.at < from || clock.at > to - edge) this.kept = this.spanAround(clock.at);
    return this.kept;
  }

  /** @param {number} at */
  spanAround(at) {
    const to = Math.min(now(), at + this.length / 2);
    return { from: to - this.length, to };
  }

  /** @param {number} length ms */
  setLength(length) {
    this.length = length;
    this.kept = undefined;
    this.show();
    bus.emit("span", this.span);
  }

  tick() {
    if (performance.now() - this.written >= WRITE_MS) this.show();
  }

  show() {
    this.written = performance.now();
    const { live, at, playing, bound, speed } = clock;
    const visible = this.always || !live || !this.form.hidden;
    this.node.hidden = !visible;
    document.body.classList.toggle("is-past", !live && !bound);
    document.body.classList.toggle("is-drill", Boolean(bound));
    document.body.classList.toggle("has-worldbar", visible);
    this.node.dataset.state = live ? "live" : bound ? "drill" : "past";
    this.chip.textContent = t(live ? "time.live" : bound ? "time.drill" : "time.past");
    const text = clockText(at);
    if (this.clockNode.textContent !== text) {
      this.clockNode.textContent = text;
      this.clockNode.dateTime = new Date(at).toISOString();
      this.dayNode.textContent = dayText(at);
    }
    this.speed.value = String(speed);
    if (this.speed.value !== String(speed)) this.speed.selectedIndex = -1;
    this.buttons(live, playing, Boolean(bound));
    this.say(live, at);
    this.place(at);
  }

  /** @param {boolean} live @param {boolean} playing @param {boolean} bound */
  buttons(live, playing, bound) {
    this.play.disabled = live || bound;
    if (this.play.dataset.playing !== String(playing)) {
      this.play.dataset.playing = String(playing);
      this.play.querySelector("use").setAttribute("href", playing ? "#icon-player-pause" : "#icon-player-play");
      const label = `${t(playing ? "time.pause" : "time.play")} (Space)`;
      this.play.setAttribute("aria-label", label);
      this.play.title = label;
    }
    for (const node of this.onward) node.disabled = live || bound;
    for (const node of this.backward) node.disabled = bound;
    this.range.disabled = bound;
    this.back.hidden = live;
  }

  /** Loudly that it is the past, and what is not of it. @param {boolean} live @param {number} at */
  say(live, at) {
    const names = live ? [] : this.without().map((entry) => entry.title);
    this.missing.textContent = names.length ? t("time.without", { names: names.join(", ") }) : "";
    if (live) return;
    const ago = age((now() - at) / 1000);
    const text = t(clock.bound ? "time.bannerDrill" : "time.banner", { time: briefText(at), ago });
    if (this.bannerText.textContent !== text) this.bannerText.textContent = text;
  }

  told() {
    this.show();
  }

  /** @param {number} at */
  place(at) {
    const { from, to } = this.span;
    const part = Math.min(1, Math.max(0, (at - from) / (to - from)));
    this.range.value = String(part);
    this.range.style.setProperty("--part", `${part * 100}%`);
    this.range.setAttribute("aria-valuetext", `${clockText(at)}, ${dayText(at)}`);
    const minute = Math.floor(from / MIN_MS);
    if (this.drawnFor === `${minute}/${this.length}`) return;
    this.drawnFor = `${minute}/${this.length}`;
    this.drawTrack();
    bus.emit("span", { from, to });
  }

  /** Hours under the track, alerts over it. */
  drawTrack() {
    const { from, to } = this.span;
    drawTicks(this.ticks, from, to, page.timezone);
    const counts = new Uint16Array(BINS);
    for (const mark of this.marks)
      if (mark >= from && mark < to) counts[Math.floor(((mark - from) / (to - from)) * BINS)]++;
    drawHistogram(this.canvas, counts);
  }

  /** @param {number} part 0–1 of the track */
  onTrack(part) {
    const { from, to } = this.span;
    clock.seek(from + part * (to - from));
  }

  /** Arrow and page keys on the track. @param {KeyboardEvent} event */
  onStep(event) {
    /** @type {Record<string, number>} */
    const steps = {
      ArrowLeft: -MIN_MS,
      ArrowDown: -MIN_MS,
      ArrowRight: MIN_MS,
      ArrowUp: MIN_MS,
      PageDown: -HOUR_MS,
      PageUp: HOUR_MS,
    };
    if (event.key === "End") clock.goLive();
    else if (event.key === "Home") clock.seek(this.span.from);
    else if (event.key in steps) clock.step(steps[event.key]);
    else return;
    event.preventDefault();
  }
}

/** When what the drawer tells about happened, epoch ms. @param {HTMLElement} told */
const momentIn = (told) => epochMs(told.querySelector(".drawer-foot time")?.getAttribute("datetime"));

/** @param {HTMLElement} told */
const toMoment = (told) => clock.seek(momentIn(told) ?? Number.NaN);

/** Moments of features, ascending. @param {any[]} rows @param {string} field */
export const momentsOf = (rows, field) => rows.flatMap((row) => epochMs(row[field]) ?? []).sort((a, b) => a - b);
