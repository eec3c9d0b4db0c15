/** The same as the chart for those who do not see it, and to copy from. */
import { h } from "@ioc/lib/dom.js";
import { writeMoment } from "@ioc/lib/moments.js";
import { page } from "@ioc/lib/page.js";
import { number } from "@ioc/lib/texts.js";
import { age, briefText, clockText } from "@ioc/lib/time.js";
import { rowsOf } from "./series.js";

const MOST_ROWS = 1_000;

/** @param {any} value @param {number} digits */
const told = (value, digits) => (value === null || value === undefined ? "—" : value.toFixed(digits));

/**
 * @param {import("./player.js").Player} player
 * @param {any} track
 */
export function speedTable(player, track) {
  const { say, replay, bar } = player;
  const { rows, left } = rowsOf(track, MOST_ROWS);
  const columns = ["table.time", "table.speed", "table.course", "table.place"];
  const caption = say("table.caption", { title: track.vessel.title, from: briefText(replay.from), to: briefText(replay.to) });
  const time = (/** @type {number} */ ms) =>
    h("th", { scope: "row" }, h("button", { type: "button", onclick: () => bar.seek(ms) }, `${clockText(ms)} ${writeMoment(ms, page.timezone).slice(0, 5)}`));
  return h(
    "div",
    { class: "replay-table", tabindex: "0" },
    h(
      "table",
      { class: "drawer-table" },
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, ...columns.map((key) => h("th", { scope: "col" }, say(key))))),
      h(
        "tbody",
        {},
        ...rows.map((row) =>
          "silent_s" in row
            ? h("tr", { class: "is-silent" }, time(row.ms), h("td", { colspan: 3 }, say("table.silence", { age: age(row.silent_s) })))
            : h("tr", {}, time(row.ms), h("td", {}, told(row.speed_kn, 1)), h("td", {}, told(row.course_deg, 0)), h("td", {}, `${told(row.lat, 5)}, ${told(row.lon, 5)}`)),
        ),
      ),
    ),
    left ? h("p", {}, say("table.more", { n: number(left) })) : null,
  );
}
