/** The editor of a scene: canvas, forms, check and preview around one unsaved body. */
import { byId, h, icon } from "../lib/dom.js";
import { getJson, send } from "../lib/http.js";
import { fill } from "../lib/texts.js";
import { Board } from "./board.js";
import { History, added, changed, moved, paneOf, regridded, removed } from "./grid.js";
import { Inspector } from "./inspector.js";
import { knownLists } from "./known.js";
import { LayerList } from "./layerlist.js";
import { Preview, measuredRows, problemList } from "./preview.js";
import { startSaving } from "./saving.js";
import { startView } from "./viewmap.js";

const CHECK_MS = 300;

const data = JSON.parse(byId("scene-data").textContent);
const { wall, words, urls } = data;
/** On a phone scenes are only looked at. */
const write = data.write && matchMedia("(min-width: 701px)").matches;
const kinds = new Map(data.kinds.map((/** @type {any} */ kind) => [kind.slug, kind]));
const START = { grid_columns: 24, grid_rows: 12, camera: { kind: "home" }, text: 1 };
const history = new History({ ...START, ...data.draft.body });
/** @type {any[]} */
let problems = [];
/** @type {import("./measure.js").Measured} */
let measured = { all: 0, small: [] };
let selected = "";
let checking = 0;
/** @type {any[]} */
let entries = [];
/** @type {LayerList|null} */
let layers = null;

const body = () => history.body;
const say = (/** @type {string} */ text) => {
  byId("board-said").textContent = text;
};

