/** Sending an act to the API with what proves that this page sends it. */

/**
 * @param {string} url
 * @param {any} body
 * @returns {Promise<{ok: boolean, body: any, problem: string}>}
 */
export async function post(url, body) {
  const own = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const headers = { ...own, "Content-Type": "application/json", Accept: "application/json" };
  try {
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    const told = await answer.json().catch(() => null);
    const problem = answer.ok ? "" : typeof told?.detail === "string" ? told.detail : "";
    return { ok: answer.ok, body: told, problem };
  } catch {
    return { ok: false, body: null, problem: "" };
  }
}
