/** Acts on one alert or many: asks for what they need, does them, tells what came. */
import { fill } from "@ioc/lib/texts.js";
import { post } from "./post.js";

/** @type {(id: string) => any} */
const byId = (id) => document.getElementById(id);

export class Acting {
  /**
   * @param {object} list
   * @param {import("./selection.js").Selection} list.chosen
   * @param {Record<string, string>} list.words
   * @param {(id: string) => HTMLElement|null} list.rowOf
   * @param {() => void} list.back gives the focus back to the list
   * @param {(ids: number[]) => void} list.reopen shows the drawer anew
   */
  constructor({ chosen, words, rowOf, back, reopen }) {
    this.chosen = chosen;
    this.words = words;
    this.rowOf = rowOf;
    this.back = back;
    this.reopen = reopen;
  }

  /** @param {string} text @param {boolean} [bad] @param {string[]} [lines] */
  tell(text, bad = false, lines = []) {
    const note = byId("alert-told");
    const told = lines.map((line) => Object.assign(document.createElement("span"), { textContent: line }));
    note.replaceChildren(Object.assign(document.createElement("strong"), { textContent: text }), ...told);
    note.classList.toggle("note-error", bad);
    note.classList.toggle("note-success", !bad);
    note.hidden = false;
  }

  /**
   * @param {string} act
   * @param {number[]} ids
   * @param {Record<string, any>} [more]
   */
  async run(act, ids, more = {}) {
    if (!ids.length) return this.tell(this.words.none, true);
    const answer = await post("/api/v1/alerts/bulk", { act, ids, ...more });
    if (!answer.ok) return this.tell(answer.problem || this.words.failed, true);
    this.result(answer.body);
    document.body.dispatchEvent(new CustomEvent("alerts-changed", { bubbles: true }));
    return this.reopen(ids);
  }

  /** @param {{done: {id: number}[], refused: {id: number, title: string, why: string}[]}} told */
  result({ done, refused }) {
    const text = [fill(this.words.done, { n: done.length })];
    if (refused.length) text.push(fill(this.words.refused, { n: refused.length }));
    const lines = refused.map(({ id, title, why }) => `${title || `${id} (${this.words.gone})`}: ${why}`);
    this.tell(text.join(" · "), refused.length > 0, lines);
    this.chosen.remove(done.map((alert) => String(alert.id)));
  }

  /** Ask for what the act needs, then do it. @param {string} act @param {number[]} ids */
  ask(act, ids) {
    if (!ids.length) return this.tell(this.words.none, true);
    const dialog = byId(`act-${act}`);
    const form = dialog.querySelector("form");
    const title = this.rowOf(String(ids[0]))?.querySelector("[data-open]")?.textContent ?? "";
    form.reset();
    dialog.querySelector("[data-count]").textContent = ids.length > 1 ? `(${ids.length})` : title;
    dialog.returnValue = "";
    dialog.onclose = () => {
      this.back();
      if (dialog.returnValue === "go") this.run(act, ids, values(form));
    };
    dialog.showModal();
    form.querySelector("input, textarea, select")?.focus();
    return undefined;
  }
}

/** @param {HTMLFormElement} form @returns {Record<string, any>} */
function values(form) {
  const found = /** @type {Record<string, any>} */ (Object.fromEntries(new FormData(form)));
  if ("minutes" in found) found.minutes = Number(found.minutes);
  return found;
}
