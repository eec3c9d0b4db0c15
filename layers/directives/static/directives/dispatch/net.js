/** Requests that write: with the token, and with what the server says was wrong. */

const token = () => {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  return headers["X-CSRFToken"] ?? "";
};

export class Refused extends Error {
  /**
   * @param {number} status
   * @param {any} body
   */
  constructor(status, body) {
    super(typeof body?.detail === "string" ? body.detail : `HTTP ${status}`);
    this.status = status;
    /** @type {Record<string, string>} */
    this.problems = body?.problems ?? {};
  }
}

/**
 * @param {string} url
 * @param {any} body
 * @param {{method?: string, signal?: AbortSignal}} [options]
 */
export async function send(url, body, { method = "POST", signal } = {}) {
  const response = await fetch(url, {
    method,
    signal,
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
  const said = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(response.status, said);
  return said;
}
