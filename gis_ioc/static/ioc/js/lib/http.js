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

/**
 * Sends JSON with what proves that this page sends it. Sent again with the same key it
 * is done once.
 * @param {string} url
 * @param {any} body
 * @param {string} [key] Idempotency-Key
 * @returns {Promise<{ok: boolean, status: number, body: any, problem: string}>} status 0: no answer
 */
export async function send(url, body, key = crypto.randomUUID()) {
  const own = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const headers = { ...own, "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": key };
  try {
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers,
      body: JSON.stringify(body),
    });
    if (answer.status === 401) signInAgain();
    const told = await answer.json().catch(() => null);
    const detail = told?.detail ?? told?.problem;
    const problem = answer.ok ? "" : typeof detail === "string" ? detail : `HTTP ${answer.status}`;
    return { ok: answer.ok, status: answer.status, body: told, problem };
  } catch {
    return { ok: false, status: 0, body: null, problem: "" };
  }
}
