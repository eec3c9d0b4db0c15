/** What panes have in common: heading, body, the note under it, and cutting to fit. */
import { h, icon } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { briefText, now } from "../../lib/time.js";

/**
 * @param {HTMLElement} host
 * @param {{icon?: string, title?: string}} head
 */
export function framed(host, { icon: name, title }) {
  const heading = h("span", {}, title ?? "");
  const figure = h("b", { class: "num" });
  const head = h("h2", { class: "wall-head" }, name ? icon(name) : null, heading, figure);
  const body = h("div", { class: "wall-body" });
  const note = h("p", { class: "wall-note" });
  host.append(head, body, note);
  head.hidden = !title && !name;
  note.hidden = true;
  return {
    head,
    body,
    figure,
    /** @param {string} text */
    title(text) {
      if (heading.textContent !== text) heading.textContent = text;
      head.hidden = !text;
    },
    /** @param {string} text empty: none */
    note(text) {
      note.hidden = !text;
      if (note.textContent !== text) note.textContent = text;
    },
    /** Instead of what it shows. @param {string} text */
    say(text) {
      body.replaceChildren(h("p", { class: "wall-quiet" }, text));
    },
  };
}

/** All blinking marks of all panels in step. @param {HTMLElement} node @returns {HTMLElement} */
export function inStep(node) {
  node.style.setProperty("--beat", `${-Math.round(now() % 1_000)}ms`);
  return node;
}

/**
 * As many rows as fit; the last line says how many more there are.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} rows
 * @param {number} total how many there are in all
 */
export function fill(list, rows, total) {
  const full = () => list.scrollHeight > list.clientHeight + 1;
  const more = (/** @type {number} */ n) => h("li", { class: "wall-more num" }, t("alerts.more", { n }));
  list.append(...rows);
  let kept = rows.length;
  let last = kept < total ? list.appendChild(more(total - kept)) : null;
  while (kept > 1 && full()) {
    rows[--kept].remove();
    last?.remove();
    last = list.appendChild(more(total - kept));
  }
}

/** The moment of the picture, as the API takes it; to whole steps. @param {number} time @param {number} step_ms */
export const moment = (time, step_ms) => new Date(Math.floor(time / step_ms) * step_ms).toISOString();

/** The note of a list that is of a past moment. @param {number} time */
export const asOf = (time) => t("wall.asOf", { time: briefText(time) });
