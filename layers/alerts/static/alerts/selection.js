/** Which alerts are selected; it outlives that the rows are drawn anew. */
export class Selection {
  constructor() {
    /** @type {Set<string>} */
    this.held = new Set();
  }

  get size() {
    return this.held.size;
  }

  /** @param {string} id */
  has(id) {
    return this.held.has(id);
  }

  /** @param {string} id @param {boolean} on */
  set(id, on) {
    if (on) this.held.add(id);
    else this.held.delete(id);
  }

  /** @param {string} id */
  toggle(id) {
    this.set(id, !this.held.has(id));
  }

  /** @param {string[]} ids */
  add(ids) {
    for (const id of ids) this.held.add(id);
  }

  /** @param {string[]} ids */
  remove(ids) {
    for (const id of ids) this.held.delete(id);
  }

  /** Only what is still listed stays selected. @param {string[]} listed */
  keep(listed) {
    const there = new Set(listed);
    this.held = new Set([...this.held].filter((id) => there.has(id)));
  }

  clear() {
    this.held.clear();
  }

  ids() {
    return [...this.held].map(Number);
  }
}
