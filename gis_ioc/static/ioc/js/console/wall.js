/** The wall conducted from here: what it shows, who has the hand, push, scenes, follow. */
import { bus } from "../lib/bus.js";
import { clock } from "../lib/clock.js";
import { byId } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { t } from "../lib/texts.js";
import { now } from "../lib/time.js";
import { pictureOf } from "../panels/onwall.js";
import { stage } from "../wall/stage.js";
import { Follow } from "./follow.js";
import { acts, ask, consoleId, mapPart, post, push, wallCamera } from "./wallacts.js";
import { addWallKeys } from "./wallkeys.js";
import { WallPanel } from "./wallpanel.js";
import { WallPicture } from "./wallpicture.js";
import { WallThen } from "./wallthen.js";

export class WallControl {
  /** @param {{data: any, map: any, layers: import("../map/layers.js").MapLayers, socket: import("../live/socket.js").LiveSocket}} parts */
  constructor({ data, map, layers, socket }) {
    this.data = data;
    this.wall = data.wall;
    this.map = map;
    this.layers = layers;
    this.socket = socket;
    this.console = consoleId();
    this.seq = -1;
    /** @type {any} */
    this.state = null;
    /** @type {any} scenes, playlists, schedule */
    this.bundle = null;
    this.picture = new WallPicture(this.wall);
    this.follow = new Follow(
      map,
      (rest) => this.sendCamera(rest),
      () => this.disarm(true),
    );
    this.panel = new WallPanel(this);
    this.before = new WallThen(this.wall.slug, () => this.panel.draw());
    this.listen();
    addWallKeys(this);
  }

  listen() {
    const on = (/** @type {string} */ type, /** @type {(message: any) => void} */ run) =>
      this.socket.addEventListener(type, (event) => {
        const message = /** @type {CustomEvent} */ (event).detail;
        if (type === "hello" || message.wall === this.wall.slug) run(message);
      });
    const join = () =>
      this.socket.send({ type: "wall.join", wall: this.wall.slug, panel: null, console: this.console });
    on("hello", join);
    if (this.socket.open) join();
    on("wall.state", (message) => this.heard(message));
    on("wall.asked", ({ by }) => this.wanted(by));
    on("wall.panels", ({ panels }) => this.picture.heard(panels));
    on("away", () => this.panel.draw());
    setInterval(() => this.panel.draw(), 1_000);
    // a closed console holds nobody up
    addEventListener("pagehide", () => {
      if (this.mine) post(this.wall.slug, { console: this.console, ...acts.release() });
    });
  }

  /** @param {{seq: number, state: any, bundle: string}} message */
  async heard({ seq, state, bundle }) {
    if (seq < this.seq) return;
    const fresh = seq !== this.seq;
    this.seq = seq;
    this.state = state;
    if (this.bundle?.version !== bundle) await this.load();
    if (!this.mine) this.asked = null;
    this.follow.arm(this.armed);
    this.panel.draw();
    bus.emit("wall:state", state);
    if (fresh) bus.emit("wall:acted");
  }

  /** Somebody asks for the hand. @param {{user: number, name: string, console: string}} by */
  wanted(by) {
    if (!this.mine) return;
    this.asked = by;
    bus.emit("toast", t("wall.hand.wanted", { who: by.name }));
    this.panel.draw();
  }

  async load() {
    const found = await getJson(`/wall/${this.wall.slug}/bundle`).catch(() => null);
    if (found) this.bundle = found;
  }

  /** What is on the glass now, null while nothing is known. */
  get stage() {
    const program = this.bundle?.program ?? this.bundle;
    return this.state && program ? stage(program, this.state, now()) : null;
  }

  /** Whether this console has the hand. */
  get mine() {
    return this.state?.hand?.console === this.console;
  }

  get armed() {
    return this.mine && Boolean(this.state.hand.armed);
  }

  /** @param {any} body @param {string} [told] what is said when it is done */
  async act(body, told = "") {
    if (!this.data.conducts) {
      bus.emit("toast", t("wall.notYours"));
      return false;
    }
    return this.done(post(this.wall.slug, { console: this.console, ...body }), told);
  }

  /** @param {Promise<{ok: boolean, problem: string}>} asked @param {string} [told] */
  async done(asked, told = "") {
    const { ok, problem } = await asked;
    bus.emit("toast", ok ? told || t("wall.done") : problem || t("wall.failed"));
    return ok;
  }

  /** The camera of this map, as the map on the wall takes it. */
  get camera() {
    const { lng: lon, lat } = this.map.getCenter();
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const body = this.bundle?.scenes?.[this.stage?.scene ?? ""]?.body;
    return wallCamera({ lon, lat, zoom: this.map.getZoom(), width, height }, mapPart(body, this.wall));
  }

  push() {
    return this.done(
      push(this.wall.slug, { ...pictureOf(this.map, this.layers), console: this.console }),
      t(clock.live ? "wall.pushed" : "wall.pushedPast"),
    );
  }

  toggleArm() {
    if (this.armed) return this.disarm();
    return this.arm();
  }

  async arm() {
    if (!this.state?.hand && !(await this.act(acts.take()))) return false;
    return this.act(acts.arm(), t("wall.armed"));
  }

  /** @param {boolean} [idle] */
  disarm(idle = false) {
    if (!this.armed) return undefined;
    this.follow.arm(false);
    return this.act(acts.disarm(), t(idle ? "wall.disarmedIdle" : "wall.disarmed"));
  }

  /** Take the hand when nobody has it; ask for it when somebody has; give it back when it is here. */
  hand() {
    if (this.mine) return this.act(acts.release(), t("wall.given"));
    if (!this.state?.hand) return this.act(acts.take(), t("wall.taken"));
    return this.done(ask(this.wall.slug, this.console), t("wall.asked", { who: this.state.hand.name }));
  }

  /** @param {boolean} rest */
  sendCamera(rest) {
    this.socket.send({ type: "wall.camera", wall: this.wall.slug, console: this.console, ...this.camera, rest });
  }

  /** @param {number} index of the strip, from 0 */
  scene(index) {
    const scene = this.panel.strip[index];
    return scene ? this.show(scene) : undefined;
  }

  /** @param {{kind: "scene"|"playlist", slug: string, title: string}} one */
  show(one) {
    const body = one.kind === "scene" ? acts.scene(one.slug) : acts.playlist(one.slug);
    return this.act(body, t("wall.shows", { title: one.title }));
  }

  /** The alarm or scene on top goes. */
  dismiss() {
    const over = this.stage?.over;
    return over ? this.act(acts.dismiss(over.id), t("wall.dismissed")) : bus.emit("toast", t("wall.nothingOver"));
  }

  /** @param {"black"|"privacy"} kind */
  blank(kind) {
    const on = this.state?.blank?.kind === kind;
    return this.act(on ? acts.unblank() : acts.blank(kind), t(on ? "wall.unblanked" : `wall.blanked.${kind}`));
  }

  pause() {
    return this.stage?.paused ? this.act(acts.resume()) : this.act(acts.pause());
  }

  goToPart() {
    byId("wall-strip")?.querySelector("button")?.focus();
  }
}
