/** The picture of a camera by the address that its layer gives; without one, what is
 *  known of it. Privacy blanks it (css/wall.css). */
import { h, icon } from "../../lib/dom.js";
import { roles, slugOf } from "../../lib/roles.js";
import { t } from "../../lib/texts.js";
import { briefText, epochMs, now } from "../../lib/time.js";
import { asked } from "../data.js";
import { Life } from "../life.js";
import { framed } from "./frame.js";

const EVERY_MS = 10_000;
const LIST_MS = 60_000;

/** Panes of the scene that show the next of the list, in order. @param {any[]} panes */
const nextOnes = (panes) => panes.filter(({ pane }) => pane.kind === "camera" && !pane.options.feature);

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane, wall }) {
  const { title, layer, feature } = pane.options;
  const slug = layer || slugOf(wall.entries, roles.eyes);
  const entry = wall.entries.find((one) => one.slug === slug);
  const life = new Life();
  const frame = framed(host, { icon: "device-cctv", title: title || entry?.title });
  const picture = h("img", { class: "wall-picture", alt: "", hidden: true });
  const words = h("p", { class: "wall-quiet" });
  frame.body.append(picture, words, h("p", { class: "wall-private" }, icon("eye-off"), t("wall.private")));
  let place = -1;
  /** @type {any} */
  let shown = null;

  const find = async () => {
    if (!slug) return frame.say(t("wall.notYours"));
    const one = feature ? (await asked(`/api/v1/layers/${slug}/features/${feature}`))?.answer : null;
    const list = feature ? null : (await asked(`/api/v1/layers/${slug}/features?limit=50`))?.answer.features;
    const taken = new Set(wall.show.panes.map((/** @type {any} */ other) => other.pane.options.feature));
    const free = list?.filter((/** @type {any} */ other) => !taken.has(other.id)) ?? [];
    if (life.over) return;
    shown = one ?? (free.length ? free[Math.max(0, place) % free.length] : null);
    draw();
  };
  const draw = () => {
    if (!shown) return;
    const { properties, id } = shown;
    frame.title(title || properties.title);
    const address = entry?.picture?.replace("{id}", id);
    const state = entry?.fields.find((/** @type {any} */ one) => one.name === "state");
    const named = state?.choices?.find((/** @type {any} */ choice) => (choice.value ?? choice[0]) === properties.state);
    words.textContent = [named?.title ?? named?.label ?? named?.[1] ?? properties.state, properties.address]
      .filter(Boolean)
      .join(" · ");
    const seen = epochMs(properties.last_seen);
    frame.note(seen === null ? t("wall.noPicture") : t("wall.asOf", { time: briefText(seen) }));
    if (address && document.getElementById("glass")?.dataset.blank !== "privacy")
      picture.src = `${address}?t=${Math.floor(now() / EVERY_MS)}`;
  };
  picture.onload = () => {
    picture.hidden = false;
    words.hidden = true;
    frame.note(briefText(now()));
  };
  picture.onerror = () => {
    picture.hidden = true;
    words.hidden = false;
  };
  life.every(EVERY_MS, draw);
  life.every(LIST_MS, find);
  return {
    update(show) {
      const at = nextOnes(show.panes).findIndex((one) => one.pane.id === host.dataset.pane);
      // nothing of it stays in memory while nobody may see it
      if (show.stage.blank === "privacy") picture.removeAttribute("src");
      if (show.time !== null) return frame.note(t("wall.notKept"));
      if (at === place) return;
      place = at;
      find();
    },
    destroy() {
      life.end();
      picture.removeAttribute("src");
    },
  };
}
