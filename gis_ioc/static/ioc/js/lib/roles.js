/** What some layers are for the shell; which layer plays a role, the catalogue says. */
export const roles = { alarms: "alarms", orders: "orders", ground: "administrative-units", figures: "indicators" };

/**
 * Slug of the layer that plays a role, if the user may see one.
 * @param {{slug: string, roles?: string[]}[]} entries
 * @param {string} role
 */
export const slugOf = (entries, role) => entries.find((entry) => entry.roles?.includes(role))?.slug;
