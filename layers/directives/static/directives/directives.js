/** Board and page of directives: filters act at once, a page that grew old reloads. */
import { listenTo } from "../alerts/listen.js";

document.getElementById("directive-filters")?.addEventListener("change", (event) => {
  /** @type {HTMLElement} */ (event.target).closest("form")?.requestSubmit();
});

/** Files chosen or taken that are not sent yet. */
function chosen() {
  const fields = document.querySelectorAll("#camera, #files");
  return [...fields].flatMap((field) => [.../** @type {HTMLInputElement} */ (field).files]);
}

const page = () => document.getElementById("directive");

// not while someone writes or has chosen a file: what is not sent yet would be lost
const busy = () => {
  const fields =
    page()?.querySelectorAll("textarea, input[name=note], input[name=answer], select, [data-written]") ?? [];
  const written = [...fields].some((field) => /** @type {HTMLInputElement} */ (field).value);
  const writing = document.activeElement?.matches("#directive :is(input, textarea, select)");
  return Boolean(chosen().length || written || writing);
};

// what differs from what the page came with
document.addEventListener("input", ({ target }) => {
  const field = /** @type {HTMLInputElement} */ (target);
  if (field.closest("#directive")) field.toggleAttribute("data-written", field.value !== field.defaultValue);
});

document.addEventListener("changed:directives", () => {
  if (!busy()) document.body.dispatchEvent(new CustomEvent("directive-stale", { bubbles: true }));
});

/** Parts that are opened, by the address their form is sent to: what they are whatever is redrawn. */
const foldKey = (/** @type {Element} */ part) => part.querySelector("form")?.getAttribute("action") ?? "";

/** @type {{open: Set<string>, focused: string}} */
let before = { open: new Set(), focused: "" };

// they may have begun while the answer was under way
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail, target } = /** @type {CustomEvent} */ (event);
  if (/** @type {HTMLElement} */ (target).id !== "directive") return;
  if (busy()) detail.shouldSwap = false;
  const open = [...(page()?.querySelectorAll("details[open]") ?? [])];
  const focused = document.activeElement?.closest("#directive details");
  before = { open: new Set(open.map(foldKey)), focused: focused ? foldKey(focused) : "" };
});

/** What was open before the page was redrawn is open again, with the focus where it was. */
function unfold() {
  for (const part of page()?.querySelectorAll("details") ?? []) {
    part.open ||= before.open.has(foldKey(part));
    if (before.focused && foldKey(part) === before.focused)
      part.querySelector("summary")?.focus({ preventScroll: true });
  }
}

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
        form.elements.namedItem("accuracy").value = String(coords.accuracy);
        button.querySelector("span").textContent =
          `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} ± ${Math.round(coords.accuracy)} m`;
      },
      () => {
        button.disabled = false;
        say(button.dataset.denied ?? "");
      },
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  });
}

/** @param {string} words under the form; "" hides them */
function say(words) {
  const state = document.getElementById("evidence-state");
  if (!state) return;
  state.hidden = !words;
  state.textContent = words;
}

/** Files are sent with their progress; what a lost connection stopped is sent again. */
function offerSending() {
  const form = /** @type {HTMLFormElement|null} */ (document.getElementById("evidence-form"));
  if (!form || form.dataset.ready) return;
  form.dataset.ready = "1";
  form.addEventListener("change", () => {
    const names = chosen().map((file) => file.name);
    document.getElementById("evidence-chosen").textContent = names.join(", ");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

/** @param {HTMLFormElement} form */
function send(form) {
  if (form.dataset.sending) return;
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
  const bar = /** @type {HTMLProgressElement} */ (document.getElementById("evidence-progress"));
  const words = document.getElementById("evidence-state").dataset;
  const request = new XMLHttpRequest();
  form.dataset.sending = "1";
  button.disabled = true;
  bar.hidden = false;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = Math.round((100 * loaded) / total);
    say((words.sending ?? "").replace("{n}", String(bar.value)));
  });
  request.addEventListener("loadend", () => {
    delete form.dataset.sending;
    button.disabled = false;
    bar.hidden = true;
    const error = request.status === 200 ? request.response?.error : undefined;
    if (error === "") {
      location.reload();
      return;
    }
    say(error ?? (request.status ? words.failed : words.lost) ?? "");
    button.querySelector("span").textContent = button.dataset.again ?? "";
    // the same file again is kept once, so a second try does no harm
    if (!request.status) addEventListener("online", () => send(form), { once: true });
  });
  request.open("POST", form.action);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.responseType = "json";
  request.send(new FormData(form));
}

function offer() {
  offerPlace();
  offerSending();
  for (const button of document.querySelectorAll("[data-print]")) {
    /** @type {HTMLElement} */ (button).hidden = false;
  }
}

document.addEventListener("click", (event) => {
  if (/** @type {HTMLElement} */ (event.target).closest("[data-print]")) print();
});

offer();
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (/** @type {HTMLElement} */ (target).id !== "directive") return;
  unfold();
  offer();
});
