/** The command palette (Ctrl+K): actions with their keys, scenes, layers, and search. */
import { bus } from "../lib/bus.js";
import { byId, h, icon } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { keys, keyText } from "../panels/help.js";

const MOST = 40;
const WAIT_MS = 180;
const LEAST = 2;

/**
 * @typedef {object} Command
 * @property {string} title
 * @property {string} kind
 * @property {string} icon
 * @property {string} [key]
 * @property {() => void} run
 */

/** Lower case without diacritics, as people type in a hurry. @param {string} text */
export const plain = (text) =>
  text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .replaceAll("\u0111", "d");

/**
 * Those whose words all occur, those that begin so first.
 * @template {{title: string}} C
 * @param {C[]} commands
 * @param {string} asked
 * @returns {C[]}
 */
export function matching(commands, asked) {
  const words = plain(asked).split(/\s+/).filter(Boolean);
  const found = commands
    .map((one) => ({ one, text: plain(one.title) }))
    .filter(({ text }) => words.every((word) => text.includes(word)));
  const begins = (/** @type {string} */ text) => (words.length && text.startsWith(words[0]) ? 0 : 1);
  return found.sort((a, b) => begins(a.text) - begins(b.text)).map(({ one }) => one);
}

/** Further commands of parts of the page. @type {(() => Command[])[]} */
export const sources = [];

/** @param {import("../map/layers.js").MapLayers} layers */
export function startPalette(layers) {
  const palette = new Palette(layers);
  keys.add([{ key: "Ctrl+k", text: "keys.palette", group: "keys.group.console", run: () => palette.open() }]);
  bus.on("do:palette", () => palette.open());
}

class Palette {
  /** @param {import("../map/layers.js").MapLayers} layers */
  constructor(layers) {
    this.layers = layers;
    this.box = byId("palette");
    this.input = h("input", {
      type: "text",
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": "palette-list",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: t("palette.placeholder"),
      "aria-label": t("palette.placeholder"),
    });
    this.list = h("ul", { id: "palette-list", role: "listbox", "aria-label": t("keys.palette") });
    this.box.replaceChildren(this.input, this.list);
    this.input.addEventListener("input", () => this.asked());
    this.box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.onKey(event));
    this.list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const row = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-index]"));
      if (row) this.run(Number(row.dataset.index));
    });
    /** @type {Command[]} */
    this.shown = [];
    /** @type {Command[]} */
    this.hits = [];
    this.chosen = 0;
    this.turn = 0;
    this.timer = 0;
  }

  open() {
    if (this.box.open) return this.box.close();
    this.came = document.activeElement;
    this.all = [...this.ofKeys(), ...sources.flatMap((source) => source()), ...this.ofLayers()];
    this.input.value = "";
    this.hits = [];
    this.draw();
    this.box.showModal();
    return this.input.focus();
  }

  ofKeys() {
    return [...keys.known.values()]
      .filter((one) => one.run && (one.when?.() ?? true) && one.key !== "Ctrl+k")
      .map((one) => ({
        title: t(one.text),
        kind: t(one.group ?? ""),
        icon: "keyboard",
        key: keyText(one.key),
        run: () => one.run?.(),
      }));
  }

  ofLayers() {
    return [...this.layers.entries.values()].map((entry) => {
      const visible = !this.layers.shown.has(entry.slug);
      return {
        title: t(visible ? "palette.show" : "palette.hide", { layer: entry.title }),
        kind: t("keys.layers"),
        icon: entry.icon,
        run: () => bus.emit("layer:toggle", { slug: entry.slug, visible }),
      };
    });
  }

  asked() {
    clearTimeout(this.timer);
    this.chosen = 0;
    this.draw();
    const text = this.input.value.trim();
    if (text.length >= LEAST) this.timer = /** @type {any} */ (setTimeout(() => this.search(text), WAIT_MS));
    else this.hits = [];
  }

  /** @param {string} text */
  async search(text) {
    const turn = ++this.turn;
    const found = await getJson(`/api/v1/search?limit=12&q=${encodeURIComponent(text)}`).catch(() => []);
    if (turn !== this.turn || this.input.value.trim() !== text) return;
    this.hits = found.map((/** @type {any} */ hit) => ({
      title: hit.title,
      kind: hit.layer_title,
      icon: this.layers.entries.get(hit.layer)?.icon ?? "map-pin",
      run: () => bus.emit("go", { layer: hit.layer, id: hit.id, lon: hit.lon, lat: hit.lat, fly: true }),
    }));
    this.draw();
  }

  draw() {
    this.shown = [...matching(this.all ?? [], this.input.value), ...this.hits].slice(0, MOST);
    this.chosen = Math.min(this.chosen, Math.max(0, this.shown.length - 1));
    const rows = this.shown.map((one, index) =>
      h(
        "li",
        { role: "option", id: `palette-${index}`, "data-index": index, "aria-selected": String(index === this.chosen) },
        icon(one.icon),
        h("span", {}, one.title),
        h("small", {}, one.kind),
        one.key ? h("kbd", {}, one.key) : null,
      ),
    );
    this.list.replaceChildren(
      ...(rows.length ? rows : [h("li", { class: "palette-none" }, t("search.none", { text: this.input.value }))]),
    );
    this.input.setAttribute("aria-activedescendant", rows.length ? `palette-${this.chosen}` : "");
    this.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    if (step) {
      this.chosen = (this.chosen + step + this.shown.length) % Math.max(1, this.shown.length);
      this.draw();
    } else if (event.key === "Enter") this.run(this.chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} index */
  run(index) {
    const one = this.shown[index];
    if (!one) return;
    this.box.close();
    /** @type {any} */ (this.came)?.focus?.({ preventScroll: true });
    one.run();
  }
}
