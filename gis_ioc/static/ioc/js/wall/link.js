/** What the wall is told: its state and the bundle of scenes, over `/live`; kept in this
 *  browser, so that a page without network shows the last it knew. */
import { bus } from "../lib/bus.js";
import { getJson } from "../lib/http.js";
import { page } from "../lib/page.js";
import { pref, setPref } from "../lib/prefs.js";
import { now } from "../lib/time.js";
import { LiveSocket, liveUrl } from "../live/socket.js";
import { Track } from "./camera.js";

const WORLD = [-180, -85, 180, 85];
const RETRY_MS = 4_000;

export class Link extends EventTarget {
  /** @param {{slug: string, panel: [number, number]|null, bundleUrl: string}} wall */
  constructor({ slug, panel, bundleUrl }) {
    super();
    this.slug = slug;
    this.panel = panel;
    this.bundleUrl = bundleUrl;
    this.track = new Track();
    this.newest_s = 0;
    this.tried = false;
    /** slugs of which changes are told @type {string[]} */
    this.heard = [];
    const kept = pref(`wall.${slug}`, {});
    /** @type {number} */
    this.seq = kept.seq ?? -1;
    /** @type {import("./stage.js").State|null} */
    this.state = kept.state ?? null;
    /** @type {any} */
    this.bundle = kept.bundle ?? null;
    /** when the server was heard last, epoch ms */
    this.heardAt = kept.at ?? 0;
    /** @type {any} */
    this.waiting = null;
    this.fresh = false;
    this.socket = new LiveSocket(liveUrl());
    this.listen();
  }

  get open() {
    return this.socket.open;
  }

  listen() {
    /** @type {Record<string, (message: any) => void>} */
    const handlers = {
      hello: (message) => this.greeted(message),
      away: () => this.tell("health"),
      pong: () => this.hear(),
      "wall.state": (message) => this.take(message),
      "wall.camera": (message) => this.led(message),
      "wall.identify": () => bus.emit("identify"),
      "wall.reload": () => bus.emit("reload"),
      changed: ({ layer }) => bus.emit("changed", layer),
      "wall.refused": ({ reason }) => console.warn("wall:", reason),
      error: ({ reason }) => console.warn("wall:", reason),
    };
    for (const [type, handler] of Object.entries(handlers)) {
      this.socket.addEventListener(type, (event) => handler(/** @type {CustomEvent} */ (event).detail));
    }
    bus.on("live:data", ({ newest_s }) => {
      this.newest_s = Math.max(this.newest_s, newest_s);
    });
    setTimeout(() => {
      this.tried = true;
    }, RETRY_MS);
  }

  hear() {
    this.heardAt = now();
  }

  /** @param {{release?: string}} hello */
  greeted({ release }) {
    this.tried = true;
    this.fresh = true;
    this.hear();
    this.socket.send({ type: "wall.join", wall: this.slug, panel: this.panel });
    for (const slug of this.heard) this.subscribe(slug);
    bus.emit("live:open", {});
    if (release && release !== page.release) bus.emit("release", release);
    this.tell("health");
  }

  /** Be told of changes in these layers. @param {string[]} slugs */
  hearOf(slugs) {
    this.heard = slugs;
    if (this.open) for (const slug of slugs) this.subscribe(slug);
  }

  /** @param {string} slug */
  subscribe(slug) {
    this.socket.send({ type: "subscribe", layer: slug, bbox: WORLD, zoom: 0 });
  }

  /** @param {string} name */
  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  /** A new state; one with scenes not known yet waits for them. @param {any} message */
  take(message) {
    this.hear();
    if (message.wall !== this.slug) return;
    if (message.seq < this.seq && !this.fresh) return;
    this.fresh = false;
    this.waiting = message;
    if (message.bundle === this.bundle?.version || this.knows(message.state)) this.accept();
    if (message.bundle !== this.bundle?.version) this.fetch(message.bundle);
  }

  /** Whether the scenes at hand are enough. @param {any} state */
  knows(state) {
    const { scenes = {}, program = {} } = this.bundle ?? {};
    if (state.base.kind === "scene") return state.base.scene in scenes;
    return state.base.kind === "schedule" ? Boolean(this.bundle) : state.base.playlist in (program.playlists ?? {});
  }

  accept() {
    const { seq, state, at } = this.waiting;
    this.waiting = null;
    this.seq = seq;
    this.state = state;
    this.changedAt = at ?? now();
    // the scene's own camera again, or nobody leads any more
    if (!state.camera && (this.track.last?.rest || !state.hand?.armed)) this.track.clear();
    this.keep();
    this.tell("change");
  }

  /** @param {string} version */
  async fetch(version) {
    const url = `${this.bundleUrl}?v=${encodeURIComponent(version)}`;
    const bundle = await getJson(url).catch(() => null);
    if (!bundle) {
      // asked for again with the next state, or soon
      setTimeout(() => this.open && this.bundle?.version !== version && this.fetch(version), RETRY_MS);
      return;
    }
    this.bundle = bundle;
    if (this.waiting) this.accept();
    else {
      this.keep();
      this.tell("change");
    }
  }

  keep() {
    const { seq, state, bundle, heardAt: at } = this;
    setPref(`wall.${this.slug}`, { seq, state, bundle, at });
  }

  /** @param {any} message */
  led(message) {
    this.hear();
    if (message.wall !== this.slug) return;
    this.track.take(message);
    this.tell("camera");
  }

  /** @param {any} stats */
  beat(stats) {
    this.socket.send({ type: "wall.beat", wall: this.slug, panel: this.panel, stats });
  }
}
