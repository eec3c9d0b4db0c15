/** The session ended: the page asks to sign in again and comes back here. */
function signInAgain() {
  const back = location.pathname + location.search + location.hash;
  location.assign(`/accounts/login/?next=${encodeURIComponent(back)}`);
}

export class HttpError extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export async function getJson(url, options = {}) {
  const response = await fetch(url, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
    ...options,
  });
  if (response.status === 401) signInAgain();
  if (!response.ok) throw new HttpError(response.status);
  return response.json();
}

/**
 * An HTML fragment of our own server.
 * @param {string} url
 * @param {RequestInit} [options]
 */
export async function getHtml(url, options = {}) {
  const response = await fetch(url, {
    credentials: "same-origin",
    headers: { "HX-Request": "true" },
    ...options,
  });
  if (response.redirected && response.url.includes("/accounts/login/")) signInAgain();
  if (!response.ok) throw new HttpError(response.status);
  return response.text();
}
