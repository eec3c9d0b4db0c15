/** Keys of the wall: figures are scenes, letters with Shift are acts. */
import { bus } from "../lib/bus.js";
import { keys } from "../panels/help.js";
import { addOnWall } from "../panels/onwall.js";
import { acts } from "./wallacts.js";

const GROUP = "keys.group.wall";

/** @param {import("./wall.js").WallControl} wall */
export function addWallKeys(wall) {
  const add = (/** @type {string} */ key, /** @type {string} */ text, /** @type {() => any} */ run) => ({
    key,
    text,
    run,
    group: GROUP,
  });
  keys.add([{ key: "1 – 9", text: "wall.key.scene", group: GROUP }]);
  document.addEventListener("keydown", (event) => onFigure(event, wall));
  keys.add([
    add("w", "wall.key.push", () => wall.push()),
    add("f", "wall.key.arm", () => wall.toggleArm()),
    add("h", "wall.key.hand", () => wall.hand()),
    add("N", "wall.key.next", () => wall.act(acts.next())),
    add("P", "wall.key.pause", () => wall.pause()),
    add("S", "wall.key.schedule", () => wall.act(acts.schedule())),
    add("D", "wall.key.dismiss", () => wall.dismiss()),
    add("L", "wall.key.live", () => wall.act(acts.live())),
    add("B", "wall.key.blank", () => wall.blank("black")),
    add("V", "wall.key.privacy", () => wall.blank("privacy")),
  ]);
  if (wall.data.conducts) addOnWall({ wall: wall.wall.slug, console: wall.console }, wall.map, wall.layers);
  for (const name of ["push", "toggleArm", "hand", "dismiss", "pause"])
    bus.on(`do:wall-${name}`, () => /** @type {any} */ (wall)[name]());
}

const WRITING =
  "input:not([type='checkbox'], [type='radio'], [type='range']), textarea, select, [contenteditable], dialog[open]";

/** @param {KeyboardEvent} event @param {import("./wall.js").WallControl} wall */
function onFigure(event, wall) {
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (/** @type {Element} */ (event.target).closest(WRITING) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  wall.scene(Number(event.key) - 1);
}
