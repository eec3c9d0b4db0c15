/** A map whose units are coloured by class. Changing figures asks for no tile. */
import { createMap, recolour, theme } from "@ioc/map/engine.js";
import { palette } from "@ioc/map/palette.js";
import { inkOn } from "./figures.js";
import { hatchImage } from "./hatch.js";
import { data } from "./say.js";

/** A very large screen whose system does not magnify is looked at from farther away. */
export const LARGE = innerWidth >= 2400 && devicePixelRatio < 1.5;
const TEXT = LARGE ? 2.5 : 1;
const BELOW = "base-coast";
const LABELS = "unit-labels";
const CLEAR = "rgba(0,0,0,0)";
const FONT = ["Be Vietnam Pro Regular"];
const STRONG = ["Be Vietnam Pro SemiBold"];
const EMPTY = { type: "FeatureCollection", features: [] };

const zoomed = (/** @type {any[]} */ ...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const state = (/** @type {string} */ name) => ["boolean", ["feature-state", name], false];

/**
 * The box around units.
 * @param {{box: number[]}[]} units
 */
export function boxOf(units) {
  const side = (/** @type {number} */ i, /** @type {(...values: number[]) => number} */ pick) =>
    pick(...units.map(({ box }) => box[i]));
  return units.length ? [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)] : undefined;
}

export class UnitMap extends EventTarget {
  /**
   * @param {HTMLElement} container
   * @param {{view?: any, padding?: any, options?: any}} [look]
   */
  constructor(container, { view = null, padding = 24, options = {} } = {}) {
    super();
    this.map = createMap(container, view, { ...(view ? {} : { fitBoundsOptions: { padding } }), ...options }, TEXT);
    /** sources by the moment their units are of @type {Map<string, string>} */
    this.sets = new Map();
    this.shown = "";
    /** @type {any} */
    this.answer = null;
    /** @type {Map<number, any>} */
    this.areas = new Map();
    /** @type {Map<number, any>} */
    this.places = new Map();
    this.hovered = /** @type {number|null} */ (null);
    this.chosen = /** @type {number|null} */ (null);
    this.ready = new Promise((resolve) => this.map.once("style.load", () => resolve(this.begin())));
  }

  begin() {
    const { map } = this;
    for (const name of ["dark", "light"]) {
      const { image, ratio } = hatchImage(name);
      map.addImage(`hatch-${name}`, image, { pixelRatio: ratio });
    }
    map.addSource(LABELS, { type: "geojson", data: EMPTY });
    map.addLayer(this.labels());
    map.on("mousemove", (/** @type {any} */ event) => {
      const id = this.at(event.point);
      this.hover(id, true);
      this.tell("point", { id, ...event.point });
    });
    map.on("mouseout", () => {
      this.hover(null, true);
      this.tell("point", { id: null });
    });
    map.on("click", (/** @type {any} */ event) => this.tell("pick", this.at(event.point)));
  }

  /** @param {string} name @param {any} detail */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** The unit under a point of the screen. @param {{x: number, y: number}} point */
  at(point) {
    if (!this.shown) return null;
    const under = this.map.queryRenderedFeatures([point.x, point.y], { layers: [`${this.shown}-area`] });
    const found = under.find((/** @type {any} */ one) => this.areas.has(Number(one.id)));
    return found ? Number(found.id) : null;
  }

  /**
   * Colour the units of an answer; the units of another day are another source.
   * @param {any} answer of the API
   * @param {{at: [number, number], id: number}[]} places where names stand
   * @param {(area: any) => string} label the figure as it stands on the map
   */
  async show(answer, places, label) {
    await this.ready;
    const begun = performance.now();
    const source = this.setOf(answer);
    this.answer = answer;
    this.areas = new Map(answer.areas.map((/** @type {any} */ area) => [area.unit_id, area]));
    this.label = label;
    this.places = new Map(places.map((one) => [one.id, one]));
    this.colour(source);
    for (const [id, { place, value }] of this.areas) {
      this.mark(id, { place: place ?? -1, missing: value === null, hover: false, chosen: false }, source);
    }
    this.turn(source);
    this.mark(this.chosen, { chosen: true });
    this.write();
    this.painted_ms = performance.now() - begun;
  }

  /** @param {number|null} id @param {any} values @param {string} [source] */
  mark(id, values, source = this.shown) {
    if (id === null || !source) return;
    this.map.setFeatureState({ source, sourceLayer: data.ground.slug, id }, values);
  }

  /** The source of the units of an answer's day, made when first asked for. @param {any} answer */
  setOf({ at, kind }) {
    const key = `${kind}@${at}`;
    const known = this.sets.get(key);
    if (known) return known;
    const id = `units-${this.sets.size}`;
    this.sets.set(key, id);
    const { tiles } = data.ground;
    const moment = at ? `?at=${encodeURIComponent(at)}` : "";
    this.map.addSource(id, {
      type: "vector",
      tiles: [`${location.origin}${tiles.url}${moment}`],
      minzoom: Math.min(tiles.minzoom, 16),
      maxzoom: Math.min(tiles.maxzoom, 16),
    });
    for (const { above, ...layer } of this.layersOf(id, kind)) this.map.addLayer(layer, above ? LABELS : BELOW);
    return id;
  }

