/** What the service publishes for this caller, with what the layers say of theirs. */
import { w } from "./words.js";

const BASEMAP = "basemap";
const WIDE_DEGREES = 60;
const TABLE = /^[\w$]+\.[\w$]+(\.[\w$]+)?$/;
const FILE = /\.(gpkg|shp|geojson|json|fgb|pmtiles|mbtiles|zip)$/i;

/**
 * @typedef {object} Field what is known of a property
 * @property {string} name
 * @property {string} type
 * @property {string} title
 * @property {string} unit
 * @property {boolean} filter
 * @property {{value: string, title: string}[]} choices
 */

/** @typedef {"point"|"line"|"polygon"|"mixed"|"raster"|"live"|"unknown"} Kind */

/**
 * @typedef {object} Source
 * @property {string} id
 * @property {string} title
 * @property {string} group
 * @property {Kind} kind
 * @property {any} entry of /tiles/catalog
 * @property {any} layer of /api/v1/layers, when the source is a layer
 * @property {string|null} style id of its style
 * @property {any} json its TileJSON, once asked for
 * @property {string} [broken] why it cannot be published
 */

/**
 * A document of the service, asked for like any other client does.
 * @param {string} url
 */
export async function ask(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** @returns {Promise<Source[]>} */
export async function loadSources() {
  const [catalogue, layers] = await Promise.all([ask("/tiles/catalog"), ask("/api/v1/layers").catch(() => [])]);
  const known = new Map(layers.map((/** @type {any} */ layer) => [layer.slug, layer]));
  const working = Object.entries(catalogue.tiles).map(([id, entry]) => sourceOf(id, entry, known.get(id), catalogue));
  return [...working, ...brokenOnes(catalogue)];
}

/**
 * @param {string} id
 * @param {any} entry
 * @param {any} layer
 * @param {any} catalogue
 * @returns {Source}
 */
function sourceOf(id, entry, layer, catalogue) {
  const title = layer?.title ?? entry.name ?? entry.description ?? id;
  return {
    id,
    title: title.split("\n")[0] || id,
    group: groupOf(id, entry, layer),
    kind: kindOf(entry, layer),
    entry,
    layer,
    style: id in (catalogue.styles ?? {}) ? id : null,
    json: null,
  };
}

/**
 * @param {string} id
 * @param {any} entry
 * @param {any} layer
 */
function groupOf(id, entry, layer) {
  if (layer) return layer.group;
  if (id === BASEMAP) return w("group.basemap");
  const text = entry.description ?? entry.name ?? "";
  if (FILE.test(text)) return w("group.files");
  return TABLE.test(text) ? w("group.tables") : w("group.other");
}

/**
 * @param {any} entry
 * @param {any} layer
 * @returns {Kind}
 */
function kindOf(entry, layer) {
  if (entry.content_type?.startsWith("image/")) return "raster";
  if (layer?.tiles.kind === "live") return "live";
  return layer?.geometry ?? "unknown";
}

/**
 * Names that could not be published; only who may see them is told.
 * @param {any} catalogue
 * @returns {Source[]}
 */
function brokenOnes(catalogue) {
  return Object.entries(catalogue.broken ?? {}).map(([id, reason]) => ({
    id,
    title: id,
    group: w("group.broken"),
    kind: "unknown",
    entry: {},
    layer: null,
    style: null,
    json: null,
    broken: typeof reason === "string" ? reason : (reason?.reason ?? String(reason)),
  }));
}

/**
 * What kind of thing a source shows, seen from what has been drawn of it.
 * @param {any[]} features
 * @returns {Kind}
 */
export function kindSeen(features) {
  const types = new Set(features.map((feature) => feature.geometry.type.replace("Multi", "")));
  if (types.size > 1) return "mixed";
  const [type] = types;
  return (
    /** @type {Record<string, Kind>} */ ({ Point: "point", LineString: "line", Polygon: "polygon" })[type] ?? "unknown"
  );
}

/** Whether bounds are (nearly) the world; none are. @param {number[]|undefined} bounds */
export const isWide = (bounds) => !bounds || bounds[2] - bounds[0] > WIDE_DEGREES;

/**
 * The TileJSON of a source with the parameters of the page.
 * @param {string} id
 * @param {string} [query] with its question mark
 */
export const tileJson = (id, query = "") => ask(`/tiles/${encodeURIComponent(id)}${query}`);

/**
 * What is known of the properties of a source's features.
 * @param {Source} source
 * @returns {Map<string, Field>}
 */
export function fieldsOf(source) {
  const declared = new Map((source.layer?.fields ?? []).map((/** @type {Field} */ field) => [field.name, field]));
  /** @type {Map<string, Field>} */
  const found = new Map();
  for (const part of source.json?.vector_layers ?? []) {
    for (const [name, type] of Object.entries(part.fields ?? {})) {
      const plain = { name, type: String(type), title: name, unit: "", filter: false, choices: [] };
      if (name === source.layer?.time_field) plain.type = "datetime";
      found.set(name, { ...plain, ...declared.get(name) });
    }
  }
  return found;
}
