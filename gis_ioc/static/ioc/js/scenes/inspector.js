/** The form of one pane: its place, and the options of its kind as the server makes them
 *  out of what the kind declares. */
import { byId, h } from "../lib/dom.js";
import { said as cameraSaid } from "./view.js";

const PLACES = /** @type {const} */ (["column", "row", "width", "height"]);

/** @typedef {import("./grid.js").Pane} Pane */

/**
 * What the fields of options say; empty ones are left out.
 * @param {HTMLElement} root
 * @returns {Record<string, any>}
 */
export function optionsOf(root) {
  /** @type {Record<string, any>} */
  const found = {};
  for (const node of root.querySelectorAll("[data-option]")) {
    const input = /** @type {HTMLInputElement} */ (node);
    const value = written(input);
    if (value !== undefined) found[/** @type {string} */ (input.dataset.option)] = value;
  }
  return found;
}

/** @param {HTMLInputElement} input */
function written(input) {
  const { type } = input.dataset;
  if (type === "boolean") return input.checked;
  if (type === "object") return input.value && input.value !== "null" ? JSON.parse(input.value) : undefined;
  if (input.value.trim() === "") return undefined;
  if (type === "array")
    return input.value
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean);
  if (type === "number" || type === "integer") {
    const number = Number(input.value);
    return Number.isFinite(number) ? number : input.value;
  }
  return input.value;
}

export class Inspector {
  /**
   * @param {object} given
   * @param {Map<string, any>} given.kinds
   * @param {boolean} given.write
   * @param {Record<string, string>} given.words
   * @param {string} given.formUrl with KIND
   * @param {(url: string, body: any) => Promise<string|null>} given.fetchForm
   * @param {(id: string, change: (pane: Pane) => Pane) => void} given.change
   * @param {(root: HTMLElement) => void} given.dressed after a new form came
   */
  constructor(given) {
    this.given = given;
    this.shown = "";
    /** @type {Pane|null} */
    this.pane = null;
    this.root = byId("pane-options");
    this.root.addEventListener("input", () => this.typed());
    this.root.addEventListener("change", () => this.typed());
    this.places = this.placeFields();
  }

  placeFields() {
    const fields = PLACES.map((name) => {
      const input = h("input", {
        id: `place-${name}`,
        type: "number",
        min: name === "width" || name === "height" ? 1 : 1,
        max: 48,
      });
      input.disabled = !this.given.write;
      input.addEventListener("change", () => {
        const value = Math.round(Number(input.value)) - (name === "column" || name === "row" ? 1 : 0);
        if (this.pane && Number.isFinite(value))
          this.given.change(this.pane.id, (pane) => ({ ...pane, [name]: value }));
      });
      return { name, input };
    });
    byId("pane-place").replaceChildren(
      ...fields.map(({ name, input }) =>
        h("div", { class: "field" }, h("label", { for: `place-${name}` }, this.given.words[`place.${name}`]), input),
      ),
    );
    return fields;
  }

  /** @param {Pane|null} pane null: none is chosen */
  show(pane) {
    this.pane = pane;
    byId("pane-card").hidden = !pane;
    if (!pane) {
      this.shown = "";
      return;
    }
    const kind = this.given.kinds.get(pane.kind);
    byId("pane-title").textContent = `${kind?.title ?? pane.kind} · ${pane.id}`;
    for (const { name, input } of this.places) {
      const value = pane[name] + (name === "column" || name === "row" ? 1 : 0);
      if (document.activeElement !== input) input.value = String(value);
    }
    const key = `${pane.id} ${pane.kind}`;
    if (key !== this.shown) this.load(pane, key);
  }

  /** The form is made anew with the next pane shown, after an undo. */
  again() {
    this.shown = "";
  }

  /** @param {Pane} pane @param {string} key */
  async load(pane, key) {
    this.shown = key;
    const url = this.given.formUrl.replace("KIND", pane.kind);
    const html = await this.given.fetchForm(url, { options: pane.options ?? {} });
    if (this.shown !== key) return;
    this.root.innerHTML = html ?? "";
    for (const input of this.root.querySelectorAll("input, select, textarea")) {
      /** @type {HTMLInputElement} */ (input).disabled = !this.given.write;
    }
    this.sayViews();
    this.given.dressed(this.root);
  }

  typed() {
    const { pane } = this;
    if (!pane || !this.given.write) return;
    const options = optionsOf(this.root);
    this.given.change(pane.id, (one) => ({ ...one, options }));
    this.sayViews();
  }

  /** A view of its own, in words. */
  sayViews() {
    const { words } = this.given;
    for (const place of this.root.querySelectorAll("[data-view]")) {
      const name = /** @type {HTMLElement} */ (place).dataset.view;
      const input = this.root.querySelector(`[name="${name}"]`);
      const value = input?.value && input.value !== "null" ? JSON.parse(input.value) : null;
      place.querySelector("output").textContent = cameraSaid(value, {
        home: words["view.home"],
        none: words["view.scene"],
      });
    }
  }

  /** A view that was taken from the map. @param {any} camera null: that of the scene */
  setView(camera) {
    const input = this.root.querySelector('[data-type="object"]');
    if (!input) return;
    input.value = camera ? JSON.stringify(camera) : "";
    this.typed();
  }

  /** What the check says about options, at their fields. @param {any[]} problems */
  mark(problems) {
    for (const field of this.root.querySelectorAll("[data-field]")) {
      const name = /** @type {HTMLElement} */ (field).dataset.field?.replace(/^p_/, "");
      const problem = problems.find((one) => one.what === "options" && one.pane === this.pane?.id && one.text === name);
      const place = field.querySelector(".error");
      place.hidden = !problem;
      place.textContent = problem?.message ?? "";
      field.querySelector("input, select, textarea")?.setAttribute("aria-invalid", String(Boolean(problem)));
    }
  }
}
