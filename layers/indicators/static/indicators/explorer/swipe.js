/** Two maps over each other, the right one clipped; the bar is moved by hand or keys. */
import { h } from "@ioc/lib/dom.js";
import { say } from "./say.js";

const STEP = 2;
const LEAP = 10;

export class Swipe {
  /**
   * @param {HTMLElement} stage
   * @param {HTMLElement} right the map that is clipped
   */
  constructor(stage, right) {
    this.stage = stage;
    this.right = right;
    this.share = 50;
    this.bar = h(
      "div",
      {
        class: "xp-swipe",
        role: "slider",
        tabindex: "0",
        "aria-label": say("swipe"),
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
        onpointerdown: (/** @type {PointerEvent} */ event) => this.drag(event),
      },
      h("i", {}),
    );
    stage.append(this.bar);
    this.set(50);
  }

  /** @param {boolean} shown */
  show(shown) {
    this.bar.hidden = !shown;
    this.right.hidden = !shown;
  }

  /** @param {number} share 0 to 100 */
  set(share) {
    this.share = Math.min(100, Math.max(0, share));
    this.bar.style.left = `${this.share}%`;
    this.right.style.clipPath = `inset(0 0 0 ${this.share}%)`;
    this.bar.setAttribute("aria-valuenow", String(Math.round(this.share)));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = event.shiftKey ? LEAP : STEP;
    const moves = /** @type {Record<string, number>} */ ({
      ArrowLeft: this.share - by,
      ArrowRight: this.share + by,
      PageDown: this.share - LEAP,
      PageUp: this.share + LEAP,
      Home: 0,
      End: 100,
    });
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.set(moves[event.key]);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    event.preventDefault();
    this.bar.focus();
    this.bar.setPointerCapture(event.pointerId);
    const follow = (/** @type {PointerEvent} */ now) => {
      const { left, width } = this.stage.getBoundingClientRect();
      this.set(((now.clientX - left) / width) * 100);
    };
    this.bar.addEventListener("pointermove", follow);
    this.bar.addEventListener("pointerup", () => this.bar.removeEventListener("pointermove", follow), { once: true });
  }
}

/** Two maps look at the same place. @param {any} one @param {any} other */
export function together(one, other) {
  let busy = false;
  const follow = (/** @type {any} */ from, /** @type {any} */ to) => () => {
    if (busy) return;
    busy = true;
    to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
    busy = false;
  };
  one.on("move", follow(one, other));
  other.on("move", follow(other, one));
}
