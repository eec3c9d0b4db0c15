/** The spotlight: an alarm that the state has put over the scene, large, over its pane,
 *  with its place, age, who has it and what is being done. */
import { bus } from "../../lib/bus.js";
import { byId, h, severityIcon } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";
import { age, epochMs, now } from "../../lib/time.js";
import { cuts } from "../canvas.js";
import { Question } from "../data.js";
import { Life } from "../life.js";

const EVERY_MS = 15_000;

/** @typedef {import("../../panels/alerts.js").Alert} Alert */

/** Which pane the alarm takes: the one the scene names, else its first map. @param {any} body */
export const takenBy = (body) =>
  body.spotlight || body.panes.find((/** @type {any} */ pane) => pane.kind === "map")?.id || null;

/** @param {Alert} alert */
function who(alert) {
  const parts = [alert.assigned_name ? t("spot.has", { who: alert.assigned_name }) : t("spot.nobody")];
  if (alert.escalated) parts.push(t("spot.level", { n: alert.escalated }));
  return parts.join(" · ");
}

/** Its orders; without any what is to be done first. @param {any} detail @returns {string[]} */
export function doing(detail) {
  const orders = (detail.orders ?? []).filter((/** @type {any} */ order) => !order.closed).slice(0, 2);
  const lines = orders.map((/** @type {any} */ order) => [order.title, order.status].filter(Boolean).join(" · "));
  if (lines.length) return lines.map((/** @type {string} */ text) => t("spot.order", { text }));
  const first = detail.instruction?.split("\n")[0];
  return first ? [t("spot.first", { text: first })] : [];
}

export class Spotlight {
  /** @param {import("../glass.js").Glass} wall */
  constructor(wall) {
    this.wall = wall;
    /** the pane it takes, and where the alert is @type {{pane: string|null, alert: number, place: {lon: number, lat: number}|null}|null} */
    this.about = null;
    /** @type {Life|null} */
    this.life = null;
    /** @type {any} */
    this.box = null;
    /** @type {any} */
    this.alert = null;
  }

  /** @param {any} show */
  update({ stage, scene, panes }) {
    const over = stage.over?.kind === "alarm" && stage.over.alert ? stage.over : null;
    if (!over) return this.off();
    const pane = takenBy(scene.body);
    if (this.about?.alert !== over.alert || this.about?.pane !== pane) this.on(over.alert, pane, panes);
    else if (this.box && !this.box.isConnected) this.put(panes);
  }

  /** @param {number} id @param {string|null} pane @param {any[]} panes */
  on(id, pane, panes) {
    this.off();
    const life = new Life();
    this.life = life;
    this.about = { pane, alert: id, place: null };
    this.box = h("section", { class: "wall-spot", role: "alert", hidden: true });
    life.add(() => this.box.remove());
    this.put(panes);
    const { alarms } = this.wall.sources;
    if (!alarms) return;
    const question = new Question(life, EVERY_MS, (alert) => this.take(alert));
    question.about(`/api/v1/${alarms}/${id}`);
    life.on("changed", (slug) => slug === alarms && question.ask());
    life.every(1_000, () => this.draw());
  }

  /** Over its pane, or over the whole canvas where the scene has none. @param {any[]} panes */
  put(panes) {
    const found = panes.find(({ pane }) => pane.id === this.about?.pane);
    if (!found || !cuts(found.box, this.wall.part)) return;
    const { box } = found;
    this.box.style.left = `${box.x}px`;
    this.box.style.width = `${box.width}px`;
    this.box.style.bottom = `calc(100% - ${box.y + box.height}px)`;
    this.box.style.maxHeight = `${box.height}px`;
    byId("canvas").append(this.box);
  }

  /** @param {any} alert */
  take(alert) {
    if (!this.about) return;
    const first = !this.alert;
    this.alert = alert;
    if (alert.lon != null && alert.lat != null) this.about.place = { lon: alert.lon, lat: alert.lat };
    if (first) bus.emit("spotted", alert);
    this.draw();
    this.wall.turn();
  }

  draw() {
    const { alert } = this;
    if (!alert) return;
    const at = epochMs(alert.raised_at) ?? now();
    const place = [alert.zone, alert.unit_title].filter(Boolean).join(" · ");
    this.box.hidden = false;
    this.box.dataset.severity = alert.severity;
    const head = h(
      "p",
      { class: "wall-spot-head" },
      severityIcon(alert.severity),
      h("b", {}, t(`severity.${alert.severity}`)),
      h("time", { class: "num" }, age((now() - at) / 1000)),
    );
    const lines = doing(alert).map((line) => h("p", { class: "wall-spot-doing" }, line));
    this.box.classList.toggle("wall-spot-new", !alert.acknowledged);
    const words = [
      head,
      h("h2", {}, alert.title),
      h("p", { class: "wall-spot-place" }, place),
      h("p", {}, who(alert)),
      ...lines,
    ];
    const text = words.map((node) => node.textContent).join("\n");
    // drawn anew only when it says something else: its mark blinks
    if (text === this.said) {
      return;
    }
    this.said = text;
    this.box.replaceChildren(...words);
  }

  off() {
    this.life?.end();
    this.life = null;
    this.about = null;
    this.alert = null;
    this.said = "";
  }
}
