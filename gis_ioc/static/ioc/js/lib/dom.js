const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Text is set as text, never as HTML.
 * @param {string} tag
 * @param {Record<string, any>} [attrs] `on…` are listeners; null and false leave out
 * @param {...(Node|string|null|undefined)} children
 * @returns {any}
 */
export function h(tag, attrs = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, String(value));
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * @param {string} href id of a symbol in the page's sheet
 * @param {string} css
 */
export function use(href, css) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", css);
  svg.setAttribute("aria-hidden", "true");
  const node = document.createElementNS(SVG, "use");
  node.setAttribute("href", `#${href}`);
  svg.append(node);
  return svg;
}

/**
 * The symbol behind a name: a Tabler icon, one of our shapes, or a severity mark.
 * @param {string} name
 */
export const symbolOf = (name) =>
  document.getElementById(`icon-${name}`) ??
  document.getElementById(`icon-shape-${name}`) ??
  document.getElementById(name);

/** @param {string} name */
export const icon = (name, css = "icon") => use(`icon-${name}`, css);

/** Severity by shape; colour comes from the class. @param {string} level */
export const severityIcon = (level) => use(`sev-${level}`, `icon sev sev-${level}`);

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);
