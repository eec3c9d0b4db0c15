/**
 * Drills from a recorded day. Who joins sees the recorded picture as if it were now;
 * what is done goes to the drill, never to the alert or directive that was recorded.
 */
import { bus } from "../lib/bus.js";
import { clock } from "../lib/clock.js";
import { byId, h, icon } from "../lib/dom.js";
import { getJson, send } from "../lib/http.js";
import { parseMoment, writeMoment } from "../lib/moments.js";
import { page } from "../lib/page.js";
import { SPEEDS } from "../lib/playclock.js";
import { t } from "../lib/texts.js";
import { briefText, now } from "../lib/time.js";
import { keys } from "../panels/help.js";
import { acts, consoleId, post } from "./wallacts.js";

const LOOK_MS = 15_000;
const HOUR_MS = 3_600_000;

/** @typedef {{id: number, title: string, from: number, to: number, speed: number, started: number, by: string, wall: string|null}} Drill epoch ms */

/** The recorded moment that a drill shows. @param {Drill} drill @param {number} at epoch ms */
export const recorded = ({ from, to, speed, started }, at) => Math.min(to, from + Math.max(0, at - started) * speed);

export class Drilling {
  /** @param {any} data what the server says of this console */
  constructor(data) {
    this.data = data;
    this.band = byId("drill-band");
    /** @type {Drill|null} */
    this.drill = null;
    bus.on("drill:act", (act) => this.act(act));
    bus.on("clock", () => this.draw());
    bus.on("wall:state", () => this.look());
    byId("drawer").addEventListener("htmx:beforeRequest", (/** @type {any} */ event) => this.onForm(event));
    byId("drawer").addEventListener("click", (/** @type {Event} */ event) => this.onLink(event), true);
    if (data.drills)
      keys.add([
        { key: "X", text: "drill.key", group: "keys.group.console", run: () => (this.drill ? this.end() : this.ask()) },
      ]);
    keys.add([
      {
        key: "J",
        text: "drill.join",
        group: "keys.group.console",
        when: () => Boolean(this.drill),
        run: () => (clock.bound ? clock.goLive() : this.join()),
      },
    ]);
    setInterval(() => this.look(), LOOK_MS);
    this.look();
  }

  async look() {
    const found = await getJson("/console/drills/now").catch(() => null);
    if (!found) return;
    const over = this.drill && !found.drill;
    this.drill = found.drill;
    if (over && clock.bound) clock.goLive();
    this.draw();
  }

  draw() {
    const { drill } = this;
    this.band.hidden = !drill;
    if (!drill) return;
    const joined = Boolean(clock.bound);
    const sig = `${drill.id}/${joined}`;
    if (this.band.dataset.sig === sig) return;
    this.band.dataset.sig = sig;
    const button = (/** @type {string} */ text, /** @type {() => any} */ run) =>
      h("button", { type: "button", class: "btn", onclick: run }, t(text));
    this.band.replaceChildren(
      icon("school"),
      h("span", {}, t("drill.band", { title: drill.title, day: briefText(drill.from), speed: drill.speed })),
      button(joined ? "drill.leave" : "drill.join", () => (joined ? clock.goLive() : this.join())),
      h("a", { class: "btn", href: `/console/drills/${drill.id}/`, target: "_blank" }, t("drill.report")),
      ...(this.data.drills ? [button("drill.end", () => this.end())] : []),
    );
  }

  join() {
    const { drill } = this;
    if (!drill) return;
    clock.speed = drill.speed;
    clock.bind((at) => recorded(drill, at));
    this.act({ kind: "join", title: "" });
  }

  /** @param {{kind: string, layer?: string, id?: number, title?: string, text?: string}} act */
  async act(act) {
    if (!this.drill || !clock.bound) return;
    const { ok, problem } = await send(`/console/drills/${this.drill.id}/act`, act);
    if (act.kind === "join" && ok) return;
    bus.emit("toast", ok ? t("drill.recorded") : problem || t("drill.failed"));
    if (ok) bus.emit("acted", act);
  }

