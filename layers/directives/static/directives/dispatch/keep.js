/** The draft survives a lost connection and a closed window: a copy in this browser. */

const OLD_MS = 24 * 3_600_000;
const NAME = "dsp-draft:";

const SUBJECT = ["exercise", "alert", "feature", "indicator", "unit"];

/** What the draft is about: one copy for each. */
function about() {
  const query = new URLSearchParams(location.search);
  const figure = query.has("indicator");
  const named = SUBJECT.filter((name) => name !== "unit" || figure).map((name) => query.get(name) ?? "");
  return `${NAME}${location.pathname}|${named.join("|")}`;
}

/** @param {any} draft */
export function keep(draft) {
  try {
    localStorage.setItem(about(), JSON.stringify({ at: Date.now(), draft }));
  } catch {
    // a full or forbidden store keeps nothing; the page itself still has it
  }
}

export function forget() {
  try {
    localStorage.removeItem(about());
  } catch {
    // as above
  }
}

/** @returns {{at: number, draft: any}|null} */
export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(about()) ?? "null");
    return found && Date.now() - found.at < OLD_MS ? found : null;
  } catch {
    return null;
  }
}
