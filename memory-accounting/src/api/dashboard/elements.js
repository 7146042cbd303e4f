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

/** A table with a head; cells may be elements. */
export function table(head, rows) {
  const cells = (tag, row) => row.map((cell) => el(tag, tag === "th" ? { scope: "col" } : {}, cell));
  const body = rows.map((row) => el("tr", {}, cells("td", row)));
  return el("table", {}, el("thead", {}, el("tr", {}, cells("th", head))), el("tbody", {}, body));
}
