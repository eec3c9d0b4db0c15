/**
 * A time bar at the foot of the map: a span, a clock that runs over it, its speed.
 * It knows nothing of what is replayed. Events: `time` each frame that the clock
 * moved (detail: epoch ms), `span` when another span was chosen ({from, to}),
 * `state` when something worth keeping in the address changed, `close`.
 */
import { byId, icon } from "../lib/dom.js";
import { parseMoment, writeMoment } from "../lib/moments.js";
import { page } from "../lib/page.js";
import { PlayClock } from "../lib/playclock.js";
import { t } from "../lib/texts.js";
import { briefText, clockText, dayText, now } from "../lib/time.js";
import { build, SPANS } from "./timebarparts.js";
import { drawHistogram, drawTicks } from "./timetrack.js";

/** A span that ends so lately is one of the last hours. */
const LATELY_MS = 300_000;
/** Arrow keys: a small part of the span, page keys: a larger one. */
const KEY_STEPS = 200;
const PAGE_STEPS = 20;
const WRITING = "input:not([type='range']), textarea, select, [contenteditable], dialog[open]";

export class TimeBar extends EventTarget {
  /** @param {HTMLElement} host the bar is put at its end */
  constructor(host) {
    super();
    this.clock = new PlayClock({ from: 0, to: 1 });
    this.ready = Number.POSITIVE_INFINITY;
    this.frame = 0;
    this.last = 0;
    build(this);
    host.append(this.node);
    this.onKey = this.onKey.bind(this);
    new ResizeObserver(() => this.resized()).observe(this.node);
  }

  /** Shown, for a span. @param {{title: string, from: number, to: number, at?: number, speed?: number}} what epoch ms */
  open({ title, from, to, at, speed }) {
    this.title.textContent = title;
    this.clock = new PlayClock({ from, to, at, speed: speed ?? this.clock.speed });
    this.ready = Number.POSITIVE_INFINITY;
    this.speed.value = String(this.clock.speed);
    this.form.hidden = true;
    this.histogram([]);
    this.progress([]);
    this.say("");
    if (this.node.hidden) {
      this.node.hidden = false;
      document.body.classList.add("has-timebar");
      document.addEventListener("keydown", this.onKey, true);
      this.range.focus({ preventScroll: true });
    }
    this.markSpan();
    this.resized();
    this.show();
    this.tick();
  }

  close() {
    if (this.node.hidden) return;
    this.clock.playing = false;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.node.hidden = true;
    document.body.classList.remove("has-timebar");
    document.documentElement.style.removeProperty("--timebar");
    document.removeEventListener("keydown", this.onKey, true);
    this.emit("close");
  }

  /** @param {string} name @param {any} [detail] */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {string} text @param {"info"|"problem"} [level] */
  say(text, level = "info") {
    this.message.textContent = text;
    this.message.dataset.level = level;
  }

  /** Up to when there are data from the clock on; the clock waits there. @param {number} ready epoch ms */
  setReady(ready) {
    this.ready = ready;
  }

  /** What of the span is loaded. @param {{from: number, to: number}[]} parts epoch ms */
  progress(parts) {
    const { from, to } = this.clock;
    const share = (/** @type {number} */ at) => `${(((at - from) / (to - from)) * 100).toFixed(2)}%`;
    const stops = parts.flatMap((part) => [
      `transparent ${share(part.from)}`,
      `var(--accent) ${share(part.from)}`,
      `var(--accent) ${share(part.to)}`,
      `transparent ${share(part.to)}`,
    ]);
    this.loaded.style.background = stops.length ? `linear-gradient(90deg, ${stops.join(",")})` : "";
  }

  /** How much there is along the span. @param {ArrayLike<number>} counts @param {string} [label] */
  histogram(counts, label = "") {
    this.counts = counts;
    this.track.title = label;
    drawHistogram(this.canvas, counts);
  }

  /** @param {number} at epoch ms */
  seek(at) {
    this.clock.seek(at);
    this.show();
    this.emit("time", this.clock.at);
    if (!this.clock.playing) this.emit("state");
  }

  toggle() {
    if (this.clock.playing) this.clock.playing = false;
    else this.clock.play();
    this.show();
    this.tick();
    this.emit("state");
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.clock.speed = speed;
    this.speed.value = String(speed);
    this.emit("state");
  }

  tick() {
    if (this.frame || this.node.hidden) return;
    this.last = performance.now();
    const step = (/** @type {number} */ at) => {
      const waits = this.clock.advance(at - this.last, this.ready);
      this.last = at;
      this.node.classList.toggle("is-waiting", waits);
      this.show();
      this.emit("time", this.clock.at);
      this.frame = this.clock.playing ? requestAnimationFrame(step) : 0;
      if (!this.frame) this.emit("state");
    };
    this.frame = requestAnimationFrame(step);
  }

