import { page } from "./page.js";

/**
 * A message in the user's language.
 * @param {string} key
 * @param {Record<string, string|number>} [values] for the {names} in the message
 */
export function t(key, values = {}) {
  return fill(page.texts[key] ?? key, values);
}

/**
 * @param {string} text
 * @param {Record<string, string|number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

const numbers = new Intl.NumberFormat(page.language);

/** @param {number} value */
export function number(value) {
  return numbers.format(value);
}
