/** A slim slider over the days on which units changed: the map shows those of then. */
import { h } from "@ioc/lib/dom.js";
import { getJson } from "@ioc/lib/http.js";
import { page } from "@ioc/lib/page.js";
import { roles } from "@ioc/lib/roles.js";
import { fill, number } from "@ioc/lib/texts.js";
import { moment, placeOf } from "./days.js";

/** @typedef {import("./days.js").Span} Span */

/** Levels that are told, in this order; the province is always there. */
const LEVELS = ["district", "commune"];
/** @type {Intl.DateTimeFormatOptions} */
const WRITTEN = { day: "2-digit", month: "2-digit", year: "numeric" };

/**
 * What is drawn, in words.
 * @param {Span} span
 * @param {Record<string, string>} words
 */
export function told(span, words) {
  const units = LEVELS.filter((level) => span.counts[level])
    .map((level) => fill(words[`days.${level}`], { n: number(span.counts[level]) }))
    .join(", ");
  if (!span.last) return fill(words["days.now"], { units });
  const [year, month, day] = span.last.split("-").map(Number);
  const written = new Intl.DateTimeFormat(page.language, WRITTEN).format(new Date(year, month - 1, day));
  return fill(words["days.then"], { units, day: written });
}

/** @param {{layers: any, entry: any, bus: any}} parts */
export async function start(parts) {
  const { spans } = await getJson("/api/v1/units/dates");
  if (spans.length > 1) new Days(parts, spans);
}

class Days {
  /** @param {{layers: any, entry: any, bus: any}} parts @param {Span[]} spans */
  constructor({ layers, entry, bus }, spans) {
    this.layers = layers;
    this.spans = spans;
    this.words = entry.words;
    this.own = entry.slug;
    /** what is drawn over units: it changes with them @type {string[]} */
    this.slugs = [...layers.entries.values()].filter((/** @type {any} */ other) => this.follows(other)).map((/** @type {any} */ other) => other.slug);
    this.bus = bus;
    this.draw();
    bus.on("layers", () => this.read());
    this.read();
  }

  /** @param {any} other */
  follows(other) {
    return other.slug === this.own || other.roles?.includes(roles.figures);
  }

  draw() {
    const last = this.spans.length - 1;
    this.range = h("input", {
      type: "range",
      min: 0,
      max: last,
      step: 1,
      "aria-label": this.words["days.label"],
      oninput: () => this.choose(Number(this.range.value)),
    });
    this.text = h("output", { class: "days-text", "aria-live": "polite" });
    this.back = h("button", { type: "button", class: "days-back", title: this.words["days.hint"], onclick: () => this.choose(last) }, this.words["days.today"]);
    const ticks = h("span", { class: "days-ticks", "aria-hidden": "true" }, ...this.spans.map(() => h("i")));
    this.bar = h("div", { class: "days", role: "group", hidden: true }, h("span", { class: "days-track" }, ticks, this.range), this.text, this.back);
    document.head.append(h("link", { rel: "stylesheet", href: new URL("days.css", import.meta.url).href }));
    document.querySelector(".stage")?.append(this.bar);
  }

  /** As the map stands, whoever changed it: the tree, a link, this slider. */
  read() {
    this.bar.hidden = !this.slugs.some((slug) => this.layers.shown.has(slug));
    this.show(placeOf(this.spans, this.layers.times[this.own]));
  }

  /** @param {number} place */
  show(place) {
    const span = this.spans[place];
    const words = told(span, this.words);
    this.range.value = String(place);
    this.range.setAttribute("aria-valuetext", words);
    this.text.textContent = words;
    this.back.hidden = span.at === null;
    this.bar.classList.toggle("is-past", span.at !== null);
  }

  /** @param {number} place */
  choose(place) {
    const iso = moment(this.spans[place].at);
    for (const slug of this.slugs) this.layers.setTime(slug, iso);
    this.show(place);
    this.bus.emit("layers");
  }
}
