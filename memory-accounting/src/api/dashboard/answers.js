// Two of the three answers on top: how near the limit, and who uses what.

import { el, svg } from "./elements.js";
import { brief, bytes, declared, percent, span } from "./format.js";
import { NOBODY } from "./model.js";

const LEVELS = {
  normal: ["good", "callers go on at once"],
  soft: ["warn", "memory is scarce: callers are slowed down"],
  hard: ["bad", "memory is nearly used up: callers wait"],
};

export function answer(place, ...children) {
  place.replaceChildren(place.firstElementChild, ...children.flat().filter(Boolean));
}

export function showNear(place, model) {
  const { near, status, root } = model;
  const [state, consequence] = LEVELS[status.limiter?.level] ?? ["", ""];
  const full = near.full;
  const works = (status.limiter?.health ?? "healthy") === "healthy";
  const color = (works || state !== "good" ? state : "warn") || (full && near.used > near.effective ? "bad" : "");
  const mode = status.limiter && status.limiter.mode !== "enforce" ? ` (mode: ${status.limiter.mode}, so nobody is held back)` : "";
  answer(place,
    el("p", { class: `big ${color}`, id: "near-number" }, full ? `${bytes(near.used)} of ${bytes(full)}` : bytes(near.used)),
    full
      ? el("p", { class: color }, `${percent(near.used, full)} of the limit`, consequence && `; ${consequence}${mode}`)
      : el("p", { class: "warn" }, "no limit is known: set one, for the process or by its start (`Startup`), and give it to this page (`with_started`)"),
    full && picture(near, Math.max(240, place.clientWidth - 40)),
    el("p", { class: "quiet" }, near.parts.map(([name, size]) => `${bytes(size)} ${name}`).join(" + "), full && `; ${bytes(near.effective)} of the limit are for components`),
    resident(status),
    declaredAgainst(root, near),
    slop(status.slop));
}

/** What is in physical memory, and how much of it counts: the two are far apart in most programs. */
function resident({ resident_bytes: all, limiter }) {
  if (all === null || all === undefined) return null;
  const counted = limiter?.ledger.resident_bytes ?? null;
  const said = counted === null ? `${bytes(all)} are resident: code, libraries and other files too, which the kernel can take back`
    : counted <= all ? `${bytes(all)} are resident, of which ${bytes(counted)} count against the limit: the rest is code, libraries and other files, which the kernel can take back`
      : `${bytes(all)} are resident; ${bytes(counted)} count against the limit, with what else is in the control group`;
  return el("p", { class: "quiet", id: "resident" }, said);
}

function declaredAgainst({ firm }, { effective }) {
  if (firm === null) return el("p", { class: "bad" }, "what is declared has no bound");
  const all = firm === 0 ? "nothing is declared" : `${bytes(firm)} are declared`;
  if (effective === null || firm === 0) return el("p", { class: "quiet" }, all);
  const fits = firm <= effective;
  return el("p", { class: fits ? "quiet" : "bad" }, `${all}: ${fits ? "they fit" : "more than may be used"}`);
}

/** What is set aside for what nobody declares, beside what that was measured to be. */
function slop(measured) {
  if (!measured) return null;
  const { set_aside_bytes: aside, needed_bytes: needed, needed_factor: factor, overhead } = measured;
  const were = overhead.measured === "now" ? "are needed now" : "were needed at most";
  const proposal = factor === null ? "as much as the limit or more" : `a slop of ${Math.round(factor * 100)} %`;
  return el("p", { class: needed > aside ? "warn" : "quiet", id: "slop" },
    `${bytes(aside)} are set aside for what nobody declares; ${bytes(needed)} ${were}${needed > aside ? `: ${proposal}` : ""}`);
}

