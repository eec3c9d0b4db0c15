/** The mark that says where north is: always up, for the bearing is locked. */
import { h, use } from "../../lib/dom.js";
import { t } from "../../lib/texts.js";

/** @returns {HTMLElement} */
export const northMark = () =>
  h(
    "span",
    { class: "north", title: t("north.up"), role: "img", "aria-label": t("north.up") },
    use("icon-north", "icon"),
    h("b", { "aria-hidden": "true" }, t("north.letter")),
  );
