/**
 * The furniture of a map, in one place: scale, north, coordinates, measuring, own marks,
 * print. Walls take scale and north alone (`startScale`, `northMark`).
 */
import { bus } from "../../lib/bus.js";
import { byId } from "../../lib/dom.js";
import { keys } from "../../panels/help.js";
import { startMarks } from "./marks.js";
import { startMeasure } from "./measure.js";
import { northMark } from "./north.js";
import { startPosition } from "./position.js";
import { startPrint } from "./print.js";
import { startScale } from "./scale.js";
import { stageOf, toolBox } from "./toolbox.js";

const SCALE_PX = 120;
const GROUP = "keys.group.tools";

/**
 * @param {any} map whose style is loaded
 * @param {import("../layers.js").MapLayers} layers
 */
export function startFurniture(map, layers) {
  toolBox.start(stageOf());
  const scale = byId("scale");
  startScale(map, scale, SCALE_PX);
  scale.after(northMark());
  const position = startPosition(map);
  const drawing = [startMeasure(map), startMarks(map)];
  startPrint(map, layers);
  // a click that draws opens nothing
  layers.pickers.unshift(() => drawing.some((tool) => tool.sketch.active));
  bus.on("do:copy-position", () => position.copy());
  addKeys(position);
}

/** @param {import("./position.js").PositionTool} position */
function addKeys(position) {
  const tool = (/** @type {string} */ name) => () => bus.emit(`do:tool-${name}`);
  keys.add([
    { key: "g", text: "keys.position", run: tool("position"), group: GROUP },
    { key: "y", text: "keys.copyPosition", run: () => position.copy(), group: GROUP },
    { key: "M", text: "keys.measure", run: tool("measure"), group: GROUP },
    { key: "k", text: "keys.marks", run: tool("marks"), group: GROUP },
    { key: "p", text: "keys.print", run: tool("print"), group: GROUP },
    // the sketch itself acts on these
    { key: "Space · Enter · ⌫", text: "keys.sketch", group: GROUP },
  ]);
}
