/** What a pane has started and must end with it: listeners, clocks, questions. */
import { bus } from "../lib/bus.js";
import { now } from "../lib/time.js";

export class Life {
  constructor() {
    /** @type {(() => void)[]} */
    this.ends = [];
    this.over = false;
  }

  /** @param {() => void} end */
  add(end) {
    if (this.over) end();
    else this.ends.push(end);
  }

  /** @param {string} name @param {(detail: any) => void} listener */
  on(name, listener) {
    this.add(bus.on(name, listener));
  }

  /**
   * At every whole multiple of `every_ms` of the server's clock, so that all panels do
   * it at once.
   * @param {number} every_ms
   * @param {() => void} work
   */
  every(every_ms, work) {
    let timer = 0;
    const wait = () => {
      // a moment later than due: never twice for the same multiple
      const left_ms = every_ms - (now() % every_ms) + 2;
      timer = /** @type {any} */ (setTimeout(run, left_ms));
    };
    const run = () => {
      wait();
      work();
    };
    wait();
    this.add(() => clearTimeout(timer));
  }

  end() {
    this.over = true;
    for (const end of this.ends.splice(0)) end();
  }
}