  /** @param {string} source @param {string} kind @returns {any[]} */
  layersOf(source, kind) {
    const colours = palette(theme());
    const common = {
      source,
      "source-layer": data.ground.slug,
      filter: ["==", ["get", "kind"], kind],
      layout: { visibility: "none" },
    };
    const round = { ...common, layout: { ...common.layout, "line-join": "round" } };
    const hatch = ["case", state("missing"), 1, 0];
    const edge = ["case", state("chosen"), 1, state("hover"), 0.95, 0];
    return [
      { id: `${source}-area`, type: "fill", ...common, paint: { "fill-color": CLEAR, "fill-antialias": true } },
      {
        id: `${source}-hatch`,
        type: "fill",
        ...common,
        paint: { "fill-pattern": `hatch-${theme()}`, "fill-opacity": hatch },
      },
      {
        id: `${source}-line`,
        type: "line",
        ...round,
        paint: { "line-color": colours.sea, "line-width": zoomed(6, 0.5, 9, 1.1, 13, 2), "line-opacity": 0.9 },
      },
      {
        id: `${source}-casing`,
        type: "line",
        ...round,
        above: true,
        paint: {
          "line-color": colours.selectionHalo,
          "line-width": ["case", state("chosen"), 6, 4],
          "line-opacity": edge,
        },
      },
      {
        id: `${source}-edge`,
        type: "line",
        ...round,
        above: true,
        paint: {
          "line-color": colours.selection,
          "line-width": ["case", state("chosen"), 3, 1.6],
          "line-opacity": edge,
        },
      },
    ];
  }

  /** Only the set that is shown is drawn. @param {string} source */
  turn(source) {
    if (this.shown === source) return;
    for (const id of this.sets.values()) this.visible(id, id === source);
    this.shown = source;
  }

  /** @param {string} source @param {boolean} visible */
  visible(source, visible) {
    for (const part of ["area", "hatch", "line", "casing", "edge"]) {
      this.map.setLayoutProperty(`${source}-${part}`, "visibility", visible ? "visible" : "none");
    }
  }

  /** What is no part of the answer, such as units outside the scope, has no colour. @param {string} source */
  colour(source) {
    const classes = this.answer.classes.map((/** @type {any} */ one) => one[theme()]);
    const match = classes.flatMap((/** @type {string} */ colour, /** @type {number} */ i) => [i, colour]);
    const fill = classes.length ? ["match", ["coalesce", ["feature-state", "place"], -1], ...match, CLEAR] : CLEAR;
    this.map.setPaintProperty(`${source}-area`, "fill-color", fill);
  }

  /** Names and figures, the first ranks before the others where room is scarce. */
  write() {
    const classes = this.answer.classes.map((/** @type {any} */ one) => one[theme()]);
    const plain = palette(theme());
    const features = [...this.areas.values()].flatMap((area) => {
      const place = this.places.get(area.unit_id);
      if (!place?.at) return [];
      const ground = classes[area.place] ?? plain.labelHalo;
      const ink = area.place === null || area.place === undefined ? plain.label : inkOn(ground);
      const properties = {
        title: area.title,
        value: this.label?.(area) ?? "",
        ink,
        ground,
        order: area.rank ?? 9_999,
        id: area.unit_id,
      };
      return [{ type: "Feature", geometry: { type: "Point", coordinates: place.at }, properties }];
    });
    this.map.getSource(LABELS)?.setData({ type: "FeatureCollection", features });
  }

  /** @returns {any} */
  labels() {
    const size = (/** @type {number} */ n) => n * TEXT;
    const name = [["concat", ["get", "title"], "\n"], { "font-scale": 0.82, "text-font": ["literal", FONT] }];
    const value = [["get", "value"], { "text-font": ["literal", STRONG] }];
    return {
      id: LABELS,
      type: "symbol",
      source: LABELS,
      minzoom: 6.5,
      layout: {
        "text-field": ["step", ["zoom"], ["format", ...value], LARGE ? 7.2 : 8, ["format", ...name, ...value]],
        "text-font": STRONG,
        "text-size": zoomed(7, size(11), 10, size(13.5), 13, size(16)),
        "text-max-width": 8,
        "text-padding": 3,
        "symbol-sort-key": ["get", "order"],
      },
      paint: {
        "text-color": ["get", "ink"],
        "text-halo-color": ["get", "ground"],
        "text-halo-width": 2.2,
      },
    };
  }

  /** @param {number|null} id @param {boolean} [own] it came from the map itself */
  hover(id, own = false) {
    if (id === this.hovered) return;
    this.mark(this.hovered, { hover: false });
    this.hovered = id;
    this.mark(id, { hover: true });
    this.map.getCanvas().style.cursor = id === null ? "" : "pointer";
    if (own) this.tell("hover", id);
  }

  /** @param {number|null} id */
  choose(id) {
    this.mark(this.chosen, { chosen: false });
    this.chosen = id;
    this.mark(id, { chosen: true });
  }

  /** @param {number[]|undefined} box west, south, east, north @param {any} [padding] @param {number} [duration] ms */
  fly(box, padding = 90, duration = 700) {
    if (!box) return;
    const [west, south, east, north] = box;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds([west, south, east, north], { padding, maxZoom: 11, duration: still ? 0 : duration });
  }

  recolour() {
    recolour(this.map);
    const colours = palette(theme());
    for (const id of this.sets.values()) {
      this.map.setPaintProperty(`${id}-hatch`, "fill-pattern", `hatch-${theme()}`);
      this.map.setPaintProperty(`${id}-line`, "line-color", colours.sea);
      this.map.setPaintProperty(`${id}-casing`, "line-color", colours.selectionHalo);
      this.map.setPaintProperty(`${id}-edge`, "line-color", colours.selection);
    }
    if (!this.answer) return;
    this.colour(this.shown);
    this.write();
  }
}
