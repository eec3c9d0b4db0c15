/** Board and page of directives: filters act at once, a page that grew old reloads. */
import { listenTo } from "../alerts/listen.js";

document.getElementById("directive-filters")?.addEventListener("change", (event) => {
  /** @type {HTMLElement} */ (event.target).closest("form")?.requestSubmit();
});

// not while someone writes: the draft of a report would be lost
document.addEventListener("changed:directives", () => {
  const writing = [...document.querySelectorAll("#directive textarea")].some(
    (area) => /** @type {HTMLTextAreaElement} */ (area).value,
  );
  const files = /** @type {HTMLInputElement|null} */ (document.getElementById("files"))?.files?.length;
  if (!writing && !files) document.body.dispatchEvent(new CustomEvent("directive-stale", { bubbles: true }));
});

listenTo("directives");
