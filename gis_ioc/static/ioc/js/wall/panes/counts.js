/** Counts: who is heard of, who is silent, what is late. */
import { h, icon } from "../../lib/dom.js";
import { number, t } from "../../lib/texts.js";
import { briefText } from "../../lib/time.js";
import { Question } from "../data.js";
import { Life } from "../life.js";
import { framed } from "./frame.js";

const EVERY_MS = 15_000;
const LATE_MOST = 2_000;

/** @typedef {{slug: string, title: string, icon: string, fresh: number, stale: number}} Count */

/** @param {Count} count */
function freshness(count) {
  return h(
    "div",
    { class: "wall-count wall-count-long" },
    icon(count.icon),
    h("span", { class: "wall-count-title" }, count.title),
    h(
      "span",
      { class: "num" },
      h("b", {}, number(count.fresh)),
      h("small", {}, ` ${t("wall.fresh")} · ${number(count.stale)} ${t("wall.stale")}`),
    ),
  );
}

/** @param {number} count */
function overdue(count) {
  return h(
    "div",
    { class: `wall-count${count ? " wall-count-bad" : ""}` },
    icon("clock-exclamation"),
    h("span", { class: "wall-count-title" }, t("wall.overdue")),
    h("b", { class: "num" }, number(count)),
  );
}

/** @param {import("./index.js").Given} given @returns {import("./index.js").Part} */
export function create({ host, pane, wall }) {
  const life = new Life();
  const frame = framed(host, { title: pane.options.title });
  const { orders, stateUrl } = wall.sources;
  /** @type {{layers: Count[], at: number}|null} */
  let counted = null;
  /** @type {number|null} */
  let late = null;
  let past = false;

  const draw = () => {
    if (past || !counted) return;
    const rows = counted.layers.slice(0, pane.options.limit ?? undefined).map(freshness);
    if (late !== null) rows.push(overdue(late));
    frame.body.replaceChildren(...rows);
    frame.note(wall.link.open ? "" : t("wall.asOf", { time: briefText(counted.at) }));
  };
  const counts = new Question(life, EVERY_MS, (answer, at) => {
    counted = { layers: answer.layers, at };
    draw();
  });
  const lateOnes = new Question(life, EVERY_MS, (answer) => {
    late = (answer.items ?? answer).length;
    draw();
  });
  life.on("changed", (slug) => slug === orders && lateOnes.ask());
  return {
    update(show) {
      past = show.time !== null;
      counts.about(past ? "" : stateUrl);
      lateOnes.about(past || !orders ? "" : `/api/v1/${orders}?clock=overdue&limit=${LATE_MOST}`);
      if (past) frame.say(t("wall.notKept"));
      else if (frame.body.querySelector(".wall-quiet")) draw();
    },
    destroy: () => life.end(),
  };
}
