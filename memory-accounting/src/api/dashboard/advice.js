// The third answer on top: what to change, by what the program's own explanation says of its settings, and by what is held.
//
// A setting bounds what its component declares. So it helps where that is too much, or where memory is scarce and its component holds some of it, and then by
// no more than the component holds. What is held beyond a declaration, or by nobody who declares, no setting bounds.

import { answer } from "./answers.js";
import { el } from "./elements.js";
import { brief, bytes, count, declared } from "./format.js";

export function showChange(place, model, explanation) {
  const beyond = beyondSettings(model);
  const causes = beyond.slice(0, 3).map(([, words]) => el("p", { class: "bad cause" }, words));
  if (!explanation) {
    const why = model.status.limit
      ? el("p", { class: "quiet" }, "which setting to change was not answered yet")
      : el("p", { class: "warn" }, "no limit is known, so nothing tells whether what is declared fits, nor whether a setting is too big");
    return answer(place, causes, why);
  }
  const { settings, firm_limit_bytes: firm, limit_bytes: limit } = explanation;
  const fits = firm !== null && firm <= limit;
  if (!fits && settings.length > 0) return answer(place, cure(explanation), causes);
  const frees = settings.map((setting) => ({ setting, size: freed(setting, model) })).filter(({ size }) => size > 0).toSorted((a, b) => b.size - a.size);
  const [most] = frees;
  // What is a small part of what is held is not why memory is scarce.
  const isWhy = !(isScarce(model) && most?.size > beyond.reduce((sum, [size]) => sum + size, 0));
  if (causes.length > 0 && isWhy) {
    const helps = most && isScarce(model) && el("p", { class: "quiet" }, "meanwhile a smaller ", code(most.setting), ` frees ${bytes(most.size)} at most`);
    return answer(place, el("p", { class: "big bad" }, "no setting"), causes, helps);
  }
  if (settings.length === 0) return answer(place, el("p", { class: "big" }, "no setting"), el("p", {}, "what is declared depends on none"));
  const growing = settings.filter(({ bytes: size, growth_bytes: growth }) => size !== 0 || growth !== 0);
  if (isScarce(model)) return answer(place, relief(model, frees), causes);
  answer(place,
    el("p", { class: `big ${model.root.live === null ? "" : "good"}` }, "nothing"),
    el("p", {}, "what is declared fits", model.root.live === null && ", though not known to be kept to",
      growing.length > 0 ? ["; the most is up to ", code(growing[0]), ": ", depends(growing[0])] : ", and grows with no setting"),
    next(growing.slice(1), depends),
    el("p", { class: "quiet" }, "A part that turns work away at a size of its own, such as a full queue, says so in its log, not here."));
}

/** What no setting bounds, the most first: how much, and in words. */
function beyondSettings({ root, over, silent, slop, tooMuch }) {
  const causes = over.map((row) => [row.over, `${brief(row.name)} holds ${bytes(row.over)} more than the ${declared(row.firm)} it declares, and no setting bounds that: its declaration is wrong, or its code keeps what it should not`]);
  if (tooMuch) {
    const more = slop === null ? "" : `, more than the ${bytes(slop)} that are set aside`;
    causes.push([root.unclaimed, `${bytes(root.unclaimed)} are of no component${more}, and no setting bounds them: find who allocates them, and run that in the token().scope of a component that declares them`]);
  }
  for (const row of silent.filter((row) => slop !== null && row.live > slop)) {
    causes.push([row.live, `${brief(row.name)} holds ${bytes(row.live)} and declares nothing, so no setting bounds it: have it declare what it needs`]);
  }
  return causes.toSorted(([a], [b]) => b - a);
}

function isScarce({ status, near }) {
  return ["soft", "hard"].includes(status.limiter?.level) || (near.full !== null && near.used > near.effective);
}

/** What 0 would free now: no more than its component holds. */
function freed({ component, bytes: size }, { root, byName }) {
  const held = component === root.name ? (root.live ?? 0) - root.unclaimed : byName.get(component)?.live ?? 0;
  return Math.min(size ?? held, held);
}

/** What helps where all that is held is declared, and memory is scarce all the same. */
function relief({ root }, [first, ...others]) {
  if (!first) {
    const why = root.live === null ? "who holds memory is not known" : "no component holds anything that a setting bounds";
    return [el("p", { class: "big warn" }, "the limit"), el("p", {}, `${why}: raise the limit, or send the program less`)];
  }
  return [
    el("p", { class: "big" }, code(first.setting)),
    el("p", {}, `of all settings a smaller one here frees the most: ${bytes(first.size)} at most, of what is held`),
    next(others.map(({ setting, size }) => ({ ...setting, size })), ({ size }) => `${bytes(size)} at most`),
  ];
}

function next(settings, says) {
  const items = settings.slice(0, 2).flatMap((setting, index) => [index ? ", then " : "", code(setting), ` (${says(setting)})`]);
  return items.length > 0 && el("p", { class: "quiet" }, "next: ", ...items);
}

function code(setting) {
  const value = setting.value === null ? "is not limited" : `= ${count(setting.value)}`;
  return el("code", { class: "setting" }, `${setting.key} ${value}`, setting.component === "root" ? "" : ` in ${setting.component}`);
}

export function depends({ bytes: size, growth_bytes: growth, shrink_bytes: shrink }) {
  if (size === null) return "no bound";
  if (size === 0 && growth === 0) return `${shrink === null ? "no bound" : bytes(shrink)}, less if raised`;
  return size === 0 ? `${growth === null ? "no bound" : bytes(growth)} more if doubled` : bytes(size);
}

/** The words and the value up to which, or from which on, a setting by itself makes all fit. */
function limitOf({ largest_that_fits: { at_most: most }, every_smaller_fits: smaller, least_that_fits: { at_least: least }, every_greater_fits: greater }) {
  if (most) return [smaller ? "at most " : "", most];
  return least ? [greater ? "at least " : "", least] : undefined;
}

/** What to do where what is declared does not fit. */
function cure({ settings, fitting_together: together, firm_limit_bytes: firm, limit_bytes: limit }) {
  const enough = settings.find((setting) => limitOf(setting));
  const over = firm === null ? "what is declared has no bound" : `${bytes(firm - limit)} too much are declared`;
  if (enough) {
    const [words, value] = limitOf(enough);
    return [el("p", { class: "big bad" }, code(enough)), el("p", {}, `${over}; it fits with ${words}`, el("strong", {}, count(value)))];
  }
  if (together.length) {
    const all = together.map(({ component, key, value }) => el("p", {}, el("code", {}, `${key} = ${count(value)} in ${component}`)));
    const more = all.length > 4 && el("details", {}, el("summary", {}, `and ${all.length - 4} more, which are needed too`), ...all.slice(4));
    return [el("p", { class: "big bad" }, "several together"), el("p", {}, `${over}; together these fit:`), ...all.slice(0, 4), more];
  }
  return [el("p", { class: "big bad" }, "the limit"), el("p", {}, `${over}, and no setting helps`)];
}
