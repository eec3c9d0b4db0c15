/** The small live picture of a wall: its own page in a frame, its panels' health over it. */
import { byId, h } from "../lib/dom.js";
import { number, t } from "../lib/texts.js";
import { age, now } from "../lib/time.js";

/** A panel that has not been heard for so long is late, then gone. */
const LATE_MS = 12_000;
const GONE_MS = 30_000;
const FRAME_PX = 1_280;

/**
 * @typedef {object} PanelTold
 * @property {number} column
 * @property {number} row
 * @property {number|null} [heard] epoch ms
 */

/** @param {PanelTold|undefined} told @param {number} at epoch ms @returns {"ok"|"late"|"gone"|"never"} */
export function healthOf(told, at) {
  if (!told?.heard) return "never";
  const quiet = at - told.heard;
  if (quiet > GONE_MS) return "gone";
  return quiet > LATE_MS ? "late" : "ok";
}

export class WallPicture {
  /** @param {{slug: string, columns: number, rows: number, width_px: number, height_px: number}} wall */
  constructor(wall) {
    this.wall = wall;
    this.box = byId("wall-picture");
    this.line = byId("wall-panels");
    /** @type {PanelTold[]} */
    this.panels = [];
    this.box.style.aspectRatio = `${wall.width_px} / ${wall.height_px}`;
    this.grid = h("div", { class: "wall-grid" });
    this.grid.style.gridTemplate = `repeat(${wall.rows}, 1fr) / repeat(${wall.columns}, 1fr)`;
    const frame = h("iframe", {
      title: t("wall.preview"),
      tabindex: "-1",
      "aria-hidden": "true",
      loading: "lazy",
      src: `/wall/${wall.slug}`,
    });
    frame.inert = true;
    // drawn at a size at which browsers keep small letters, then made smaller
    frame.style.width = `${FRAME_PX}px`;
    frame.style.height = `${(FRAME_PX * wall.height_px) / wall.width_px}px`;
    const fit = () => {
      frame.style.transform = `scale(${this.box.clientWidth / FRAME_PX})`;
    };
    new ResizeObserver(fit).observe(this.box);
    this.box.append(frame, this.grid);
    setInterval(() => this.draw(), 5_000);
    this.draw();
  }

  /** Heartbeats as the conductor tells them. @param {{panel: [number, number], at: number}[]} beats */
  heard(beats) {
    this.panels = beats.map(({ panel: [column, row], at: heard }) => ({ column, row, heard }));
    this.draw();
  }

  draw() {
    const at = now();
    const { columns, rows } = this.wall;
    const counts = { ok: 0, late: 0, gone: 0, never: 0 };
    const cells = [];
    for (let row = 1; row <= rows; row++) {
      for (let column = 1; column <= columns; column++) {
        const told = this.panels.find((panel) => panel.column === column && panel.row === row);
        const state = healthOf(told, at);
        counts[state]++;
        const bad = state === "late" || state === "gone";
        cells.push(
          h(
            "div",
            { class: "wall-cell", "data-state": state },
            bad && told?.heard ? h("span", {}, `${column}/${row} · ${age((at - told.heard) / 1000)}`) : null,
          ),
        );
      }
    }
    this.grid.replaceChildren(...cells);
    const bad = counts.late + counts.gone;
    this.line.classList.toggle("is-bad", bad > 0);
    this.line.textContent = t(bad ? "wall.panelsBad" : "wall.panels", {
      ok: number(counts.ok),
      all: number(columns * rows),
      bad: number(bad),
    });
  }
}
