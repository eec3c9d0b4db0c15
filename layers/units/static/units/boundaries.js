/** What a boundary set changes: rows on the right, the land on the map, together. */
import { fill, number } from "@ioc/lib/texts.js";
import { h } from "@ioc/lib/dom.js";
import { Picture } from "./boundarymap.js";

const screen = JSON.parse(document.getElementById("sets-screen")?.textContent ?? "{}");
const words = screen.words;
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const listing = byId("sets-rows");
const find = /** @type {HTMLInputElement} */ (byId("sets-find"));
const FATES = { unchanged: "=", outline: "≈", renamed: "→", reused: "↺", new: "+", ended: "×" };
const TABS = ["changes", "left", "closed", "areas"];

const asked = new URLSearchParams(location.search);
const state = {
  tab: TABS.includes(asked.get("tab") ?? "") ? String(asked.get("tab")) : "changes",
  fate: asked.get("fate") ?? "",
  row: asked.has("row") ? Number(asked.get("row")) : -1,
};
find.value = asked.get("q") ?? "";

const picture = new Picture(byId("sets-map"), byId("sets").dataset.base ?? "", {
  picked: (/** @type {number} */ id) => choose(id, false),
  failed: (/** @type {string} */ reason) => say(fill(words.failed, { reason })),
});

const say = (/** @type {string} */ text) => {
  byId("sets-said").textContent = text;
};
const fold = (/** @type {string} */ text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/\u0111/giu, "d")
    .toLowerCase();
const ha = (/** @type {number} */ value) => `${number(value)} ${words.ha}`;

/** Rows of a tab as {id, code, title, mark, small, text}. @param {string} tab */
function entries(tab) {
  if (tab === "changes") return screen.rows.map(change);
  if (tab === "areas") return screen.report.areas.map(area);
  return screen.report[tab].listed.map(flaw);
}

/** @param {any} row */
function change(row) {
  const told = [];
  if (row.old_title && row.old_title !== row.title) told.push(fill(words.was, { title: row.old_title }));
  if (row.fate === "ended") told.push(words.over);
  else told.push(row.keeps ? words.stays : words.begins);
  if (row.merged) told.push(words.merged);
  if (row.split) told.push(words.split);
  if (row.fate === "outline" || row.fate === "renamed")
    told.push(fill(words.gained, { ha: number(row.gained_ha) }), fill(words.lost, { ha: number(row.lost_ha) }));
  const parts = row.parts.filter(
    (/** @type {any} */ part) => row.fate === "ended" || part.title !== row.title || row.parts.length > 1,
  );
  if (parts.length && row.fate !== "unchanged") {
    const names = parts
      .slice(0, 6)
      .map((/** @type {any} */ part) => `${part.title} ${number(Math.round(1000 * part.share) / 10)} %`);
    told.push(`${row.fate === "ended" ? words.to : words.from}: ${names.join(", ")}${parts.length > 6 ? " …" : ""}`);
  }
  return {
    id: row.id,
    code: row.code,
    title: row.title,
    kind: row.fate,
    mark: FATES[/** @type {keyof typeof FATES} */ (row.fate)],
    label: screen.fates[row.fate],
    small: told.join(" · "),
    size: ha(row.fate === "ended" ? row.ha_before : row.ha_after),
  };
}

/** @param {any} found @param {number} at */
function flaw(found, at) {
  const between = found.units.map((/** @type {string[]} */ [code, name]) => `${code} ${name}`).join(" / ");
  return {
    id: at,
    code: String(at + 1),
    title: words[found.kind],
    kind: found.kind,
    mark: "◇",
    label: "",
    small: `${between} · ${found.lat}, ${found.lon}`,
    size: ha(found.ha),
    at: [found.lon, found.lat],
    ha: found.ha,
  };
}

/** @param {any} found @param {number} at */
function area(found, at) {
  const percent = `${found.percent > 0 ? "+" : ""}${number(found.percent)} %`;
  const small = `${words.outline} ${number(found.outline_km2)} · ${words.published} ${number(found.published_km2)}`;
  return {
    id: at,
    code: found.code,
    title: found.title,
    kind: "area",
    mark: "",
    label: percent,
    small,
    size: "",
    unit: found.code,
  };
}

function shown() {
  const wanted = fold(find.value.trim());
  return entries(state.tab).filter(
    (/** @type {any} */ entry) =>
      (!state.fate || state.tab !== "changes" || entry.kind === state.fate) &&
      (!wanted || fold(`${entry.code} ${entry.title} ${entry.small}`).includes(wanted)),
  );
}

