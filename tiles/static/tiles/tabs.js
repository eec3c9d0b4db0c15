/** Tabs as the ARIA pattern has them: arrows move, only the chosen one is a tab stop. */
import { byId } from "@ioc/lib/dom.js";

const STEPS = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowLeft: -1 });

export class Tabs {
  /**
   * @param {HTMLElement} root with role=tablist
   * @param {() => void} onChange
   */
  constructor(root, onChange) {
    /** @type {HTMLElement[]} */
    this.tabs = [...root.querySelectorAll("[role=tab]")].map((tab) => /** @type {HTMLElement} */ (tab));
    this.onChange = onChange;
    for (const tab of this.tabs) tab.addEventListener("click", () => this.choose(tab.id));
    root.addEventListener("keydown", (event) => {
      const at = this.tabs.indexOf(/** @type {any} */ (document.activeElement));
      const next = this.tabs[(at + (STEPS[event.key] ?? 0) + this.tabs.length) % this.tabs.length];
      if (!STEPS[event.key]) return;
      event.preventDefault();
      this.choose(next.id);
      next.focus();
    });
  }

  get chosen() {
    return this.tabs.find((tab) => tab.ariaSelected === "true")?.id.slice(4) ?? "";
  }

  /** @param {string} id of a tab, with or without "tab-" */
  choose(id) {
    const wanted = id.startsWith("tab-") ? id : `tab-${id}`;
    if (!this.tabs.some((tab) => tab.id === wanted)) return;
    for (const tab of this.tabs) {
      const on = tab.id === wanted;
      tab.ariaSelected = String(on);
      tab.tabIndex = on ? 0 : -1;
      byId(tab.getAttribute("aria-controls") ?? "").hidden = !on;
    }
    this.onChange();
  }
}
