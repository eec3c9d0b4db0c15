/** What lies under the mouse or finger in a replay; names of the few. */
import { bus } from "@ioc/lib/bus.js";
import { h } from "@ioc/lib/dom.js";
import { number } from "@ioc/lib/texts.js";
import { age, briefText } from "@ioc/lib/time.js";
import { HIDDEN, STILL, WAITING } from "./fleet.js";
import { latOf, lonOf } from "./geo.js";

const MOUSE_PX = 12;
const FINGER_PX = 22;
/** So many names are written beside their vessels. */
const MOST_NAMES = 12;

export class Pointer {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.map = player.map;
    this.reach = matchMedia("(pointer: coarse)").matches ? FINGER_PX : MOUSE_PX;
    this.tip = h("div", { class: "replay-tip", hidden: true, "aria-hidden": "true" });
    this.ring = h("i", { class: "replay-ring", hidden: true });
    this.names = h("div", { class: "replay-names", "aria-hidden": "true" });
    this.map.getContainer().append(this.names, this.ring, this.tip);
    /** @type {{x: number, y: number}|null} */
    this.mouse = null;
    this.onMove = (/** @type {any} */ event) => {
      this.mouse = event.point;
      this.hover();
    };
    this.onOut = () => {
      this.mouse = null;
      this.hideTip();
    };
    this.onPan = () => this.writeNames();
    this.pick = (/** @type {{x: number, y: number}} */ point) => this.clicked(point);
  }

  /** @param {boolean} on */
  listen(on) {
    const { map } = this;
    const { pickers } = this.player.layers;
    if (on === pickers.includes(this.pick)) return;
    if (on) pickers.unshift(this.pick);
    else pickers.splice(pickers.indexOf(this.pick), 1);
    const turn = on ? "on" : "off";
    map[turn]("mousemove", this.onMove);
    map[turn]("mouseout", this.onOut);
    map[turn]("move", this.onPan);
    if (on) return;
    this.names.replaceChildren();
    this.point(null);
    this.onOut();
  }

  /** @param {number} x @param {number} y mercator */
  pixel(x, y) {
    return this.map.project([lonOf(x), latOf(y)]);
  }

  /**
   * Mercator of a pixel and of a pixel's size: so that each vessel needs no projection.
   * @param {{x: number, y: number}} point
   */
  around(point) {
    const { lng, lat } = this.map.unproject([point.x, point.y]);
    const x = (lng + 180) / 360;
    const y = 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
    return { x, y, reach: this.reach / (512 * 2 ** this.map.getZoom()) };
  }

  /** The vessel nearest to a pixel. @param {{x: number, y: number}} point @returns {number} lane, -1: none */
  laneAt(point) {
    const { fleet } = this.player;
    const { now } = fleet;
    const here = this.around(point);
    let [best, nearest] = [-1, here.reach];
    for (let lane = 0; lane < fleet.count; lane++) {
      if (now.state[lane] === HIDDEN) continue;
      const distance = Math.hypot(now.x[lane] - here.x, now.y[lane] - here.y);
      if (distance < nearest) [best, nearest] = [lane, distance];
    }
    return best;
  }

  /** The fix of a shown track nearest to a pixel. @param {{x: number, y: number}} point @returns {number} place, -1: none */
  fixAt(point) {
    const { fleet } = this.player;
    const here = this.around(point);
    let [best, nearest] = [-1, here.reach];
    for (let i = 0; i < fleet.size; i++) {
      const distance = Math.hypot(fleet.x[i] - here.x, fleet.y[i] - here.y);
      if (distance < nearest) [best, nearest] = [i, distance];
    }
    return best;
  }

  /** @param {{x: number, y: number}} point */
  doubtAt(point) {
    const { marks, bar, memory } = this.player;
    const here = this.around(point);
    const at = bar.clock.at / 1000;
    return marks.doubts.find(
      (doubt) => doubt.at <= at && doubt.at >= at - memory && Math.hypot(doubt.x - here.x, doubt.y - here.y) < here.reach,
    );
  }

  /** A track goes to its time, a vessel opens. @param {{x: number, y: number}} point */
  clicked(point) {
    const { player } = this;
    const lane = this.laneAt(point);
    if (lane >= 0 && player.vessels) {
      bus.emit("go", { layer: player.vessels, id: player.fleet.vessels[player.fleet.vesselOf[lane]].id });
      return true;
    }
    const fix = player.drawing.whole ? this.fixAt(point) : -1;
    if (fix < 0) return false;
    player.bar.seek(player.fleet.at[fix] * 1000);
    return true;
  }

  hover() {
    const { player, mouse } = this;
    if (!mouse) return;
    const lane = this.laneAt(mouse);
    if (lane >= 0) return this.tell(player.fleet.vessels[player.fleet.vesselOf[lane]].title, this.stateOf(lane));
    const doubt = this.doubtAt(mouse);
    if (doubt) {
      const reasons = doubt.reasons.join(", ") || "—";
      return this.tell("", player.say("mark.doubt", { reasons, time: briefText(doubt.at * 1000) }));
    }
    const fix = player.drawing.whole ? this.fixAt(mouse) : -1;
    player.chart?.highlight(fix < 0 ? null : player.fleet.at[fix] * 1000);
    if (fix < 0) return this.hideTip();
    this.tell("", briefText(player.fleet.at[fix] * 1000));
  }

  /** @param {number} lane */
  stateOf(lane) {
    const { say, fleet, bar } = this.player;
    const { state, heard, speed_kn } = fleet.now;
    const time = briefText(heard[lane] * 1000);
    if (state[lane] === WAITING) return say("mark.silent", { age: age(bar.clock.at / 1000 - heard[lane]), time });
    if (state[lane] === STILL) return say("mark.still", { time: briefText(bar.clock.at) });
    return say("mark.moving", { speed: number(Math.round(speed_kn[lane] * 10) / 10), time: briefText(bar.clock.at) });
  }

  /** @param {string} title @param {string} text */
  tell(title, text) {
    if (!this.mouse) return;
    this.tip.replaceChildren(...(title ? [h("b", {}, title)] : []), h("span", {}, text));
    this.tip.hidden = false;
    const { clientWidth } = this.map.getContainer();
    const left = this.mouse.x > clientWidth - 260;
    this.tip.style.transform = `translate(${this.mouse.x}px, ${this.mouse.y}px) translate(${left ? "calc(-100% - 14px)" : "14px"}, -50%)`;
    this.map.getCanvas().style.cursor = "pointer";
  }

  hideTip() {
    if (this.tip.hidden) return;
    this.tip.hidden = true;
    this.map.getCanvas().style.cursor = "";
  }

  /** A ring at a place that the chart points to. @param {{lon: number, lat: number}|null} place */
  point(place) {
    this.ring.hidden = !place;
    if (!place) return;
    const { x, y } = this.map.project([place.lon, place.lat]);
    this.ring.style.transform = `translate(${x}px, ${y}px)`;
  }

  /** The clock has moved. */
  moved() {
    this.writeNames();
    if (this.mouse && !this.tip.hidden) this.hover();
  }

  /** Names of the few beside their marks. */
  writeNames() {
    const { fleet } = this.player;
    const few = fleet.vessels.length <= MOST_NAMES && this.player.drawing.whole;
    const lanes = [];
    for (let lane = 0; few && lane < fleet.count; lane++) if (fleet.now.state[lane] !== HIDDEN) lanes.push(lane);
    while (this.names.childElementCount > lanes.length) this.names.lastElementChild?.remove();
    while (this.names.childElementCount < lanes.length) this.names.append(h("span"));
    lanes.forEach((lane, i) => {
      const node = /** @type {HTMLElement} */ (this.names.children[i]);
      const { title } = fleet.vessels[fleet.vesselOf[lane]];
      if (node.textContent !== title) node.textContent = title;
      node.classList.toggle("is-silent", fleet.now.state[lane] === WAITING);
      const { x, y } = this.pixel(fleet.now.x[lane], fleet.now.y[lane]);
      node.style.transform = `translate(${x}px, ${y}px) translate(14px, -50%)`;
    });
  }
}
