// What grew and what shrank the most between two times.

import { dotted, el, scroll, svg } from "./elements.js";
import { bytes, change } from "./format.js";
import { NOBODY, differences } from "./model.js";

const MOST = 6;

export function showMovers(place, before, after) {
  if (![...after.of.values()].some(({ own }) => own !== null)) {
    place.replaceChildren(el("p", { class: "quiet" }, "not known"));
    return;
  }
  // Each by itself, so that one that grew does not count again with what it lies in.
  const moved = differences(before.of, after.of, ["own"]).filter(({ name, change: [by] }) => by !== 0 && !(name === "root" && (before.of.has(NOBODY) || after.of.has(NOBODY))));
  if (moved.length === 0) {
    place.replaceChildren(el("p", { class: "quiet" }, "nothing moved"));
    return;
  }
  const shown = moved.slice(0, MOST);
  const most = Math.abs(shown[0].change[0]);
  const rows = shown.map(({ name, old, now, change: [by] }) => {
    const width = (Math.abs(by) / most) * 49;
    const bar = svg("rect", { x: by < 0 ? 50 - width : 50, y: 1, width, height: 10, fill: by < 0 ? "var(--c2)" : "var(--c1)" });
    const middle = svg("line", { x1: 50, x2: 50, y1: 0, y2: 12, stroke: "var(--quiet)", "vector-effect": "non-scaling-stroke" });
    return el("tr", {}, el("td", { class: "name" }, dotted(name)),
      el("td", {}, svg("svg", { class: "bar", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" }, bar, middle)),
      el("td", {}, change(by)), el("td", { class: "quiet" }, `${bytes(old?.own ?? 0)} → ${now ? bytes(now.own) : "gone"}`));
  });
  place.replaceChildren(scroll("Biggest movers", el("table", {}, el("tbody", {}, rows))));
}
