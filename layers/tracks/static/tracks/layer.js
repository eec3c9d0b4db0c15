/** Replay of tracks: from a drawer, for a rectangle, for all in view, from a link. */
import { bus } from "@ioc/lib/bus.js";
import { h, icon } from "@ioc/lib/dom.js";
import { now } from "@ioc/lib/time.js";
import { fill } from "@ioc/lib/texts.js";
import { readReplay } from "./link.js";
import { selectBox } from "./rectangle.js";

const DAY_MS = 86_400_000;

/** @param {{map: any, layers: any, entry: any, view: import("@ioc/lib/viewlink.js").View}} parts */
export function start(parts) {
  const { map, entry, view } = parts;
  const say = (/** @type {string} */ key, /** @type {any} */ values = {}) => fill(entry.words[key] ?? key, values);
  /** @type {Promise<any>|null} */
  let player = null;
  const play = async (/** @type {import("./link.js").Replay|null} */ replay, /** @type {any} */ options = {}) => {
    if (!replay && !player) return;
    player ??= import("./player.js").then(({ Player }) => new Player({ ...parts, say }));
    const made = await player;
    if (replay) made.open(replay, options);
    else made.bar.close();
  };
  const box = (/** @type {[number, number, number, number]} */ bounds) => {
    const to = Math.floor(now() / 1000) * 1000;
    play({ ids: [], box: bounds, from: to - DAY_MS, to }, { playing: true });
  };
  document.head.append(h("link", { rel: "stylesheet", href: new URL("replay.css", import.meta.url).href }));
  escort(parts);
  addTool(say, () => box(boxOf(map.getBounds())));
  selectBox(map, (bounds) => box(bounds));
  const follow = (/** @type {import("@ioc/lib/viewlink.js").View} */ link) => {
    const replay = link.play ? readReplay(link.play, now()) : null;
    // a link that names a moment shows that moment, another one plays
    play(replay, { fit: !link.map, playing: replay?.at === undefined });
    if (!replay) bus.emit("playing", null);
  };
  bus.on("play", follow);
  if (view.play) follow(view);
}

/** Loaded when the page's clock first runs in the past. @param {{map: any, layers: any}} parts */
function escort(parts) {
  let asked = false;
  bus.on("clock", async ({ live, playing }) => {
    if (asked || live || !playing) return;
    asked = true;
    const { Escort } = await import("./escort.js");
    new Escort(parts).look();
  });
}

/** @param {any} bounds @returns {[number, number, number, number]} */
const boxOf = (bounds) => [
  Math.max(-180, bounds.getWest()),
  Math.max(-85, bounds.getSouth()),
  Math.min(180, bounds.getEast()),
  Math.min(85, bounds.getNorth()),
];

/**
 * A button among the tools of the map.
 * @param {(key: string) => string} say
 * @param {() => void} action
 */
function addTool(say, action) {
  const label = say("play.open");
  const tools = document.querySelector(".tools");
  tools?.prepend(
    h(
      "button",
      { type: "button", id: "replay-open", "aria-label": label, title: say("play.hint"), onclick: action },
      icon("history"),
    ),
  );
}
