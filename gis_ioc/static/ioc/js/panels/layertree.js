/** The layer tree: groups, counts, legends, filters; every part reachable by keyboard. */
import { bus } from "../lib/bus.js";
import { isEmpty } from "../lib/cql.js";
import { byId, h, icon } from "../lib/dom.js";
import { pref, setPref } from "../lib/prefs.js";
import { number, t } from "../lib/texts.js";
import { now } from "../lib/time.js";
import { filterForm } from "./filters.js";
import { ageLine, dataAge, drawAge, legendList } from "./legend.js";

/** @typedef {import("./legend.js").Entry} Entry */

const AGES_MS = 10_000;

/**
 * @param {Entry[]} entries
 * @returns {Map<string, Entry[]>} by group title, groups and layers in their order
 */
export function grouped(entries) {
  /** @type {Map<string, Entry[]>} */
  const groups = new Map();
  for (const entry of entries) {
    const known = groups.get(entry.group) ?? [];
    known.push(entry);
    groups.set(entry.group, known);
  }
  for (const list of groups.values()) list.sort((a, b) => a.order - b.order);
  return groups;
}

export class LayerTree {
  /**
   * @param {Entry[]} entries
   * @param {import("../map/layers.js").MapLayers} layers
   */
  constructor(entries, layers) {
    this.layers = layers;
    this.root = byId("layer-tree");
    /** @type {Map<string, any>} */
    this.rows = new Map();
    this.root.replaceChildren(...[...grouped(entries)].map(([title, list]) => this.group(title, list)));
    this.root.setAttribute("aria-busy", "false");
    bus.on("counts", (fresh) => this.counts(fresh));
    setInterval(() => this.ages(), AGES_MS);
  }

  /**
   * @param {string} title
   * @param {Entry[]} entries
   */
  group(title, entries) {
    const closed = pref("groups.closed", []);
    const box = h(
      "details",
      { class: "group", open: !closed.includes(title) },
      h("summary", { class: "group-title" }, icon("chevron-right"), h("span", {}, title)),
      h("ul", { class: "group-list" }, ...entries.map((entry) => this.row(entry))),
    );
    box.addEventListener("toggle", () => {
      const others = pref("groups.closed", []).filter((/** @type {string} */ name) => name !== title);
      setPref("groups.closed", box.open ? others : [...others, title]);
    });
    return box;
  }

  /** @param {Entry} entry */
  row(entry) {
    const shown = this.layers.shown.has(entry.slug);
    const box = h("input", { type: "checkbox", id: `layer-${entry.slug}` });
    box.checked = shown;
    box.addEventListener("change", () => bus.emit("layer:toggle", { slug: entry.slug, visible: box.checked }));
    const count = h("span", { class: "layer-count num" }, entry.count === null ? "" : number(entry.count));
    const more = h("div", { class: "layer-more", hidden: !shown }, ageLine(entry), legendList(entry.legend));
    const node = h(
      "li",
      { class: "layer", "data-slug": entry.slug },
      h(
        "div",
        { class: "layer-head" },
        h(
          "label",
          { class: "layer-label", for: box.id },
          box,
          icon(entry.icon),
          h("span", { class: "layer-title" }, entry.title),
        ),
        count,
        this.filterButton(entry, more),
      ),
      more,
    );
    this.rows.set(entry.slug, { node, box, more, count, entry, form: null });
    node.classList.toggle("layer-stale", Boolean(dataAge(entry, now())?.stale));
    this.markFilter(entry.slug);
    return node;
  }

  /**
   * @param {Entry} entry
   * @param {HTMLElement} more
   */
  filterButton(entry, more) {
    if (!entry.fields.some((field) => field.filter)) return null;
    const label = t("layers.filters", { layer: entry.title });
    return h(
      "button",
      {
        type: "button",
        class: "layer-filter",
        "aria-expanded": "false",
        "aria-label": label,
        title: label,
        onclick: (/** @type {any} */ event) => this.toggleFilter(entry, more, event.currentTarget),
      },
      icon("filter"),
    );
  }

  /**
   * @param {Entry} entry
   * @param {HTMLElement} more
   * @param {HTMLElement} button
   */
  toggleFilter(entry, more, button) {
    const row = this.rows.get(entry.slug);
    if (row.form) {
      row.form.remove();
      row.form = null;
    } else {
      row.form = filterForm(entry, this.layers.filters[entry.slug] ?? {}, (filter) => {
        bus.emit("layer:filter", { slug: entry.slug, filter });
        this.markFilter(entry.slug);
      });
      more.append(row.form);
      row.form.querySelector("input, select")?.focus();
    }
    button.setAttribute("aria-expanded", String(Boolean(row.form)));
    more.hidden = !row.box.checked && !row.form;
  }

  /** @param {string} slug */
  markFilter(slug) {
    const row = this.rows.get(slug);
    row?.node.classList.toggle("layer-filtered", !isEmpty(this.layers.filters[slug]));
  }

  /**
   * @param {string} slug
   * @param {boolean} visible
   */
  shown(slug, visible) {
    const row = this.rows.get(slug);
    if (!row) return;
    row.box.checked = visible;
    row.more.hidden = !visible && !row.form;
  }

  /** After a view was restored from a link. */
  reset() {
    for (const [slug, row] of this.rows) {
      row.form?.remove();
      row.form = null;
      this.shown(slug, this.layers.shown.has(slug));
      this.markFilter(slug);
    }
  }

  /** @param {Entry[]} entries fresh from the catalogue */
  counts(entries) {
    for (const entry of entries) {
      const row = this.rows.get(entry.slug);
      if (row && entry.count !== null) row.count.textContent = number(entry.count);
      if (row) row.entry.newest = entry.newest;
    }
    this.ages();
  }

  ages() {
    for (const { node, more, entry } of this.rows.values()) {
      drawAge(more.querySelector(".layer-age"), entry);
      node.classList.toggle("layer-stale", Boolean(dataAge(entry, now())?.stale));
    }
  }
}
