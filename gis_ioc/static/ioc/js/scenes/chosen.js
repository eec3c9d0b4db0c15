/** Which layers a scene shows, by slug and by role; pure. */

/** @typedef {{slug: string, title: string, roles?: string[], visible: boolean}} Entry */
/** @typedef {{layers?: string[], roles?: string[], filters?: Record<string, any>, [more: string]: any}} Chosen */

/** Nothing is chosen: the scene shows what is shown by itself. @param {Chosen} body */
export const isAuto = (body) => !body.layers?.length && !body.roles?.length;

/** @param {Chosen} body @param {Entry} entry */
export function isShown(body, entry) {
  if (isAuto(body)) return entry.visible;
  return Boolean(body.layers?.includes(entry.slug) || entry.roles?.some((role) => body.roles?.includes(role)));
}

/**
 * With a layer shown or not. What was shown by itself or by a role stays.
 * @template {Chosen} T
 * @param {T} body
 * @param {Entry[]} entries
 * @param {string} slug
 * @param {boolean} on
 * @returns {T}
 */
export function toggled(body, entries, slug, on) {
  const wanted = new Set(entries.filter((entry) => isShown(body, entry)).map((entry) => entry.slug));
  if (on) wanted.add(slug);
  else wanted.delete(slug);
  return chosen(body, entries, wanted);
}

/**
 * With just these layers. A role stays while all who play it are wanted.
 * @template {Chosen} T
 * @param {T} body
 * @param {Entry[]} entries
 * @param {Set<string>} wanted
 * @returns {T}
 */
export function chosen(body, entries, wanted) {
  const roles = (body.roles ?? []).filter((role) =>
    entries.every((entry) => !entry.roles?.includes(role) || wanted.has(entry.slug)),
  );
  const byRole = new Set(
    entries.filter((entry) => entry.roles?.some((role) => roles.includes(role))).map((entry) => entry.slug),
  );
  // layers that this user may not see stay as they are
  const unseen = (body.layers ?? []).filter((slug) => !entries.some((entry) => entry.slug === slug));
  const layers = [
    ...unseen,
    ...entries.map((entry) => entry.slug).filter((slug) => wanted.has(slug) && !byRole.has(slug)),
  ];
  const filters = Object.fromEntries(
    Object.entries(body.filters ?? {}).filter(([slug]) => wanted.has(slug) || unseen.includes(slug)),
  );
  return { ...body, layers, roles, filters };
}
