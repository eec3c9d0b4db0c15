/** A window of a wall: the whole canvas or one panel, alone for weeks without a hand. */
import { bus } from "../lib/bus.js";
import { byId } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { pref, setPref } from "../lib/prefs.js";
import { roles, slugOf } from "../lib/roles.js";
import { t } from "../lib/texts.js";
import { age, clockText, now } from "../lib/time.js";
import { AlertFeed } from "../panels/alerts.js";
import { health } from "../panels/status.js";
import { startBeat } from "./beat.js";
import { Glass } from "./glass.js";
import { Identify } from "./identify.js";
import { Link } from "./link.js";
import { isPreview, startPreview } from "./preview.js";
import { startRelease } from "./release.js";

const RETRY_MS = 5_000;
const IDLE_MS = 3_000;
const AWAY_SHOWN_S = 20;
const SIGN_MS = 5_000;

const given = document.body.dataset;
/** @type {[number, number]|null} */
const panel = given.column ? [Number(given.column), Number(given.row)] : null;

/** The catalogue; without network the one of the last time. */
async function catalogue() {
  for (;;) {
    try {
      const entries = await getJson("/api/v1/layers");
      setPref("wall.layers", entries);
      return entries;
    } catch {
      const kept = pref("wall.layers", null);
      if (kept) return kept;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** @param {Link} link @param {any[]} entries */
function sourcesFor(link, entries) {
  const alarms = slugOf(entries, roles.alarms);
  const orders = slugOf(entries, roles.orders);
  const figures = slugOf(entries, roles.figures);
  link.hearOf([alarms, orders, figures].flatMap((slug) => slug ?? []));
  const { province = "", stateUrl } = given;
  /** @type {any} */
  const sources = { alarms, orders, figures, province, stateUrl, alerts: { alerts: null, desk: null } };
  sources.health = () =>
    health({
      open: link.open,
      tried: link.tried,
      heard_s: link.heardAt / 1000,
      newest_s: link.newest_s,
      now_s: now() / 1000,
    });
  return sources;
}

async function start() {
  hideMouse();
  const link = new Link({ slug: String(given.wall), panel, bundleUrl: String(given.bundleUrl) });
  if (isPreview()) startPreview(link);
  const entries = await catalogue();
  const sources = sourcesFor(link, entries);
  bus.on("alerts", (told) => {
    sources.alerts = told;
  });
  const glass = new Glass({ link, panel, entries, sources });
  if (sources.alarms) new AlertFeed(sources.alarms);
  const identify = new Identify(glass, byId("glass"));
  bus.on("identify", () => identify.show());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "f") document.documentElement.requestFullscreen?.();
    if (event.key === "i") identify.toggle();
  });
  if (!isPreview()) startBeat(glass);
  startRelease(glass, (name, listener) => bus.on(name, listener));
  startAway(link, sources);
  startSign();
  Object.assign(globalThis, { iocWall: glass }); // for whoever looks at a panel with the browser's tools
  document.documentElement.dataset.ready = "1";
}

/** The banner over a wall that has lost the centre. @param {Link} link @param {any} sources */
function startAway(link, sources) {
  const box = byId("wall-away");
  const draw = () => {
    const { state, age_s } = sources.health();
    const silent_s = age_s ?? 0;
    box.hidden = !(state === "off" && silent_s > AWAY_SHOWN_S);
    if (!box.hidden) box.textContent = t("wall.away", { age: age(silent_s) });
  };
  link.addEventListener("health", draw);
  setInterval(draw, 1_000);
}

/** The time in the title: a kiosk starts a page again whose title stands still. */
function startSign() {
  const title = document.title;
  const sign = () => {
    document.title = `${title} · ${clockText(now())}`;
  };
  setInterval(() => requestAnimationFrame(sign), SIGN_MS);
}

function hideMouse() {
  let timer = 0;
  const seen = () => {
    document.body.classList.remove("idle");
    clearTimeout(timer);
    timer = /** @type {any} */ (setTimeout(() => document.body.classList.add("idle"), IDLE_MS));
  };
  addEventListener("mousemove", seen);
  seen();
}

start();
