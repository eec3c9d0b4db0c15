/** What the layer shows on the map, as links keep it, and what is drawn of an answer. Pure. */

/**
 * @typedef {object} State
 * @property {string} code of the indicator; "" what is red
 * @property {string} date ISO day; "" the newest figures
 */

/** @param {string|undefined} text KT16,2024-12-31 @returns {State} */
export function readState(text) {
  const [code = "", date = ""] = (text ?? "").split(",");
  return { code: /^[\w-]{1,12}$/.test(code) ? code : "", date: /^\d{4}-\d\d-\d\d$/.test(date) ? date : "" };
}

/** @param {State} state */
export const writeState = ({ code, date }) => (code ? [code, date].filter(Boolean).join(",") : "");

// not quite clear: what cannot be seen cannot be tapped
const CLEAR = "rgba(0,0,0,0.01)";

/**
 * The colour of each unit by its class, as an expression of the map.
 * @param {{areas: any[], classes: any[]}} answer
 * @param {string} theme
 */
export function colours({ areas, classes }, theme) {
  const pairs = classes.flatMap((one, place) => {
    const ids = areas.filter((area) => area.place === place).map((area) => area.unit_id);
    return ids.length ? [ids, one[theme]] : [];
  });
  return pairs.length ? ["match", ["id"], ...pairs, CLEAR] : CLEAR;
}

/**
 * What stands at the label point of each unit with a figure; red ones bear the shape.
 * @param {{areas: any[], indicator: {decimals: number}}} answer
 * @param {string} language
 * @returns {[number, string][]}
 */
export function labels({ areas, indicator }, language) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: indicator.decimals });
  return areas
    .filter((area) => area.value !== null)
    .map((area) => [area.unit_id, `${area.status === "red" ? "▲ " : ""}${number.format(area.value)}`]);
}
