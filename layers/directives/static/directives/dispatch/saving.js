/** Saving: once, however often it is sent; kept when the connection is gone. */
import { byId, h } from "@ioc/lib/dom.js";
import { number } from "@ioc/lib/texts.js";
import { forget, kept } from "./keep.js";
import { Refused, send } from "./net.js";
import { toQuery } from "./place.js";
import { moment, say, screen } from "./screen.js";

const API = "/api/v1/directives/dispatch";
const AGAIN_MS = 10_000;

/** @param {string} text @param {boolean} [wrong] @param {...Node} more */
export function state(text, wrong = false, ...more) {
  const line = byId("dsp-state");
  line.replaceChildren(text, " ", ...more);
  line.classList.toggle("dsp-wrong", wrong);
}

export class Saving {
  /**
   * @param {() => any} gather the draft as it stands
   * @param {(problems: Record<string, string>) => void} mark
   */
  constructor(gather, mark) {
    this.gather = gather;
    this.mark = mark;
    this.busy = false;
    /** the act that waits for the connection: save, sign, or nothing */
    this.waiting = "";
    addEventListener("online", () => this.again());
    setInterval(() => navigator.onLine && this.again(), AGAIN_MS);
  }

  again() {
    if (this.waiting) this.save(this.waiting);
  }

  /** Save, and sign when asked for. @param {string} act save or sign */
  async save(act) {
    if (this.busy) return;
    this.busy = true;
    this.waiting = "";
    state(say("save.busy"));
    this.mark({});
    const [url, method] = screen.directive ? [`${API}/${screen.directive}`, "PUT"] : [API, "POST"];
    try {
      const done = await send(url, { ...this.gather(), sign: act === "sign" }, { method });
      forget();
      location.assign(done.url);
    } catch (error) {
      this.failed(error, act);
    } finally {
      this.busy = false;
    }
  }

  /** @param {any} error @param {string} act */
  failed(error, act) {
    if (!(error instanceof Refused) || error.status >= 500) {
      this.waiting = act;
      return state(say("save.lost"), true);
    }
    const wrong = Object.keys(error.problems).length > 0;
    state(wrong ? say("save.wrong") : say("save.refused", { reason: error.message }), true);
    this.mark(error.problems);
  }

  /** Issuing is for good: asked once more, in the page. @param {number} count of units */
  ask(count) {
    const yes = h(
      "button",
      { type: "button", class: "btn btn-primary", onclick: () => this.save("sign") },
      say("sign.yes"),
    );
    const no = h("button", { type: "button", class: "btn btn-ghost", onclick: () => state("") }, say("sign.no"));
    state(say("save.sign", { n: number(count) }), false, yes, no);
    yes.focus();
  }
}

/** What this browser kept of the same draft, if the address does not name another area. */
export function unsent() {
  const found = kept();
  if (!found || found.draft.seen !== screen.draft.seen) return null;
  const asked = new URLSearchParams(location.search);
  const said = toQuery(found.draft.area);
  const other = (/** @type {"area"|"unit"} */ name) => asked.has(name) && asked.get(name) !== said[name];
  if (!asked.has("indicator") && (other("area") || other("unit"))) return null;
  const discard = () => {
    forget();
    location.reload();
  };
  const button = h("button", { type: "button", class: "btn btn-ghost", onclick: discard }, say("save.discard"));
  state(say("save.kept", { time: moment(found.at) }), false, button);
  return found.draft;
}
