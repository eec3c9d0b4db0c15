/** What lies in the area, and who could come: the middle of the page. */
import { h, icon, symbolOf, use } from "@ioc/lib/dom.js";
import { number } from "@ioc/lib/texts.js";
import { moment, percent, say } from "./screen.js";

/** @param {string} name */
const drawing = (name) => use(symbolOf(name)?.id ?? `icon-${name}`, "icon");
const km = (/** @type {number} */ metres) =>
  `${number(Math.round(metres / (metres < 10_000 ? 100 : 1_000)) / (metres < 10_000 ? 10 : 1))} km`;

/**
 * @param {any} found answer of /dispatch/inside
 * @param {{has: (unit: number) => boolean, add: (unit: number) => void, toggle: (slug: string) => boolean, shown: (slug: string) => boolean}} acts
 */
export function drawInside(found, acts) {
  return [...unitsPart(found, acts), h("div", { id: "dsp-forces", "aria-live": "polite" }), ...assetsPart(found, acts)];
}

/** @param {any} found @param {any} acts */
function unitsPart(found, acts) {
  const people = found.people === null ? "" : `≈ ${number(found.people)} ${say("people")}`;
  const head = h(
    "h3",
    {},
    h("span", {}, say("units")),
    h("small", { class: "num muted", title: say("people.estimate") }, people),
  );
  if (!found.units.length) return [head, h("p", { class: "muted" }, say("units.none"))];
  const list = h("ul", { class: "dsp-list" }, ...found.units.map((/** @type {any} */ unit) => unitLine(unit, acts)));
  return [head, list];
}

/** @param {any} unit @param {any} acts */
function unitLine(unit, acts) {
  const has = acts.has(unit.id);
  const text = say(has ? "unit.has" : "unit.add", { unit: unit.title });
  const button = h(
    "button",
    {
      type: "button",
      class: "dsp-mini",
      "data-unit": unit.id,
      "aria-pressed": String(has),
      "aria-label": text,
      title: text,
      onclick: () => acts.add(unit.id),
    },
    icon(has ? "check" : "plus"),
  );
  const share = unit.near
    ? say("units.near")
    : unit.whole
      ? say("units.whole")
      : say("units.share", { share: percent(unit.share) });
  const people = unit.people === null || unit.near ? "" : ` · ≈ ${number(unit.people)} ${say("people")}`;
  return h(
    "li",
    {},
    h("div", { class: "dsp-line" }, h("strong", {}, unit.title), button),
    h("div", { class: "dsp-small num" }, share + people),
    ...unit.contacts.slice(0, 1).map((/** @type {any} */ contact) => contactLine(contact, unit)),
  );
}

/** @param {any} contact @param {any} unit */
function contactLine(contact, unit) {
  const parts = [
    contact.position,
    contact.unit_title === unit.title ? "" : say("units.above", { unit: contact.unit_title }),
  ];
  const phones = contact.phones.flatMap((/** @type {string} */ phone) => [
    " · ",
    h("a", { href: `tel:${phone.replace(/\s/g, "")}`, class: "num" }, phone),
  ]);
  const duty = contact.on_duty ? h("span", { class: "badge" }, say("units.duty")) : null;
  return h(
    "div",
    { class: "dsp-small" },
    `${contact.person} · ${parts.filter(Boolean).join(" ")}`,
    ...phones,
    " ",
    duty,
  );
}

/** @param {any} found @param {any} acts */
function assetsPart(found, acts) {
  const at = h("small", { class: "num muted" }, say("assets.at", { time: moment(found.at) }));
  const head = h("h3", {}, h("span", {}, say("assets")), at);
  const ordered = [...found.assets].sort((a, b) => Number(b.count > 0) - Number(a.count > 0));
  return [head, ...ordered.map((entry) => assetLine(entry, acts))];
}

