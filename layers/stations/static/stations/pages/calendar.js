/** Keys of the calendar: arrows go from day to day, the day says what it holds. */

/** @param {HTMLElement} root where the calendar is swapped */
export function startCalendar(root) {
  const days = () => /** @type {SVGAElement[]} */ ([...root.querySelectorAll(".st-calendar svg[role=group] a")]);
  const say = (/** @type {Element|null} */ link) => {
    const told = root.querySelector(".st-calendar-told");
    if (told) told.textContent = link?.getAttribute("aria-label") ?? "";
  };
  const steps = { ArrowLeft: -7, ArrowRight: 7, ArrowUp: -1, ArrowDown: 1 };
  root.addEventListener("keydown", (event) => {
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    const all = days();
    const place = all.indexOf(/** @type {any} */ (document.activeElement));
    if (!step || place < 0) return;
    event.preventDefault();
    const next = all[Math.min(Math.max(place + step, 0), all.length - 1)];
    all[place].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
  for (const name of ["focusin", "pointerover"]) {
    root.addEventListener(name, (event) => {
      const link = /** @type {Element} */ (event.target).closest(".st-calendar svg a");
      if (link) say(link);
    });
  }
}
