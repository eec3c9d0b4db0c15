/** Columns that are dragged wider, folded away and remembered; parts that fold. */
import { byId } from "../lib/dom.js";
import { pref, setPref } from "../lib/prefs.js";

const LEAST_PX = 240;
const STEP_PX = 24;
/** So narrow it is folded away. */
const FOLD_PX = 120;

export function startColumns() {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".splitter"))) splitter(node);
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-fold]"))) folding(node);
}

/** @param {HTMLElement} node */
function splitter(node) {
  const side = node.dataset.column ?? "";
  const column = byId(`column-${side}`);
  const root = byId("main");
  /** @type {number|null} px; null: as the style sheet says; 0: folded away */
  let width = pref(`console.${side}`, null);
  const most = () => Math.round(innerWidth * 0.42);
  const set = (/** @type {number|null} */ wanted, keep = true) => {
    width = wanted === null ? null : wanted < FOLD_PX ? 0 : Math.min(most(), Math.max(LEAST_PX, wanted));
    column.hidden = width === 0;
    if (width === null) root.style.removeProperty(`--${side}`);
    else root.style.setProperty(`--${side}`, `${width}px`);
    node.setAttribute("aria-valuenow", String(width ?? column.offsetWidth));
    node.setAttribute("aria-valuemin", "0");
    node.setAttribute("aria-valuemax", String(most()));
    if (keep) setPref(`console.${side}`, width);
    dispatchEvent(new Event("resize")); // the map measures itself anew
  };
  const sign = side === "left" ? 1 : -1;
  node.addEventListener("keydown", (event) => {
    const step = /** @type {Record<string, number>} */ ({ ArrowRight: STEP_PX, ArrowLeft: -STEP_PX })[event.key];
    if (step) set((width || column.offsetWidth || FOLD_PX) + sign * step + (width === 0 ? LEAST_PX : 0));
    else if (event.key === "Enter" || event.key === " ") set(width === 0 ? null : 0);
    else if (event.key === "Home") set(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  node.addEventListener("dblclick", () => set(width === 0 ? null : 0));
  node.addEventListener("pointerdown", (event) => {
    const from = event.clientX;
    const before = column.offsetWidth;
    node.setPointerCapture(event.pointerId);
    const move = (/** @type {PointerEvent} */ moved) => set(before + sign * (moved.clientX - from), false);
    node.addEventListener("pointermove", move);
    node.addEventListener(
      "lostpointercapture",
      () => {
        node.removeEventListener("pointermove", move);
        setPref(`console.${side}`, width);
      },
      { once: true },
    );
  });
  set(width, false);
}

/** @param {HTMLElement} button */
function folding(button) {
  const part = byId(button.dataset.fold ?? "");
  const name = `console.folded.${button.dataset.fold}`;
  const set = (/** @type {boolean} */ folded) => {
    part.classList.toggle("is-folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    setPref(name, folded);
  };
  button.addEventListener("click", () => set(!part.classList.contains("is-folded")));
  set(pref(name, false));
}

/** A part is to be seen: its column is there and it is not folded. @param {string} id */
export function unfold(id) {
  const part = byId(id);
  const column = part?.closest(".console-column");
  if (column?.hidden)
    document.querySelector(`[data-column="${column.id.replace("column-", "")}"]`)?.dispatchEvent(new Event("dblclick"));
  if (part?.classList.contains("is-folded")) part.querySelector("[data-fold]")?.click();
}
