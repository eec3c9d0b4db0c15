/** Coordinates: of the pointer in the line below the map, of the middle in a box, typed. */
import { byId, h, icon } from "../../lib/dom.js";
import { pref, setPref } from "../../lib/prefs.js";
import { t } from "../../lib/texts.js";
import { pin } from "../engine.js";
import { NOTATIONS, read, written } from "./notation.js";
import { copyText, toolBox } from "./toolbox.js";

/** @typedef {import("./notation.js").Notation} Notation */

const PREF = "map.notation";
const CLOSE_ZOOM = 13;

/** @returns {Notation} */
const chosen = () => {
  const kept = pref(PREF, NOTATIONS[0]);
  return NOTATIONS.includes(kept) ? kept : NOTATIONS[0];
};

export class PositionTool {
  /** @param {any} map */
  constructor(map) {
    this.map = map;
    this.name = "position";
    this.title = "position.title";
    this.notation = chosen();
    /** under the pointer; null: it is not over the map @type {{lat: number, lon: number}|null} */
    this.pointer = null;
    /** @type {any} */
    this.flag = null;
    /** @type {Map<Notation, HTMLElement>} */
    this.lines = new Map();
    map.on("mousemove", (/** @type {any} */ event) => {
      this.pointer = { lat: event.lngLat.lat, lon: event.lngLat.lng };
      this.draw();
    });
    map.on("mouseout", () => {
      this.pointer = null;
      this.draw();
    });
    map.on("move", () => this.draw());
    this.draw();
  }

  get middle() {
    const { lat, lng } = this.map.getCenter();
    return { lat, lon: lng };
  }

  draw() {
    const place = this.pointer ?? this.middle;
    const text = written(place, this.notation);
    const line = byId("position");
    if (line) line.querySelector("b").textContent = this.pointer ? text : t("position.middle", { text });
    for (const [notation, node] of this.lines) node.textContent = written(this.middle, notation);
  }

  /** What is under the pointer, else the middle, onto the clipboard. */
  copy() {
    copyText(written(this.pointer ?? this.middle, this.notation));
  }

  open() {
    this.map.getContainer().classList.add("has-cross");
    const list = h("dl", { class: "tool-list" }, ...NOTATIONS.map((notation) => this.row(notation)));
    this.draw();
    return [h("p", { class: "tool-note" }, t("position.of")), list, this.form()];
  }

  close() {
    this.map.getContainer().classList.remove("has-cross");
    this.lines.clear();
    this.flag?.remove();
    this.flag = null;
  }

  /** @param {Notation} notation */
  row(notation) {
    const value = h("span", { class: "num" });
    this.lines.set(notation, value);
    const choose = h("input", {
      type: "radio",
      name: "notation",
      id: `notation-${notation}`,
      onchange: () => this.choose(notation),
    });
    choose.checked = notation === this.notation;
    const label = t("position.copy", { notation: t(`notation.${notation}`) });
    const copy = h(
      "button",
      {
        type: "button",
        class: "bar-btn",
        title: label,
        "aria-label": label,
        onclick: () => copyText(value.textContent),
      },
      icon("copy"),
    );
    return h(
      "div",
      {},
      h("dt", {}, choose, h("label", { for: choose.id }, t(`notation.${notation}`))),
      h("dd", {}, value, copy),
    );
  }

  /** @param {Notation} notation */
  choose(notation) {
    this.notation = notation;
    setPref(PREF, notation);
    this.draw();
  }

  form() {
    const said = h("p", { class: "tool-error", role: "alert" });
    const input = h("input", {
      id: "go-to",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      "data-first": "",
      maxlength: "80",
      placeholder: written(this.middle, this.notation),
      "aria-describedby": "go-to-help",
    });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const found = read(input.value);
      said.textContent = found ? "" : t("position.unread", { text: input.value });
      input.setAttribute("aria-invalid", String(!found));
      if (found) this.go(found);
    };
    return h(
      "form",
      { class: "tool-form", onsubmit: submit },
      h("label", { for: "go-to" }, t("position.go")),
      h(
        "div",
        { class: "tool-row" },
        input,
        h("button", { class: "btn", type: "submit" }, icon("arrow-right"), t("position.goThere")),
      ),
      said,
      h("p", { class: "tool-note", id: "go-to-help" }, t("position.help")),
    );
  }

  /** @param {{lat: number, lon: number}} place */
  go({ lat, lon }) {
    this.flag?.remove();
    this.flag = pin(this.map, h("div", { class: "map-flag", "aria-hidden": "true" }), [lon, lat]);
    this.map.flyTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), CLOSE_ZOOM), duration: 700 });
  }
}

/** @param {any} map */
export function startPosition(map) {
  const tool = new PositionTool(map);
  toolBox.add(tool);
  return tool;
}
