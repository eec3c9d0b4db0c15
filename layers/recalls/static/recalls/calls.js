/** What the call screen asks of the server. Every write shows the page's CSRF token. */

const BASE = "/api/v1/recalls";

const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";

/**
 * @param {string} path
 * @param {unknown} [body]
 */
async function ask(path, body) {
  const answer = await fetch(`${BASE}/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await answer.json().catch(() => null);
  if (!answer.ok) throw Object.assign(new Error(told?.detail ?? String(answer.status)), { status: answer.status });
  return told;
}

/** @param {number} recall */
export const list = (recall) => ask(`${recall}/boats`);
/** @param {number} recall */
export const tallies = (recall) => ask(`${recall}/tallies`);
/** @param {number} recall @param {number[]} skip */
export const claimNext = (recall, skip) => ask(`${recall}/next`, { skip });
/** @param {number} boat */
export const claim = (boat) => ask(`boats/${boat}/claim`, {});
/** @param {number} boat */
export const release = (boat) => ask(`boats/${boat}/release`, {});
/** @param {number} boat @param {object} said */
export const answer = (boat, said) => ask(`boats/${boat}/answer`, said);
