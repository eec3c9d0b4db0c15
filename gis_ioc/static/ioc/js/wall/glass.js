/** What this window shows of the wall: the panes of the stage that cut its part of the
 *  canvas, drawn in canvas pixels and scaled as one. */
import { clock } from "../lib/clock.js";
import { byId, h } from "../lib/dom.js";
import { page } from "../lib/page.js";
import { roles } from "../lib/roles.js";
import { now } from "../lib/time.js";
import { Cameras } from "./cameras.js";
import { cuts, heightOf, onGrid, panel, whole, widthOf } from "./canvas.js";
import { Frames } from "./frames.js";
import { Maps } from "./mapview.js";
import { create } from "./panes/index.js";
import { Spotlight } from "./panes/spotlight.js";
import { stage } from "./stage.js";

const SECOND_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const EDGE = 1.2;

/** @typedef {import("./canvas.js").Box} Box */
/** @typedef {{host: HTMLElement, kind: string, personal: boolean, box: Box, part: {update: (show: any) => void, destroy: () => void}}} Built */

/** What a scene leaves out (gis_ioc/wall/scenes/body.py). @param {any} body */
const complete = (body) => ({
  ...{ grid_columns: 24, grid_rows: 12, camera: { kind: "home" }, layers: [], roles: [], filters: {} },
  ...{ hours_ago: 0, theme: null, text: 1, spotlight: "" },
  ...body,
  panes: body.panes.map((/** @type {any} */ pane) => ({ options: {}, ...pane })),
});

export class Glass {
  /**
   * @param {object} given
   * @param {import("./link.js").Link} given.link
   * @param {[number, number]|null} given.panel
   * @param {any[]} given.entries of the catalogue
   * @param {any} given.sources what panes read from
   */
  constructor({ link, panel: place, entries, sources }) {
    this.link = link;
    this.place = place;
    this.entries = entries;
    this.sources = sources;
    this.frames = new Frames();
    this.cameras = new Cameras();
    this.maps = new Maps(entries);
    /** by what they are: a pane that the next scene has too stays @type {Map<string, Built>} */
    this.built = new Map();
    this.spotlight = new Spotlight(this);
    /** @type {any} */
    this.show = null;
    this.timer = 0;
    /** what the cameras were turned to */
    this.aimed = "";
    this.frames.add((at) => this.draw(at));
    link.addEventListener("change", () => this.changed());
    link.addEventListener("camera", () => this.led());
    addEventListener("resize", () => this.fit());
    if (link.bundle && link.state) this.changed();
  }

  /** The part of the canvas in this window. */
  get part() {
    const { canvas } = this.link.bundle;
    return this.place ? panel(canvas, ...this.place) : whole(canvas);
  }

  /** Another state or bundle. */
  changed() {
    if (!this.link.bundle || !this.link.state) return;
    this.fit();
    this.step(this.link.changedAt ?? now());
  }

  /** Canvas pixels to those of the window, as large as it allows. */
  fit() {
    const { bundle } = this.link;
    if (!bundle) return;
    const { part } = this;
    const scale = Math.min(innerWidth / part.width, innerHeight / part.height);
    const glass = byId("glass");
    glass.style.width = `${part.width}px`;
    glass.style.height = `${part.height}px`;
    const [left, top] = [(innerWidth - part.width * scale) / 2, (innerHeight - part.height * scale) / 2];
    glass.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
    const canvas = byId("canvas");
    canvas.style.width = `${widthOf(bundle.canvas)}px`;
    canvas.style.height = `${heightOf(bundle.canvas)}px`;
    canvas.style.transform = `translate(${-part.x}px, ${-part.y}px)`;
    for (const [name, px] of Object.entries(bundle.sizes)) glass.style.setProperty(`--${name}-px`, `${px}px`);
    const ratio = scale * devicePixelRatio;
    if (this.scale && this.ratio !== ratio) this.rebuild();
    this.scale = scale;
    this.ratio = ratio;
  }

  /** Everything anew, for a window of another size. */
  rebuild() {
    for (const key of [...this.built.keys()]) this.drop(key);
    this.maps.trim();
    queueMicrotask(() => this.show && this.step(now()));
  }

  /**
   * What the wall shows now, and wait for what comes.
   * @param {number} [changed] when it came to be so, server ms
   */
  step(changed) {
    clearTimeout(this.timer);
    const { bundle, state } = this.link;
    const at = now();
    const now_on = stage(bundle.program, state, at);
    const before = this.show?.stage;
    const turned = before?.until && before.until <= at ? before.until : null;
    const { scenes, program } = bundle;
    const scene = scenes[now_on.scene] ?? scenes[program.fallback] ?? Object.values(scenes)[0];
    if (scene)
      this.put(
        now_on,
        { ...scene, body: complete(scene.body) },
        Math.max(turned ?? 0, changed ?? 0, now_on.since) || at,
      );
    const wait = Math.min(LONGEST_WAIT_MS, SECOND_MS - (at % SECOND_MS), (now_on.until ?? at + LONGEST_WAIT_MS) - at);
    this.timer = /** @type {any} */ (setTimeout(() => this.step(), Math.max(1, wait)));
  }

