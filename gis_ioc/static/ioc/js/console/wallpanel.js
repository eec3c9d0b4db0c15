/** The panel of the wall: what it shows, who has the hand, the strip of scenes. */
import { byId, h, icon } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { age, briefText, now } from "../lib/time.js";
import { keyText } from "../panels/help.js";
import { acts } from "./wallacts.js";

const MOST = 18;

/** As little room as a button has: ⇧N for N with Shift. @param {string} key */
const short = (key) => (/^[A-Z]$/.test(key) ? `⇧${key}` : key.toUpperCase());

/** @typedef {import("./wall.js").WallControl} WallControl */

/**
 * Scenes and playlists in the order of the strip: those with a figure first, at it.
 * @param {any} bundle
 * @returns {{kind: "scene"|"playlist", slug: string, title: string, hotkey: string, preset: string}[]}
 */
export function stripOf(bundle) {
  if (!bundle) return [];
  const listed = (/** @type {any} */ found) =>
    Array.isArray(found)
      ? found
      : Object.entries(found ?? {}).map(([slug, one]) => ({ slug, .../** @type {any} */ (one) }));
  const kept = (/** @type {any} */ one) => !one.slug.startsWith("console-"); // pictures pushed before
  const scenes = listed(bundle.scenes)
    .filter(kept)
    .map((one) => ({
      kind: "scene",
      slug: one.slug,
      title: one.title || one.slug,
      hotkey: one.hotkey ?? "",
      preset: one.preset ?? "",
    }));
  const playlists = listed(bundle.program?.playlists ?? bundle.playlists).map((one) => ({
    kind: "playlist",
    slug: one.slug,
    title: one.title || one.slug,
    hotkey: one.hotkey ?? "",
    preset: "",
  }));
  const all = /** @type {any[]} */ ([...scenes, ...playlists]);
  const strip = all.filter((one) => !/^[1-9]$/.test(one.hotkey));
  for (const one of all.filter((each) => /^[1-9]$/.test(each.hotkey)).sort((a, b) => a.hotkey - b.hotkey))
    strip.splice(Math.min(Number(one.hotkey) - 1, strip.length), 0, one);
  return strip.slice(0, MOST);
}

export class WallPanel {
  /** @param {WallControl} wall */
  constructor(wall) {
    this.wall = wall;
    /** @type {ReturnType<typeof stripOf>} */
    this.strip = [];
    this.drawnStrip = "";
    this.buttons();
    this.draw();
  }

  buttons() {
    const { wall } = this;
    const press = (
      /** @type {string} */ key,
      /** @type {string} */ text,
      /** @type {string} */ name,
      /** @type {() => any} */ run,
    ) => {
      const label = t(text);
      return h(
        "button",
        {
          type: "button",
          class: "btn",
          title: `${label} (${keyText(key)})`,
          "aria-keyshortcuts": keyText(key),
          onclick: run,
        },
        icon(name),
        h("span", {}, label),
        h("kbd", { "aria-hidden": "true" }, short(key)),
      );
    };
    this.pushButton = press("w", "wall.key.push", "cast", () => wall.push());
    this.pushButton.classList.add("btn-primary");
    this.armButton = press("f", "wall.arm", "link", () => wall.toggleArm());
    this.armButton.classList.add("is-armed");
    this.nextButton = press("N", "wall.next", "player-track-next", () => wall.act(acts.next()));
    this.pauseButton = press("P", "wall.pauseList", "player-pause", () => wall.pause());
    this.dismissButton = press("D", "wall.key.dismiss", "bell-x", () => wall.dismiss());
    this.blackButton = press("B", "wall.black", "square-filled", () => wall.blank("black"));
    this.privacyButton = press("V", "wall.privacy", "eye-off", () => wall.blank("privacy"));
    this.scheduleButton = press("S", "wall.schedule", "calendar-time", () => wall.act(acts.schedule()));
    this.liveButton = press("L", "wall.live", "broadcast", () => wall.act(acts.live()));
    const all = [
      this.pushButton,
      this.armButton,
      this.nextButton,
      this.pauseButton,
      this.dismissButton,
      this.blackButton,
      this.privacyButton,
      this.scheduleButton,
      this.liveButton,
    ];
    if (!wall.data.conducts) for (const node of all) node.disabled = true;
    byId("wall-acts").replaceChildren(...all);
  }

  draw() {
    const { wall } = this;
    const { state, bundle } = wall;
    const on = wall.stage;
    this.says(on);
    this.hand(state?.hand ?? null, wall.asked ?? null);
    this.armButton.setAttribute("aria-pressed", String(wall.armed));
    this.pauseButton.hidden = this.nextButton.hidden = !on?.playlist;
    this.pauseButton.setAttribute("aria-pressed", String(Boolean(on?.paused)));
    this.dismissButton.hidden = !on?.over;
    this.liveButton.hidden = on?.time === null || on?.time === undefined;
    this.blackButton.setAttribute("aria-pressed", String(on?.blank === "black"));
    this.privacyButton.setAttribute("aria-pressed", String(on?.blank === "privacy"));
    this.scheduleButton.setAttribute("aria-pressed", String(state?.base?.kind === "schedule"));
    byId("wall-picture").classList.toggle("is-armed", wall.armed);
    this.drawStrip(bundle, on);
    this.band();
  }

