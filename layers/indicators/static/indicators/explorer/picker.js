/** Choosing an indicator: a search without diacritics over code, name and group. */
import { byId, h } from "@ioc/lib/dom.js";
import { fold, found } from "./figures.js";
import { data, day, level, say } from "./say.js";

/** @typedef {import("./say.js").Indicator} Indicator */

/**
 * Those that match, with figures at the level first; in the order of the catalogue.
 * @param {Indicator[]} all
 * @param {string} asked
 * @param {string} kind
 */
export function matching(all, asked, kind) {
  const hits = all.filter((one) => !asked.trim() || found(fold(`${one.code} ${one.name} ${one.group}`), asked));
  return [...hits.filter((one) => one.levels[kind]), ...hits.filter((one) => !one.levels[kind])];
}

export class Picker {
  /**
   * @param {string} dialog id
   * @param {(code: string) => void} chosen
   */
  constructor(dialog, chosen) {
    this.dialog = byId(dialog);
    this.chosen = chosen;
    this.kind = "";
    this.current = "";
    this.list = h("ul", {
      class: "xp-pick-list",
      role: "listbox",
      id: `${dialog}-list`,
      "aria-label": say("indicators"),
    });
    this.input = h("input", {
      type: "search",
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": `${dialog}-list`,
      "aria-label": say("pick.find"),
      placeholder: say("pick.find"),
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.fill(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.dialog.replaceChildren(h("div", { class: "xp-pick-head" }, this.input), this.list);
    this.dialog.addEventListener(
      "click",
      (/** @type {Event} */ event) => event.target === this.dialog && this.dialog.close(),
    );
  }

  /** @param {string} current @param {string} kind */
  open(current, kind) {
    this.current = current;
    this.kind = kind;
    this.input.value = "";
    this.dialog.showModal();
    this.fill();
    this.input.focus();
  }

  fill() {
    const hits = matching(data.catalogue, this.input.value, this.kind);
    let group = "";
    /** @type {any[]} */
    const nodes = [];
    for (const one of hits) {
      const here = one.levels[this.kind] ? one.group : say("pick.bare", { level: level(this.kind)?.title ?? "" });
      if (here !== group) nodes.push(h("li", { class: "xp-pick-group", role: "presentation" }, here));
      group = here;
      nodes.push(this.option(one));
    }
    if (!hits.length) nodes.push(h("li", { class: "xp-pick-none" }, say("pick.none")));
    this.list.replaceChildren(...nodes);
    const options = this.options();
    this.point(
      this.input.value ? options[0] : (options.find((node) => node.dataset.code === this.current) ?? options[0]),
    );
  }

  /** @param {Indicator} one */
  option(one) {
    const levels = data.levels
      .filter((/** @type {any} */ known) => one.levels[known.kind])
      .map((/** @type {any} */ known) => known.title);
    const newest = one.levels[this.kind];
    const note = [
      one.unit,
      one.period,
      levels.join(", "),
      newest ? say("pick.until", { day: day(newest) }) : "",
    ].filter(Boolean);
    return h(
      "li",
      {
        role: "option",
        id: `pick-${one.code}`,
        class: newest ? "xp-pick" : "xp-pick xp-pick-bare",
        "data-code": one.code,
        "aria-current": one.code === this.current ? "true" : null,
        onclick: () => this.take(one.code),
      },
      h("span", { class: "xp-code num" }, one.code),
      h("span", { class: "xp-pick-name" }, one.name),
      h("small", {}, note.join(" · ")),
    );
  }

  /** @returns {HTMLElement[]} */
  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  /** @param {HTMLElement|undefined} node */
  point(node) {
    for (const one of this.options()) one.setAttribute("aria-selected", String(one === node));
    this.pointed = node;
    if (node) this.input.setAttribute("aria-activedescendant", node.id);
    node?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const options = this.options();
    const here = options.indexOf(/** @type {any} */ (this.pointed));
    if (event.key === "ArrowDown") this.point(options[Math.min(options.length - 1, here + 1)]);
    else if (event.key === "ArrowUp") this.point(options[Math.max(0, here - 1)]);
    // a search field would only empty itself
    else if (event.key === "Escape") this.dialog.close();
    else if (event.key === "Enter" && this.pointed) this.take(this.pointed.dataset.code ?? "");
    else return;
    event.preventDefault();
  }

  /** @param {string} code */
  take(code) {
    this.dialog.close();
    this.chosen(code);
  }
}
