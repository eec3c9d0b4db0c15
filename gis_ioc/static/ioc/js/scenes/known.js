/** What fields of options can name: indicators, units, values, roles, features. Read when
 *  a form first asks for them, as far as the caller may see them. */
import { byId, h } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { roles, slugOf } from "../lib/roles.js";

/** @type {Map<string, Promise<any[]>>} */
const asked = new Map();
const MOST = 200;

/** @param {string} url @param {(answer: any) => any[]} rows */
function once(url, rows) {
  const known = asked.get(url);
  if (known) return known;
  const found = getJson(url)
    .then(rows)
    .catch(() => {
      asked.delete(url);
      return [];
    });
  asked.set(url, found);
  return found;
}

/** @param {string} id @param {[string, string][]} pairs */
function offer(id, pairs) {
  byId(id).replaceChildren(...pairs.map(([value, title]) => h("option", { value }, title)));
}

/** @type {Record<string, (entries: any[], root: HTMLElement) => Promise<[string, string][]>>} */
const LISTS = {
  "known-indicators": async (entries) => {
    const slug = slugOf(entries, roles.figures);
    const found = slug ? await once(`/api/v1/${slug}`, (answer) => answer.items ?? answer) : [];
    const english = document.documentElement.lang === "en";
    return found.map((one) => [one.code, `${english ? one.title_en || one.title : one.title} (${one.unit})`]);
  },
  "known-units": async (entries) => {
    const slug = slugOf(entries, roles.ground);
    const found = slug
      ? await once(`/api/v1/layers/${slug}/features?limit=1000&fields=code,title`, (answer) => answer.features)
      : [];
    return found.map(({ properties }) => [properties.code, properties.title]).filter(([code]) => code);
  },
  "known-values": async (entries, root) => {
    const entry = entries.find((one) => one.slug === layerOf(root) || one.roles?.includes(layerOf(root)));
    return (entry?.fields ?? [])
      .filter((/** @type {any} */ one) => one.type === "number")
      .map((/** @type {any} */ one) => [one.name, one.title]);
  },
  "known-roles": async (entries) =>
    entries.flatMap((entry) => (entry.roles ?? []).map((/** @type {string} */ role) => [role, entry.title])),
};

/** @param {HTMLElement} root */
const layerOf = (root) =>
  /** @type {HTMLInputElement|null} */ (root.querySelector('[data-option="layer"]'))?.value ?? "";

/** Features of the layer that a form names, as a choice beside the field of the id. @param {HTMLElement} root @param {any[]} entries */
async function features(root, entries) {
  const input = /** @type {HTMLInputElement|null} */ (root.querySelector("[data-feature]"));
  if (!input) return;
  const named = layerOf(root);
  const kind = /** @type {HTMLElement|null} */ (root.querySelector(".pane-fields"))?.dataset.kind;
  const slug =
    entries.find((one) => one.slug === named || one.roles?.includes(named))?.slug ??
    (kind === "camera" ? slugOf(entries, roles.eyes) : undefined);
  const found = slug ? await once(`/api/v1/layers/${slug}/features?limit=${MOST}`, (answer) => answer.features) : [];
  const list = h(
    "datalist",
    { id: "known-features" },
    ...found.map((one) => h("option", { value: one.id }, one.properties.title)),
  );
  byId("known-features")?.remove();
  root.append(list);
  input.setAttribute("list", "known-features");
}

/**
 * Fills the lists that a form refers to.
 * @param {HTMLElement} root
 * @param {any[]} entries of the catalogue
 */
export function knownLists(root, entries) {
  if (!entries.length) return;
  for (const [id, list] of Object.entries(LISTS)) {
    if (root.querySelector(`[list="${id}"]`)) list(entries, root).then((pairs) => offer(id, pairs));
  }
  features(root, entries);
}
