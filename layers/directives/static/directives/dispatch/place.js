/** Where: the area by hand, by a unit, by a place and a radius; and its address. */
import { byId } from "@ioc/lib/dom.js";
import { send } from "./net.js";
import { editable } from "./picture.js";
import { say, screen, unitNamed } from "./screen.js";

const WAIT_MS = 250;
const MOST_CORNERS = 60;
const DIGITS = 1e5;

/** @typedef {{geometry?: any, unit?: number, lon?: number, lat?: number, radius_km?: number}} Area */

/** @param {number} value */
const short = (value) => Math.round(value * DIGITS) / DIGITS;

/** The area as the address of the page says it. @param {Area|null|undefined} area @returns {{area?: string, unit?: string}} */
export function toQuery(area) {
  if (!area) return {};
  if (area.unit) return { unit: String(area.unit) };
  if (area.lon !== undefined && area.lat !== undefined) {
    const circle = area.radius_km ? [area.radius_km] : [];
    return { area: [short(area.lon), short(area.lat), ...circle].join(",") };
  }
  if (area.geometry?.type === "Point") return { area: area.geometry.coordinates.map(short).join(",") };
  const ring = editable(area.geometry)?.coordinates[0];
  if (!ring || ring.length > MOST_CORNERS) return {};
  return { area: ring.slice(0, -1).flat().map(short).join(",") };
}

export class Place {
  /**
   * @param {import("./picture.js").Picture} picture
   * @param {{found: (found: any) => void, cleared: () => void, told: (text: string, wrong?: boolean) => void}} tell
   */
  constructor(picture, tell) {
    this.picture = picture;
    this.tell = tell;
    /** @type {Area|null} */
    this.area = null;
    this.round = 0;
    /** @type {AbortController|null} */
    this.asking = null;
    byId("dsp-unit").addEventListener("change", () => this.byUnit());
    byId("dsp-radius").addEventListener("input", () => this.byCircle());
    byId("dsp-lonlat").addEventListener("change", () => this.byCircle(true));
  }

  byUnit() {
    const text = byId("dsp-unit").value;
    if (!text.trim()) return;
    const unit = unitNamed(text);
    if (!unit) return this.tell.told(say("unit.unknown", { name: text }), true);
    byId("dsp-unit").value = unit.full;
    this.use({ unit: unit.id }, true);
  }

  /** A place and its radius; without a place the middle of what there is. @param {boolean} [look] */
  byCircle(look = false) {
    const radius_km = Number.parseFloat(byId("dsp-radius").value) || undefined;
    const text = byId("dsp-lonlat").value.trim();
    const numbers = text.match(/-?\d+(\.\d+)?/g)?.map(Number);
    if (!text) return;
    if (numbers?.length !== 2) return this.tell.told(say("area.lonlat"), true);
    this.use({ lat: numbers[0], lon: numbers[1], radius_km }, look);
  }

  /** @param {any} geometry as drawn */
  drawn(geometry) {
    byId("dsp-unit").value = "";
    if (geometry.type === "Point") {
      const [lon, lat] = geometry.coordinates;
      byId("dsp-lonlat").value = `${short(lat)}, ${short(lon)}`;
      return this.byCircle();
    }
    byId("dsp-radius").value = "";
    byId("dsp-lonlat").value = "";
    this.use({ geometry }, false);
  }

  clear() {
    for (const id of ["dsp-unit", "dsp-radius", "dsp-lonlat"]) byId(id).value = "";
    this.asking?.abort();
    this.round += 1;
    this.area = null;
    this.picture.stop();
    this.picture.show(null, false);
    this.address();
    this.tell.cleared();
  }

  /**
   * Ask what is inside; the newest question wins.
   * @param {Area} area
   * @param {boolean} look at it on the map
   */
  async use(area, look) {
    this.area = area;
    const round = ++this.round;
    this.asking?.abort();
    this.asking = new AbortController();
    byId("dsp-inside").setAttribute("aria-busy", "true");
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    if (round !== this.round) return;
    try {
      const found = await send("/api/v1/directives/dispatch/inside", area, { signal: this.asking.signal });
      if (round !== this.round) return;
      // the list need not wait for the map
      this.picture.ready.then(() => round === this.round && this.picture.show(found.geometry, look));
      this.tell.told("");
      this.address();
      this.tell.found(found);
    } catch (error) {
      if (round === this.round)
        this.tell.told(say("area.failed", { reason: /** @type {Error} */ (error).message }), true);
    } finally {
      if (round === this.round) byId("dsp-inside").setAttribute("aria-busy", "false");
    }
  }

  /** The address keeps the area, beside what the draft was begun from. */
  address() {
    const query = new URLSearchParams(location.search);
    if (screen.directive || query.has("alert") || query.has("indicator")) return;
    const said = toQuery(this.area);
    if (!("area" in said) && query.has("feature")) return;
    for (const name of ["area", "unit"]) query.delete(name);
    for (const [name, value] of Object.entries(said)) query.set(name, value);
    const text = query.toString();
    history.replaceState(null, "", location.pathname + (text ? `?${text}` : ""));
  }
}
