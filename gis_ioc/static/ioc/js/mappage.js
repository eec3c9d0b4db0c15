/** The map page. */
import { open } from "./app.js";
import { byId } from "./lib/dom.js";
import { addOnWall } from "./panels/onwall.js";

/** The wall that the caller may conduct, null: none. @type {string|null} */
const wall = JSON.parse(byId("map-wall").textContent);

open({ filled: ({ map, layers }) => wall && addOnWall({ wall }, map, layers) });
