/** The list of scenes: a file is taken in as soon as it is chosen. */
import { byId } from "../lib/dom.js";

byId("scene-file")?.addEventListener("change", (/** @type {Event} */ event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (input.files?.length) input.form?.submit();
});
