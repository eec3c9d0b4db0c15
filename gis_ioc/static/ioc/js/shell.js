/** What every page does: theme, language link, menus, search. */
import { bus } from "./lib/bus.js";
import { byId } from "./lib/dom.js";
import { setCookie } from "./lib/prefs.js";
import { startSearch } from "./panels/search.js";

function toggleTheme() {
  const root = document.documentElement;
  const theme = root.dataset.theme === "light" ? "dark" : "light";
  root.dataset.theme = theme;
  setCookie("ioc_theme", theme);
  bus.emit("theme", theme);
}

/** The other language, at the same view. @param {HTMLAnchorElement} link */
function switchLanguage(link) {
  const url = new URL(location.href);
  url.searchParams.set("lang", link.lang);
  location.assign(url);
}

/** @type {Record<string, (target: any) => void>} */
const actions = {
  theme: toggleTheme,
  language: switchLanguage,
};

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.removeAttribute("open");
  }
  const button = /** @type {HTMLElement|null} */ (target.closest("[data-action]"));
  const name = button?.dataset.action ?? "";
  if (!button || event.defaultPrevented) return;
  if (actions[name]) {
    event.preventDefault();
    actions[name](button);
  } else {
    bus.emit(`do:${name}`, button);
  }
});

bus.on("do:toggle-theme", toggleTheme);
if (byId("find")) startSearch();

// A fragment that htmx could not load says so instead of staying silent.
document.body.addEventListener("htmx:responseError", (event) => {
  const status = /** @type {any} */ (event).detail?.xhr?.status;
  bus.emit("toast", status === 403 ? "403" : `HTTP ${status}`);
});
