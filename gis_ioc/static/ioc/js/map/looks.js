/**
 * How rows of a live layer look: a part of its style, evaluated by MapLibre's own
 * expressions into a few words for the vertex shader.
 *
 * A word depends on few columns, and columns have few distinct values; each word is
 * kept by the codes of its columns, so that most rows cost a look-up and no evaluation.
 */
import { createExpression, normalizePropertyExpression } from "@maplibre/maplibre-gl-style-spec";

/** Words of one drawn row besides its number: fill, edge, sizes, turn and image, shift, opacities. */
export const LOOK_WORDS = 6;
/** Half of the side of an image of size 1, px. */
export const IMAGE_HALF_PX = 16;
const SIZE_STEPS = 64;
const SHIFT_STEPS = 16;
const WIDTH_STEPS = 16;
const MOST = 65_535;
/** Where errors of expressions are said to be. */
const ROOT = "layers[0]";
const MOST_KEPT = 200_000;

const COLOR = spec("color", true, "#000000");
const NUMBER = spec("number", true, 0);
const IMAGE = spec("resolvedImage", false, "");
const PAIR = { ...spec("array", true, [0, 0]), value: "number", length: 2 };

/** @param {string} type @param {boolean} interpolated @param {any} value */
function spec(type, interpolated, value) {
  return {
    type,
    default: value,
    "property-type": "data-driven",
    expression: { interpolated, parameters: ["zoom", "feature"] },
  };
}

/**
 * Columns that an expression reads; null: it reads more than columns.
 * @param {any} value
 * @returns {Set<string>|null}
 */
export function columnsOf(value) {
  const found = new Set();
  const walk = (/** @type {any} */ node) => {
    if (!Array.isArray(node)) return true;
    const [name, first, ...rest] = node;
    if (name === "literal") return true;
    if ((name === "get" || name === "has") && typeof first === "string" && !rest.length) {
      found.add(first);
      return first !== "at";
    }
    if (["get", "has", "properties", "id", "feature-state", "global-state"].includes(name)) return false;
    return node.every(walk);
  };
  return walk(value) ? found : null;
}

/** One property as a function of zoom and row. */
class Property {
  /** @param {any} value @param {any} kind @param {any} state */
  constructor(value, kind, state) {
    this.columns = columnsOf(value);
    this.expression = normalizePropertyExpression(value, ROOT, kind, state);
  }

  /** @param {number} zoom @param {any} feature */
  at(zoom, feature) {
    return this.expression.evaluate({ zoom }, feature, {}, undefined, []);
  }
}

/** A whole word of the look, kept by the codes of the columns it depends on. */
class Word {
  /**
   * @param {Property[]} properties
   * @param {(zoom: number, feature: any) => number} make
   */
  constructor(properties, make) {
    this.make = make;
    const known = properties.every((property) => property.columns);
    /** null: must be made anew for every row @type {string[]|null} */
    this.columns = known
      ? [...new Set(properties.flatMap((property) => [.../** @type {any} */ (property.columns)]))]
      : null;
    if (this.columns && this.columns.length > 3) this.columns = null;
    this.kept = new Map();
  }

  /**
   * @param {import("../live/columns.js").LiveColumns} store
   * @param {number} row
   * @param {number} zoom
   */
  of(store, row, zoom) {
    const { columns } = this;
    let key = 0;
    if (columns) {
      for (let i = 0; i < columns.length; i++) {
        const column = store.columns.get(columns[i]);
        const code = column ? column.codes[row] + 1 : 0;
        if (code >= 131_072) return this.make(zoom, featureOf(store, row));
        key = key * 131_072 + code;
      }
      const kept = this.kept.get(key);
      if (kept !== undefined) return kept;
    }
    const made = this.make(zoom, featureOf(store, row));
    if (this.kept.size > MOST_KEPT) this.kept.clear();
    if (columns) this.kept.set(key, made);
    return made;
  }
}

/** @param {import("../live/columns.js").LiveColumns} store @param {number} row */
const featureOf = (store, row) => ({ type: 1, id: store.ids[row], properties: store.properties(row) });

const byte = (/** @type {number} */ part) => Math.round(Math.min(Math.max(part, 0), 1) * 255);
const short = (/** @type {number} */ number) => Math.round(number) & 0xffff;

/** @param {{r: number, g: number, b: number, a: number}} color with the colours times a @param {number} [opacity] */
const rgba = ({ r, g, b, a }, opacity = 1) =>
  (byte(r * opacity) | (byte(g * opacity) << 8) | (byte(b * opacity) << 16) | (byte(a * opacity) << 24)) >>> 0;

/** The look of one part. */
export class Look {
  /**
   * @param {any} part a MapLibre layer, of points
   * @param {(name: string) => number} image number of an image in the atlas
   * @param {any} state the map's global state
   */
  constructor(part, image, state) {
    this.circle = part.type === "circle";
    this.minzoom = part.minzoom ?? 0;
    this.maxzoom = part.maxzoom ?? 25;
    this.zoom = -1;
    const values = { ...part.layout, ...part.paint };
    const get = (/** @type {string} */ name, /** @type {any} */ kind, /** @type {any} */ other) =>
      new Property(values[name] ?? other, kind, state);
    this.words = this.circle
      ? this.circleWords(get)
      : this.iconWords(get, image, values["icon-rotation-alignment"] === "map");
    this.filter = part.filter ? this.filterWord(part.filter, state) : null;
    /** columns whose change may change the look; null: any, and time @type {Set<string>|null} */
    this.columns = merged([...this.words, ...(this.filter ? [this.filter] : [])]);
    this.clocked = JSON.stringify(part).includes("global-state");
  }

