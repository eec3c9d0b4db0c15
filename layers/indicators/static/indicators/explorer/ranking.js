/** The ranking: sorted, filtered, and in step with the map both ways. */
import { byId, h } from "@ioc/lib/dom.js";
import { estimated, fold, found, sorted } from "./figures.js";
import { statusMark, swatch } from "./marks.js";
import { inPoints, number, period, say, signed, vintage } from "./say.js";

/** @typedef {import("./figures.js").Row} Row */

const COLUMNS = ["rank", "title", "value", "change", "status"];

export class Ranking {
  /**
   * @param {HTMLElement} node
   * @param {{hover: (id: number|null) => void, choose: (id: number) => void, sort: (sort: string) => void}} tell
   */
  constructor(node, tell) {
    this.node = node;
    this.tell = tell;
    /** @type {Row[]} */
    this.rows = [];
    this.sort = "rank";
    this.chosen = /** @type {number|null} */ (null);
    this.lit = /** @type {number|null} */ (null);
    this.body = h("tbody", {});
    this.heads = COLUMNS.map((name) => this.head(name));
    this.find = byId("xp-find");
    this.find?.addEventListener("input", () => this.draw());
    this.table = h("table", { class: "xp-table" }, h("thead", {}, h("tr", {}, ...this.heads)), this.body);
    node.replaceChildren(this.table);
    this.listen(this.table);
  }

  /** @param {string} name */
  head(name) {
    const button = h("button", { type: "button", onclick: () => this.turn(name) }, say(`col.${name}`));
    return h("th", { scope: "col", class: `xp-col-${name}`, "data-col": name }, button);
  }

  /** @param {string} name */
  turn(name) {
    const first = name === "value" || name === "change" ? `-${name}` : name;
    const other = first === name ? `-${name}` : name;
    this.tell.sort(this.sort === first ? other : first);
  }

  /** @param {HTMLElement} table */
  listen(table) {
    const idOf = (/** @type {Event} */ event) => {
      const row = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("tr[data-id]"));
      return row ? Number(row.dataset.id) : null;
    };
    table.addEventListener("mouseover", (event) => this.tell.hover(idOf(event)));
    table.addEventListener("mouseleave", () => this.tell.hover(null));
    table.addEventListener("focusin", (event) => idOf(event) !== null && this.tell.hover(idOf(event)));
    table.addEventListener("click", (event) => {
      const id = idOf(event);
      if (id !== null) this.tell.choose(id);
    });
    table.addEventListener("keydown", (event) => this.key(event, idOf(event)));
  }

  /** @param {KeyboardEvent} event @param {number|null} id */
  key(event, id) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (id === null || (!step && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    if (!step) return this.tell.choose(id);
    const rows = /** @type {HTMLElement[]} */ ([...this.body.rows]);
    const next = rows[rows.findIndex((row) => Number(row.dataset.id) === id) + step];
    next?.focus();
  }

  /**
   * @param {Row[]} rows
   * @param {{answer: any, indicator: import("./say.js").Indicator, theme: string, decimals: number}} about
   * @param {string} sort
   */
  show(rows, about, sort) {
    Object.assign(this, { rows, about, sort });
    this.draw();
  }

  draw() {
    const asked = this.find?.value.trim() ?? "";
    const rows = sorted(this.rows, this.sort).filter((row) => !asked || found(fold(`${row.code} ${row.title}`), asked));
    const focused = document.activeElement?.closest("tr[data-id]")?.getAttribute("data-id");
    this.table.classList.toggle("xp-unjudged", !this.rows.some((row) => row.status));
    this.body.replaceChildren(...rows.map((row) => this.row(row)));
    if (!rows.length)
      this.body.append(h("tr", {}, h("td", { colspan: COLUMNS.length, class: "empty" }, say("none.named"))));
    for (const head of this.heads) {
      const [name, down] = [this.sort.replace("-", ""), this.sort.startsWith("-")];
      if (head.dataset.col === name) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    if (focused) this.rowOf(Number(focused))?.focus({ preventScroll: true });
  }

  /** @param {Row} row */
  row(row) {
    const { answer, indicator, theme, decimals } = /** @type {any} */ (this).about;
    const colour = answer.classes[row.place ?? -1]?.[theme];
    const sign = colour ? swatch(colour) : h("i", { class: row.value === null ? "xp-swatch xp-hatch" : "xp-swatch" });
    const text = row.value === null ? say("missing") : number(row.value, decimals);
    const note =
      row.value === null
        ? ""
        : [period(row.period), vintage(row.vintage), estimated(row) ? say(`how.${row.how}`) : ""]
            .filter(Boolean)
            .join(" · ");
    return h(
      "tr",
      {
        "data-id": row.unit_id,
        tabindex: "0",
        class: row.value === null ? "xp-none" : null,
        "aria-selected": row.unit_id === this.chosen ? "true" : null,
      },
      h("td", { class: "xp-rank num" }, row.rank === null ? "–" : String(row.rank)),
      h("th", { scope: "row" }, h("span", { class: "xp-unit" }, sign, row.title)),
      h(
        "td",
        { class: "num xp-value", title: note },
        estimated(row) ? h("abbr", { class: "xp-approx", title: this.how(row) }, "≈") : null,
        text,
      ),
      h("td", { class: "num xp-change" }, row.change === null ? "" : changeText(row.change, indicator.unit)),
      h("td", { class: "xp-verdict" }, row.status ? statusMark(row.status) : null),
    );
  }

  /** @param {Row} row */
  how(row) {
    const share =
      row.coverage !== undefined && row.coverage < 1 ? say("coverage", { share: number(row.coverage * 100, 0) }) : "";
    return [say(`how.${row.how}`), share].filter(Boolean).join(" · ");
  }

  /** @param {number} id @returns {HTMLElement|undefined} */
  rowOf(id) {
    return /** @type {HTMLElement[]} */ ([...this.body.rows]).find((row) => Number(row.dataset.id) === id);
  }

  /** @param {number|null} id @param {boolean} [reveal] */
  light(id, reveal = false) {
    if (this.lit !== null) this.rowOf(this.lit)?.classList.remove("xp-lit");
    this.lit = id;
    const row = id === null ? undefined : this.rowOf(id);
    row?.classList.add("xp-lit");
    if (reveal) this.reveal(row);
  }

  /** @param {number|null} id */
  choose(id) {
    if (this.chosen !== null) this.rowOf(this.chosen)?.removeAttribute("aria-selected");
    this.chosen = id;
    const row = id === null ? undefined : this.rowOf(id);
    row?.setAttribute("aria-selected", "true");
    this.reveal(row);
  }

  /** Not where the page itself would move, as on a phone. @param {HTMLElement|undefined} row */
  reveal(row) {
    if (getComputedStyle(this.node).overflowY === "auto") row?.scrollIntoView({ block: "nearest" });
  }
}

/** @param {number} change @param {string} unit */
export const changeText = (change, unit) => `${signed(change)} ${say(inPoints(unit) ? "points" : "percent")}`;
