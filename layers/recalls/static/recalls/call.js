/** The call screen: keyboard first, one row open at a time, several operators at once. */
import * as calls from "./calls.js";
import { details, drawHistory, fill, line, make } from "./rows.js";

const EVERY_MS = 5000;
const HISTORY_EVERY = 6;
const screen = JSON.parse(document.getElementById("recall-screen")?.textContent ?? "{}");
const byId = (/** @type {string} */ id) => document.getElementById(id);
const listing = /** @type {HTMLElement} */ (byId("recall-list"));
const said = /** @type {HTMLElement} */ (byId("recall-said"));
const find = /** @type {HTMLInputElement} */ (byId("recall-find"));

/** @type {Record<string, (boat: any) => boolean>} */
const FILTERS = {
  open: (boat) => boat.to_call,
  deeper: (boat) => boat.moves === "deeper",
  silent: (boat) => boat.silent,
  entering: (boat) => boat.moves === "entering",
  left: (boat) => boat.kept,
  all: () => true,
};
const KEYS = { u: "open", d: "deeper", s: "silent", e: "entering", l: "left", a: "all" };

/** @type {{boats: any[], filter: string, current: number, open: number, skip: number[], round: number, busy: boolean}} */
const state = {
  boats: [],
  filter: screen.writes ? "open" : "all",
  current: 0,
  open: 0,
  skip: [],
  round: 0,
  busy: false,
};
/** @type {Map<number, {element: HTMLElement, told: string}>} */
const rows = new Map();

const fold = (/** @type {string} */ text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/\u0111/giu, "d")
    .toLowerCase();

const say = (/** @type {string} */ text) => {
  said.textContent = text;
};

function shown() {
  const wanted = fold(find.value.trim());
  const names = (/** @type {any} */ boat) =>
    fold([boat.title, boat.registration, boat.mmsi, boat.phone, boat.owner_phone, boat.captain].join(" "));
  return state.boats.filter(
    (boat) => boat.id === state.open || (FILTERS[state.filter](boat) && (!wanted || names(boat).includes(wanted))),
  );
}

/** @param {any} boat @param {number} now */
function row(boat, now) {
  let known = rows.get(boat.id);
  if (!known) {
    const head = make("div", { class: "boat-line" });
    known = { element: make("div", { class: "boat", role: "option", "data-id": String(boat.id) }, head), told: "" };
    rows.set(boat.id, known);
  }
  const { element } = known;
  const told = JSON.stringify([boat, Math.floor(now / 60000)]);
  if (told !== known.told) {
    known.told = told;
    element.firstElementChild?.replaceChildren(...line(screen, boat, now));
    element.classList.toggle("boat-left", boat.kept);
    element.classList.toggle("boat-answered", boat.answered);
    element.classList.toggle("boat-held", boat.claimed && !boat.mine);
  }
  element.setAttribute("aria-selected", String(boat.id === state.current));
  const more = element.querySelector(".boat-more");
  if (boat.id === state.open && !more) element.append(details(screen, boat));
  if (boat.id !== state.open && more) more.remove();
  return element;
}

function draw() {
  const now = Date.now();
  const boats = shown();
  if (!boats.some((boat) => boat.id === state.current)) state.current = boats[0]?.id ?? 0;
  const elements = boats.map((boat) => row(boat, now));
  const same = listing.children.length === elements.length && elements.every((e, i) => listing.children[i] === e);
  // moving a row would take the caret out of its note
  if (!same) {
    const active = /** @type {HTMLElement|null} */ (document.activeElement);
    listing.replaceChildren(...elements);
    if (active?.isConnected && active !== document.activeElement) active.focus({ preventScroll: true });
  }
  if (!elements.length) listing.replaceChildren(make("p", { class: "empty" }, screen.words.none));
  for (const button of document.querySelectorAll("[data-filter]"))
    button.setAttribute("aria-pressed", String(button.getAttribute("data-filter") === state.filter));
}

/** @param {any} stands @param {string} refreshed */
function drawNumbers(stands, refreshed) {
  for (const cell of document.querySelectorAll("[data-number]"))
    cell.textContent = String(stands[cell.getAttribute("data-number") ?? ""] ?? "–");
  const bar = /** @type {HTMLElement} */ (byId("recall-bar"));
  const gone = state.boats.filter((boat) => !boat.to_call && !boat.answered).length;
  const total = Math.max(1, state.boats.length);
  const parts = { answered: stands.answered, left: gone, open: stands.to_call };
  for (const [name, count] of Object.entries(parts)) {
    const part = /** @type {HTMLElement} */ (bar.querySelector(`[data-part=${name}]`));
    part.style.width = `${(100 * count) / total}%`;
  }
  bar.setAttribute("aria-valuenow", String(Math.round((100 * (total - stands.to_call)) / total)));
  if (refreshed) bar.title = fill(screen.words.refreshed, { time: new Date(refreshed).toLocaleTimeString() });
}

