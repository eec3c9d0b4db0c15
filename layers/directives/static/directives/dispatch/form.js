/** The fields of a draft: read, filled, and marked where something is wrong. */
import { byId } from "@ioc/lib/dom.js";
import { Order } from "./order.js";
import { say, screen, unitTitle, units } from "./screen.js";
import { Span } from "./span.js";
import { taskOf } from "./tasks.js";

/** @typedef {import("./tasks.js").Tasks} Tasks */
/** @typedef {import("./place.js").Area} Area */

const FIELDS = {
  title: "dsp-title",
  body: "dsp-body",
  severity: "dsp-severity",
  document_no: "dsp-document",
  supervisor: "dsp-supervisor",
  playbook: "dsp-playbook",
};
/** What the page passes on as it came. */
const CARRIED = ["key", "alert", "exercise", "origin_layer", "origin_id", "origin_part", "playbook_version", "seen"];

export class Form {
  /**
   * @param {Tasks} tasks
   * @param {() => void} changed
   */
  constructor(tasks, changed) {
    this.tasks = tasks;
    this.carried = screen.draft;
    this.order = new Order(unitTitle);
    this.needed = new Span("dsp-needed", { working: false, changed });
    this.legal = new Span("dsp-legal", { working: true, changed });
    byId("dsp-needed-span").append(...this.needed.parts);
    byId("dsp-legal-span").append(...this.legal.parts);
  }

  /** What each task is timed by: its own minutes, else those of the whole. */
  timed() {
    return this.tasks.tasks.map((task) => ({
      needed_min: task.needed_min ?? this.needed.minutes,
      legal_min: task.legal_min ?? this.legal.minutes,
      working: task.legal_min === null ? this.legal.working : task.working,
      step: task.step,
      after_step: task.after_step,
    }));
  }

  /** The draft as it stands, as /dispatch takes it. @param {Area|null} area @param {any} shape GeoJSON of the area */
  gather(area, shape) {
    const values = Object.fromEntries(Object.entries(FIELDS).map(([name, id]) => [name, byId(id).value]));
    const timed = this.timed();
    return {
      ...Object.fromEntries(CARRIED.map((name) => [name, this.carried[name] ?? null])),
      ...values,
      seen: this.carried.seen ?? "",
      supervisor: values.supervisor ? Number(values.supervisor) : null,
      geometry: area?.unit ? null : (area?.geometry ?? shape),
      area_unit: area?.unit ?? null,
      tasks: this.tasks.tasks.map((task, place) => ({ ...task, working: timed[place].working })),
      needed_min: this.needed.minutes,
      legal_min: this.legal.minutes,
      needs_evidence: byId("dsp-evidence").checked,
    };
  }

  /** @param {any} values of a draft, from the server or kept here */
  put(values) {
    this.carried = values;
    for (const [name, id] of Object.entries(FIELDS)) byId(id).value = values[name] ?? "";
    byId("dsp-evidence").checked = values.needs_evidence;
    this.needed.set(values.needed_min);
    this.legal.set(values.legal_min, values.working);
    this.putTasks(values.tasks);
    this.tasks.byHand = values.byHand ?? values.tasks.length > 0;
    this.order.begin(byId("dsp-body").value, this.tasks.tasks);
    putArea(values.area);
  }

  /** What a task has as the whole has it, it says nothing of. @param {any[]} tasks */
  putTasks(tasks) {
    const own = (/** @type {any} */ task) =>
      taskOf(task.unit, {
        ...task,
        needed_min: task.needed_min === this.needed.minutes ? null : task.needed_min,
        legal_min: task.legal_min === this.legal.minutes && task.working === this.legal.working ? null : task.legal_min,
      });
    this.tasks.set(tasks.map(own));
  }

  /** The words and tasks of a playbook. @param {any} given */
  putPlaybook(given) {
    this.carried = { ...this.carried, playbook_version: given.playbook_version };
    if (!byId("dsp-title").value) byId("dsp-title").value = given.title;
    byId("dsp-body").value = given.body;
    const least = (/** @type {string} */ name) =>
      Math.min(...given.tasks.map((/** @type {any} */ task) => task[name] ?? Number.POSITIVE_INFINITY));
    if (given.tasks.length) {
      this.needed.set(least("needed_min"));
      const legal_min = least("legal_min");
      const task = given.tasks.find((/** @type {any} */ one) => one.legal_min === legal_min);
      this.legal.set(legal_min, task.working);
    }
    this.putTasks(given.tasks);
    this.tasks.byHand = true;
    this.order.begin(given.body, this.tasks.tasks);
    this.followTasks();
  }

  /** The text goes with its tasks; written by hand it says what it names in vain. */
  followTasks() {
    const { body, named } = this.order.follow(byId("dsp-body").value, this.tasks.tasks);
    byId("dsp-body").value = body;
    byId("dsp-body-named").textContent = named.length ? say("body.named", { steps: named.join("; ") }) : "";
  }

  /** @param {Record<string, string>} problems by field, in words; what no field shows is returned */
  mark(problems) {
    for (const line of document.querySelectorAll("[data-error]"))
      line.textContent = problems[line.getAttribute("data-error") ?? ""] ?? "";
    this.tasks.mark(problems);
    const first = document.querySelector(".dsp-form .field:has([data-error]:not(:empty))");
    /** @type {HTMLElement|null|undefined} */ (first?.querySelector("input, textarea, select"))?.focus();
    return ["geometry", "alert", "origin"].map((name) => problems[name]).filter(Boolean);
  }
}

/** @param {any} area */
function putArea(area) {
  byId("dsp-unit").value = units.get(area?.unit)?.full ?? "";
  const point = area?.geometry?.type === "Point" ? area.geometry.coordinates : [area?.lon, area?.lat];
  byId("dsp-lonlat").value = point[0] === undefined ? "" : `${point[1].toFixed(5)}, ${point[0].toFixed(5)}`;
  byId("dsp-radius").value = area?.radius_km ?? "";
}
