/** A directive drafted: where, what is inside, who does what by when. */
import { byId, h } from "@ioc/lib/dom.js";
import { getJson } from "@ioc/lib/http.js";
import { number } from "@ioc/lib/texts.js";
import { drawForces, drawInside } from "./inside.js";
import { forget, keep, kept } from "./keep.js";
import { Refused, send } from "./net.js";
import { Picture } from "./picture.js";
import { Place, toQuery } from "./place.js";
import { moment, say, screen, unitNamed, unitTitle, units } from "./screen.js";
import { Span } from "./span.js";
import { Tasks, taskOf } from "./tasks.js";

const API = "/api/v1/directives/dispatch";
const CLOCK_MS = 300;
const AGAIN_MS = 60_000;
const FIELDS = {
  title: "dsp-title",
  body: "dsp-body",
  severity: "dsp-severity",
  document_no: "dsp-document",
  supervisor: "dsp-supervisor",
};

let draft = screen.draft;
/** @type {any} what the area holds */
let inside = null;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let clockTimer;
/** the act that waits for the connection: save, sign, or nothing */
let waiting = "";
let busy = false;
/** whether somebody has worked on it: only then there is something to keep */
let touched = false;

const told = (/** @type {string} */ text, wrong = false) => write("dsp-said", text, wrong);
const state = (/** @type {string} */ text, wrong = false) => write("dsp-state", text, wrong);

/** @param {string} id @param {string} text @param {boolean} wrong */
function write(id, text, wrong) {
  byId(id).textContent = text;
  byId(id).classList.toggle("dsp-wrong", wrong);
}

const needed = new Span("dsp-needed", { working: false, changed });
const legal = new Span("dsp-legal", { working: true, changed });
byId("dsp-needed-span").append(...needed.parts);
byId("dsp-legal-span").append(...legal.parts);
const tasks = new Tasks(byId("dsp-tasks"), { changed: taskChanged, refused: (text) => state(text, true) });
const picture = new Picture(byId("dsp-map"), { drawn, mode: showMode });
const place = new Place(picture, { found, cleared, told });

/** @param {any} geometry */
function drawn(geometry) {
  touched = true;
  place.drawn(geometry);
}

/** @param {string} mode */
function showMode(mode) {
  for (const button of document.querySelectorAll("[data-draw][aria-pressed]"))
    button.setAttribute("aria-pressed", String(button.getAttribute("data-draw") === mode));
  const words = /** @type {Record<string, string>} */ ({
    polygon: "area.drawing",
    circle: "area.circle",
    point: "area.place",
    edit: "area.editing",
  });
  told(mode ? say(words[mode]) : "");
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
  byId("dsp-size").textContent = answer.area_km2
    ? `${number(Math.round(answer.area_km2 * 10) / 10)} km²`
    : say("area.point");
  if (!tasks.byHand) tasks.follow(answer.leads);
  drawAll();
  changed();
  showForces(answer);
}

function drawAll() {
  byId("dsp-count").textContent = tasks.rows.length ? number(tasks.rows.length) : "";
  byId("dsp-follow").hidden = !(tasks.byHand && inside);
  if (!inside) return;
  const forces = byId("dsp-forces");
  const acts = {
    has: tasks.has,
    add: (/** @type {number} */ unit) => tasks.toggle(unit),
    toggle: (/** @type {string} */ slug) => picture.toggle(slug),
    shown: (/** @type {string} */ slug) => picture.layers?.shown.has(slug) ?? false,
  };
  byId("dsp-inside").replaceChildren(...drawInside(inside, acts));
  if (forces) byId("dsp-forces").replaceWith(forces);
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
  const focus = document.activeElement?.getAttribute("data-unit");
  drawAll();
  if (focus) /** @type {HTMLElement|null} */ (document.querySelector(`[data-unit="${focus}"]`))?.focus();
  changed();
}

/** The draft as it stands, as the server takes it. */
function gather() {
  const values = Object.fromEntries(Object.entries(FIELDS).map(([name, id]) => [name, byId(id).value]));
  const area = place.area;
  return {
    ...values,
    supervisor: values.supervisor ? Number(values.supervisor) : null,
    key: draft.key,
    geometry: area?.unit ? null : (inside && (area?.geometry ?? inside.geometry)) || area?.geometry || null,
    area_unit: area?.unit ?? null,
    tasks: tasks.tasks.map((task) => ({ ...task, working: task.legal_min === null ? legal.working : task.working })),
    needed_min: needed.minutes,
    legal_min: legal.minutes,
    needs_evidence: byId("dsp-evidence").checked,
    alert: draft.alert,
    origin_layer: draft.origin_layer,
    origin_id: draft.origin_id,
    origin_part: draft.origin_part,
    playbook: draft.playbook ?? "",
    playbook_version: draft.playbook_version ?? null,
    seen: draft.seen,
  };
}

