/** Rows of the call screen as elements: one line a vessel, one of them open. */

/** @typedef {Record<string, any>} Boat */

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node|string)} parts
 */
export function make(tag, attributes = {}, ...parts) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...parts);
  return element;
}

/** @param {string} text @param {Record<string, string|number>} values */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ""));

/** @param {any} words @param {number|null} minutes */
export function span(words, minutes) {
  if (minutes === null || !Number.isFinite(minutes) || minutes > 60 * 24 * 400) return "—";
  if (minutes < 60) return fill(words.min, { m: Math.max(0, Math.round(minutes)) });
  if (minutes < 60 * 48) {
    const whole = Math.round(minutes);
    return fill(words.hours, { h: Math.floor(whole / 60), m: String(whole % 60).padStart(2, "0") });
  }
  return fill(words.days, { d: Math.round(minutes / 1440) });
}

/** @param {number|null} metres */
export const km = (metres) =>
  metres === null
    ? "—"
    : `${(Math.abs(metres) / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} km`;

/** @param {any} screen @param {Boat} boat @param {number} now */
function age(screen, boat, now) {
  if (!boat.at) return "—";
  return fill(screen.words.ago, { time: span(screen.words, (now - Date.parse(boat.at)) / 60000) });
}

/** @param {any} screen @param {Boat} boat */
function when(screen, boat) {
  if (boat.moves === "entering") return fill(screen.words.in, { time: span(screen.words, boat.enter_min) });
  if (boat.inside && boat.leave_min !== null && boat.moves !== "still")
    return fill(screen.words.out, { time: span(screen.words, boat.leave_min) });
  return "";
}

/** Shape and colour of a vessel's state; the words stand beside it. @param {Boat} boat */
export function mark(boat) {
  const state = boat.kept ? "left" : boat.answered ? (boat.answer === "refused" ? "refused" : "answered") : boat.moves;
  const sign = make("i", { class: "boat-mark", "data-state": state });
  return make(
    "span",
    { class: "boat-sign", ...(boat.silent ? { "data-silent": "" } : {}), "aria-hidden": "true" },
    sign,
  );
}

/** @param {any} screen @param {Boat} boat @param {number} now */
export function line(screen, boat, now) {
  const { words } = screen;
  const told = boat.answer ? screen.outcomes[boat.answer] : "";
  const held = boat.claimed ? (boat.mine ? words.mine : fill(words.held, { name: boat.claimed_by })) : "";
  const tries = boat.tries && !boat.answered ? fill(words.tries, { n: boat.tries }) : "";
  return [
    mark(boat),
    make("span", { class: "boat-name" }, make("b", {}, boat.title), make("small", {}, boat.registration || boat.mmsi)),
    make(
      "span",
      { class: "boat-moves" },
      screen.moves[boat.moves],
      boat.silent ? make("em", {}, ` · ${words.silent}`) : "",
    ),
    make("span", { class: "boat-when num" }, when(screen, boat)),
    make("span", { class: "boat-age num" }, age(screen, boat, now)),
    make("span", { class: "boat-haven" }, boat.haven ? `${boat.haven} · ${km(boat.haven_m)}` : ""),
    make("span", { class: "boat-answer" }, [told, tries, held].filter(Boolean).join(" · ")),
  ];
}

/** @param {string} title @param {string|Node} value */
const fact = (title, value) => make("div", { class: "fact" }, make("dt", {}, title), make("dd", {}, value));

/** @param {string} number */
const phone = (number) => make("a", { href: `tel:${number.replace(/[^\d+]/g, "")}`, class: "boat-phone" }, number);

/** @param {string} title @param {string} name @param {string} number */
function person(title, name, number) {
  const value = document.createDocumentFragment();
  value.append(name || "", name && number ? " · " : "", number ? phone(number) : "");
  return fact(title, value);
}

/** The open part of a row. @param {any} screen @param {Boat} boat */
export function details(screen, boat) {
  const { words } = screen;
  const facts = make("dl", { class: "facts boat-facts" });
  if (screen.personal) {
    facts.append(person(words.captain, boat.captain, boat.phone), person(words.owner, boat.owner, boat.owner_phone));
  } else facts.append(fact(words.captain, words.masked));
  const outward = boat.outward_kn;
  const way =
    outward === null ? "" : fill(outward >= 0 ? words.toward : words.inward, { kn: Math.abs(outward).toFixed(1) });
  const course = boat.course_deg === null ? "" : ` · ${Math.round(boat.course_deg)}°`;
  facts.append(
    fact(words.position, boat.place),
    fact(words.speed, boat.speed_kn === null ? "—" : `${boat.speed_kn.toFixed(1)} kn${course}`),
    fact(words.edge, `${km(boat.edge_m)}${way ? ` · ${way}` : ""}`),
    fact(words.shelter, boat.haven ? `${boat.haven} · ${km(boat.haven_m)} · ${span(words, boat.haven_min)}` : "—"),
    fact(words.home, [boat.home_port, boat.home_m === null ? "" : km(boat.home_m)].filter(Boolean).join(" · ") || "—"),
  );
  const more = make("div", { class: "boat-more" }, facts);
  const answers = /** @type {HTMLTemplateElement|null} */ (document.getElementById("recall-answers"));
  if (screen.writes && answers) more.append(answers.content.cloneNode(true));
  more.append(make("a", { class: "btn btn-ghost", href: `/#open=vessels/${boat.vessel_id}` }, words.map));
  return more;
}

/** A small picture of numbers over time. @param {SVGElement} svg @param {any[]} tallies */
export function drawHistory(svg, tallies) {
  const most = Math.max(1, ...tallies.flatMap((tally) => [tally.inside, tally.answered, tally.unanswered]));
  const first = Date.parse(tallies[0]?.at ?? 0);
  const last = Math.max(first + 60000, Date.parse(tallies.at(-1)?.at ?? 0));
  svg.replaceChildren(
    ...["inside", "answered", "unanswered"].map((name) => {
      const drawn = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
      const points = tallies.map((tally) => {
        const x = (240 * (Date.parse(tally.at) - first)) / (last - first);
        return `${x.toFixed(1)},${(38 - (36 * tally[name]) / most).toFixed(1)}`;
      });
      drawn.setAttribute("points", points.join(" "));
      drawn.setAttribute("data-line", name);
      return drawn;
    }),
  );
}
