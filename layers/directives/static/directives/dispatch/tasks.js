/** Who does what: one task per lead unit, each with its own words and deadlines. */
import { h, icon } from "@ioc/lib/dom.js";
import { say, shortMoment, unitNamed, unitTitle } from "./screen.js";
import { Span } from "./span.js";

/**
 * @typedef {object} Task as /dispatch takes it
 * @property {number} unit
 * @property {number[]} co_units
 * @property {string} title
 * @property {string} body
 * @property {number|null} needed_min
 * @property {number|null} legal_min
 * @property {boolean} working
 * @property {boolean} needs_evidence
 * @property {number} step
 * @property {number} after_step
 * @property {string} [agency] at the centre, that is addressed through the unit
 * @property {string} [feature_title] what is addressed through the unit
 */

/** @param {number} unit @param {Partial<Task>} [more] @returns {Task} */
export const taskOf = (unit, more = {}) => ({
  unit,
  co_units: [],
  title: "",
  body: "",
  needed_min: null,
  legal_min: null,
  working: false,
  needs_evidence: false,
  step: 1,
  after_step: 0,
  ...more,
});

let serial = 0;

export class Tasks {
  /**
   * @param {HTMLElement} box
   * @param {{changed: () => void, refused: (text: string) => void}} tell
   */
  constructor(box, tell) {
    this.box = box;
    this.tell = tell;
    /** @type {{task: Task, element: HTMLDetailsElement}[]} */
    this.rows = [];
    /** as the area gives them until somebody changes them by hand */
    this.byHand = false;
  }

  get tasks() {
    return this.rows.map((row) => row.task);
  }

  /** @param {number} unit */
  has = (unit) => this.rows.some((row) => row.task.unit === unit);

  /** @param {Task[]} tasks */
  set(tasks) {
    this.rows = tasks.map((task) => ({ task, element: this.element(task) }));
    this.draw();
  }

  /** The leads of an area; what was written of one that stays is kept. @param {number[]} leads */
  follow(leads) {
    const known = new Map(this.rows.map((row) => [row.task.unit, row]));
    this.rows = leads.map((unit) => {
      const row = known.get(unit);
      if (row) return row;
      const task = taskOf(unit);
      return { task, element: this.element(task) };
    });
    this.byHand = false;
    this.draw();
  }

  /** A task for a unit, or none any more. @param {number} unit */
  toggle(unit) {
    this.byHand = true;
    if (this.has(unit)) this.rows = this.rows.filter((row) => row.task.unit !== unit);
    else {
      const task = taskOf(unit);
      this.rows.push({ task, element: this.element(task) });
    }
    this.draw();
    this.tell.changed();
  }

  draw() {
    const none = h("p", { class: "muted" }, say("task.none"));
    this.box.replaceChildren(...(this.rows.length ? this.rows.map((row) => row.element) : [none]));
  }

  /** When each task is needed by and due, if issued now. @param {{needed_by: string|null, legal_deadline: string|null}[]} clocks */
  showClocks(clocks) {
    this.rows.forEach((row, place) => {
      const line = row.element.querySelector("[data-clocks]");
      const { needed_by, legal_deadline } = clocks[place] ?? {};
      const times = [needed_by, legal_deadline].map((at) => (at ? shortMoment(at) : "—"));
      if (line) line.textContent = times.join(" · ");
    });
  }

  /** @param {Record<string, string>} problems by field, `tasks.2.unit` */
  mark(problems) {
    this.rows.forEach((row, place) => {
      const wrong = Object.entries(problems).filter(([name]) => name.startsWith(`tasks.${place}.`));
      row.element.classList.toggle("dsp-bad", wrong.length > 0);
      const line = row.element.querySelector("[data-wrong]");
      if (line) line.textContent = wrong.map(([, text]) => text).join(" ");
      if (wrong.length) row.element.open = true;
    });
  }

