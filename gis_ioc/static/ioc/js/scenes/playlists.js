/** Playlists: order, dwell of each scene, and whether an alarm stops them. */
import { byId, h, icon } from "../lib/dom.js";
import { send } from "../lib/http.js";
import { fill } from "../lib/texts.js";
import { duration, swapped } from "./week.js";

const data = JSON.parse(byId("play-data").textContent);
const { words, urls, scenes } = data;
const USUAL_S = 60;

/** @typedef {{slug: string, title: string, items: {scene: string, dwell_s: number}[], pause_on_alarm: boolean, version: number}} Playlist */

/** @param {string} title @param {string} name @param {() => void} act */
function button(title, name, act) {
  const node = h("button", { type: "button", class: "btn btn-icon", "aria-label": title, title }, icon(name));
  node.addEventListener("click", act);
  return node;
}

/** @param {string} chosen */
function choice(chosen) {
  const select = h(
    "select",
    { "aria-label": words.scene },
    ...scenes.map(([slug, title]) => h("option", { value: slug }, title)),
  );
  select.value = chosen;
  return select;
}

/** One playlist in its card. @param {HTMLElement} card @param {Playlist} row */
function edit(card, row) {
  const place = /** @type {HTMLElement} */ (card.querySelector("[data-body]"));
  const slug = h("input", {
    id: `slug-${row.slug}`,
    value: row.slug,
    maxlength: 60,
    pattern: "[a-z][a-z0-9_\\-]*",
    required: true,
  });
  slug.readOnly = row.version > 0;
  const title = h("input", { id: `title-${row.slug}`, value: row.title, maxlength: 80, required: true });
  const pause = h("input", { type: "checkbox", id: `pause-${row.slug}` });
  pause.checked = row.pause_on_alarm;
  const list = h("ol", { class: "play-items" });
  const round = h("output", { class: "muted" });
  const said = h("output", { "aria-live": "polite" });
  let items = structuredClone(row.items);

  const draw = () => {
    list.replaceChildren(...items.map(line));
    round.textContent = fill(words["list.round"], {
      time: duration(items.reduce((sum, item) => sum + item.dwell_s, 0)),
    });
  };
  /** @param {{scene: string, dwell_s: number}} item @param {number} at */
  const line = (item, at) => {
    const scene = choice(item.scene);
    scene.addEventListener("change", () => {
      item.scene = scene.value;
    });
    const dwell = h("input", { type: "number", min: 5, max: 86_400, value: item.dwell_s, "aria-label": words.dwell });
    dwell.addEventListener("change", () => {
      item.dwell_s = Math.round(Number(dwell.value));
      draw();
    });
    const go = (/** @type {number} */ by) => () => {
      items = swapped(items, at, at + by);
      draw();
    };
    const acts = h(
      "span",
      { class: "row" },
      button(words["list.up"], "chevron-up", go(-1)),
      button(words["list.down"], "chevron-down", go(1)),
    );
    acts.append(
      button(words["list.remove"], "x", () => {
        items = items.filter((_, other) => other !== at);
        draw();
      }),
    );
    return h("li", {}, scene, dwell, acts);
  };
  const more = h("button", { type: "button", class: "btn" }, icon("plus"), words.add);
  more.addEventListener("click", () => {
    items.push({ scene: scenes[0]?.[0] ?? "", dwell_s: USUAL_S });
    draw();
  });
  const save = h("button", { type: "submit", class: "btn btn-primary" }, icon("device-floppy"), words.save);
  const form = h(
    "form",
    { class: "stack" },
    h("div", { class: "field" }, h("label", { for: title.id }, words.title), title),
    h("div", { class: "field" }, h("label", { for: slug.id }, words.slug), slug),
    list,
    h("div", { class: "row" }, more, round),
    h("div", { class: "field-check" }, pause, h("label", { for: pause.id }, words.pause)),
    h("div", { class: "row" }, save, said),
  );
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    const draft = { slug: slug.value, title: title.value, items, pause_on_alarm: pause.checked };
    const answer = await send(urls.save, { draft, known: row.version });
    said.className = answer.ok ? "" : "error";
    said.textContent = answer.ok
      ? fill(words["save.done"], { version: answer.body.version })
      : answer.problem || words["save.failed"];
    if (!answer.ok) return;
    row.version = answer.body.version;
    slug.readOnly = true;
  });
  place.replaceChildren(form);
  draw();
}

for (const row of data.playlists) {
  const card = document.querySelector(`[data-playlist="${row.slug}"]`);
  if (card && matchMedia("(min-width: 701px)").matches) edit(/** @type {HTMLElement} */ (card), row);
}
byId("play-new")?.addEventListener("click", () => {
  const card = h("section", { class: "card scene-card" }, h("div", { class: "card-body stack", "data-body": 1 }));
  byId("playlists").prepend(card);
  const first = scenes.slice(0, 2).map(([scene]) => ({ scene, dwell_s: USUAL_S }));
  edit(card, { slug: "", title: "", items: first, pause_on_alarm: true, version: 0 });
  card.querySelector("input")?.focus();
});
