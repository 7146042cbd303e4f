// The limiter: whether it works, and what became of callers.

import { el, scroll, svg } from "./elements.js";
import { bytes, count } from "./format.js";

const OUTCOMES = [
  ["reserved", "reservations made"],
  ["waited", "had to wait"],
  ["progressed", "of these, let through because they had waited long enough"],
  ["gave_up", "of these, gave up"],
  ["refused_waiting", "of these, refused because the limit fell"],
  ["refused", "refused at once"],
  ["would_have_waited", "would have been held back (observe)"],
  ["exempted", "exempt while memory was scarce"],
  ["overdrawn", "let beyond the room there was, to get on"],
  ["purges", "times free memory was given back"],
  ["reclaim_calls", "reclaim hooks asked"],
  ["reclaim_panics", "reclaim hooks that panicked"],
  ["failed_readings", "readings that failed"],
];

const WAITS = [
  ["to_100_microseconds", "≤ 0.1 ms"],
  ["to_1_millisecond", "≤ 1 ms"],
  ["to_10_milliseconds", "≤ 10 ms"],
  ["to_100_milliseconds", "≤ 0.1 s"],
  ["to_1_second", "≤ 1 s"],
  ["to_10_seconds", "≤ 10 s"],
  ["longer", "longer"],
];

const HEALTH = { healthy: ["good", "works"], stale_reading: ["warn", "has no reading of resident memory for a while"], no_thread: ["bad", "its thread is not running"] };

export function showLimiter(place, limiter, first) {
  if (!limiter) {
    place.replaceChildren(el("p", { class: "quiet" }, "There is none, or the handler was not given it."));
    return;
  }
  const { mode, level, health, counts, waiting, reservations, kernel, hooks, limit_source: source } = limiter;
  const [state, works] = HEALTH[health] ?? ["", health];
  const rows = OUTCOMES.filter(([key]) => counts[key] > 0).map(([key, name]) => {
    const since = counts[key] - (first?.counts[key] ?? 0);
    return el("tr", { "data-outcome": key }, el("td", { class: "name" }, name), el("td", {}, count(counts[key])), el("td", { class: "quiet" }, since > 0 ? `+${count(since)}` : ""));
  });
  const kernelSays = [
    kernel.stalled_lately >= 0.001 && `${(kernel.stalled_lately * 100).toFixed(1)} % of the last ten seconds waited for memory`,
    kernel.high_events && `${count(kernel.high_events)} times over memory.high`,
    kernel.oom_kills && `${count(kernel.oom_kills)} processes killed`,
  ].filter(Boolean);
  place.replaceChildren(
    el("p", {}, "mode ", el("strong", {}, mode), ", level ", el("strong", {}, level), ", ", el("span", { class: state }, works), source ? `, limit from ${source}` : ""),
    el("p", {}, `${count(waiting)} wait now, ${count(reservations)} reservations are held`),
    kernelSays.length ? el("p", { class: "warn" }, `the kernel: ${kernelSays.join(", ")}`) : "",
    rows.length ? scroll("What became of callers", el("table", {}, el("thead", {}, el("tr", {}, ["outcome", "since the start", "since this page"].map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, rows))) : el("p", { class: "quiet" }, "nobody was held back, and nothing was reserved"),
    ...waits(counts.waits), ...hooks.map((hook) => el("p", { class: "quiet" }, `hook ${hook.name}: asked ${count(hook.calls)} times, gave back ${bytes(hook.reclaimed_bytes)}`)));
}

function waits(histogram) {
  const most = Math.max(...WAITS.map(([key]) => histogram[key]));
  if (most === 0) return [];
  const bars = WAITS.map(([key, name], at) => {
    const height = (histogram[key] / most) * 50;
    return [svg("rect", { x: at * 60 + 6, y: 62 - height, width: 48, height, fill: "var(--c0)" }, svg("title", {}, `${name}: ${count(histogram[key])}`)),
      svg("text", { x: at * 60 + 30, y: 76, "text-anchor": "middle" }, name), svg("text", { x: at * 60 + 30, y: 58 - height, "text-anchor": "middle" }, count(histogram[key]))];
  });
  return [el("h3", {}, "How long they waited"), svg("svg", { viewBox: "0 0 424 80", role: "img", "aria-label": "how long callers waited" }, bars)];
}
