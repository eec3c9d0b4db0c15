/** The schedule of a wall: its slots as a list, and the week that they make. */
import { byId, h, icon } from "../lib/dom.js";
import { send } from "../lib/http.js";
import { page } from "../lib/page.js";
import { minutes, pieces, swapped } from "./week.js";

const data = JSON.parse(byId("week-data").textContent);
const { words, urls, playlists, write } = data;
const titles = new Map(playlists);
const DAYS = [1, 2, 3, 4, 5, 6, 7];
const NOW_MS = 60_000;

/** @type {import("./week.js").Slot[]} */
let slots = data.slots;
let { token } = data;
let saved = JSON.stringify(slots);

function drawWeek() {
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const node = h("span", { class: "week-hour num" }, hour % 3 ? "" : String(hour));
    node.style.gridColumn = String(hour + 2);
    return node;
  });
  const found = pieces(slots);
  const days = DAYS.flatMap((day) => {
    const name = h("span", { class: "week-day" }, words[`week.${day}`]);
    const track = h("div", { class: "week-track", "data-day": day });
    for (const node of [name, track]) node.style.gridRow = String(day + 1);
    // the winner is drawn last, over the others
    for (const piece of found.filter((one) => one.day === day).sort((a, b) => b.slot - a.slot))
      track.append(block(piece));
    return [name, track];
  });
  byId("week").replaceChildren(...hours, ...days);
  drawNow();
}

/** @param {import("./week.js").Piece} piece */
function block(piece) {
  const slot = slots[piece.slot];
  const title = titles.get(slot.playlist) ?? slot.playlist;
  const what = `${title}, ${slot.begins}–${slot.ends}`;
  const node = h(
    "button",
    { type: "button", class: "week-slot", "data-under": piece.under ? 1 : null, title: what, "aria-label": what },
    title,
  );
  node.style.left = `${(100 * piece.from) / 1440}%`;
  node.style.width = `${(100 * (piece.to - piece.from)) / 1440}%`;
  node.addEventListener("click", () => document.getElementById(`slot-${piece.slot}`)?.focus());
  return node;
}

/** Where the week is now, by the clock of the centre. */
function drawNow() {
  for (const old of document.querySelectorAll(".week-now")) old.remove();
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: page.timezone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const said = Object.fromEntries(parts.formatToParts(new Date()).map(({ type, value }) => [type, value]));
  const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(said.weekday) + 1;
  const node = h("i", { class: "week-now", "aria-hidden": "true" });
  node.style.left = `${(100 * minutes(`${said.hour}:${said.minute}`)) / 1440}%`;
  document.querySelector(`[data-day="${day}"]`)?.append(node);
}

function draw() {
  byId("slots").replaceChildren(...slots.map(row));
  drawWeek();
}

/** @param {import("./week.js").Slot} slot @param {number} at */
function row(slot, at) {
  const list = h(
    "select",
    { id: `slot-${at}`, "aria-label": words.playlist },
    ...playlists.map(([slug, title]) => h("option", { value: slug }, title)),
  );
  list.value = slot.playlist;
  const time = (/** @type {"begins"|"ends"} */ name) =>
    h("input", { type: "time", required: true, value: slot[name], "aria-label": words[name] });
  const [begins, ends] = [time("begins"), time("ends")];
  const days = DAYS.map((day) => {
    const box = h("input", { type: "checkbox", value: day });
    box.checked = slot.days.includes(day);
    return box;
  });
  const line = h(
    "div",
    { class: "slot-row" },
    list,
    begins,
    ends,
    h("span", { class: "slot-days" }, ...days.map((box, index) => h("label", {}, box, words[`week.${index + 1}`]))),
  );
  line.addEventListener("change", () => {
    slot.playlist = list.value;
    if (begins.value) slot.begins = begins.value;
    if (ends.value) slot.ends = ends.value;
    slot.days = days.filter((box) => box.checked).map((box) => Number(box.value));
    drawWeek();
  });
  if (write) line.append(acts(at));
  else for (const input of line.querySelectorAll("input, select")) input.disabled = true;
  return line;
}

/** @param {number} at */
function acts(at) {
  const button = (
    /** @type {string} */ title,
    /** @type {string} */ name,
    /** @type {() => import("./week.js").Slot[]} */ change,
  ) => {
    const node = h("button", { type: "button", class: "btn btn-icon", "aria-label": title, title }, icon(name));
    node.addEventListener("click", () => {
      slots = change();
      draw();
    });
    return node;
  };
  return h(
    "span",
    { class: "row scenes-wide" },
    button(words["list.up"], "chevron-up", () => swapped(slots, at, at - 1)),
    button(words["list.down"], "chevron-down", () => swapped(slots, at, at + 1)),
    button(words["list.remove"], "x", () => slots.filter((_, other) => other !== at)),
  );
}

byId("slot-new")?.addEventListener("click", () => {
  slots = [...slots, { days: DAYS.slice(0, 5), begins: "08:00", ends: "17:00", playlist: playlists[0]?.[0] ?? "" }];
  draw();
  document.getElementById(`slot-${slots.length - 1}`)?.focus();
});
byId("week-save")?.addEventListener("click", async () => {
  const answer = await send(urls.save, { slots, token });
  const said = byId("week-said");
  said.className = answer.ok ? "" : "error";
  said.textContent = answer.ok ? words.saved : answer.problem || words["save.failed"];
  if (!answer.ok) return;
  ({ slots, token } = answer.body);
  saved = JSON.stringify(slots);
  draw();
});
addEventListener("beforeunload", (event) => {
  if (write && JSON.stringify(slots) !== saved) event.preventDefault();
});
setInterval(drawNow, NOW_MS);
draw();
