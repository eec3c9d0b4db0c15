/** Panes on the grid of a scene, as pure functions: each gives a new body. */

/** @typedef {{id: string, kind: string, column: number, row: number, width: number, height: number, options?: Record<string, any>}} Pane */
/** @typedef {{grid_columns: number, grid_rows: number, panes: Pane[], [more: string]: any}} Body */

export const MOST_PANES = 24;

/** @param {number} value @param {number} low @param {number} high */
const between = (value, low, high) => Math.max(low, Math.min(high, value));

/** @param {Body} body @param {string} id @returns {Pane|undefined} */
export const paneOf = (body, id) => body.panes.find((pane) => pane.id === id);

/**
 * The body with one pane changed.
 * @param {Body} body
 * @param {string} id
 * @param {(pane: Pane) => Pane} change
 * @returns {Body}
 */
export function changed(body, id, change) {
  return { ...body, panes: body.panes.map((pane) => (pane.id === id ? change(pane) : pane)) };
}

/** So many cells right and down; it stays on the grid. @param {Body} body @param {string} id @param {number} across @param {number} down */
export function moved(body, id, across, down) {
  return changed(body, id, (pane) => ({
    ...pane,
    column: between(pane.column + across, 0, body.grid_columns - pane.width),
    row: between(pane.row + down, 0, body.grid_rows - pane.height),
  }));
}

/** So many cells wider and higher; at least one. @param {Body} body @param {string} id @param {number} wider @param {number} higher */
export function resized(body, id, wider, higher) {
  return changed(body, id, (pane) => ({
    ...pane,
    width: between(pane.width + wider, 1, body.grid_columns - pane.column),
    height: between(pane.height + higher, 1, body.grid_rows - pane.row),
  }));
}

/** @param {Body} body @param {string} id @returns {Body} */
export function removed(body, id) {
  const { spotlight, ...rest } = body;
  const kept = spotlight && spotlight !== id ? { spotlight } : {};
  return /** @type {Body} */ ({ ...rest, ...kept, panes: body.panes.filter((pane) => pane.id !== id) });
}

/** Earlier or later among those that lie over each other. @param {Body} body @param {string} id @param {number} by @returns {Body} */
export function reordered(body, id, by) {
  const panes = [...body.panes];
  const at = panes.findIndex((pane) => pane.id === id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= panes.length) return body;
  [panes[at], panes[to]] = [panes[to], panes[at]];
  return { ...body, panes };
}

/** @param {Pane} a @param {Pane} b */
const cut = (a, b) =>
  a.column < b.column + b.width &&
  b.column < a.column + a.width &&
  a.row < b.row + b.height &&
  b.row < a.row + a.height;

/**
 * The first free place of a size, from the top left.
 * @param {Body} body
 * @param {number} width
 * @param {number} height
 * @returns {{column: number, row: number, width: number, height: number}|null}
 */
export function freePlace(body, width, height) {
  for (let row = 0; row + height <= body.grid_rows; row++) {
    for (let column = 0; column + width <= body.grid_columns; column++) {
      const place = { id: "", kind: "", column, row, width, height };
      if (!body.panes.some((pane) => cut(pane, place))) return { column, row, width, height };
    }
  }
  return null;
}

/** A name that no pane has. @param {Body} body @param {string} kind */
export function freeName(body, kind) {
  const known = new Set(body.panes.map((pane) => pane.id));
  if (!known.has(kind)) return kind;
  let number = 2;
  while (known.has(`${kind}-${number}`)) number++;
  return `${kind}-${number}`;
}

/**
 * With one more pane where there is room, else over the others in the middle.
 * @param {Body} body
 * @param {{slug: string, least: number[], options?: Record<string, any>}} kind
 * @returns {{body: Body, id: string, free: boolean}|null} null: no more panes
 */
export function added(body, kind) {
  if (body.panes.length >= MOST_PANES) return null;
  const [least_wide, least_high] = kind.least.map((cells, at) =>
    Math.min(cells, at ? body.grid_rows : body.grid_columns),
  );
  const sizes = [
    [6, 6],
    [6, 4],
    [6, 3],
    [6, 2],
    [least_wide, least_high],
  ];
  const roomy = sizes.filter(([wide, high]) => wide >= least_wide && high >= least_high);
  const found = roomy.map(([wide, high]) => freePlace(body, wide, high)).find(Boolean);
  const middle = {
    column: Math.floor((body.grid_columns - least_wide) / 2),
    row: Math.floor((body.grid_rows - least_high) / 2),
    width: least_wide,
    height: least_high,
  };
  const id = freeName(body, kind.slug);
  const pane = { id, kind: kind.slug, ...(found ?? middle), options: kind.options ?? {} };
  return { body: { ...body, panes: [...body.panes, pane] }, id, free: Boolean(found) };
}

/**
 * Another grid; panes keep their place on the canvas as nearly as it allows.
 * @param {Body} body
 * @param {number} columns
 * @param {number} rows
 * @returns {Body}
 */
export function regridded(body, columns, rows) {
  const across = columns / body.grid_columns;
  const along = rows / body.grid_rows;
  const panes = body.panes.map((pane) => {
    const column = between(Math.round(pane.column * across), 0, columns - 1);
    const row = between(Math.round(pane.row * along), 0, rows - 1);
    const right = Math.round((pane.column + pane.width) * across);
    const foot = Math.round((pane.row + pane.height) * along);
    return {
      ...pane,
      column,
      row,
      width: between(right - column, 1, columns - column),
      height: between(foot - row, 1, rows - row),
    };
  });
  return { ...body, grid_columns: columns, grid_rows: rows, panes };
}

/** What was drawn before, to go back to. */
export class History {
  /** @param {Body} body */
  constructor(body) {
    this.body = body;
    /** @type {Body[]} */
    this.past = [];
    /** @type {Body[]} */
    this.future = [];
  }

  /** @param {Body} body @returns {boolean} whether it is another one */
  take(body) {
    if (JSON.stringify(body) === JSON.stringify(this.body)) return false;
    this.past.push(this.body);
    if (this.past.length > 200) this.past.shift();
    this.body = body;
    this.future = [];
    return true;
  }

  /** @returns {boolean} */
  undo() {
    const body = this.past.pop();
    if (!body) return false;
    this.future.push(this.body);
    this.body = body;
    return true;
  }

  /** @returns {boolean} */
  redo() {
    const body = this.future.pop();
    if (!body) return false;
    this.past.push(this.body);
    this.body = body;
    return true;
  }
}
