/** The place to drop a file: its name is shown, one that is too large is not sent. */
import { byId } from "@ioc/lib/dom.js";

const drop = /** @type {HTMLElement} */ (byId("drop"));
const input = /** @type {HTMLInputElement} */ (byId("file"));
const said = /** @type {HTMLOutputElement} */ (byId("drop-name"));
const form = /** @type {HTMLFormElement} */ (byId("upload-form"));
const most = Number(drop.dataset.most) * 1e6;

/** Whether the file may be sent; says so. */
function look() {
  const file = input.files?.[0];
  const large = file !== undefined && file.size > most;
  said.textContent = file ? `${file.name}${large ? ` – ${drop.dataset.large}` : ""}` : "";
  said.toggleAttribute("data-bad", large);
  return file !== undefined && !large;
}

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.setAttribute("data-over", "");
  });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, () => drop.removeAttribute("data-over"));
}
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  const files = event.dataTransfer?.files;
  if (files?.length) {
    input.files = files;
    look();
  }
});
input.addEventListener("change", look);
form.addEventListener("submit", (event) => {
  const sends = !event.submitter?.hasAttribute("formaction");
  if (!sends) return;
  if (!input.files?.length) {
    event.preventDefault();
    input.focus();
    input.showPicker?.();
  } else if (!look()) event.preventDefault();
});