  /** The clock in words and on the track; words only when they change. */
  show() {
    const { at, from, to, playing } = this.clock;
    const part = (at - from) / (to - from);
    this.range.value = String(part);
    this.range.style.setProperty("--part", `${part * 100}%`);
    const text = clockText(at);
    if (this.clockNode.textContent !== text) {
      this.clockNode.textContent = text;
      this.clockNode.dateTime = new Date(at).toISOString();
      this.dayNode.textContent = dayText(at);
      this.range.setAttribute("aria-valuetext", `${text}, ${dayText(at)}`);
    }
    if (this.playButton.dataset.playing !== String(playing)) {
      this.playButton.dataset.playing = String(playing);
      const label = t(playing ? "play.pause" : "play.play");
      this.playButton.setAttribute("aria-label", label);
      this.playButton.title = label;
      this.playButton.replaceChildren(playing ? icon("player-pause") : icon("player-play"));
    }
  }

  markSpan() {
    const { from, to } = this.clock;
    const lately = Math.abs(now() - to) < LATELY_MS;
    const known = lately ? Object.entries(SPANS).find(([, length]) => length === to - from) : undefined;
    for (const button of this.spans.children) {
      button.setAttribute("aria-pressed", String(button.dataset.span === (known ? known[0] : "own")));
    }
    this.spans.title = `${briefText(from)} – ${briefText(to)}`;
  }

  /** The last hours up to now. @param {string} name of SPANS */
  choose(name) {
    const to = Math.floor(now() / 1000) * 1000;
    this.emit("span", { from: to - SPANS[/** @type {keyof typeof SPANS} */ (name)], to });
  }

  toggleForm() {
    this.form.hidden = !this.form.hidden;
    this.spans.lastElementChild.setAttribute("aria-expanded", String(!this.form.hidden));
    if (this.form.hidden) return;
    const { from, to } = this.form.elements;
    from.value = writeMoment(this.clock.from, page.timezone);
    to.value = writeMoment(this.clock.to, page.timezone);
    this.formError.textContent = "";
    from.focus();
  }

  /** @param {Event} event */
  onForm(event) {
    event.preventDefault();
    const given = this.form.elements;
    const [from, to] = [given.from, given.to].map((field) => parseMoment(field.value, page.timezone, now()));
    const wrong = from === null ? given.from : to === null ? given.to : null;
    if (wrong) this.formError.textContent = t("play.unreadable", { text: wrong.value });
    else if (/** @type {number} */ (from) >= /** @type {number} */ (to)) this.formError.textContent = t("play.backwards");
    else return this.emit("span", { from, to });
    (wrong ?? given.to).focus();
  }

  /** Arrow and page keys on the track. @param {KeyboardEvent} event */
  onStep(event) {
    const { from, to, at } = this.clock;
    const small = (to - from) / KEY_STEPS;
    const large = (to - from) / PAGE_STEPS;
    /** @type {Record<string, number>} */
    const places = {
      ArrowLeft: at - small,
      ArrowDown: at - small,
      ArrowRight: at + small,
      ArrowUp: at + small,
      PageDown: at - large,
      PageUp: at + large,
      Home: from,
      End: to,
    };
    if (!(event.key in places)) return;
    event.preventDefault();
    this.seek(places[event.key]);
  }

  /** Keys of the page while the bar is open. @param {KeyboardEvent} event */
  onKey(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return this.onEscape(event, target);
    if (target.closest(WRITING)) return;
    if (event.key === " " && !target.closest("button, a, summary, [type='checkbox']")) this.toggle();
    else if (event.key === "," || event.key === ".") this.stepSpeed(event.key === "." ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What lies over the map closes first, then the bar. @param {KeyboardEvent} event @param {Element} target */
  onEscape(event, target) {
    if (byId("help")?.open) return;
    const within = this.node.contains(target);
    if (within && !this.form.hidden) this.toggleForm();
    else if (within || !byId("drawer") || byId("drawer").hidden) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} step */
  stepSpeed(step) {
    this.clock.faster(step);
    this.setSpeed(this.clock.speed);
  }

  /** What else lies at the foot of the map makes room. */
  resized() {
    if (this.node.hidden) return;
    document.documentElement.style.setProperty("--timebar", `${this.node.offsetHeight}px`);
    drawHistogram(this.canvas, this.counts ?? []);
    drawTicks(this.ticks, this.clock.from, this.clock.to, page.timezone);
  }
}