  /** What is on the glass, in a sentence. @param {any} on */
  says(on) {
    const node = byId("wall-now");
    if (!this.wall.socket.open) return node.replaceChildren(t("wall.noAnswer"));
    if (!on) return node.replaceChildren(t("wall.waiting"));
    const title = this.titleOf("scene", on.scene);
    const left = on.until ? t("wall.for", { age: age((on.until - now()) / 1000) }) : "";
    const words = [
      on.playlist ? this.titleOf("playlist", on.playlist) : "",
      on.paused ? t("wall.paused") : left,
      on.over ? t(on.over.kind === "alarm" ? "wall.overAlarm" : "wall.overScene") : "",
      on.time ? t(on.exercise ? "wall.timeDrill" : "wall.timePast", { time: briefText(on.time) }) : t("time.live"),
      on.blank ? t(`wall.blanked.${on.blank}`) : "",
      this.past(),
    ];
    return node.replaceChildren(h("b", {}, title), ` · ${words.filter(Boolean).join(" · ")}`);
  }

  /** What it showed at the moment of the page's clock. */
  past() {
    const { before, bundle } = this.wall;
    const on = before?.on(bundle?.program);
    return on ? t("wall.then", { title: this.titleOf("scene", on.scene) }) : "";
  }

  /** @param {string} kind @param {string} slug */
  titleOf(kind, slug) {
    const { scenes, program } = this.wall.bundle ?? {};
    return (kind === "scene" ? scenes : program?.playlists)?.[slug]?.title || slug;
  }

  /** @param {any} hand @param {any} asked who wants it */
  hand(hand, asked) {
    const { wall } = this;
    const box = byId("wall-hand");
    const sig = JSON.stringify([hand, asked, wall.mine]);
    if (box.dataset.sig === sig) return;
    box.dataset.sig = sig;
    const text = !hand
      ? t("wall.hand.none")
      : wall.mine
        ? t(hand.armed ? "wall.hand.armed" : "wall.hand.mine")
        : t(hand.armed ? "wall.hand.otherArmed" : "wall.hand.other", { who: hand.name });
    const label = !hand ? t("wall.hand.take") : wall.mine ? t("wall.hand.give") : t("wall.hand.ask");
    const wants = asked && wall.mine;
    box.classList.toggle("is-asked", Boolean(wants));
    const give = wants
      ? h(
          "button",
          {
            type: "button",
            class: "btn btn-primary",
            onclick: () => wall.act(acts.handover(asked)),
          },
          t("wall.hand.giveTo", { who: asked.name }),
        )
      : null;
    box.replaceChildren(
      h("span", { role: "status" }, wants ? t("wall.hand.wanted", { who: asked.name }) : text),
      ...[
        give,
        h(
          "button",
          { type: "button", class: "btn", disabled: !wall.data.conducts, onclick: () => wall.hand() },
          label,
          h("kbd", { "aria-hidden": "true" }, "H"),
        ),
      ].filter(Boolean),
      ...(hand && !wall.mine
        ? [h("button", { type: "button", class: "btn", onclick: () => wall.act(acts.take()) }, t("wall.hand.takeOver"))]
        : []),
    );
  }

  /** @param {any} bundle @param {any} on */
  drawStrip(bundle, on) {
    const sig = `${bundle?.version}/${on?.scene}/${on?.playlist}`;
    if (sig === this.drawnStrip) return;
    this.drawnStrip = sig;
    this.strip = stripOf(bundle);
    const box = byId("wall-strip");
    if (!this.strip.length) return box.replaceChildren(h("p", { class: "panel-wait" }, t("wall.noScenes")));
    const current = (/** @type {any} */ one) =>
      one.kind === "playlist" ? on?.playlist === one.slug : !on?.playlist && on?.scene === one.slug;
    return box.replaceChildren(...this.strip.map((one, place) => this.button(one, place, current(one))));
  }

  /** @param {any} one @param {number} place @param {boolean} current */
  button(one, place, current) {
    const notes = { shift: t("wall.presetShift"), visitor: t("wall.presetVisitor") };
    const small = one.kind === "playlist" ? t("wall.playlist") : /** @type {any} */ (notes[one.preset] ?? "");
    return h(
      "button",
      {
        type: "button",
        class: "wall-scene",
        "aria-current": current ? "true" : null,
        disabled: !this.wall.data.conducts,
        onclick: () => this.wall.show(one),
      },
      place < 9 ? h("kbd", {}, place + 1) : icon(one.kind === "playlist" ? "playlist" : "layout-dashboard"),
      h("span", {}, one.title, small ? h("small", {}, ` ${small}`) : null),
    );
  }

  /** The red mark, on this console and on others. */
  band() {
    const { armed, state } = this.wall;
    const band = byId("armed-band");
    const other = !armed && state?.hand?.armed ? state.hand.name : "";
    band.hidden = !armed;
    document.body.classList.toggle("is-armed-page", armed);
    if (armed && !band.textContent)
      band.replaceChildren(
        icon("cast"),
        h("span", {}, t("wall.bandArmed")),
        h("button", { type: "button", class: "btn", onclick: () => this.wall.disarm() }, t("wall.disarm"), " (F)"),
      );
    if (!armed) band.replaceChildren();
    byId("wall-part").dataset.other = other;
  }
}
