// The three answers on top: how near the limit, who uses what, what to change.

import { el, svg } from "./elements.js";
import { brief, bytes, declared, percent, count, span } from "./format.js";

const LEVELS = {
  normal: ["good", "callers go on at once"],
  soft: ["warn", "memory is scarce: callers are slowed down"],
  hard: ["bad", "memory is nearly used up: callers wait"],
};

function answer(place, ...children) {
  place.replaceChildren(place.firstElementChild, ...children.flat().filter(Boolean));
}

export function showNear(place, model) {
  const { near, status, root } = model;
  const [state, consequence] = LEVELS[status.limiter?.level] ?? ["", ""];
  const full = near.full;
  const color = state || (full && near.used > (near.effective ?? full) ? "bad" : "");
  const mode = status.limiter && status.limiter.mode !== "enforce" ? ` (mode: ${status.limiter.mode}, so nobody is held back)` : "";
  answer(place,
    el("p", { class: `big ${color}`, id: "near-number" }, full ? `${bytes(near.used)} of ${bytes(full)}` : bytes(near.used)),
    el("p", { class: color }, full ? `${percent(near.used, full)} of the limit` : "no limit is known", consequence && `; ${consequence}${mode}`),
    full && picture(near, Math.max(240, place.clientWidth - 40)),
    el("p", { class: "quiet" }, near.parts.map(([name, size]) => `${bytes(size)} ${name}`).join(" + "), full && `; ${bytes(near.effective)} of the limit are for components`),
    declaredAgainst(root, near),
    slop(status.slop));
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
  const { root, over, undeclared, silent, status } = model;
  const biggest = shown.filter((row) => row.live > 0).toSorted((a, b) => b.live - a.live).slice(0, 3);
  const first = biggest[0];
  const names = (rows) => rows.slice(0, 3).map((row) => row.name).join(", ") + (rows.length > 3 ? ` and ${rows.length - 3} more` : "");
  if (root.live === null) return answer(place, notKnown(model, shown));
  answer(place,
    el("p", { class: "big", title: first?.name }, first ? `${brief(first.name)}: ${bytes(first.live)}` : "no component"),
    first && el("p", {}, `${percent(first.live, root.live)} of the ${bytes(root.live)} that are live`,
      biggest.length > 1 && `; then ${biggest.slice(1).map((row) => `${row.name} ${bytes(row.live)}`).join(", ")}`),
    over.length
      ? over.slice(0, 3).map((row) => el("p", { class: "bad over" }, `${row.name} holds ${bytes(row.over)} more than its ${declared(row.firm)}`))
      : first && el("p", { class: "good" }, "nobody holds more than declared"),
    over.length > 3 && el("p", { class: "bad" }, `and ${over.length - 3} more`),
    el("p", { class: "quiet", id: "undeclared" }, `${bytes(undeclared)} are undeclared: ${bytes(root.unclaimed)} of no component`,
      silent.length > 0 && `, the rest of ${names(silent)}, which declare nothing`),
    status.peak && el("p", { class: "quiet", id: "at-peak" }, atPeak(status.peak)));
}

/** Who held what when most was live. */
function atPeak({ live_bytes: live, age_ms: age, largest }) {
  const holders = largest.slice(0, 3).map(({ name, live_bytes: size, largest_allocations_bytes: [block] }) => {
    const blocks = block >= size / 20 ? ` (in allocations of up to ${bytes(block)})` : "";
    return `${name === "root" ? "root itself" : name} ${bytes(size)}${blocks}`;
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

/** The setting that would help, by what the program's own explanation says. */
export function showChange(place, model, explanation) {
  if (!explanation) {
    const why = model.status.limit ? "which setting to change was not answered yet" : "no limit is known, so nothing tells whether what is declared fits";
    return answer(place, el("p", { class: "quiet" }, why));
  }
  const [first, ...others] = explanation.settings;
  const fit = explanation.firm_limit_bytes !== null && explanation.firm_limit_bytes <= explanation.limit_bytes;
  const lines = [];
  if (!first) lines.push(el("p", { class: "big" }, "no setting"), el("p", {}, "what is declared depends on none"));
  else if (!fit) lines.push(...cure(explanation));
  else {
    const pressed = ["soft", "hard"].includes(model.status.limiter?.level);
    const [worst] = model.over;
    const its = worst && explanation.settings.find((setting) => within(worst.name, setting.component));
    if (its) {
      lines.push(el("p", { class: "big" }, code(its)), el("p", {}, `${worst.name} holds ${bytes(worst.over)} more than follows from this: lower it for now, and have the declaration corrected in the program`));
    } else {
      lines.push(el("p", { class: `big${pressed ? "" : " good"}` }, pressed ? code(first) : "nothing"),
        el("p", {}, pressed ? "a smaller value frees the most: " : "what is declared fits; the most is up to ", pressed ? depends(first) : [code(first), ": ", depends(first)]));
    }
    const next = others.slice(0, 2).flatMap((setting, index) => [index ? ", then " : "", code(setting), ` (${depends(setting)})`]);
    if (next.length) lines.push(el("p", { class: "quiet" }, "next: ", ...next));
  }
  answer(place, lines);
}

function within(name, component) {
  return component === "root" || name === component || name.startsWith(`${component}.`);
}

function code(setting) {
  const value = setting.value === null ? "is not limited" : `= ${count(setting.value)}`;
  return el("code", { class: "setting" }, `${setting.key} ${value}`, setting.component === "root" ? "" : ` in ${setting.component}`);
}

export function depends({ bytes: size, growth_bytes: growth }) {
  if (size === null) return "no bound";
  return size === 0 ? `${growth === null ? "no bound" : bytes(growth)} more if doubled` : bytes(size);
}

/** What to do where what is declared does not fit. */
function cure({ settings, fitting_together: together, firm_limit_bytes: firm, limit_bytes: limit }) {
  const enough = settings.find(({ largest_that_fits: largest }) => typeof largest === "object" && largest.at_most);
  const over = firm === null ? "what is declared has no bound" : `${bytes(firm - limit)} too much are declared`;
  if (enough) {
    return [el("p", { class: "big bad" }, code(enough)), el("p", {}, `${over}; it fits with at most `, el("strong", {}, count(enough.largest_that_fits.at_most)))];
  }
  if (together.length) {
    const some = together.slice(0, 4).map(({ component, key, value }) => el("p", {}, el("code", {}, `${key} = ${count(value)} in ${component}`)));
    return [el("p", { class: "big bad" }, "several together"), el("p", {}, `${over}; together these fit:`), ...some,
      together.length > 4 && el("p", { class: "quiet" }, `and ${together.length - 4} more`)];
  }
  return [el("p", { class: "big bad" }, "the limit"), el("p", {}, `${over}, and no setting helps`)];
}
