/** Which panel this is and how it does, large, for whoever stands before the wall. */
import { h } from "../lib/dom.js";
import { page } from "../lib/page.js";
import { t } from "../lib/texts.js";
import { age, clockText, now, serverClock } from "../lib/time.js";

const SHOWN_MS = 20_000;

/** @param {number|null|undefined} value @param {string} unit */
const measured = (value, unit) => (value == null ? "–" : `${value.toFixed(1)} ${unit}`);

export class Identify {
  /** @param {import("./glass.js").Glass} glass @param {HTMLElement} host */
  constructor(glass, host) {
    this.glass = glass;
    this.box = h("section", { class: "wall-identify", hidden: true });
    host.append(this.box);
    this.timer = 0;
    this.ticking = 0;
  }

  toggle() {
    if (this.box.hidden) this.show();
    else this.hide();
  }

  show() {
    clearTimeout(this.timer);
    clearInterval(this.ticking);
    this.box.hidden = false;
    this.draw();
    this.ticking = /** @type {any} */ (setInterval(() => this.draw(), 1_000));
    this.timer = /** @type {any} */ (setTimeout(() => this.hide(), SHOWN_MS));
  }

  hide() {
    clearInterval(this.ticking);
    this.box.hidden = true;
  }

  draw() {
    const { link, place, show } = this.glass;
    const heard = link.heardAt ? age((now() - link.heardAt) / 1000) : "–";
    const lines = [
      [t("wall.id.scene"), `${show?.scene.title ?? "–"} · #${link.seq}`],
      [
        t("wall.id.clock"),
        `${clockText(now())} · ${measured(serverClock.offset, "ms")} · ${measured(serverClock.rtt, "ms")}`,
      ],
      [t("wall.id.link"), link.open ? t("live.live") : t("live.offlineFor", { age: heard })],
      [t("wall.id.window"), `${innerWidth} × ${innerHeight} px · ${this.glass.scale?.toFixed(3)}`],
      [t("wall.id.release"), page.release],
    ];
    this.box.replaceChildren(
      h("strong", {}, place ? place.join(" / ") : t("wall.id.whole")),
      ...lines.map(([name, value]) => h("p", {}, h("span", {}, name), h("b", { class: "num" }, value))),
    );
  }
}
