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

/** Where the device is goes with the photo, when its owner says so. */
function offerPlace() {
  const button = /** @type {HTMLButtonElement|null} */ (document.getElementById("evidence-place"));
  const form = /** @type {HTMLFormElement|null} */ (document.getElementById("evidence-form"));
  if (!button || !form || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.namedItem("lon").value = String(coords.longitude);
        form.elements.namedItem("lat").value = String(coords.latitude);
        button.querySelector("span").textContent = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} ± ${Math.round(coords.accuracy)} m`;
      },
      () => {
        button.disabled = false;
      },
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  });
}

offerPlace();
document.addEventListener("htmx:afterSwap", offerPlace);
