/** Saving a scene: refused with its problems, told when somebody else was faster, and
 *  never lost by leaving the page. */
import { byId } from "../lib/dom.js";
import { send } from "../lib/http.js";
import { fill } from "../lib/texts.js";

/**
 * @param {object} given
 * @param {any} given.data of the page
 * @param {() => any} given.body
 * @param {(problems: any[]) => void} given.refused
 */
export function startSaving({ data, body, refused }) {
  const { words, urls, write, wall } = data;
  let known = data.known;
  let kept = JSON.stringify([data.draft, body()]);
  /** the version whose preview was measured */
  let told = "";

  const draft = () => {
    const found = { ...data.draft, body: body() };
    for (const input of document.querySelectorAll("[data-draft]")) {
      const field = /** @type {HTMLInputElement} */ (input);
      found[/** @type {string} */ (field.dataset.draft)] = field.value;
    }
    return { ...found, wall: found.wall || null };
  };
  const dirty = () => JSON.stringify([draft(), body()]) !== kept;
  kept = JSON.stringify([draft(), body()]);

  /** @param {string} text @param {boolean} [bad] */
  const say = (text, bad = false) => {
    byId("save-said").textContent = text;
    byId("save-said").className = bad ? "error" : "";
  };

  const save = async () => {
    const form = byId("scene-form");
    if (!form.reportValidity()) return;
    const now = draft();
    const sent = JSON.stringify([now, body()]);
    byId("save").disabled = true;
    const answer = await send(urls.save, { draft: now, known, reason: byId("save-reason").value });
    byId("save").disabled = false;
    if (answer.ok) return saved(answer.body, sent);
    if (answer.status === 422) {
      refused(answer.body.problems ?? []);
      say(words["save.refused"], true);
    } else if (answer.status === 0) say(words["save.failed"], true);
    else say(fill(words["save.stale"], { detail: answer.problem }), true);
  };

  /** @param {{slug: string, version: number, problems: any[]}} found @param {string} sent */
  const saved = (found, sent) => {
    const first = known === 0;
    known = found.version;
    kept = sent;
    refused(found.problems);
    say(fill(words["save.done"], { version: found.version }));
    byId("save-reason").value = "";
    const badge = byId("scene-version");
    badge.hidden = false;
    badge.textContent = fill(words.version, { n: found.version });
    byId("s-slug").readOnly = true;
    if (first) window.history.replaceState(null, "", `${urls.edit.replace("SLUG", found.slug)}?wall=${wall.slug}`);
  };

  byId("save-form")?.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    save();
  });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      if (write) save();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (write && dirty()) event.preventDefault();
  });

  return {
    /** What was measured of a saved version is kept with it. @param {import("./measure.js").Measured} found */
    measured({ small }) {
      if (!write || !known || dirty()) return;
      const key = JSON.stringify([known, small]);
      if (key === told) return;
      told = key;
      send(urls.measured.replace("SLUG", draft().slug), { wall: wall.slug, version: known, small });
    },
  };
}
