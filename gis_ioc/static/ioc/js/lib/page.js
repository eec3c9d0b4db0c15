/** What the server put into the page: language, theme, home view, words. */

/**
 * @typedef {object} PageData
 * @property {string} release
 * @property {string} language
 * @property {"dark"|"light"} theme
 * @property {[number, number, number, number]} home west, south, east, north
 * @property {string} timezone
 * @property {boolean} demo
 * @property {string|null} user
 * @property {Record<string, string>} texts
 */

/** @returns {PageData} */
function read() {
  const node = globalThis.document?.getElementById("ioc-page");
  return node ? JSON.parse(node.textContent ?? "{}") : { texts: {}, language: "en", timezone: "UTC" };
}

export const page = read();
