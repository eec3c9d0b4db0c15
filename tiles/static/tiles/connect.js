/** Copy-ready addresses and code for other programs. */
import { bus } from "@ioc/lib/bus.js";
import { byId, h, icon } from "@ioc/lib/dom.js";
import { KEY, curl, gdal, leaflet, maplibre, qgisXml, withKey } from "./snippets.js";
import { isWide, tileJson } from "./sources.js";
import { w } from "./words.js";

/** @typedef {import("./sources.js").Source} Source */
/** @typedef {import("./snippets.js").Told} Told */

const DONE_MS = 1_600;
/** GDAL asks for every tile of the bounds: of the whole world not too many. */
const FEW_TILES_ZOOM = 3;

/** @param {HTMLElement} button @param {string} text */
async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.classList.add("is-done");
    button.replaceChildren(icon("check"));
    bus.emit("toast", w("copied"));
    setTimeout(() => {
      button.classList.remove("is-done");
      button.replaceChildren(icon("copy"));
    }, DONE_MS);
  } catch {
    bus.emit("toast", w("copy.failed"));
  }
}

/**
 * A labelled text with its copy button.
 * @param {string} label
 * @param {string} text
 * @param {{url?: boolean, block?: boolean}} [how] whether a program can ask for it as it is
 */
export function copyable(label, text, { url = false, block = false } = {}) {
  const button = h(
    "button",
    {
      type: "button",
      class: "btn tp-copy",
      "aria-label": w("copy.what", { what: label }),
      title: w("copy.what", { what: label }),
      "data-copy": text,
      "data-copy-url": url ? text : null,
    },
    icon("copy"),
  );
  button.addEventListener("click", () => copy(button, text));
  return h(
    "div",
    { class: `tp-copyable${block ? " is-block" : ""}` },
    h("span", { class: "tp-copy-label" }, label),
    block
      ? h("pre", { tabindex: "0" }, h("code", {}, text))
      : h("code", { class: "tp-copy-text", tabindex: "0" }, text),
    button,
  );
}

/**
 * @param {Source} source whose TileJSON is there
 * @param {string} query with its question mark, or empty
 * @returns {Told}
 */
export function toldOf(source, query) {
  const { tiles, minzoom = 0, maxzoom = 22, vector_layers = [] } = source.json;
  return {
    id: source.id,
    title: source.title,
    tilejson: `${location.origin}/tiles/${encodeURIComponent(source.id)}${query}`,
    xyz: tiles[0],
    style: source.style ? `${location.origin}/tiles/style/${source.style}` : null,
    minzoom,
    maxzoom,
    layers: vector_layers.map((/** @type {any} */ layer) => layer.id),
    raster: source.kind === "raster",
  };
}

/**
 * @param {Source} source
 * @param {string} query
 * @param {{z: number, x: number, y: number}} at
 * @param {Source[]} every working source
 */
export function showConnect(source, query, at, every) {
  const told = toldOf(source, query);
  const fill = (/** @type {string} */ id, /** @type {Node[]} */ ...nodes) =>
    byId(`client-${id}`).replaceChildren(...nodes);
  const style = told.style ? [copyable(w("client.style"), told.style, { url: true })] : [];
  fill(
    "addresses",
    copyable(w("client.tilejson"), told.tilejson, { url: true }),
    copyable(w("client.xyz"), told.xyz, { url: true }),
    ...style,
  );
  fill(
    "qgis",
    copyable(w("client.name"), told.title),
    copyable("URL", told.xyz, { url: true }),
    copyable(w("client.zooms"), `${told.minzoom} – ${told.maxzoom}`),
    copyable(w("client.header"), `Authorization: Bearer ${KEY}`),
    copyable(w("client.query"), withKey(told.xyz)),
  );
  byId("client-files").replaceChildren(
    download(w("client.one"), () => Promise.resolve(told.raster ? [] : [told]), `${source.id}-qgis.xml`),
    download(w("client.all"), () => everyTold(every), "tiles-qgis.xml"),
  );
  fill("maplibre", copyable(w("client.code"), maplibre(told), { block: true }));
  fill("leaflet", copyable(w("client.code"), leaflet(told), { block: true }));
  fill(
    "gdal",
    copyable(w("client.command"), gdal(told, isWide(source.json.bounds) ? Math.min(at.z, FEW_TILES_ZOOM) : at.z), {
      block: true,
    }),
  );
  fill("curl", copyable(w("client.command"), curl(told, at), { block: true }));
}

/** @param {Source[]} every */
async function everyTold(every) {
  for (const source of every) source.json ??= await tileJson(source.id).catch(() => null);
  return every.filter((source) => source.json).map((source) => toldOf(source, ""));
}

/**
 * @param {string} label
 * @param {() => Promise<Told[]>} told
 * @param {string} name of the file
 */
function download(label, told, name) {
  const save = async () => {
    const url = URL.createObjectURL(new Blob([qgisXml(await told())], { type: "application/xml" }));
    const link = h("a", { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), DONE_MS);
  };
  return h("button", { type: "button", class: "btn", onclick: save }, icon("download"), label);
}
