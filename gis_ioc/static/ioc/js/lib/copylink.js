/** Copies a link to the view, in its language and theme. */
import { bus } from "./bus.js";
import { page } from "./page.js";
import { t } from "./texts.js";

export async function copyLink() {
  const url = new URL(location.href);
  url.searchParams.set("lang", page.language);
  url.searchParams.set("theme", document.documentElement.dataset.theme ?? "dark");
  try {
    await navigator.clipboard.writeText(url.href);
    bus.emit("toast", t("link.copied"));
  } catch {
    history.replaceState(null, "", url);
    bus.emit("toast", t("link.failed"));
  }
}
