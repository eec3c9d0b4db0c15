/** A directive drafted: where, what is inside, who does what by when. */
import { byId, h } from "@ioc/lib/dom.js";
import { getJson } from "@ioc/lib/http.js";
import { number } from "@ioc/lib/texts.js";
import { Form } from "./form.js";
import { drawForces, drawInside } from "./inside.js";
import { keep } from "./keep.js";
import { send } from "./net.js";
import { MOST_CORNERS, Picture } from "./picture.js";
import { Place } from "./place.js";
import { Saving, state, unsent } from "./saving.js";
import { moment, say, screen, unitNamed, unitTitle } from "./screen.js";
import { Tasks } from "./tasks.js";

const API = "/api/v1/directives/dispatch";
const CLOCK_MS = 300;
const AGAIN_MS = 60_000;
/** @type {Record<string, string>} */
const HINTS = { polygon: "area.drawing", circle: "area.circle", point: "area.place", edit: "area.editing" };

/** @type {any} what the area holds */
let inside = null;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let clockTimer;
/** only the newest answer counts */
let clockRound = 0;
/** whether somebody has worked on it: only then there is something to keep */
let touched = false;

const tasks = new Tasks(byId("dsp-tasks"), { changed: taskChanged, refused: (text) => state(text, true) });
const form = new Form(tasks, changed);
const picture = new Picture(byId("dsp-map"), { drawn, mode: showMode });
const place = new Place(picture, { found, cleared, told });
const gather = () => form.gather(place.area, inside?.geometry ?? null);
const saving = new Saving(gather, (problems) => {
  for (const text of form.mark(problems)) told(text, true);
});

/** @param {string} text @param {boolean} [wrong] */
function told(text, wrong = false) {
  byId("dsp-said").textContent = text;
  byId("dsp-said").classList.toggle("dsp-wrong", wrong);
}

/** @param {any} geometry */
function drawn(geometry) {
  touched = true;
  place.drawn(geometry);
}

/** @param {string} mode */
function showMode(mode) {
  for (const button of document.querySelectorAll("[data-draw][aria-pressed]"))
    button.setAttribute("aria-pressed", String(button.getAttribute("data-draw") === mode));
  told(mode ? say(HINTS[mode]) : "");
}

function cleared() {
  inside = null;
  byId("dsp-size").textContent = "";
  byId("dsp-inside").replaceChildren(h("p", { class: "muted" }, say("area.none")));
  if (!tasks.byHand) tasks.follow([]);
  changed();
}

/** @param {any} answer */
function found(answer) {
  inside = answer;
  const km2 = number(Math.round(answer.area_km2 * 10) / 10);
  byId("dsp-size").textContent = answer.area_km2 ? `${km2} km²` : say("area.point");
  if (!tasks.byHand) tasks.follow(answer.leads);
  drawAll();
  changed();
  showForces(answer);
}

function drawAll() {
  byId("dsp-count").textContent = tasks.rows.length ? number(tasks.rows.length) : "";
  byId("dsp-follow").hidden = !(tasks.byHand && inside);
  if (!inside) return;
  const forces = document.getElementById("dsp-forces");
  const acts = {
    has: tasks.has,
    add: (/** @type {number} */ unit) => tasks.toggle(unit),
    toggle: (/** @type {string} */ slug) => picture.toggle(slug),
    shown: (/** @type {string} */ slug) => picture.layers?.shown.has(slug) ?? false,
  };
  const open = new Set([...document.querySelectorAll("#dsp-inside details[open]")].map((part) => part.id));
  byId("dsp-inside").replaceChildren(...drawInside(inside, acts));
  if (forces) byId("dsp-forces").replaceWith(forces);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
}

/** @param {any} answer */
async function showForces(answer) {
  const to = /** @type {[number, number]} */ ([answer.lon, answer.lat]);
  const groups = await getJson(`${API}/forces?lon=${answer.lon}&lat=${answer.lat}`).catch(() => null);
  if (inside !== answer) return;
  const parts = groups
    ? drawForces(groups, (from) => picture.pointAt(from, to))
    : [h("p", { class: "muted" }, say("forces.failed"))];
  byId("dsp-forces").replaceChildren(...parts);
}

