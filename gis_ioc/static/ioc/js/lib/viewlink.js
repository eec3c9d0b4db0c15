/**
 * The view in the part of the address after #, so that every view can be linked to:
 * #map=9.2/19.81/105.70&layers=a,b&f.a=kind:x|y;length_m:15..&at.a=2024-12-31T05:00:00Z&s.a=KT16,2024&open=a/12
 * and for the whole picture at a moment: &time=2026-11-22T14:30:00Z/60 (speed)
 */

/**
 * @typedef {object} View
 * @property {{zoom: number, lat: number, lon: number}|null} map
 * @property {string[]|null} layers slugs shown; null: as the catalogue says
 * @property {Record<string, import("./cql.js").Filter>} filters by slug
 * @property {Record<string, string>} [times] moments that layers are drawn as of, by slug
 * @property {{at: number, speed: number}|null} [time] the moment of the whole picture, epoch ms; null: live
 * @property {Record<string, string>} [states] what modules of layers show, in their own words, by slug
 * @property {{layer: string, id: number}|null} open
 * @property {string|null} [play] what is replayed, in the words of the one who replays
 */

/**
 * @param {import("./cql.js").Condition} condition
 * @returns {string}
 */
function encodeCondition(condition) {
  if (condition.in) return condition.in.map(encodeURIComponent).join("|");
  if (typeof condition.is === "boolean") return condition.is ? "!yes" : "!no";
  if (condition.text !== undefined) return `=${encodeURIComponent(condition.text)}`;
  return `${condition.min ?? ""}..${condition.max ?? ""}`;
}

/**
 * @param {string} text
 * @returns {import("./cql.js").Condition}
 */
function decodeCondition(text) {
  if (text === "!yes" || text === "!no") return { is: text === "!yes" };
  if (text.startsWith("=")) return { text: decodeURIComponent(text.slice(1)) };
  const range = /^(-?[\d.]*)\.\.(-?[\d.]*)$/.exec(text);
  if (!range) return { in: text.split("|").filter(Boolean).map(decodeURIComponent) };
  /** @type {import("./cql.js").Condition} */
  const condition = {};
  if (range[1] !== "") condition.min = Number(range[1]);
  if (range[2] !== "") condition.max = Number(range[2]);
  return condition;
}

/** @param {View} view */
export function encodeView(view) {
  const parts = [];
  if (view.map) {
    const { zoom, lat, lon } = view.map;
    parts.push(`map=${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}`);
  }
  if (view.layers) parts.push(`layers=${view.layers.join(",")}`);
  for (const [slug, filter] of Object.entries(view.filters)) {
    const text = Object.entries(filter)
      .map(([name, condition]) => `${name}:${encodeCondition(condition)}`)
      .join(";");
    if (text) parts.push(`f.${slug}=${text}`);
  }
  if (view.time) parts.push(`time=${new Date(view.time.at).toISOString().slice(0, 19)}Z/${view.time.speed}`);
  for (const [slug, iso] of Object.entries(view.times ?? {})) parts.push(`at.${slug}=${iso}`);
  for (const [slug, text] of Object.entries(view.states ?? {})) if (text) parts.push(`s.${slug}=${text}`);
  if (view.open) parts.push(`open=${view.open.layer}/${view.open.id}`);
  if (view.play) parts.push(`play=${view.play}`);
  return parts.length ? `#${parts.join("&")}` : "";
}

/**
 * Parts that make no sense are left out, so that an old link still opens.
 * @param {string} hash
 * @returns {View}
 */
export function decodeView(hash) {
  /** @type {View} */
  const view = { map: null, layers: null, filters: {}, times: {}, states: {}, open: null, play: null };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const cut = part.indexOf("=");
    if (cut > 0) readPart(view, part.slice(0, cut), part.slice(cut + 1));
  }
  return view;
}

/**
 * @param {View} view
 * @param {string} name
 * @param {string} value
 */
function readPart(view, name, value) {
  if (name === "map") view.map = readMap(value);
  else if (name === "layers") view.layers = value.split(",").filter(Boolean);
  else if (name === "open") view.open = readOpen(value);
  else if (name === "time") view.time = readTime(value);
  else if (name === "play") view.play = PLAY.test(value) ? value : null;
  else if (name.startsWith("f.")) view.filters[name.slice(2)] = readFilter(value);
  else if (name.startsWith("at.") && MOMENT.test(value)) view.times = { ...view.times, [name.slice(3)]: value };
  else if (name.startsWith("s.") && PLAY.test(value)) view.states = { ...view.states, [name.slice(2)]: value };
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const PLAY = /^[\w.,:@/+-]{1,2000}$/;

/** @param {string} value */
function readTime(value) {
  const [moment, speed] = value.split("/");
  const at = MOMENT.test(moment) ? Date.parse(moment) : Number.NaN;
  return Number.isNaN(at) ? null : { at, speed: Math.min(600, Math.max(1, Number(speed) || 1)) };
}

/** @param {string} value */
function readMap(value) {
  const [zoom, lat, lon] = value.split("/").map(Number);
  const valid = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return valid ? { zoom, lat, lon } : null;
}

/** @param {string} value */
function readOpen(value) {
  const found = /^([a-z][a-z0-9_]*)\/(\d+)$/.exec(value);
  return found ? { layer: found[1], id: Number(found[2]) } : null;
}

/** @param {string} value */
function readFilter(value) {
  /** @type {import("./cql.js").Filter} */
  const filter = {};
  for (const term of value.split(";")) {
    const cut = term.indexOf(":");
    if (cut > 0) {
      try {
        filter[term.slice(0, cut)] = decodeCondition(term.slice(cut + 1));
      } catch {
        // a broken percent escape: that one condition is dropped
      }
    }
  }
  return filter;
}
