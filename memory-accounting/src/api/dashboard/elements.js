// Making elements. Names of components are whatever a program calls them, so they only ever become text.

function make(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) element.style.setProperty(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

export const el = (tag, attributes, ...children) => make(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) =>
  make(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

export const byId = (id) => document.getElementById(id);

/** A name that may break behind its dots, and nowhere else. */
export const dotted = (name) => name.split(/(?<=\.)/).flatMap((part, at) => (at === 0 ? [part] : [el("wbr"), part]));

/** Where `children` are wider than their place they are scrolled, by keys too. */
export const scroll = (label, ...children) => el("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, ...children);

/** Says at each of them whether there is more to the side. */
export function markScrolls() {
  for (const place of document.querySelectorAll(".scroll")) place.toggleAttribute("data-more", place.scrollWidth > place.clientWidth);
}

/** A table with a head; cells may be elements. */
export function table(head, rows) {
  const cells = (tag, row) => row.map((cell) => el(tag, tag === "th" ? { scope: "col" } : {}, cell));
  const body = rows.map((row) => el("tr", {}, cells("td", row)));
  return el("table", {}, el("thead", {}, el("tr", {}, cells("th", head))), el("tbody", {}, body));
}