/** @param {any} entry @param {any} acts */
function assetLine(entry, acts) {
  if (!entry.count)
    return h(
      "div",
      { class: "dsp-line dsp-none" },
      h("span", {}, drawing(entry.icon), " ", entry.title),
      h("span", { class: "num" }, "0"),
    );
  const text = say("assets.show", { layer: entry.title });
  const eye = h(
    "button",
    {
      type: "button",
      class: "dsp-mini",
      "aria-pressed": String(acts.shown(entry.layer)),
      "aria-label": text,
      title: text,
    },
    icon("eye"),
  );
  eye.addEventListener("click", (/** @type {Event} */ event) => {
    event.preventDefault();
    eye.setAttribute("aria-pressed", String(acts.toggle(entry.layer)));
  });
  const summary = h(
    "summary",
    {},
    drawing(entry.icon),
    h("span", { class: "dsp-name" }, entry.title),
    h("span", { class: "num" }, number(entry.count)),
    eye,
  );
  return h("details", { id: `dsp-a-${entry.layer}` }, summary, states(entry), ...sums(entry), items(entry));
}

/** @param {any} entry */
function states(entry) {
  const parts = entry.states.map((/** @type {[string, number]} */ [title, count]) =>
    h("span", { class: "badge num" }, `${title} ${number(count)}`),
  );
  if (entry.stale)
    parts.push(h("span", { class: "badge badge-medium num" }, say("assets.stale", { n: number(entry.stale) })));
  return h("div", { class: "dsp-states" }, ...parts);
}

/** @param {any} entry */
function sums(entry) {
  if (!entry.sums.length) return [];
  const told = entry.sums.map((/** @type {any} */ sum) => `${sum.title}: ${number(sum.value)} ${sum.unit}`);
  return [h("p", { class: "dsp-small num" }, told.join(" · "))];
}

/** @param {any} entry */
function items(entry) {
  const lines = entry.items.map((/** @type {any} */ item) =>
    h(
      "li",
      { class: item.stale ? "dsp-stale" : null },
      h(
        "div",
        { class: "dsp-line" },
        h("a", { href: `/#open=${entry.layer}/${item.id}`, target: "_blank", rel: "noopener" }, item.title),
        h("span", { class: "dsp-small" }, item.stale ? say("stale") : item.state),
      ),
    ),
  );
  const left = entry.count - entry.items.length;
  if (left > 0) lines.push(h("li", { class: "dsp-small num" }, say("assets.more", { n: number(left) })));
  return h("ul", { class: "dsp-list" }, ...lines);
}

/**
 * @param {any[]} groups answer of /dispatch/forces
 * @param {(from: [number, number]|null) => void} point
 */
export function drawForces(groups, point) {
  const head = h("h3", {}, h("span", {}, say("forces")), h("small", { class: "muted" }, say("forces.line")));
  return [head, ...groups.map((group) => forceGroup(group, point))];
}

/** @param {any} group @param {(from: [number, number]|null) => void} point */
function forceGroup(group, point) {
  const nearest = group.found[0];
  const told = nearest ? distance(nearest) : say("forces.none");
  const summary = h(
    "summary",
    { class: nearest ? null : "dsp-none" },
    drawing(group.icon),
    h("span", { class: "dsp-name" }, group.title),
    h("span", { class: "dsp-small num" }, told),
  );
  const lines = group.found.map((/** @type {any} */ one) => {
    const eta =
      one.eta_min === null
        ? one.reaches
          ? say("forces.sees")
          : ""
        : say("forces.eta", { n: number(one.eta_min), speed: number(one.speed_kmh) });
    const on = () => point([one.lon, one.lat]);
    return h(
      "li",
      { onmouseenter: on, onmouseleave: () => point(null), onfocusin: on, onfocusout: () => point(null) },
      h(
        "div",
        { class: "dsp-line" },
        h("a", { href: `/#open=${group.layer}/${one.id}`, target: "_blank", rel: "noopener" }, one.title),
        h("span", { class: "num" }, km(one.distance_m)),
      ),
      h("div", { class: "dsp-small num" }, eta),
    );
  });
  return h("details", {}, summary, h("ul", { class: "dsp-list" }, ...lines));
}

/** @param {any} one */
const distance = (one) =>
  km(one.distance_m) + (one.eta_min === null ? "" : ` · ${say("forces.short", { n: number(one.eta_min) })}`);
