/** Which tiles of a layer have changed, gathered until they are asked for again. */

const MOST = 1_000;

/** @typedef {{z: number, x: number, y: number}} Tile */
/** @typedef {{tiles?: number[][], deep?: number[][]}} Changed a message of the live channel */

/** @param {number} z @param {number} x @param {number} y */
const key = (z, x, y) => `${z}/${x}/${y}`;

/**
 * Whether one tile lies within the other.
 * @param {Tile} a
 * @param {Tile} b
 */
export function related(a, b) {
  const [upper, lower] = a.z <= b.z ? [a, b] : [b, a];
  const scale = 2 ** (lower.z - upper.z);
  return Math.floor(lower.x / scale) === upper.x && Math.floor(lower.y / scale) === upper.y;
}

export class Touched {
  constructor() {
    this.all = false;
    /** @type {Set<string>} */
    this.tiles = new Set();
    /** with all above and below them @type {Map<string, Tile>} */
    this.deep = new Map();
  }

  /**
   * A message without lists means every tile.
   * @param {Changed} message
   */
  add({ tiles, deep }) {
    if (!tiles || !deep) this.all = true;
    for (const [z, x, y] of tiles ?? []) this.tiles.add(key(z, x, y));
    for (const [z, x, y] of deep ?? []) this.deep.set(key(z, x, y), { z, x, y });
    if (this.tiles.size + this.deep.size > MOST) this.all = true;
  }

  get empty() {
    return !this.all && this.tiles.size + this.deep.size === 0;
  }

  /** @param {Tile} tile */
  has(tile) {
    if (this.all || this.tiles.has(key(tile.z, tile.x, tile.y))) return true;
    for (const other of this.deep.values()) if (related(tile, other)) return true;
    return false;
  }
}

/**
 * Ask again for the tiles of a source that have changed; drawn ones stay until the
 * new ones are there. Gives those that were still being loaded: nobody knows
 * whether they come from before or after the change.
 * @param {any} map
 * @param {string} source
 * @param {Touched} touched
 * @returns {number[][]}
 */
export function reload(map, source, touched) {
  if (touched.all) {
    map.refreshTiles(source);
    return [];
  }
  const manager = map.style.tileManagers[source];
  /** @type {{tileID: {canonical: Tile}, state: string}[]} */
  const tiles = manager.getIds().map((/** @type {string} */ id) => manager.getTileByID(id));
  const old = tiles.filter((tile) => touched.has(tile.tileID.canonical));
  // MapLibre keeps tiles that have left the view, and would show them on return.
  manager._outOfViewCache.filter((/** @type {any} */ tile) => !touched.has(tile.tileID.canonical));
  if (old.length)
    map.refreshTiles(
      source,
      old.map((tile) => tile.tileID.canonical),
    );
  return old
    .filter((tile) => tile.state === "loading")
    .map(
      ({
        tileID: {
          canonical: { z, x, y },
        },
      }) => [z, x, y],
    );
}