function picture(near, width) {
  const x = (size) => (Math.min(size, near.full) / near.full) * width;
  let from = 0;
  const parts = near.parts.map(([name, size, color]) => {
    const part = svg("rect", { x: x(from), y: 12, width: Math.max(0, x(from + size) - x(from)), height: 18, fill: color }, svg("title", {}, `${name}: ${bytes(size)}`));
    from += size;
    return part;
  });
  const ticks = [["slowed", near.soft], ["wait", near.hard]].filter(([, size]) => size !== undefined);
  const marks = ticks.map(([name, size], index) => [
    svg("line", { x1: x(size), x2: x(size), y1: 8, y2: 34, stroke: "var(--ink)", "stroke-width": "2" }),
    svg("text", { x: x(size) + 1, y: index ? 45 : 6, "text-anchor": "end" }, `${name} from ${bytes(size)}`),
  ]);
  return svg("svg", { class: "near", viewBox: `0 0 ${width} 46`, role: "img", "aria-label": "part of the limit that is used" },
    svg("rect", { x: 0, y: 12, width, height: 18, rx: 3, fill: "var(--line)" }), parts, marks);
}

/** Who holds the most, who more than declared, and what nobody declared. */
export function showWho(place, model, shown) {
  const { root, nobody, over, undeclared, silent, tooMuch, status } = model;
  if (root.live === null) return answer(place, notKnown(model, shown));
  const biggest = [...shown, nobody].filter((row) => row?.live > 0).toSorted((a, b) => b.live - a.live).slice(0, 3);
  const first = biggest[0];
  const names = silent.slice(0, 3).map((row) => row.name).join(", ") + (silent.length > 3 ? ` and ${silent.length - 3} more` : "");
  const parts = [root.unclaimed > 0 && `${bytes(root.unclaimed)} of no component`, silent.length > 0 && `${root.unclaimed > 0 ? "the rest " : ""}of ${names}, which declare nothing`];
  answer(place,
    el("p", { class: `big ${first && first === nobody && tooMuch ? "bad" : ""}`, title: first?.name }, first ? `${first === nobody ? "no component" : brief(first.name)}: ${bytes(first.live)}` : "nobody"),
    first && el("p", {}, `${percent(first.live, root.live)} of the ${bytes(root.live)} that are live`,
      biggest.length > 1 && `; then ${biggest.slice(1).map((row) => `${row.name} ${bytes(row.live)}`).join(", ")}`),
    over.slice(0, 3).map((row) => el("p", { class: "bad over" }, `${row.name} holds ${bytes(row.over)} more than its ${declared(row.firm)}`)),
    over.length > 3 && el("p", { class: "bad" }, `and ${over.length - 3} more`),
    over.length === 0 && !tooMuch && root.firm !== 0 && el("p", { class: "good" }, "nobody holds more than declared"),
    el("p", { class: tooMuch ? "bad" : "quiet", id: "undeclared" }, undeclared === 0 ? "nothing of it is undeclared" : `${bytes(undeclared)} are undeclared: ${parts.filter(Boolean).join(", ")}`),
    status.peak && el("p", { class: "quiet", id: "at-peak" }, atPeak(status.peak)));
}

/** Who held what when most was live. */
function atPeak({ live_bytes: live, age_ms: age, largest }) {
  const holders = largest.slice(0, 3).map(({ name, live_bytes: size, largest_allocations_bytes: [block] }) => {
    const blocks = block >= size / 20 ? ` (in allocations of up to ${bytes(block)})` : "";
    return `${name === "root" ? NOBODY : name} ${bytes(size)}${blocks}`;
  });
  return `when most was live, ${bytes(live)}, ${span(age)} ago: ${holders.join(", ")}`;
}

/** Where nobody counts allocations: why, and what is known all the same. */
function notKnown({ status }, shown) {
  const [most] = shown.filter((row) => row.firm === null || row.firm > 0).toSorted((a, b) => (b.firm ?? Infinity) - (a.firm ?? Infinity));
  return [
    el("p", { class: "big" }, "not known"),
    el("p", { class: "warn" }, status.allocator_installed === false
      ? ["what components hold is not counted: make ", el("code", {}, "TrackingAllocator"), " the global allocator of the program (", el("a", { href: "status" }, "what to write"), ")"]
      : "nothing is attributed to any component"),
    most && el("p", { class: "quiet" }, `${most.name} declares the most: ${declared(most.firm)}`),
  ];
}