  /** @param {any} filter @param {any} state */
  filterWord(filter, state) {
    const made = createExpression(
      filter,
      ROOT,
      { type: "boolean", default: false, "property-type": "data-driven" },
      state,
    );
    if (made.result === "error") throw new Error(JSON.stringify(made.value));
    const property = /** @type {any} */ ({ columns: columnsOf(filter) });
    return new Word([property], (zoom, feature) =>
      Number(Boolean(made.value.evaluate({ zoom }, feature, {}, undefined, []))),
    );
  }

  /** @param {any} get */
  circleWords(get) {
    const fill = get("circle-color", COLOR, "#000000");
    const edge = get("circle-stroke-color", COLOR, "#000000");
    const edgeOpacity = get("circle-stroke-opacity", NUMBER, 1);
    const radius = get("circle-radius", NUMBER, 5);
    const width = get("circle-stroke-width", NUMBER, 0);
    const opacity = get("circle-opacity", NUMBER, 1);
    return [
      new Word([fill], (z, f) => rgba(fill.at(z, f))),
      new Word([edge, edgeOpacity], (z, f) => rgba(edge.at(z, f), edgeOpacity.at(z, f))),
      sizes(radius, SIZE_STEPS),
      new Word([], () => 0),
      new Word([], () => 0),
      opacities(opacity, width, 0),
    ];
  }

  /** @param {any} get @param {(name: string) => number} image @param {boolean} onMap */
  iconWords(get, image, onMap) {
    const fill = get("icon-color", COLOR, "#000000");
    const edge = get("icon-halo-color", COLOR, "rgba(0, 0, 0, 0)");
    const size = get("icon-size", NUMBER, 1);
    const turn = get("icon-rotate", NUMBER, 0);
    const name = get("icon-image", IMAGE, "");
    const shift = get("icon-offset", PAIR, [0, 0]);
    const width = get("icon-halo-width", NUMBER, 0);
    const opacity = get("icon-opacity", NUMBER, 1);
    return [
      new Word([fill], (z, f) => rgba(fill.at(z, f))),
      new Word([edge], (z, f) => rgba(edge.at(z, f))),
      sizes(size, SIZE_STEPS * IMAGE_HALF_PX),
      new Word(
        [turn, name],
        (z, f) => (short((turn.at(z, f) / 360) * 65_536) | (image(String(name.at(z, f) ?? "")) << 16)) >>> 0,
      ),
      new Word([shift], (z, f) => {
        const [x, y] = shift.at(z, f);
        return (short(x * SHIFT_STEPS) | (short(y * SHIFT_STEPS) << 16)) >>> 0;
      }),
      opacities(opacity, width, onMap ? 1 : 0),
    ];
  }

  /**
   * Curves over zoom are taken at the whole zooms below and above.
   * @param {number} zoom
   * @returns {boolean} whether all looks have to be made anew
   */
  setZoom(zoom) {
    const whole = Math.floor(zoom);
    if (whole === this.zoom) return false;
    this.zoom = whole;
    this.forget();
    return true;
  }

  forget() {
    for (const word of [...this.words, this.filter]) word?.kept.clear();
  }

  /**
   * @param {import("../live/columns.js").LiveColumns} store
   * @param {number} row
   */
  draws(store, row) {
    return !this.filter || this.filter.of(store, row, this.zoom) === 1;
  }

  /**
   * @param {import("../live/columns.js").LiveColumns} store
   * @param {number} row
   * @param {Uint32Array} into
   * @param {number} offset
   */
  write(store, row, into, offset) {
    for (let i = 0; i < LOOK_WORDS; i++) into[offset + i] = this.words[i].of(store, row, this.zoom);
  }
}

/** @param {Property} property @param {number} steps of one px */
const sizes = (property, steps) =>
  new Word([property], (zoom, feature) => {
    const [low, high] = [zoom, zoom + 1].map((z) =>
      Math.min(Math.max(Math.round(property.at(z, feature) * steps), 0), MOST),
    );
    return (low | (high << 16)) >>> 0;
  });

/** @param {Property} opacity @param {Property} width @param {number} flags */
const opacities = (opacity, width, flags) =>
  new Word([opacity, width], (zoom, feature) => {
    const [low, high] = [zoom, zoom + 1].map((z) => byte(opacity.at(z, feature)));
    const edge = Math.min(Math.round(width.at(zoom, feature) * WIDTH_STEPS), 255);
    return (low | (high << 8) | (edge << 16) | (flags << 24)) >>> 0;
  });

/** @param {Word[]} words */
function merged(words) {
  const found = new Set();
  for (const { columns } of words) {
    if (!columns) return null;
    for (const name of columns) found.add(name);
  }
  return found;
}