  /** A form in the drawer would touch what was recorded. @param {any} event */
  onForm(event) {
    if (clock.live || event.detail.requestConfig.verb === "get") return;
    event.preventDefault();
    if (!clock.bound) return bus.emit("toast", t("desk.past"));
    const { path, parameters } = event.detail.requestConfig;
    const told = byId("drawer").querySelector(".drawer[data-layer]");
    const words = Object.entries(parameters ?? {}).filter(([name, value]) => name !== "csrfmiddlewaretoken" && value);
    this.act({
      kind: path.split("?")[0].split("/").filter(Boolean).at(-1) ?? "act",
      layer: told?.dataset.layer,
      id: Number(told?.dataset.id),
      title: told?.querySelector(".drawer-title")?.textContent.trim(),
      text: words.map(([, value]) => String(value)).join(" · "),
    });
    return undefined;
  }

  /** A directive begun in a drill is one of the drill; begun in the past it is none. @param {Event} event */
  onLink(event) {
    const link = /** @type {HTMLAnchorElement|null} */ (
      /** @type {Element} */ (event.target).closest('a[data-key="d"]')
    );
    if (!link || clock.live) return;
    if (!clock.bound) {
      event.preventDefault();
      event.stopPropagation();
      bus.emit("toast", t("desk.past"));
      return;
    }
    const url = new URL(link.href);
    url.searchParams.set("exercise", "1");
    link.href = url.href;
    link.target = "_blank";
    const told = byId("drawer").querySelector(".drawer[data-layer]");
    this.act({
      kind: "dispatch",
      layer: told?.dataset.layer,
      id: Number(told?.dataset.id),
      title: told?.querySelector(".drawer-title")?.textContent.trim(),
    });
  }

  async end() {
    const { drill } = this;
    if (!drill) return;
    const { ok, problem } = await send(`/console/drills/${drill.id}/end`, {});
    if (!ok) return bus.emit("toast", problem || t("drill.failed"));
    if (drill.wall && this.data.conducts) await post(drill.wall, { ...acts.live(), console: consoleId() });
    clock.goLive();
    await this.look();
    return location.assign(`/console/drills/${drill.id}/`);
  }

  /** Which day, how fast: the form that starts a drill. */
  ask() {
    const box = byId("drill-box");
    const at = clock.live ? now() - 24 * HOUR_MS : clock.at;
    const field = (/** @type {string} */ name, /** @type {string} */ value) =>
      h(
        "label",
        {},
        t(`drill.${name}`),
        h("input", { name, value, required: true, autocomplete: "off", maxlength: 120 }),
      );
    const speed = h("select", { name: "speed" }, ...SPEEDS.map((one) => h("option", { value: one }, `${one} ×`)));
    const problem = h("p", { class: "timebar-error", role: "alert" });
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "drill-box-title" }, t("drill.title")),
      h("p", { class: "help" }, t("drill.explain")),
      field("name", t("drill.nameOf", { day: briefText(at) })),
      field("from", writeMoment(at, page.timezone)),
      field("to", writeMoment(Math.min(now() - 60_000, at + 2 * HOUR_MS), page.timezone)),
      h("label", {}, t("play.speed"), speed),
      problem,
      h(
        "div",
        { class: "row" },
        h("button", { class: "btn btn-primary", type: "submit" }, t("drill.start")),
        h("button", { class: "btn", type: "button", onclick: () => box.close() }, t("close")),
      ),
    );
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.start(form, problem, box);
    });
    box.replaceChildren(form);
    box.showModal();
    form.elements.name.select();
  }

  /** @param {any} form @param {HTMLElement} problem @param {any} box */
  async start(form, problem, box) {
    const given = form.elements;
    const [from, to] = [given.from, given.to].map((field) => parseMoment(field.value, page.timezone, now()));
    if (from === null || to === null) {
      problem.textContent = t("play.unreadable", { text: from === null ? given.from.value : given.to.value });
      return;
    }
    this.key ??= crypto.randomUUID();
    const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();
    const body = {
      title: given.name.value,
      from: iso(from),
      to: iso(to),
      speed: Number(given.speed.value),
      wall: this.data.wall?.slug ?? null,
    };
    const answer = await send("/console/drills/start", body, this.key);
    if (!answer.ok) {
      problem.textContent = answer.problem || t("drill.failed");
      return;
    }
    this.key = undefined;
    this.drill = answer.body;
    box.close();
    if (this.data.wall && this.data.conducts)
      await post(this.data.wall.slug, {
        ...acts.clock({ at: from, speed: body.speed, exercise: true, title: body.title }),
        console: consoleId(),
      });
    this.join();
    this.draw();
  }
}