async function load() {
  try {
    const told = await calls.list(screen.id);
    state.boats = told.boats;
    screen.writes &&= told.status === "issued";
    drawNumbers(told.stands, told.refreshed_at);
    if (said.dataset.lost) {
      delete said.dataset.lost;
      say("");
    }
    draw();
    listing.setAttribute("aria-busy", "false");
    if (state.round++ % HISTORY_EVERY === 0) {
      const svg = /** @type {any} */ (byId("recall-history"));
      drawHistory(svg, await calls.tallies(screen.id));
    }
  } catch {
    said.dataset.lost = "1";
    say(screen.words.lost);
  }
}

/** @param {any} boat as the server has it now */
function put(boat) {
  state.boats = state.boats.map((known) => (known.id === boat.id ? boat : known));
  if (!state.boats.some((known) => known.id === boat.id)) state.boats.push(boat);
}

/** One act at a time; what is refused is told in words. @param {() => Promise<void>} act */
async function only(act) {
  if (state.busy) return;
  state.busy = true;
  try {
    await act();
  } catch (error) {
    say(fill(screen.words.failed, { reason: /** @type {Error} */ (error).message }));
  } finally {
    state.busy = false;
    draw();
  }
}

/** @param {number} id */
function show(id) {
  state.current = id;
  state.open = id;
  draw();
  rows.get(id)?.element.scrollIntoView({ block: "nearest" });
}

const close = async () => {
  const before = state.open;
  state.open = 0;
  const boat = state.boats.find((known) => known.id === before);
  if (screen.writes && boat?.mine) put(await calls.release(before));
};

const open = (/** @type {number} */ id) =>
  only(async () => {
    if (!id) return;
    if (state.open && state.open !== id) await close();
    say("");
    if (screen.writes && state.boats.find((boat) => boat.id === id)?.to_call) put(await calls.claim(id));
    show(id);
  });

const next = () =>
  only(async () => {
    if (!screen.writes) return;
    if (state.open) await close();
    const boat = await calls.claimNext(screen.id, state.skip);
    if (!boat) {
      say(screen.words.nobody);
      return;
    }
    say("");
    put(boat);
    show(boat.id);
  });

const pass = () => {
  if (state.open) state.skip.push(state.open);
  return next();
};

const answer = async (/** @type {string} */ outcome) => {
  const id = state.open;
  await only(async () => {
    if (!id || !screen.writes) return;
    const element = rows.get(id)?.element;
    const field = (/** @type {string} */ name) =>
      /** @type {HTMLInputElement|null} */ (element?.querySelector(`[data-field=${name}]`))?.value ?? "";
    // one key per opened row and outcome: a second press is the same answer
    const told = { outcome, channel: field("channel") || "phone", text: field("text") };
    const key = (element?.dataset.key ?? crypto.randomUUID()).slice(0, 36);
    if (element) element.dataset.key = key;
    put(await calls.answer(id, { key, ...told }));
    delete element?.dataset.key;
    state.open = 0;
    say(`${state.boats.find((boat) => boat.id === id)?.title}: ${screen.outcomes[outcome]}`);
  });
  if (state.open === 0) {
    await next();
    await load();
  }
};

/** @param {number} step */
function move(step) {
  const boats = shown();
  const at = boats.findIndex((boat) => boat.id === state.current);
  const boat = boats[Math.min(boats.length - 1, Math.max(0, at + step))];
  if (!boat) return;
  state.current = boat.id;
  draw();
  rows.get(boat.id)?.element.scrollIntoView({ block: "nearest" });
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const field = /** @type {HTMLElement} */ (event.target);
  const writing = field.matches("input, textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (writing) field.blur();
    else only(close);
    return;
  }
  if (writing || (event.key === "Enter" && field.matches("a, button, summary"))) return;
  const outcomes = Object.keys(screen.outcomes);
  /** @type {Record<string, () => unknown>} */
  const acts = {
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    Enter: () => open(state.current),
    n: next,
    p: pass,
    t: () => /** @type {HTMLElement|null} */ (listing.querySelector("[data-field=text]"))?.focus(),
  };
  for (const [key, name] of Object.entries(KEYS)) acts[key] = () => choose(name);
  outcomes.forEach((outcome, at) => {
    acts[String(at + 1)] = () => state.open && answer(outcome);
  });
  const act = Object.hasOwn(acts, event.key) ? acts[event.key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {string} name of a filter */
function choose(name) {
  state.filter = name;
  draw();
}

document.addEventListener("keydown", pressed);
find.addEventListener("input", draw);
byId("recall-next")?.addEventListener("click", next);
document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const filter = target.closest("[data-filter]")?.getAttribute("data-filter");
  if (filter) choose(filter);
  const outcome = target.closest("[data-outcome]")?.getAttribute("data-outcome");
  if (outcome) answer(outcome);
  const id = Number(target.closest(".boat-line")?.parentElement?.dataset.id ?? 0);
  if (id) id === state.open ? only(close) : open(id);
});
addEventListener("pagehide", () => {
  if (state.open && screen.writes) close();
});
setInterval(() => {
  if (!state.busy && !document.hidden) load();
}, EVERY_MS);
load();