const board = new Board(byId("board"), {
  canvas: wall.canvas,
  kinds,
  write,
  words,
  body,
  say,
  select,
  change: (next, done) => change(next, done),
});
const inspector = new Inspector({
  kinds,
  write,
  words,
  formUrl: urls.form,
  fetchForm: async (url, given) => {
    const own = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
    const answer = await fetch(url, {
      method: "POST",
      headers: { ...own, "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    return answer.ok ? answer.text() : null;
  },
  change: (id, how) => change(moved(changed(body(), id, how), id, 0, 0), true),
  dressed: (root) => {
    knownLists(root, entries);
    inspector.mark(problems);
  },
});
const preview = new Preview({ wall, url: urls.preview, words, body, entries: () => entries, measured: took });
const view = startView({ words, camera: () => ownMap()?.options?.camera ?? body().camera, take: takeView });

/** The chosen pane, if it is a map that looks elsewhere than the scene. */
function ownMap() {
  const pane = paneOf(body(), selected);
  const first = body().panes.find((one) => one.kind === "map");
  return pane?.kind === "map" && pane.id !== first?.id ? pane : null;
}

/** @param {any} camera */
function takeView(camera) {
  if (ownMap()) inspector.setView(camera.kind === "home" ? null : camera);
  else change({ ...body(), camera }, true);
}

/** @type {any} while a hand drags: the body before */
let held = null;

/** @param {any} next @param {boolean} done */
function change(next, done) {
  if (!write) return;
  held ??= history.body;
  history.body = next;
  if (done) {
    const before = held;
    held = null;
    history.body = before;
    // a field that is left says again what it said: nothing is drawn anew under the hand
    if (!history.take(next)) return;
    check();
  }
  draw();
  preview.later();
}

function draw() {
  if (!paneOf(body(), selected)) selected = "";
  board.selected = selected;
  board.marks = new Map([
    ...measured.small.map((one) => /** @type {const} */ ([one.pane, "warn"])),
    ...[...problems]
      .sort((a, b) => Number(a.refuses) - Number(b.refuses))
      .map((one) => /** @type {const} */ ([one.pane, one.refuses ? "bad" : "warn"])),
  ]);
  board.draw();
  inspector.show(paneOf(body(), selected) ?? null);
  drawScene();
  layers?.draw();
  view.say(ownMap() ? ownMap()?.options?.camera : body().camera);
}

/** The fields of the scene itself. */
function drawScene() {
  const now = body();
  for (const input of document.querySelectorAll("[data-body], [data-grid]")) {
    const field = /** @type {HTMLInputElement} */ (input);
    const name = field.dataset.body ?? field.dataset.grid ?? "";
    if (name === "spotlight") {
      const panes = now.panes.map((pane) => h("option", { value: pane.id }, pane.id));
      field.replaceChildren(h("option", { value: "" }, words["spot.first"]), ...panes);
    }
    if (document.activeElement !== field) field.value = String(now[name] ?? (name === "hours_ago" ? 0 : ""));
  }
}

/** @param {string} id */
function select(id) {
  selected = id;
  board.choose(id);
  inspector.show(paneOf(body(), id) ?? null);
  inspector.mark(problems);
  view.say(ownMap() ? ownMap()?.options?.camera : body().camera);
}

/** What the server says of the body as it is now. */
function check() {
  clearTimeout(checking);
  checking = /** @type {any} */ (
    setTimeout(async () => {
      const asked = body();
      const answer = await send(urls.check, { body: clean(asked), wall: wall.slug });
      if (asked !== body() && held === null) return;
      const state = byId("check-state");
      if (answer.status !== 200 && answer.status !== 422) {
        state.textContent = words["check.failed"];
        return;
      }
      problems = answer.body.problems;
      measured = { all: 0, small: [] };
      showProblems();
      draw();
    }, CHECK_MS)
  );
}

/** Without what only the editor has. @param {any} now */
const clean = (now) => ({ ...now, theme: now.theme || null });

function showProblems() {
  const bad = problems.filter((one) => one.refuses).length;
  const state = byId("check-state");
  state.textContent = fill(words[bad ? "check.bad" : "check.good"], { n: bad, metres: wall.farthest_m });
  state.className = `badge ${bad ? "badge-critical" : "badge-good"}`;
  byId("problems").replaceChildren(...problemList([...problems, ...measuredRows(measured, words)], select));
  inspector.mark(problems);
}

/** @param {import("./measure.js").Measured} found */
function took(found) {
  measured = found;
  showProblems();
  draw();
  saving.measured(found);
}

const saving = startSaving({
  data,
  body: () => clean(body()),
  refused: (found) => {
    problems = found;
    showProblems();
    draw();
  },
});

for (const input of document.querySelectorAll("[data-body], [data-grid]")) {
  const field = /** @type {HTMLInputElement} */ (input);
  field.addEventListener("change", () => {
    const { body: name, grid } = field.dataset;
    const number = Number(field.value);
    if (grid) {
      const size = {
        columns: body().grid_columns,
        rows: body().grid_rows,
        [grid.slice(5)]: Math.max(1, Math.min(48, Math.round(number) || 1)),
      };
      return change(regridded(body(), size.columns, size.rows), true);
    }
    const value = field.type === "number" ? number : field.value || (name === "theme" ? null : "");
    change({ ...body(), [/** @type {string} */ (name)]: value }, true);
  });
}

/** @param {any} kind */
function add(kind) {
  const found = added(body(), kind);
  if (!found) return;
  change(found.body, true);
  select(found.id);
  draw();
  board.focus();
  const [width, height] = kind.least;
  say(found.free ? fill(words["pane.added"], kind) : fill(words["pane.noroom"], { width, height }));
}

function step(/** @type {boolean} */ went) {
  if (!went) return say(words["undo.nothing"]);
  inspector.again();
  check();
  draw();
  preview.later();
}

byId("editor-kinds")?.replaceChildren(
  ...[...kinds.values()].map((kind) => {
    const button = h(
      "button",
      { type: "button", class: "btn", title: kind.title },
      icon(kind.icon),
      h("span", {}, kind.title),
    );
    button.addEventListener("click", () => add(kind));
    return button;
  }),
);
byId("editor-undo")?.addEventListener("click", () => step(history.undo()));
byId("editor-redo")?.addEventListener("click", () => step(history.redo()));
byId("pane-remove")?.addEventListener("click", () => selected && change(removed(body(), selected), true));
byId("of-wall").addEventListener("change", (/** @type {Event} */ event) =>
  /** @type {HTMLSelectElement} */ (event.target).form?.submit(),
);
addEventListener("keydown", (event) => {
  const typing = /** @type {HTMLElement} */ (event.target).closest("input, textarea, select");
  if (!(event.ctrlKey || event.metaKey) || typing) return;
  if (event.key === "z" && !event.shiftKey) step(history.undo());
  else if (event.key === "y" || event.key === "Z") step(history.redo());
  else return;
  event.preventDefault();
});

draw();
check();
getJson(urls.layers).then((found) => {
  entries = found;
  layers = new LayerList({ entries, write, words, body, change: (next) => change(next, true) });
  knownLists(byId("pane-options"), entries);
});
