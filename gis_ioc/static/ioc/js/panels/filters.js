/** The filter form of a layer, made from the fields it declares as filterable. */
import { h } from "../lib/dom.js";
import { t } from "../lib/texts.js";

const WAIT_MS = 350;

/** @typedef {import("../lib/cql.js").Condition} Condition */
/** @typedef {import("../lib/cql.js").Filter} Filter */
/** @typedef {(condition: Condition|null) => void} Changed */

/**
 * @param {any} field
 * @param {Condition} condition
 * @param {Changed} changed
 */
function choices(field, condition, changed) {
  const boxes = field.choices.map((/** @type {{value: string}} */ choice) => {
    const box = h("input", { type: "checkbox", value: choice.value });
    box.checked = condition.in?.includes(choice.value) ?? false;
    return box;
  });
  const list = h(
    "div",
    { class: "choice-list" },
    ...boxes.map((/** @type {any} */ box, /** @type {number} */ index) =>
      h("label", { class: "choice" }, box, h("span", {}, field.choices[index].title)),
    ),
  );
  list.addEventListener("change", () => {
    const picked = boxes.filter((/** @type {any} */ box) => box.checked);
    changed(picked.length ? { in: picked.map((/** @type {any} */ box) => box.value) } : null);
  });
  return list;
}

/**
 * @param {any} field
 * @param {Condition} condition
 * @param {Changed} changed
 */
function range(field, condition, changed) {
  const input = (/** @type {"min"|"max"} */ end, /** @type {string} */ word) => {
    const box = h("input", {
      type: "number",
      step: field.type === "integer" ? 1 : "any",
      inputmode: "decimal",
      placeholder: word,
      "aria-label": `${field.title} ${word}`,
      value: condition[end],
    });
    box.addEventListener("input", () => changed(bounds()));
    return box;
  };
  const low = input("min", t("filter.from"));
  const high = input("max", t("filter.to"));
  const bounds = () => {
    /** @type {Condition} */
    const found = {};
    if (low.value !== "") found.min = Number(low.value);
    if (high.value !== "") found.max = Number(high.value);
    return Object.keys(found).length ? found : null;
  };
  return h("div", { class: "range" }, low, h("span", {}, "–"), high, h("span", { class: "unit" }, field.unit));
}

/**
 * @param {any} field
 * @param {Condition} condition
 * @param {Changed} changed
 */
function yesNo(field, condition, changed) {
  const select = h(
    "select",
    { "aria-label": field.title },
    h("option", { value: "" }, t("filter.any")),
    h("option", { value: "yes" }, t("filter.yes")),
    h("option", { value: "no" }, t("filter.no")),
  );
  select.value = typeof condition.is === "boolean" ? (condition.is ? "yes" : "no") : "";
  select.addEventListener("change", () => changed(select.value ? { is: select.value === "yes" } : null));
  return select;
}

/**
 * @param {any} field
 * @param {Condition} condition
 * @param {Changed} changed
 */
function contains(field, condition, changed) {
  const box = h("input", { type: "text", placeholder: t("filter.contains"), "aria-label": field.title, value: condition.text });
  box.addEventListener("input", () => changed(box.value.trim() ? { text: box.value.trim() } : null));
  return box;
}

/** @param {any} box */
function blank(box) {
  if (box.type === "checkbox") box.checked = false;
  else box.value = "";
}

/** Which control a field gets. @param {any} field */
function control(field) {
  if (field.choices.length) return choices;
  const byType = { boolean: yesNo, integer: range, number: range, text: contains };
  return /** @type {any} */ (byType)[field.type] ?? null;
}

/**
 * @param {import("../map/style.js").Entry} entry
 * @param {Filter} start
 * @param {(filter: Filter) => void} changed called a moment after the last change
 */
export function filterForm(entry, start, changed) {
  /** @type {Filter} */
  const filter = structuredClone(start);
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = /** @type {any} */ (setTimeout(() => changed(structuredClone(filter)), WAIT_MS));
  };
  const parts = entry.fields
    .filter((field) => field.filter && control(field))
    .map((field) =>
      h(
        "fieldset",
        {},
        h("legend", {}, field.title),
        control(field)(field, filter[field.name] ?? {}, (/** @type {Condition|null} */ condition) => {
          if (condition) filter[field.name] = condition;
          else delete filter[field.name];
          later();
        }),
      ),
    );
  const form = h("form", { class: "filter-form" }, ...parts);
  const clear = h("button", { type: "button", class: "btn btn-ghost" }, t("layers.clear"));
  clear.addEventListener("click", () => {
    for (const name of Object.keys(filter)) delete filter[name];
    for (const box of form.querySelectorAll("input, select")) blank(box);
    clearTimeout(timer);
    changed({});
  });
  form.append(clear);
  form.addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  return form;
}
