/** Which layers a scene shows, and what of each: the catalogue with its filter forms. */
import { byId, h, icon } from "../lib/dom.js";
import { fill } from "../lib/texts.js";
import { decodeView } from "../lib/viewlink.js";
import { filterForm } from "../panels/filters.js";
import { chosen, isAuto, isShown, toggled } from "./chosen.js";

export class LayerList {
  /**
   * @param {object} given
   * @param {any[]} given.entries
   * @param {boolean} given.write
   * @param {Record<string, string>} given.words
   * @param {() => any} given.body
   * @param {(body: any) => void} given.change
   */
  constructor(given) {
    this.given = given;
    this.drawn = "";
    byId("layers-auto")?.addEventListener("click", () => {
      const { layers, roles, filters, ...rest } = given.body();
      given.change(rest);
    });
    byId("layers-link")?.addEventListener("change", (/** @type {Event} */ event) =>
      this.take(/** @type {HTMLInputElement} */ (event.target)),
    );
    this.draw();
  }

  /** Layers, filters and place out of a link of the map page. @param {HTMLInputElement} input */
  take(input) {
    const at = input.value.indexOf("#");
    const view = decodeView(at < 0 ? "" : input.value.slice(at));
    input.setAttribute("aria-invalid", String(at < 0));
    if (at < 0) return;
    let body = this.given.body();
    if (view.layers) body = chosen(body, this.given.entries, new Set(view.layers));
    body = { ...body, filters: view.filters };
    this.given.change(body);
    input.value = "";
  }

  draw() {
    const { entries, words } = this.given;
    const body = this.given.body();
    const key = JSON.stringify([body.layers, body.roles, Object.keys(body.filters ?? {})]);
    const shown = entries.filter((entry) => isShown(body, entry));
    byId("layers-said").textContent = isAuto(body)
      ? words["layers.auto"]
      : fill(words["layers.own"], { n: shown.length });
    if (key === this.drawn) return;
    this.drawn = key;
    byId("layers").replaceChildren(...entries.map((entry) => this.row(entry, body)));
  }

  /** @param {any} entry @param {any} body */
  row(entry, body) {
    const on = isShown(body, entry);
    const box = h("input", { type: "checkbox" });
    box.checked = on;
    box.disabled = !this.given.write;
    box.addEventListener("change", () =>
      this.given.change(toggled(this.given.body(), this.given.entries, entry.slug, box.checked)),
    );
    const row = h("li", {}, h("label", {}, box, icon(entry.icon), h("span", {}, entry.title)));
    const filterable = entry.fields.some((/** @type {any} */ field) => field.filter);
    if (on && filterable && this.given.write) row.append(this.filters(entry, body));
    return row;
  }

  /** Made when it is opened. @param {any} entry @param {any} body */
  filters(entry, body) {
    const set = Object.keys(body.filters?.[entry.slug] ?? {});
    const names = entry.fields
      .filter((/** @type {any} */ field) => set.includes(field.name))
      .map((/** @type {any} */ field) => field.title);
    const details = h(
      "details",
      {},
      h("summary", {}, names.length ? names.join(", ") : this.given.words["layers.filter"]),
    );
    details.addEventListener("toggle", () => {
      if (!details.open || details.children.length > 1) return;
      details.append(
        filterForm(entry, this.given.body().filters?.[entry.slug] ?? {}, (filter) => {
          const now = this.given.body();
          const { [entry.slug]: _old, ...others } = now.filters ?? {};
          const filters = Object.keys(filter).length ? { ...others, [entry.slug]: filter } : others;
          // the form stays as it is
          this.drawn = JSON.stringify([now.layers, now.roles, Object.keys(filters)]);
          this.given.change({ ...now, filters });
        }),
      );
    });
    return details;
  }
}
