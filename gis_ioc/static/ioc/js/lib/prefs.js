/** Small choices of this browser. Private windows may refuse storage: that is fine. */

/**
 * @param {string} name
 * @param {any} fallback
 */
export function pref(name, fallback) {
  try {
    const kept = localStorage.getItem(`ioc.${name}`);
    return kept === null ? fallback : JSON.parse(kept);
  } catch {
    return fallback;
  }
}

/**
 * @param {string} name
 * @param {any} value
 */
export function setPref(name, value) {
  try {
    localStorage.setItem(`ioc.${name}`, JSON.stringify(value));
  } catch {
    // not kept; the choice holds for this page
  }
}

/**
 * A cookie the server reads too (theme).
 * @param {string} name
 * @param {string} value
 */
export function setCookie(name, value) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https
  document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`;
}