  /** @param {Task} task @returns {HTMLDetailsElement} */
  element(task) {
    const told = h("span", { class: "dsp-small" });
    const name = [unitTitle(task.unit), task.agency].filter(Boolean).join(" · ");
    const remove = h(
      "button",
      {
        type: "button",
        class: "dsp-mini",
        "aria-label": say("task.remove", { unit: name }),
        title: say("task.remove", { unit: name }),
      },
      icon("x"),
    );
    remove.addEventListener("click", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.drop(task);
    });
    const tell = () => {
      const joined = task.co_units.length ? ` · ${say("task.with")}: ${task.co_units.map(unitTitle).join(", ")}` : "";
      const concerns = task.feature_title ? `${task.feature_title} · ` : "";
      told.textContent = concerns + (task.title || task.body || say("task.same")) + joined;
    };
    const changed = () => {
      this.byHand = true;
      tell();
      this.tell.changed();
    };
    const clocks = h("span", { class: "dsp-small num dsp-clocks", "data-clocks": "", title: say("task.clocks") });
    const step = task.step > 1 ? h("span", { class: "badge num" }, `${say("task.step")} ${task.step}`) : null;
    const head = h("summary", {}, step, h("strong", {}, name), told, clocks, remove);
    const element = h("details", { class: "dsp-task" }, head);
    // many units are listed; what is not opened needs no fields
    element.addEventListener(
      "toggle",
      () => element.open && element.children.length === 1 && element.append(this.fields(task, changed)),
    );
    tell();
    return element;
  }

  /** @param {Task} task */
  drop(task) {
    this.byHand = true;
    this.rows = this.rows.filter((row) => row.task !== task);
    this.draw();
    this.tell.changed();
  }

  /** @param {Task} task @param {() => void} changed */
  fields(task, changed) {
    serial += 1;
    const id = (/** @type {string} */ name) => `dsp-t${serial}-${name}`;
    const text = (/** @type {"title"|"body"} */ name, /** @type {string} */ tag, /** @type {any} */ more) => {
      const input = h(tag, { id: id(name), ...more });
      input.value = task[name];
      input.addEventListener("input", () => {
        task[name] = input.value;
        changed();
      });
      return field(id(name), say(`task.${name}`), input);
    };
    const check = h("input", {
      type: "checkbox",
      id: id("evidence"),
    });
    check.checked = task.needs_evidence;
    check.addEventListener("change", () => {
      task.needs_evidence = check.checked;
      changed();
    });
    return h(
      "div",
      { class: "dsp-task-body" },
      h("p", { class: "error", "data-wrong": "" }),
      text("title", "input", { maxlength: 200 }),
      text("body", "textarea", { maxlength: 4000, rows: 3 }),
      this.joining(task, id("co"), changed),
      clocks(task, id, changed),
      steps(task, id, changed),
      h("div", { class: "field field-check" }, check, h("label", { for: id("evidence") }, say("task.evidence"))),
    );
  }

  /** @param {Task} task @param {string} id @param {() => void} changed */
  joining(task, id, changed) {
    const chips = h("div", { class: "dsp-chips" });
    const draw = () => {
      const parts = task.co_units.map((unit) => {
        const away = () => {
          task.co_units = task.co_units.filter((other) => other !== unit);
          draw();
          changed();
        };
        return h(
          "span",
          { class: "badge" },
          unitTitle(unit),
          h(
            "button",
            { type: "button", "aria-label": say("task.drop", { unit: unitTitle(unit) }), onclick: away },
            "×",
          ),
        );
      });
      chips.replaceChildren(...parts);
    };
    const input = h("input", { id, list: "dsp-units", autocomplete: "off", placeholder: say("task.co") });
    input.addEventListener("change", () => {
      const unit = unitNamed(input.value);
      if (!unit) return input.value && this.tell.refused(say("unit.unknown", { name: input.value }));
      if (unit.id !== task.unit && !task.co_units.includes(unit.id)) task.co_units = [...task.co_units, unit.id];
      input.value = "";
      draw();
      changed();
    });
    draw();
    return field(id, say("task.with"), chips, input);
  }
}

/** @param {string} id @param {string} label @param {...any} inputs */
const field = (id, label, ...inputs) => h("div", { class: "field" }, h("label", { for: id }, label), ...inputs);

/** @param {Task} task @param {(name: string) => string} id @param {() => void} changed */
function clocks(task, id, changed) {
  const read = () => {
    task.needed_min = needed.minutes;
    task.legal_min = legal.minutes;
    task.working = legal.minutes !== null && legal.working;
    changed();
  };
  const needed = new Span(id("needed"), { working: false, changed: read });
  const legal = new Span(id("legal"), { working: true, changed: read });
  needed.set(task.needed_min);
  legal.set(task.legal_min, task.working);
  const words = {
    needed: document.querySelector("label[for=dsp-needed]")?.textContent,
    legal: document.querySelector("label[for=dsp-legal]")?.textContent,
  };
  return h(
    "div",
    { class: "dsp-two" },
    field(id("needed"), words.needed ?? "", h("div", { class: "dsp-span" }, ...needed.parts)),
    field(id("legal"), words.legal ?? "", h("div", { class: "dsp-span" }, ...legal.parts)),
  );
}

/** @param {Task} task @param {(name: string) => string} id @param {() => void} changed */
function steps(task, id, changed) {
  const count = (/** @type {"step"|"after_step"} */ name, /** @type {string} */ word, /** @type {number} */ least) => {
    const input = h("input", {
      id: id(name),
      type: "number",
      min: least,
      max: 50,
      class: "num",
    });
    input.value = String(task[name]);
    input.addEventListener("input", () => {
      task[name] = Math.max(least, Number.parseInt(input.value, 10) || least);
      changed();
    });
    return field(id(name), say(word), input);
  };
  return h("div", { class: "dsp-two" }, count("step", "task.step", 1), count("after_step", "task.after", 0));
}
