/** The controls of a comparison. */
import { byId, h } from "@ioc/lib/dom.js";
import { choice } from "./fields.js";
import { VIEWS } from "./pair.js";
import { catalogue, data, day, say } from "./say.js";

/**
 * Which two sides are compared, and how.
 * @param {any} compare
 * @param {string[]} figures days with figures
 */
export function fillControls(compare, figures) {
  const { pair, state } = compare;
  const side = (/** @type {"a"|"b"} */ name) => {
    const label = say(`side.${name}`);
    if (pair.view === "indicators")
      return h(
        "div",
        { class: "xp-field" },
        h("span", {}, label),
        h(
          "button",
          { type: "button", class: "btn", id: `xp-${name}`, onclick: () => compare.pick(name) },
          catalogue.get(pair[name])?.name ?? "",
        ),
      );
    const sets = data.levels.flatMap((/** @type {any} */ one) =>
      one.sets.map((/** @type {any} */ set) => [
        set.end ?? data.today,
        `${set.count} × ${one.title}, ${day(set.end ?? data.today)}`,
      ]),
    );
    const options =
      pair.view === "dates"
        ? figures.map((one) => [one, day(one)])
        : pair.view === "sets"
          ? sets
          : (compare.choices ?? []);
    const own = options.some(([key]) => key === pair[name])
      ? options
      : [[pair[name], day(pair[name]) || pair[name]], ...options];
    return choice(`xp-${name}`, label, own, pair[name], (value) => compare.go({ [name]: value }));
  };
  byId("xp-controls").replaceChildren(
    choice(
      "xp-view",
      say("view"),
      VIEWS.map((name) => [name, say(`view.${name}`)]),
      pair.view,
      (view) => compare.go({ view }),
    ),
    side("a"),
    h(
      "button",
      {
        type: "button",
        class: "btn btn-icon",
        title: say("swap"),
        "aria-label": say("swap"),
        onclick: () => compare.go({ a: pair.b, b: pair.a }),
      },
      "⇄",
    ),
    side("b"),
    pair.view === "dates"
      ? choice(
          "xp-mode",
          say("mode"),
          [
            ["swipe", say("mode.swipe")],
            ["difference", say("mode.difference")],
          ],
          pair.mode,
          (mode) => compare.go({ mode }),
        )
      : "",
    pair.view === "dates"
      ? choice(
          "xp-units-of",
          say("units"),
          [
            ["day", say("units.day")],
            ["today", say("units.today")],
          ],
          state.units,
          (units) => compare.go({}, { units }),
        )
      : "",
  );
}
