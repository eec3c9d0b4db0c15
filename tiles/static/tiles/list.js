/** The list of sources: groups, search, zoom range, state. */
import { byId, h, icon, severityIcon } from "@ioc/lib/dom.js";
import { tileJson } from "./sources.js";
import { count, moment, w } from "./words.js";

/** @typedef {import("./sources.js").Source} Source */

/** Drawn by name, so that the page's icon sheet holds them. */
const KIND_ICONS = {
  point: () => icon("point"),
  line: () => icon("route"),
  polygon: () => icon("polygon"),
  mixed: () => icon("vector"),
  raster: () => icon("photo"),
  live: () => icon("broadcast"),
  unknown: () => icon("stack-2"),
};

/** Diacritics are no obstacle: "tau" finds what is written with them. @param {string} text */
export const folded = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("\u0111", "d");

export class List {
  /**
   * @param {Source[]} sources
   * @param {(source: Source) => void} onChoose
   */
  constructor(sources, onChoose) {
    this.sources = sources;
    this.onChoose = onChoose;
    this.root = byId("list-groups");
    /** @type {Map<string, any>} */
    this.rows = new Map(sources.map((source) => [source.id, this.row(source)]));
    this.groups = this.grouped();
    this.root.replaceChildren(...this.groups.map((group) => group.node));
    this.root.setAttribute("aria-busy", "false");
    byId("list-count").textContent = w("list.count", { n: count(sources.filter((source) => !source.broken).length) });
    byId("list-find").addEventListener("input", (/** @type {any} */ event) => this.find(event.target.value));
    this.root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.move(event));
    this.watchZooms();
  }

  grouped() {
    /** @type {Map<string, Source[]>} */
    const groups = new Map();
    for (const source of this.sources) groups.set(source.group, [...(groups.get(source.group) ?? []), source]);
    return [...groups].map(([title, members]) => {
      const rows = members.map((source) => this.rows.get(source.id));
      const node = h("section", { class: "tp-group" }, h("h3", {}, title), h("ul", { class: "tp-sources" }, ...rows));
      return { node, members };
    });
  }

  /** @param {Source} source */
  row(source) {
    if (source.broken) return brokenRow(source);
    const modified = source.entry.last_modified_at;
    const state =
      source.kind === "live"
        ? w("list.live")
        : modified
          ? w("list.modified", { time: moment(Date.parse(modified) / 1_000) })
          : "";
    const button = h(
      "button",
      { type: "button", class: "tp-source", "data-source": source.id, onclick: () => this.onChoose(source) },
      h(
        "span",
        { class: "tp-kind", title: w(`kind.${source.kind}`) },
        KIND_ICONS[source.kind](),
        h("span", { class: "sr-only" }, w(`kind.${source.kind}`)),
      ),
      h("span", { class: "tp-source-title" }, source.title),
      h("span", { class: "tp-zooms num" }, ""),
      h("code", { class: "tp-source-id" }, source.id),
      h("span", { class: source.kind === "live" ? "tp-state is-live" : "tp-state" }, state),
    );
    return h("li", {}, button);
  }

  /** Zoom ranges come with the TileJSON, asked for when a row is looked at. */
  watchZooms() {
    const observer = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        this.fillZooms(/** @type {HTMLElement} */ (target));
      }
    });
    for (const node of this.root.querySelectorAll("[data-source]")) observer.observe(node);
  }

  /** @param {HTMLElement} node */
  async fillZooms(node) {
    const source = this.sources.find((one) => one.id === node.dataset.source);
    if (!source) return;
    source.json ??= await tileJson(source.id).catch(() => null);
    const { minzoom = 0, maxzoom = 22 } = source.json ?? {};
    const range = node.querySelector(".tp-zooms");
    if (range && source.json) range.textContent = w("zoom.range", { from: minzoom, to: maxzoom });
  }

  /** Another kind than was known. @param {Source} source */
  learnt(source) {
    const box = this.rows.get(source.id)?.querySelector(".tp-kind");
    box?.replaceChildren(KIND_ICONS[source.kind](), h("span", { class: "sr-only" }, w(`kind.${source.kind}`)));
    box?.setAttribute("title", w(`kind.${source.kind}`));
  }

  /** @param {string} id */
  mark(id) {
    for (const [name, row] of this.rows) {
      const button = row.querySelector("[data-source]");
      if (name === id) button?.setAttribute("aria-current", "true");
      else button?.removeAttribute("aria-current");
    }
    this.rows.get(id)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} text */
  find(text) {
    const wanted = folded(text.trim());
    let found = 0;
    for (const { node, members } of this.groups) {
      const hits = members.filter((source) =>
        folded(`${source.title} ${source.id} ${source.entry.description ?? ""}`).includes(wanted),
      );
      for (const source of members) this.rows.get(source.id).hidden = !hits.includes(source);
      node.hidden = !hits.length;
      found += hits.length;
    }
    this.root.querySelector(".tp-wait")?.remove();
    if (!found) this.root.append(h("p", { class: "tp-wait", role: "status" }, w("list.none", { text: text.trim() })));
  }

  /** Arrow keys go from source to source. @param {KeyboardEvent} event */
  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const every = [...this.root.querySelectorAll("li:not([hidden]) > .tp-source")];
    const at = every.indexOf(/** @type {any} */ (document.activeElement));
    /** @type {HTMLElement|undefined} */ (every[at + step])?.focus();
  }
}

/** @param {Source} source */
function brokenRow(source) {
  return h(
    "li",
    {},
    h(
      "div",
      { class: "tp-source is-broken", tabindex: "0" },
      severityIcon("high"),
      h("span", { class: "tp-source-title" }, source.title),
      h("p", { class: "tp-reason" }, source.broken),
    ),
  );
}