function changed() {
  if (touched) keep({ ...draft, ...gather(), area: place.area, working: legal.working, byHand: tasks.byHand });
  clearTimeout(clockTimer);
  clockTimer = setTimeout(showClocks, CLOCK_MS);
}

async function showClocks() {
  const query = new URLSearchParams({ working: String(legal.working) });
  if (needed.minutes) query.set("needed_min", String(needed.minutes));
  if (legal.minutes) query.set("legal_min", String(legal.minutes));
  const clocks = await getJson(`${API}/clocks?${query}`).catch(() => null);
  const text = (/** @type {string|null|undefined} */ at) => (at ? say("clock.at", { time: moment(at) }) : "");
  byId("dsp-needed-at").textContent = text(clocks?.needed_by);
  byId("dsp-legal-at").textContent = text(clocks?.legal_deadline);
}

/** @param {any} values */
function put(values) {
  draft = values;
  for (const [name, id] of Object.entries(FIELDS)) byId(id).value = values[name] ?? "";
  byId("dsp-evidence").checked = values.needs_evidence;
  byId("dsp-playbook").value = values.playbook ?? "";
  const own = values.tasks ?? [];
  needed.set(values.needed_min);
  legal.set(values.legal_min, values.working || own.some((/** @type {any} */ task) => task.working));
  // what a task has as the whole has it, it says nothing of
  tasks.set(
    own.map((/** @type {any} */ task) =>
      taskOf(task.unit, {
        ...task,
        needed_min: task.needed_min === values.needed_min ? null : task.needed_min,
        legal_min: task.legal_min === values.legal_min && task.working === legal.working ? null : task.legal_min,
      }),
    ),
  );
  tasks.byHand = values.byHand ?? own.length > 0;
  const start =
    values.area ??
    (values.unit && !values.alert ? { unit: values.unit } : values.geometry ? { geometry: values.geometry } : null);
  if (start?.unit) byId("dsp-unit").value = units.get(start.unit)?.full ?? "";
  const point =
    start?.geometry?.type === "Point"
      ? start.geometry.coordinates
      : start?.lon !== undefined
        ? [start.lon, start.lat]
        : null;
  if (point) byId("dsp-lonlat").value = `${point[1].toFixed(5)}, ${point[0].toFixed(5)}`;
  if (start?.radius_km) byId("dsp-radius").value = start.radius_km;
  if (start) picture.ready.then(() => place.use(start, true));
  else cleared();
}

async function applyPlaybook() {
  const slug = byId("dsp-playbook").value;
  draft.playbook = slug;
  draft.playbook_version = null;
  if (!slug) return changed();
  if (!place.area) return state(say("playbook.place"), true);
  try {
    const asked = {
      ...place.area,
      playbook: slug,
      alert: draft.alert,
      subject: draft.origin_title || byId("dsp-title").value,
    };
    const given = await send(`${API}/playbook`, asked);
    draft.playbook_version = given.version;
    if (!byId("dsp-title").value) byId("dsp-title").value = given.title;
    byId("dsp-body").value = given.body;
    tasks.set(given.tasks.map((/** @type {any} */ task) => taskOf(task.unit, task)));
    tasks.byHand = true;
    const longest = (/** @type {string} */ name) =>
      Math.max(...given.tasks.map((/** @type {any} */ task) => task[name] ?? 0)) || null;
    needed.set(longest("needed_min"));
    legal.set(
      longest("legal_min"),
      given.tasks.some((/** @type {any} */ task) => task.working),
    );
    byId("dsp-evidence").checked = given.tasks.some((/** @type {any} */ task) => task.needs_evidence);
    state("");
    taskChanged();
  } catch (error) {
    state(say("playbook.failed", { reason: /** @type {Error} */ (error).message }), true);
  }
}

