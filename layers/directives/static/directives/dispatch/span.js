/** How long something may take: a number and what it counts; kept in minutes. */
import { h } from "@ioc/lib/dom.js";
import { say, screen } from "./screen.js";

const HOUR = 60;
const DAY = 1_440;

/** @type {Record<string, {minutes: number, working: boolean}>} */
const KINDS = {
  min: { minutes: 1, working: false },
  h: { minutes: HOUR, working: false },
  d: { minutes: DAY, working: false },
  wh: { minutes: HOUR, working: true },
  wd: { minutes: screen.working_day_min, working: true },
};

/**
 * The number and the kind that say so many minutes in the fewest words.
 * @param {number|null} minutes
 * @param {boolean} working
 * @returns {[string, string]}
 */
export function split(minutes, working) {
  const names = working ? ["wd", "wh"] : ["d", "h", "min"];
  if (!minutes) return ["", working ? "wd" : "h"];
  const whole = names.find((name) => minutes % KINDS[name].minutes === 0);
  if (whole) return [String(minutes / KINDS[whole].minutes), whole];
  return working ? [String(Math.round((minutes / HOUR) * 100) / 100), "wh"] : [String(minutes), "min"];
}

export class Span {
  /**
   * @param {string} id
   * @param {{working: boolean, changed: () => void}} options `working`: may count office hours
   */
  constructor(id, { working, changed }) {
    this.number = h("input", {
      id,
      type: "number",
      min: "0",
      step: "any",
      inputmode: "decimal",
      class: "num",
      "aria-label": say("span.number"),
      oninput: changed,
    });
    const kinds = Object.keys(KINDS).filter((kind) => working || !KINDS[kind].working);
    const options = kinds.map((kind) => h("option", { value: kind }, say(`span.${kind}`)));
    this.kind = h("select", { "aria-label": say("span.unit"), onchange: changed }, ...options);
  }

  get parts() {
    return [this.number, this.kind];
  }

  /** Minutes, or null when nothing is said. */
  get minutes() {
    const count = Number.parseFloat(this.number.value);
    return count > 0 ? Math.max(1, Math.round(count * KINDS[this.kind.value].minutes)) : null;
  }

  get working() {
    return KINDS[this.kind.value].working;
  }

  /**
   * @param {number|null} minutes
   * @param {boolean} [working]
   */
  set(minutes, working = false) {
    [this.number.value, this.kind.value] = split(minutes, working);
  }
}
