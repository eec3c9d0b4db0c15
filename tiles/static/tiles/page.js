/** The page about the tiles: list, preview, measures and addresses, put together. */
import { bus } from "@ioc/lib/bus.js";
import { byId, h } from "@ioc/lib/dom.js";
import { startToast } from "@ioc/panels/toast.js";
import { showConnect } from "./connect.js";
import { showFeatures, showNothing, showTile } from "./details.js";
import { Grid, boundsOf, tileAt } from "./grid.js";
import { showHover } from "./hover.js";
import { decode, encode } from "./link.js";
import { List } from "./list.js";
import { drawSum, drawTable } from "./measures.js";
import { Meter } from "./meter.js";
import { Preview } from "./preview.js";
import { Query, nothing } from "./query.js";
import { kindSeen, loadSources, tileJson } from "./sources.js";
import { Tabs } from "./tabs.js";
import { w } from "./words.js";

/** @typedef {import("./sources.js").Source} Source */

class TilesPage {
  /** @param {Source[]} sources */
  constructor(sources) {
    const state = decode(location.hash);
    this.sources = sources;
    this.working = sources.filter((source) => !source.broken);
    /** @type {Source|null} */
    this.source = null;
    this.frame = 0;
    this.meter = new Meter();
    this.meter.onTile = () => this.soon();
    this.preview = new Preview(byId("map"), this.meter, state.view);
    this.map = this.preview.map;
    this.list = new List(sources, (source) => this.choose(source, false));
    this.query = new Query(() => this.ask());
    this.tabs = new Tabs(/** @type {HTMLElement} */ (document.querySelector(".tp-tabs")), () => this.remember());
    this.query.asked = state.asked;
    if (state.tab) this.tabs.choose(state.tab);
    showNothing();
  }

  async start() {
    const state = decode(location.hash);
    await this.preview.loaded();
    this.map.getCanvas().setAttribute("aria-label", w("map.label"));
    this.grid = new Grid(this.map);
    this.listen();
    const first =
      this.working.find((source) => source.id === state.source) ??
      this.working.find((source) => source.layer?.count) ??
      this.working[0];
    if (first) await this.choose(first, Boolean(state.view));
    document.documentElement.dataset.ready = "1";
  }

  listen() {
    const { map } = this;
    map.on("move", () => this.soon());
    map.on("moveend", () => this.remember());
    map.on("idle", () => this.hint());
    map.on("click", (/** @type {any} */ event) => this.click(event));
    map.on("mousemove", (/** @type {any} */ event) => showHover(this.preview, event));
    map.on("mouseout", () => showHover(this.preview, null));
    bus.on("theme", () => {
      this.preview.recolour();
      this.grid?.recolour();
    });
    bus.on("do:zoom-in", () => map.zoomIn());
    bus.on("do:zoom-out", () => map.zoomOut());
    bus.on("do:home", () => this.preview.home(500));
    bus.on("do:tiles-again", () => this.again());
    bus.on("do:tiles-grid", (button) => this.toggleGrid(button));
    bus.on("do:tiles-look", (button) => this.toggleLook(button));
    bus.on("do:tiles-list", () => this.openList(!document.body.classList.contains("has-list")));
    bus.on("do:tiles-keys", () => {
      byId("keys").hidden = !byId("keys").hidden;
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.openList(false);
    });
  }

  /**
   * @param {Source} source
   * @param {boolean} keep the view and the parameters of a link
   */
  async choose(source, keep) {
    if (this.source && !keep) this.query.asked = nothing();
    this.source = source;
    this.list.mark(source.id);
    this.openList(false);
    source.json = await tileJson(source.id, this.query.text);
    if (this.source !== source) return;
    byId("source-title").textContent = source.title;
    this.note();
    byId("look").hidden = !source.style;
    this.query.show(source);
    showNothing();
    await this.preview.show(source, keep);
    this.written();
    this.remember();
    this.soon();
  }

  /** What the source is, below its title. */
  note() {
    const { kind, json } = /** @type {Source} */ (this.source);
    const range = w("zoom.range", { from: json.minzoom ?? 0, to: json.maxzoom ?? 22 });
    const parts = [w(`kind.${kind}`), range, json.attribution];
    byId("source-note").textContent = parts.filter(Boolean).join(" · ");
  }

  /** A source that says nothing of its kind shows it. @param {any[]} features */
  learn(features) {
    const { source } = this;
    if (source?.kind !== "unknown" || !features.length) return;
    source.kind = kindSeen(features);
    this.list.learnt(source);
    this.note();
  }

  /** Other parameters for the same source. */
  async ask() {
    const { source } = this;
    if (!source) return;
    source.json = await tileJson(source.id, this.query.text);
    this.query.told(null);
    this.preview.setTiles(source.json.tiles);
    this.written();
    this.remember();
  }

