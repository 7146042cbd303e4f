// The tree of components as a table that is kept up to date.

import { byId, dotted, el, svg } from "./elements.js";
import { bytes, change, declared } from "./format.js";

/** So many are shown at most; who looks for one of more writes a part of its name. */
const MOST = 400;

export class Components {
  #open = new Set(["root"]);
  #lines = new Map();
  #selected = null;
  #select;

  /** Calls `select` with the name of the component that was chosen, or null. */
  constructor(select) {
    this.#select = select;
  }

  show(model, before) {
    const find = byId("find").value.trim().toLowerCase();
    const all = byId("all").getAttribute("aria-pressed") === "true" || model.rows.length <= 60;
    const isOpen = (row) => row === null || ((all || this.#open.has(row.name)) && isOpen(row.parent));
    const wanted = model.rows.filter((row) => (find ? row.name.toLowerCase().includes(find) : isOpen(row.parent)));
    const shown = wanted.slice(0, MOST);
    const lines = shown.map((row) => this.#line(row, model, before.of.get(row.name), all));
    const body = byId("components").tBodies[0];
    const present = [...body.children];
    if (present.length !== lines.length || lines.some((line, at) => line !== present[at])) body.replaceChildren(...lines);
    for (const name of this.#lines.keys()) if (!model.byName.has(name)) this.#lines.delete(name);
    const hidden = wanted.length - shown.length;
    byId("more").textContent = hidden > 0 ? `and ${hidden} more; write a part of a name above` : `${model.rows.length - (model.nobody ? 2 : 1)} components; choose one to see it over time`;
  }

  #line(row, model, before, all) {
    let line = this.#lines.get(row.name);
    if (!line) {
      const button = el("button", { type: "button", onclick: () => this.#chosen(row.name) });
      line = el("tr", { "data-component": row.name }, el("td", { class: "name" }, button), el("td", {}),
        ["live", "declared", "reserved", "peak", "at-peak", "change"].map((name) => el("td", { class: name })));
      line.firstChild.style.setProperty("--depth", row.depth);
      this.#lines.set(row.name, line);
    }
    const isRoot = row === model.root;
    const fold = row.children.length === 0 || all || isRoot ? "" : this.#open.has(row.name) ? "▾ " : "▸ ";
    const [name, bar, live, firm, reserved, peak, atPeak, moved] = line.children;
    const shown = fold + (isRoot ? "all of it" : row.short);
    if (name.textContent !== shown) name.firstChild.replaceChildren(...dotted(shown));
    bar.replaceChildren(picture(row, isRoot));
    text(live, bytes(row.live));
    text(firm, row.firm === 0 && row.live > 0 ? "nothing" : declared(row.firm));
    text(reserved, row.reserved ? bytes(row.reserved) : "–");
    text(peak, bytes(row.peak));
    text(atPeak, bytes(row.atPeak));
    text(moved, row.live === null ? "–" : change(row.live - (before?.live ?? 0)));
    const largest = row.largest.length ? `; its largest allocations lately: ${row.largest.map(bytes).join(", ")}` : "";
    line.title = `${row.name}: minimum ${declared(row.minimum)}, at most ${declared(row.firm)}${largest}`;
    live.className = `live ${row.over > 0 || (row === model.nobody && model.tooMuch) ? "bad" : ""}`;
    line.setAttribute("aria-selected", row.name === this.#selected);
    return line;
  }

  #chosen(name) {
    if (this.#open.has(name) && this.#selected === name) this.#open.delete(name);
    else this.#open.add(name);
    this.#selected = this.#selected === name ? null : name;
    this.#select(this.#selected);
  }
}

function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

/** Live and reserved of what is declared, a tick at the peak, red beyond. */
function picture(row, isRoot) {
  const used = (row.live ?? 0) + row.reserved;
  const whole = Math.max(row.firm ?? 0, used, row.peak ?? 0, 1);
  const x = (size) => (size / whole) * 100;
  const within = isRoot || row.firm === null ? used : Math.min(used, row.firm);
  const bar = (from, to, color) => svg("rect", { x: from, y: 1, width: Math.max(0, to - from), height: 10, fill: color });
  const parts = [bar(0, x(row.firm ?? 0), "var(--line)"), bar(0, x(Math.min(row.live ?? 0, within)), row.firm === 0 ? "var(--nobody)" : "var(--c0)"),
    bar(x(Math.min(row.live ?? 0, within)), x(within), "var(--c6)")];
  if (used > within) parts.push(bar(x(within), x(used), row.firm === 0 ? "var(--nobody)" : "var(--bad)"));
  if (row.peak) parts.push(svg("line", { x1: x(row.peak), x2: x(row.peak), y1: 0, y2: 12, stroke: "var(--ink)", "stroke-width": "1.5", "vector-effect": "non-scaling-stroke" }));
  return svg("svg", { class: "bar", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" }, parts);
}