function draw() {
  const all = entries(state.tab);
  const found = shown();
  const rows = found.map((/** @type {any} */ entry) =>
    h(
      "div",
      {
        class: "sets-row",
        role: "option",
        id: `row-${entry.id}`,
        "data-id": entry.id,
        "aria-selected": String(entry.id === state.row),
      },
      h("span", { class: "sets-code" }, entry.code),
      h("span", {}, entry.title, entry.size ? h("span", { class: "unit num" }, `  ${entry.size}`) : ""),
      h("span", { class: "sets-fate" }, h("b", { "aria-hidden": "true" }, entry.mark), entry.label),
      h("small", {}, entry.small),
    ),
  );
  listing.replaceChildren(...(rows.length ? rows : [h("p", { class: "empty" }, words.none)]));
  byId("sets-shown").textContent = fill(words.shown, { count: found.length, all: all.length });
  for (const tab of document.querySelectorAll("[data-tab]"))
    tab.setAttribute("aria-selected", String(tab.getAttribute("data-tab") === state.tab));
  /** @type {HTMLElement} */ for (const note of document.querySelectorAll("[data-of]"))
    (note).hidden = note.getAttribute("data-of") !== state.tab;
  byId("sets-fates").hidden = state.tab !== "changes";
  for (const button of document.querySelectorAll("[data-fate]"))
    button.setAttribute("aria-pressed", String(button.getAttribute("data-fate") === state.fate));
  picture.filter(state.tab === "changes" ? found.map((/** @type {any} */ entry) => entry.id) : null);
  picture.flaws(state.tab === "left" || state.tab === "closed" ? all : []);
  keep();
}

/** The address says what is shown. */
function keep() {
  const said = new URLSearchParams();
  if (state.tab !== "changes") said.set("tab", state.tab);
  if (state.fate) said.set("fate", state.fate);
  if (find.value) said.set("q", find.value);
  if (state.row >= 0) said.set("row", String(state.row));
  history.replaceState(null, "", `${location.pathname}${said.size ? `?${said}` : ""}`);
}

/** @param {number} id @param {boolean} move whether the map goes there */
function choose(id, move) {
  if (state.tab !== "changes" && !move) show("changes");
  state.row = id;
  for (const row of listing.children)
    row.setAttribute("aria-selected", String(row.getAttribute("data-id") === String(id)));
  const row = document.getElementById(`row-${id}`);
  row?.scrollIntoView({ block: "nearest" });
  if (row) listing.setAttribute("aria-activedescendant", row.id);
  const entry = shown().find((/** @type {any} */ found) => found.id === id);
  if (!entry || id < 0) {
    picture.select(-1, move);
    say("");
  } else if (entry.at) picture.goTo(entry.at, entry.ha);
  else picture.select(entry.unit ? rowOf(entry.unit) : id, move);
  if (entry) say([entry.code, entry.title, entry.label].filter(Boolean).join(" · "));
  keep();
}

const rowOf = (/** @type {string} */ code) =>
  screen.rows.find((/** @type {any} */ row) => row.code === code && row.fate !== "ended")?.id ?? -1;

/** @param {string} tab */
function show(tab) {
  state.tab = tab;
  state.row = -1;
  draw();
}

/** @param {number} step */
function step(step) {
  const found = shown();
  const at = found.findIndex((/** @type {any} */ entry) => entry.id === state.row);
  const next = found[Math.min(found.length - 1, Math.max(0, at + step))];
  if (next) choose(next.id, true);
}

function fates() {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const row of screen.rows) counts[row.fate] = (counts[row.fate] ?? 0) + 1;
  const buttons = Object.keys(FATES)
    .filter((fate) => counts[fate])
    .map((fate) => {
      const mark = FATES[/** @type {keyof typeof FATES} */ (fate)];
      return h(
        "button",
        { type: "button", class: "btn", "data-fate": fate, "aria-pressed": "false" },
        `${mark} ${screen.fates[fate]} `,
        h("b", { class: "num" }, number(counts[fate])),
      );
    });
  byId("sets-fates").replaceChildren(...buttons);
}

document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const tab = target.closest("[data-tab]")?.getAttribute("data-tab");
  if (tab) show(tab);
  const fate = target.closest("[data-fate]")?.getAttribute("data-fate");
  if (fate) {
    state.fate = state.fate === fate ? "" : fate;
    draw();
  }
  const row = target.closest(".sets-row");
  if (row) choose(Number(row.getAttribute("data-id")), true);
});
document.addEventListener("keydown", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || field.matches("input, textarea, select, .maplibregl-canvas"))
    return;
  const acts = /** @type {Record<string, () => void>} */ ({
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    Escape: () => choose(-1, true),
  });
  const act = acts[event.key];
  if (!act || (event.key.startsWith("Arrow") && !listing.contains(field))) return;
  event.preventDefault();
  act();
});
find.addEventListener("input", draw);
fates();
draw();
picture.loaded.then(() => state.row >= 0 && choose(state.row, true));
