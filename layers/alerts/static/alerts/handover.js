/** Notes of a hand-over are kept in this browser until they are handed over. */
import { page } from "@ioc/lib/page.js";
import { pref, setPref } from "@ioc/lib/prefs.js";

const KEY = `handover.${page.user ?? ""}`;
const form = /** @type {HTMLFormElement|null} */ (document.getElementById("handover-form"));
const notes = /** @type {HTMLTextAreaElement|null} */ (form?.elements.namedItem("notes"));
if (form && notes) {
  notes.value = notes.value || pref(KEY, "");
  notes.addEventListener("input", () => setPref(KEY, notes.value));
  form.addEventListener("submit", () => setPref(KEY, ""));
}
