/**
 * Filters of a layer and their CQL2 text.
 *
 * A filter is {field: condition}; a condition is {in: [...]}, {min, max}, {is: bool}
 * or {text: "..."} (contains). Both the tile address and the shared link are made from it.
 */

/** @typedef {{in?: string[], min?: number, max?: number, is?: boolean, text?: string}} Condition */
/** @typedef {Record<string, Condition>} Filter */

/** @param {string} text */
const quote = (text) => `'${text.replaceAll("'", "''")}'`;

/** Signs that LIKE would read as wildcards match themselves. @param {string} text */
const plain = (text) => text.replace(/[\\%_]/g, "\\$&");

/**
 * @param {string} name
 * @param {Condition} condition
 * @returns {string[]}
 */
function terms(name, condition) {
  const found = [];
  if (condition.in?.length) found.push(`${name} IN (${condition.in.map(quote).join(", ")})`);
  if (Number.isFinite(condition.min)) found.push(`${name} >= ${condition.min}`);
  if (Number.isFinite(condition.max)) found.push(`${name} <= ${condition.max}`);
  if (typeof condition.is === "boolean") found.push(`${name} = ${condition.is}`);
  if (condition.text) found.push(`${name} LIKE ${quote(`%${plain(condition.text)}%`)}`);
  return found;
}

/**
 * CQL2 text, empty when nothing is filtered.
 * @param {Filter|undefined} filter
 */
export function toCql(filter) {
  return Object.entries(filter ?? {})
    .flatMap(([name, condition]) => terms(name, condition))
    .join(" AND ");
}

/**
 * Whether a live row passes, by the same meaning as the CQL2 text.
 * @param {Filter|undefined} filter
 * @param {Record<string, any>} row
 */
export function passes(filter, row) {
  return Object.entries(filter ?? {}).every(([name, condition]) => holds(condition, row[name]));
}

/**
 * @param {Condition} condition
 * @param {any} value
 */
function holds(condition, value) {
  if (condition.in?.length && !condition.in.includes(String(value))) return false;
  if (typeof condition.is === "boolean" && value !== condition.is) return false;
  if (condition.text && !String(value ?? "").includes(condition.text)) return false;
  const bounded = Number.isFinite(condition.min) || Number.isFinite(condition.max);
  if (!bounded) return true;
  if (typeof value !== "number") return false;
  return value >= (condition.min ?? -Infinity) && value <= (condition.max ?? Infinity);
}

/** @param {Filter|undefined} filter */
export const isEmpty = (filter) => toCql(filter) === "";