/** @param {Record<string, string>} problems */
function mark(problems) {
  for (const line of document.querySelectorAll("[data-error]"))
    line.textContent = problems[line.getAttribute("data-error") ?? ""] ?? "";
  tasks.mark(problems);
  const elsewhere = ["geometry", "alert", "origin", "severity"].filter((name) => problems[name]);
  for (const name of elsewhere) told(problems[name], true);
  document
    .querySelector(".dsp-form [data-error]:not(:empty)")
    ?.closest(".field")
    ?.querySelector("input, textarea, select, button")
    ?.focus();
}

/** Save, and sign when asked for; sent again it is the same draft. @param {string} act save or sign */
async function save(act) {
  if (busy) return;
  busy = true;
  waiting = "";
  state(say("save.busy"));
  mark({});
  const [url, method] = screen.directive ? [`${API}/${screen.directive}`, "PUT"] : [API, "POST"];
  try {
    const done = await send(url, { ...gather(), sign: act === "sign" }, { method });
    forget();
    leave(done.url);
  } catch (error) {
    failed(error, act);
  } finally {
    busy = false;
  }
}

/** @param {string} url */
function leave(url) {
  clearTimeout(clockTimer);
  location.assign(url);
}

/** @param {any} error @param {string} act */
function failed(error, act) {
  if (!(error instanceof Refused) || error.status >= 500) {
    waiting = act;
    return state(say("save.lost"), true);
  }
  mark(error.problems);
  state(Object.keys(error.problems).length ? say("save.wrong") : say("save.refused", { reason: error.message }), true);
}

/** Issuing is for good: asked once more, in the page. */
function askSign() {
  const text = say("save.sign", { n: number(new Set(tasks.tasks.map((task) => task.unit)).size) });
  const yes = h("button", { type: "button", class: "btn btn-primary", onclick: () => save("sign") }, say("sign.yes"));
  const no = h("button", { type: "button", class: "btn btn-ghost", onclick: () => state("") }, say("sign.no"));
  state("");
  byId("dsp-state").append(text, " ", yes, no);
  yes.focus();
}

function bringBack() {
  const found = kept();
  if (!found || found.draft.seen !== screen.draft.seen) return put(screen.draft);
  // a link that names another area is a new beginning
  const asked = new URLSearchParams(location.search);
  const said = toQuery(found.draft.area);
  const other = (/** @type {"area"|"unit"} */ name) => asked.has(name) && asked.get(name) !== said[name];
  if (!asked.has("indicator") && (other("area") || other("unit"))) return put(screen.draft);
  put(found.draft);
  const discard = () => {
    forget();
    location.reload();
  };
  state("");
  byId("dsp-state").append(
    say("save.kept", { time: moment(found.at) }),
    " ",
    h("button", { type: "button", class: "btn btn-ghost", onclick: discard }, say("save.discard")),
  );
}

function wire() {
  byId("dsp-units").append(...screen.units.map((/** @type {any} */ unit) => h("option", { value: unit.full })));
  if (draft.origin_title && !draft.alert) byId("dsp-about").append(draft.origin_title);
  for (const button of document.querySelectorAll("[data-draw]"))
    button.addEventListener("click", () => {
      const mode = button.getAttribute("data-draw") ?? "";
      if (mode === "clear") return place.clear();
      if (!picture.use(mode)) told(say("area.cannot", { n: 200 }), true);
    });
  for (const part of document.querySelectorAll(".dsp-form, .dsp-tools"))
    part.addEventListener("input", () => (touched = true));
  byId("dsp-form").addEventListener("input", changed);
  byId("dsp-playbook").addEventListener("change", applyPlaybook);
  byId("dsp-follow").addEventListener("click", () => {
    tasks.follow(inside.leads);
    taskChanged();
  });
  const add = () => {
    const text = byId("dsp-add").value;
    const unit = unitNamed(text);
    if (!unit) return text && state(say("unit.unknown", { name: text }), true);
    if (tasks.has(unit.id)) return state(say("task.twice", { unit: unitTitle(unit.id) }), true);
    byId("dsp-add").value = "";
    state("");
    tasks.toggle(unit.id);
  };
  byId("dsp-add-button").addEventListener("click", add);
  byId("dsp-add").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  byId("dsp-form").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (event.submitter?.getAttribute("value") === "sign") askSign();
    else save("save");
  });
  addEventListener("online", () => waiting && save(waiting));
  setInterval(() => waiting && navigator.onLine && save(waiting), AGAIN_MS / 6);
  setInterval(showClocks, AGAIN_MS);
}

wire();
bringBack();
