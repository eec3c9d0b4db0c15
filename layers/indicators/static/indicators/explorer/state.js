/**
 * What the explorer shows, as the query of its address: every view has a link.
 * Pure: knows neither the page nor the network.
 */

/**
 * @typedef {object} State
 * @property {string} code of the indicator
 * @property {string} facet
 * @property {string} kind level of the units; "auto" the one that was in force on their day
 * @property {string} date ISO day of the figures; "" the newest
 * @property {string} units whose units are drawn: "day" those of the figures' day, "today", or an ISO day
 * @property {string} known ISO day: figures as they were known at its end; "" now
 * @property {string} method of the classes
 * @property {number} count of the classes
 * @property {number|null} unit chosen
 * @property {string} sort column of the ranking, "-" before it turns it round
 * @property {{zoom: number, lat: number, lon: number}|null} map null: the whole province
 */

export const METHODS = ["bands", "quantiles", "equal", "natural"];

/** @type {State} */
export const START = {
  code: "",
  facet: "",
  kind: "auto",
  date: "",
  units: "day",
  known: "",
  method: "quantiles",
  count: 5,
  unit: null,
  sort: "rank",
  map: null,
};

const DAY = /^\d{4}-\d\d-\d\d$/;

/** @param {string|null} text */
export const isDay = (text) => DAY.test(text ?? "") && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

/** What makes no sense is left out, so that an old link still opens. @type {Record<string, (text: string) => any>} */
const READ = {
  code: (text) => (/^[\w-]{1,12}$/.test(text) ? text : undefined),
  facet: (text) => text.slice(0, 40),
  kind: (text) => (/^[a-z]{1,10}$/.test(text) ? text : undefined),
  date: (text) => (isDay(text) ? text : undefined),
  units: (text) => (text === "today" || text === "day" || isDay(text) ? text : undefined),
  known: (text) => (isDay(text) ? text : undefined),
  method: (text) => (METHODS.includes(text) ? text : undefined),
  count: (text) => (/^[3-7]$/.test(text) ? Number(text) : undefined),
  unit: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  sort: (text) => (/^-?(rank|title|value|change|status)$/.test(text) ? text : undefined),
  map: readMap,
};

/** @param {string} text zoom/lat/lon */
function readMap(text) {
  const [zoom, lat, lon] = text.split("/").map(Number);
  const sound = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return sound ? { zoom, lat, lon } : undefined;
}

/**
 * @param {string} search the address after its question mark
 * @param {Partial<State>} [start] what holds where the address says nothing
 * @returns {State}
 */
export function decode(search, start = {}) {
  const state = { ...START, ...start };
  for (const [name, text] of new URLSearchParams(search)) {
    const value = READ[name]?.(text);
    if (value !== undefined) /** @type {any} */ (state)[name] = value;
  }
  return state;
}

/**
 * The query of a state, without what holds anyway.
 * @param {Partial<State>} state
 */
export function encode(state) {
  const found = new URLSearchParams();
  for (const name of Object.keys(READ)) {
    const value = /** @type {any} */ (state)[name];
    const usual = /** @type {any} */ (START)[name];
    if (value === undefined || value === null || value === "" || value === usual) continue;
    found.set(name, name === "map" ? mapText(value) : String(value));
  }
  return found.toString().replaceAll("%2F", "/");
}

/** @param {{zoom: number, lat: number, lon: number}} map */
const mapText = ({ zoom, lat, lon }) => `${zoom.toFixed(2)}/${lat.toFixed(4)}/${lon.toFixed(4)}`;

/**
 * Whose units are drawn, and at which level.
 * @param {State} state
 * @param {{kind: string, sets: UnitSet[]}[]} levels the larger units first
 * @param {string} today ISO day
 */
export function unitsOf(state, levels, today) {
  const on = state.units === "day" ? state.date || today : state.units === "today" ? today : state.units;
  const auto = levels.find(({ sets }) => setOn(sets, on))?.kind ?? levels[0]?.kind ?? "";
  const kind = state.kind === "auto" ? auto : state.kind;
  return { on, kind, set: setOn(levels.find((level) => level.kind === kind)?.sets ?? [], on) };
}

/**
 * What is asked of the API for a state.
 * @param {State} state
 * @param {{on: string, kind: string}} units
 */
export function question(state, { on, kind }) {
  const { date, known, facet, method, count } = state;
  const asked = new URLSearchParams({ kind, method, count: String(count) });
  if (date) asked.set("date", date);
  if (on) asked.set("units_on", on);
  // the whole day counts
  if (known) asked.set("known", `${known}T23:59:59+07:00`);
  if (facet) asked.set("facet", facet);
  return `/api/v1/indicators/${encodeURIComponent(state.code)}/map?${asked}`;
}

/**
 * Stops of the slider: days with figures, and days on which units changed between.
 * @param {string[]} figures ISO days, ascending
 * @param {string[]} changes ISO days
 * @param {string} today
 */
export function stopsOf(figures, changes, today) {
  if (!figures.length) return [];
  const own = new Set(figures);
  const between = changes.filter((day) => day > figures[0] && day <= today && !own.has(day));
  return [...figures, ...between].sort().map((day) => ({ day, figures: own.has(day) }));
}

/**
 * Days on which the number of units changed, with the numbers before and after.
 * @param {{kind: string, sets: UnitSet[]}[]} levels the larger units first
 * @param {string[]} changes ISO days
 */
export function marksOf(levels, changes) {
  const countOn = (/** @type {string} */ day) => levels.map(({ sets }) => setOn(sets, day)).find(Boolean)?.count ?? 0;
  return changes
    .map((day) => ({ day, before: countOn(dayBefore(day)), after: countOn(day) }))
    .filter(({ before, after }) => before !== after);
}

/** @param {string} day ISO */
export const dayBefore = (day) => new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

/** @typedef {{start: string|null, end: string|null, count: number}} UnitSet */

/**
 * The set of units that held on a day.
 * @param {UnitSet[]} sets
 * @param {string} day ISO
 */
export const setOn = (sets, day) => sets.find(({ start, end }) => (!start || start <= day) && (!end || day <= end));

/**
 * The same day a year before; 29 February becomes the 28th.
 * @param {string} day ISO
 */
export function yearBefore(day) {
  const [year, month, date] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year - 1, month, 0)).getUTCDate();
  return `${year - 1}-${day.slice(5, 7)}-${String(Math.min(date, last)).padStart(2, "0")}`;
}
