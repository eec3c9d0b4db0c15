/** A labelled choice among the controls of a view. */
import { h } from "@ioc/lib/dom.js";

/**
 * @param {string} id
 * @param {string} label
 * @param {string[][]} options value and text
 * @param {string} value
 * @param {(value: string) => void} taken
 */
export function choice(id, label, options, value, taken) {
  const change = (/** @type {any} */ event) => taken(event.target.value);
  return h(
    "label",
    { class: "xp-field" },
    h("span", {}, label),
    h(
      "select",
      { id, onchange: change },
      ...options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)),
    ),
  );
}
