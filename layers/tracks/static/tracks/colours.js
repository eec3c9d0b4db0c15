/** Colours of the classes of vessels, by theme. Pure. */

export const CLASSES = ["other", "fishing", "cargo", "passenger", "law", "silence"];
const SAME = { tanker: "cargo", tug: "other", sar: "law" };
/** @param {string} name of the class @returns {number} */
export const colourOf = (name) => Math.max(0, CLASSES.indexOf(/** @type {any} */ (SAME)[name] ?? name));

const DARK = ["#b3bcc7", "#6fd0c2", "#9dbbe0", "#dcc190", "#c6aee2", "#c99a6b"];
const LIGHT = ["#5a6673", "#0e7c70", "#2f5f9e", "#86632a", "#6d4aa0", "#9a5c1f"];
export const LOOK = {
  dark: { colors: DARK, edge: "#0b0f14", silent: "#8d97a5", doubt: "#ff6b62" },
  light: { colors: LIGHT, edge: "#ffffff", silent: "#6b7480", doubt: "#c4211c" },
};
