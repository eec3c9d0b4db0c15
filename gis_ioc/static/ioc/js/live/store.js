/** The newest rows of one live layer, and what changed since they were last drawn. */

/**
 * @typedef {object} Message
 * @property {number} seq
 * @property {string[]} columns
 * @property {any[][]} rows
 * @property {number[]} [gone]
 */

export class LiveStore {
  constructor() {
    /** @type {Map<number, any>} GeoJSON features by id */
    this.features = new Map();
    this.seq = -1;
    /** newest position time, epoch seconds */
    this.newest_s = 0;
  }

  /**
   * Everything anew.
   * @param {Message} message
   */
  snapshot({ seq, columns, rows }) {
    this.features.clear();
    this.seq = seq;
    for (const feature of this.read(columns, rows)) this.features.set(feature.id, feature);
    return [...this.features.values()];
  }

  /**
   * Moves and removals; one that is older than what is held changes nothing.
   * @param {Message} message
   * @returns {{add: any[], remove: number[]}}
   */
  delta({ seq, columns, rows, gone = [] }) {
    if (seq <= this.seq) return { add: [], remove: [] };
    this.seq = seq;
    const add = this.read(columns, rows);
    for (const feature of add) this.features.set(feature.id, feature);
    const remove = gone.filter((id) => this.features.delete(id));
    return { add, remove };
  }

  /**
   * @param {string[]} columns
   * @param {any[][]} rows
   */
  read(columns, rows) {
    const lon = columns.indexOf("lon");
    const lat = columns.indexOf("lat");
    const id = columns.indexOf("id");
    const at = columns.indexOf("at");
    const names = columns.map((name, index) => ({ name, index })).filter(({ index }) => index !== lon && index !== lat && index !== id);
    return rows.map((row) => {
      if (at >= 0 && row[at] > this.newest_s) this.newest_s = row[at];
      const properties = /** @type {Record<string, any>} */ ({});
      for (const { name, index } of names) if (row[index] !== null) properties[name] = row[index];
      return {
        type: "Feature",
        id: row[id],
        geometry: { type: "Point", coordinates: [row[lon], row[lat]] },
        properties,
      };
    });
  }
}