  /** @param {import("./stage.js").Stage} staged @param {any} scene @param {number} changed */
  put(staged, scene, changed) {
    const { body } = scene;
    const back_ms = body.hours_ago * 3_600_000;
    const time = staged.time ?? (back_ms ? Math.floor((now() - back_ms) / 60_000) * 60_000 : null);
    if (time === null) clock.goLive();
    else clock.seek(time);
    this.show = { stage: staged, scene, time, changed, panes: this.laid(body) };
    this.paint(staged, body);
    this.build(body);
    this.spotlight.update(this.show);
    const aimed = JSON.stringify([scene.slug, staged.since, staged.over, staged.camera, this.link.bundle.version]);
    if (aimed !== this.aimed) this.turn();
    this.aimed = aimed;
    for (const built of this.built.values()) built.part.update(this.show);
    document.documentElement.dataset.scene = scene.slug;
    document.documentElement.dataset.seq = String(this.link.seq);
  }

  /** Where the panes lie. @param {any} body @returns {{pane: any, box: Box}[]} */
  laid(body) {
    const { canvas } = this.link.bundle;
    return body.panes.map((/** @type {any} */ pane) => ({ pane, box: onGrid(canvas, body, pane) }));
  }

  /** Theme, blank, the look of a past or a drill. @param {any} staged @param {any} body */
  paint(staged, body) {
    const { dataset } = document.documentElement;
    const theme = this.link.state?.theme ?? body.theme ?? this.link.bundle.wall.theme ?? page.theme;
    if (dataset.theme !== theme) dataset.theme = theme;
    const glass = byId("glass");
    glass.dataset.blank = staged.blank ?? "";
    glass.dataset.time = staged.exercise ? "exercise" : this.show.time === null ? "live" : "past";
  }

  /** @param {any} body */
  build(body) {
    const wanted = new Map();
    const text = body.text ?? 1;
    for (const [index, { pane, box }] of this.show.panes.entries()) {
      if (!cuts(box, this.part)) continue;
      const what = pane.kind === "map" ? { kind: "map", ...box } : { ...pane, ...box };
      let key = JSON.stringify([what, text]);
      while (wanted.has(key)) key += "+";
      wanted.set(key, { pane, box, index });
    }
    for (const key of [...this.built.keys()]) if (!wanted.has(key)) this.drop(key);
    for (const [key, { pane, box, index }] of wanted) {
      if (!this.built.has(key)) this.built.set(key, this.make(pane, box, text));
      const { host } = /** @type {Built} */ (this.built.get(key));
      host.style.zIndex = String(index);
      host.dataset.pane = pane.id;
    }
    this.maps.trim();
  }

  /** @param {any} pane @param {Box} box @param {number} text @returns {Built} */
  make(pane, box, text) {
    const host = h("section", { class: `wall-pane wall-pane-${pane.kind}` });
    for (const side of /** @type {const} */ (["width", "height"])) host.style[side] = `${box[side]}px`;
    host.style.left = `${box.x}px`;
    host.style.top = `${box.y}px`;
    host.style.setProperty("--larger", String(text));
    byId("canvas").append(host);
    const sizes = Object.fromEntries(Object.entries(this.link.bundle.sizes).map(([name, px]) => [name, px * text]));
    const part = create({ host, box, pane, sizes, wall: this });
    this.frames.wake();
    return { host, box, part, kind: pane.kind, personal: pane.kind === "camera" };
  }

  /** @param {string} key */
  drop(key) {
    const built = this.built.get(key);
    this.built.delete(key);
    built?.part.destroy();
    built?.host.remove();
  }

  /** Slugs that a map or legend of the scene shows. @param {{layers?: string[], roles?: string[]}} given */
  slugs({ layers = [], roles: names = [] }) {
    const all = !layers.length && !names.length;
    const played = new Set(names.map((name) => /** @type {Record<string, string>} */ (roles)[name] ?? name));
    const shown = this.entries.filter((entry) =>
      all
        ? entry.visible
        : layers.includes(entry.slug) || entry.roles?.some((/** @type {string} */ role) => played.has(role)),
    );
    return new Set(shown.map((entry) => entry.slug));
  }

  /** The cameras of all maps of the scene, drawn here or not. */
  turn() {
    const { stage: staged, scene, panes, changed } = this.show;
    const maps = panes.filter((/** @type {any} */ one) => one.pane.kind === "map");
    const edge_px = this.link.bundle.sizes.text * EDGE;
    const shown = { scene: scene.body, stage: staged, maps, spot: this.spotlight.about };
    this.cameras.turn(shown, this.link.track, page.home, edge_px, changed);
    this.frames.wake();
  }

  /** The console draws. */
  led() {
    if (this.show) this.turn();
  }

  /** One frame. @param {number} at @returns {boolean} whether something still moves */
  draw(at) {
    if (!this.show) return false;
    const maps = this.show.panes.filter((/** @type {any} */ one) => one.pane.kind === "map");
    let moving = false;
    for (const [index, { pane }] of maps.entries()) {
      const aim = this.cameras.aims[index];
      const camera = aim?.look(at);
      if (!camera) continue;
      moving = aim.moving(at) || moving;
      for (const built of this.built.values()) {
        const map = /** @type {any} */ (built.part);
        if (built.host.dataset.pane === pane.id && map.look?.(camera)) this.frames.note(at, camera);
      }
    }
    return moving;
  }
}