function taskChanged() {
  touched = true;
  form.followTasks();
  const focus = document.activeElement?.getAttribute("data-unit");
  drawAll();
  if (focus) /** @type {HTMLElement|null} */ (document.querySelector(`[data-unit="${focus}"]`))?.focus();
  changed();
}

function changed() {
  if (touched) keep({ ...gather(), area: place.area, working: form.legal.working, byHand: tasks.byHand });
  clearTimeout(clockTimer);
  clockTimer = setTimeout(showClocks, CLOCK_MS);
}

/** Both clocks of the whole and of each task, were it issued now. */
async function showClocks() {
  const whole = { needed_min: form.needed.minutes, legal_min: form.legal.minutes, working: form.legal.working };
  const round = ++clockRound;
  const answer = await send(`${API}/clocks`, { tasks: [whole, ...form.timed()] }).catch(() => null);
  if (!answer || round !== clockRound) return;
  const [first, ...own] = answer.tasks;
  const text = (/** @type {string|null} */ at) => (at ? say("clock.at", { time: moment(at) }) : "");
  byId("dsp-needed-at").textContent = text(first.needed_by);
  byId("dsp-legal-at").textContent = text(first.legal_deadline);
  tasks.showClocks(own);
}

async function applyPlaybook() {
  touched = true;
  const slug = byId("dsp-playbook").value;
  if (!slug) return changed();
  if (!place.area) return state(say("playbook.place"), true);
  const { alert, origin_layer, origin_id, origin_title } = form.carried;
  try {
    const given = await send(`${API}/playbook`, {
      ...place.area,
      playbook: slug,
      alert,
      severity: byId("dsp-severity").value,
      feature_layer: origin_layer,
      feature_id: origin_id,
      feature_title: origin_title ?? "",
    });
    form.putPlaybook(given);
    state(given.problems.join(" "), given.problems.length > 0);
    taskChanged();
  } catch (error) {
    state(say("playbook.failed", { reason: /** @type {Error} */ (error).message }), true);
  }
}

function addUnit() {
  const text = byId("dsp-add").value;
  const unit = unitNamed(text);
  if (!unit) {
    if (text) state(say("unit.unknown", { name: text }), true);
    return;
  }
  if (tasks.has(unit.id)) return state(say("task.twice", { unit: unitTitle(unit.id) }), true);
  byId("dsp-add").value = "";
  state("");
  tasks.toggle(unit.id);
}

function wire() {
  byId("dsp-units").append(...screen.units.map((/** @type {any} */ unit) => h("option", { value: unit.full })));
  for (const button of document.querySelectorAll("[data-draw]"))
    button.addEventListener("click", () => {
      touched = true;
      const mode = button.getAttribute("data-draw") ?? "";
      if (mode === "clear") place.clear();
      else if (!picture.use(mode)) told(say("area.cannot", { n: MOST_CORNERS }), true);
    });
  for (const part of document.querySelectorAll(".dsp-form, .dsp-tools"))
    part.addEventListener("input", (event) => {
      touched = true;
      // what is being put right is wrong no more
      const line = /** @type {HTMLElement} */ (event.target).closest(".field")?.querySelector("[data-error]");
      if (line) line.textContent = "";
    });
  byId("dsp-form").addEventListener("input", changed);
  byId("dsp-body").addEventListener("change", () => form.followTasks());
  byId("dsp-playbook").addEventListener("change", applyPlaybook);
  byId("dsp-follow").addEventListener("click", () => {
    tasks.follow(inside.leads);
    taskChanged();
  });
  byId("dsp-add-button").addEventListener("click", addUnit);
  byId("dsp-add").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    addUnit();
  });
  byId("dsp-form").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const sign = event.submitter?.getAttribute("value") === "sign";
    if (sign && tasks.rows.length) saving.ask(new Set(tasks.tasks.map((task) => task.unit)).size);
    else saving.save(sign ? "sign" : "save");
  });
  setInterval(showClocks, AGAIN_MS);
}

function begin() {
  const values = unsent() ?? screen.draft;
  form.put(values);
  if (values.origin_title && !values.alert) byId("dsp-about").append(values.origin_title);
  if (values.problem) state(values.problem, true);
  if (values.area) place.use(values.area, true);
  else cleared();
}

wire();
begin();
