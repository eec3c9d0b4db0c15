/** Parameters of the tiles: filter, time, fields, limit. */
import { byId, h } from "@ioc/lib/dom.js";
import { copyable } from "./connect.js";
import { fieldsOf } from "./sources.js";
import { count, w } from "./words.js";

/** @typedef {import("./sources.js").Source} Source */
/** @typedef {{filter: string, at: string, datetime: string, fields: string, limit: string}} Asked */

const NAMES = /** @type {const} */ (["filter", "at", "datetime", "fields", "limit"]);
/** @returns {Asked} */
export const nothing = () => ({ filter: "", at: "", datetime: "", fields: "", limit: "" });

/** @param {Asked} asked @returns {string} with its question mark, or empty */
export function queryOf(asked) {
  const pairs = NAMES.filter((name) => asked[name]).map((name) => `${name}=${encodeURIComponent(asked[name])}`);
  return pairs.length ? `?${pairs.join("&")}` : "";
}

/** A moment as the field for it writes it, in this browser's zone. @param {string} iso */
function local(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** In UTC, as the service reads it. @param {string} text of a field */
const utc = (text) => (text ? new Date(text).toISOString().replace(".000Z", "Z") : "");

/** OGC API: an open end is two dots. @param {string} since @param {string} until */
const span = (since, until) => (since || until ? `${since || ".."}/${until || ".."}` : "");

export class Query {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.asked = nothing();
    this.form = byId("query");
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.read();
      onChange();
    });
    this.form.addEventListener("reset", () => {
      this.asked = nothing();
      setTimeout(() => this.write());
      onChange();
    });
  }

  get text() {
    return queryOf(this.asked);
  }

  read() {
    const data = new FormData(this.form);
    const time = (/** @type {string} */ name) => utc(String(data.get(name) ?? ""));
    this.asked = {
      filter: String(data.get("filter") ?? "").trim(),
      at: time("at"),
      datetime: span(time("since"), time("until")),
      fields: data.getAll("field").join(","),
      limit: String(data.get("limit") ?? "").trim(),
    };
  }

  write() {
    const { filter, at, limit } = this.asked;
    this.form.elements.filter.value = filter;
    this.form.elements.at.value = at ? local(at) : "";
    const [since, until] = this.asked.datetime.split("/");
    this.form.elements.since.value = since ? local(since) : "";
    this.form.elements.until.value = until ? local(until) : "";
    this.form.elements.limit.value = limit;
    const chosen = this.asked.fields.split(",");
    for (const box of this.form.querySelectorAll("input[name=field]")) box.checked = chosen.includes(box.value);
  }

  /** @param {Source} source */
  show(source) {
    const fields = [...fieldsOf(source).values()];
    const insert = fields.filter((field) => field.filter).map((field) => this.insertButton(field));
    byId("q-filter-fields").replaceChildren(...insert);
    byId("q-filter-help").hidden = !insert.length;
    byId("q-span").hidden = !source.layer?.time_field;
    byId("q-fields").replaceChildren(...fields.map(fieldBox));
    this.write();
    this.told(null);
  }

  /** @param {import("./sources.js").Field} field */
  insertButton(field) {
    const example = field.choices.length
      ? `= '${field.choices[0].value}'`
      : field.type === "boolean"
        ? "= true"
        : field.type === "text"
          ? "= ''"
          : "> 0";
    const add = () => {
      const area = this.form.elements.filter;
      area.value = `${area.value.trim()}${area.value.trim() ? " AND " : ""}${field.name} ${example}`;
      area.focus();
    };
    const title = w("query.field", { title: field.title, type: field.type + (field.unit ? `, ${field.unit}` : "") });
    return h("button", { type: "button", class: "tp-chip", title, onclick: add }, field.name);
  }

  /** @param {string} xyz */
  address(xyz) {
    byId("query-address").replaceChildren(copyable(w("client.xyz"), xyz, { url: true }));
  }

  /**
   * What the server made of it.
   * @param {{problem: string, status: number, features: number}|null} answer
   */
  told(answer) {
    const wrong = byId("query-error");
    const good = byId("query-ok");
    wrong.hidden = !answer?.problem;
    good.hidden = !answer || Boolean(answer.problem) || !this.text;
    if (!answer) return;
    if (answer.problem) {
      const heading = answer.status < 500 ? w("query.wrong") : w("query.away", { status: answer.status });
      wrong.replaceChildren(h("strong", {}, heading), h("p", {}, answer.problem));
    } else good.textContent = w("query.accepted", { n: count(answer.features) });
  }
}

/** @param {import("./sources.js").Field} field */
function fieldBox(field) {
  const title = w("query.field", { title: field.title, type: field.type + (field.unit ? `, ${field.unit}` : "") });
  return h(
    "label",
    { class: "tp-field", title },
    h("input", { type: "checkbox", name: "field", value: field.name }),
    field.name,
  );
}
