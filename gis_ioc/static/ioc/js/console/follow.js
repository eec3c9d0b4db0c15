/**
 * The wall follows this map while it is armed: the camera at most 20 times a second,
 * and the one at which it came to rest. Nothing is sent while nobody moves the map.
 */

const LEAST_MS = 50;
export const IDLE_MS = 120_000;

export class Follow {
  /**
   * @param {any} map
   * @param {(rest: boolean) => void} sendCamera
   * @param {() => void} idle nobody has moved the map for a long while
   */
  constructor(map, sendCamera, idle) {
    this.map = map;
    this.sendCamera = sendCamera;
    this.idle = idle;
    this.on = false;
    this.last = 0;
    this.waiting = 0;
    this.idleTimer = 0;
    map.on("move", () => this.moved());
    map.on("moveend", () => this.rested());
  }

  /** @param {boolean} on */
  arm(on) {
    if (on === this.on) return;
    this.on = on;
    clearTimeout(this.waiting);
    clearTimeout(this.idleTimer);
    if (on) this.rested();
  }

  moved() {
    if (!this.on) return;
    const wait = LEAST_MS - (performance.now() - this.last);
    clearTimeout(this.waiting);
    if (wait <= 0) this.tell(false);
    else this.waiting = /** @type {any} */ (setTimeout(() => this.on && this.tell(false), wait));
  }

  rested() {
    if (!this.on) return;
    clearTimeout(this.waiting);
    this.tell(true);
    clearTimeout(this.idleTimer);
    this.idleTimer = /** @type {any} */ (setTimeout(() => this.on && this.idle(), IDLE_MS));
  }

  /** @param {boolean} rest */
  tell(rest) {
    this.last = performance.now();
    this.sendCamera(rest);
  }
}