  /** Addresses everywhere on the page. */
  written() {
    const source = /** @type {Source} */ (this.source);
    const z = Math.max(this.preview.tileZoom() ?? 0, source.json.minzoom ?? 0);
    const at = tileAt(this.map.getCenter(), z);
    showConnect(source, this.query.text, at, this.working);
    this.query.address(source.json.tiles[0]);
  }

  /** Tiles of the zoom that is drawn, in view. */
  visible() {
    const z = this.preview.tileZoom();
    const seen = this.map.getBounds();
    return [...this.meter.tiles.values()].filter((tile) => {
      const [west, south, east, north] = boundsOf(tile);
      return (
        tile.z === z &&
        west < seen.getEast() &&
        east > seen.getWest() &&
        south < seen.getNorth() &&
        north > seen.getSouth()
      );
    });
  }

  /** Draw the figures with the next frame. */
  soon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const tiles = this.visible();
    byId("zoom").textContent = this.map.getZoom().toFixed(1);
    this.grid?.draw(tiles);
    drawSum(tiles);
    drawTable(tiles, this.grid?.chosen ?? "", (tile) => this.chooseTile(tile));
    if (!tiles.length) return;
    const wrong = tiles.find((tile) => tile.problem);
    this.query.told({
      problem: wrong?.problem ?? "",
      status: wrong?.status ?? 200,
      features: tiles.reduce((sum, tile) => sum + tile.features, 0),
    });
  }

  /** @param {import("./meter.js").Measure} tile */
  chooseTile(tile) {
    if (this.grid) this.grid.chosen = tile.place;
    showTile(tile);
    this.tabs.choose("details");
    this.soon();
  }

  /** @param {any} event */
  click(event) {
    const features = this.preview.at(event.point);
    if (features.length && this.source) {
      if (this.grid) this.grid.chosen = "";
      showFeatures(this.source, features);
      this.tabs.choose("details");
      this.soon();
      return;
    }
    const { lng, lat } = event.lngLat;
    const tile = this.visible().find((one) => {
      const [west, south, east, north] = boundsOf(one);
      return west <= lng && lng < east && south <= lat && lat < north;
    });
    if (tile) this.chooseTile(tile);
  }

  /** What to do when nothing is to be seen. */
  hint() {
    const box = byId("hint");
    const from = this.source?.json?.minzoom ?? 0;
    const below = this.source && this.preview.tileZoom() === null;
    const failed = this.visible().some((tile) => tile.problem);
    const features = this.preview.rendered();
    const empty = !failed && this.source?.kind !== "raster" && !features.length;
    this.learn(features);
    box.hidden = !below && !empty;
    if (below) {
      const go = () => this.map.zoomTo(from);
      box.replaceChildren(
        h("span", {}, w("map.from", { zoom: from })),
        h("button", { type: "button", class: "btn", onclick: go }, w("map.zoomTo", { zoom: from })),
      );
    } else if (empty) {
      const go = () => this.preview.home(500);
      box.replaceChildren(
        h("span", {}, w("map.nothing")),
        h("button", { type: "button", class: "btn", onclick: go }, w("map.everything")),
      );
    }
  }

  /** True sizes: what this browser has kept is left aside once. */
  again() {
    this.meter.fresh = true;
    this.preview.again();
    this.map.once("idle", () => {
      this.meter.fresh = false;
    });
  }

  /** @param {HTMLElement} button */
  toggleGrid(button) {
    if (!this.grid) return;
    this.grid.shown = !this.grid.shown;
    button.ariaPressed = String(this.grid.shown);
    this.soon();
  }

  /** @param {HTMLElement} button */
  async toggleLook(button) {
    this.preview.own = !this.preview.own;
    button.ariaPressed = String(this.preview.own);
    await this.preview.draw();
    this.soon();
  }

  /** On narrow screens the list lies over the page. @param {boolean} open */
  openList(open) {
    document.body.classList.toggle("has-list", open);
    document.querySelector(".tp-list-open")?.setAttribute("aria-expanded", String(open));
  }

  remember() {
    if (!this.source) return;
    const { lng, lat } = this.map.getCenter();
    const tab = this.tabs.chosen === "connect" ? "" : this.tabs.chosen;
    const hash = encode({
      source: this.source.id,
      view: { zoom: this.map.getZoom(), lat, lon: lng },
      asked: this.query.asked,
      tab,
    });
    history.replaceState(history.state, "", location.pathname + location.search + hash);
  }
}

async function start() {
  startToast();
  const page = new TilesPage(await loadSources());
  // for tests and for the curious
  Object.assign(window, { tilesPage: page });
  await page.start();
}

start().catch((error) => {
  const text = /webgl/i.test(String(error?.message)) ? w("map.webgl") : w("list.failed");
  byId("list-groups").replaceChildren(h("p", { class: "tp-wait", role: "alert" }, text));
  console.error(error);
});
