// Pictures of what was seen over time.

import { el, svg } from "./elements.js";
import { bytes, clock } from "./format.js";
import { NOBODY } from "./model.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [900, 240, 64, 20, 8];
const COLORS = 7;

/**
 * Draws `layers` upon each other, or `lines` as they are, and the `marks` between which is compared.
 * A layer is `{ name, color, of: sample => bytes }`; a line has a `class` as well. Null leaves a gap. What `says(sample)` returns, if anything, stands in the
 * legend instead of the name and the number.
 */
export function draw(place, samples, { layers, lines, marks }) {
  const width = Math.max(320, place.clientWidth || WIDTH);
  const [first, last] = [samples[0].at, samples.at(-1).at];
  const span = Math.max(1000, last - first);
  const stacks = samples.map((sample) => stack(layers, sample));
  const tops = stacks.map((stacked) => stacked.at(-1) ?? 0);
  const drawn = lines.map((line) => samples.map(line.of));
  const most = Math.max(1, ...tops, ...drawn.flat().filter(Number.isFinite));
  const x = (time) => LEFT + ((time - first) / span) * (width - LEFT - 8);
  const y = (value) => HEIGHT - BOTTOM - (value / most) * 0.97 * (HEIGHT - BOTTOM - TOP);
  const parts = runs(samples);

  const areas = layers.map((layer, index) => {
    const edge = (order, level) => order.map((at) => `${x(samples[at].at).toFixed(1)},${y(level(at)).toFixed(1)}`).join(" L");
    const path = parts.map((run) => {
      const upper = edge(run, (at) => stacks[at][index]);
      const lower = edge(run.toReversed(), (at) => (index === 0 ? 0 : stacks[at][index - 1]));
      return `M${upper} L${lower} Z`;
    });
    return svg("path", { d: path.join(" "), fill: layer.color, "fill-opacity": ".85" }, svg("title", {}, layer.name));
  });
  const paths = lines.map((line, index) => {
    const known = parts.map((run) => run.filter((at) => Number.isFinite(drawn[index][at]))).filter((run) => run.length > 0);
    const d = known.map((run) => `M${run.map((at) => `${x(samples[at].at).toFixed(1)},${y(drawn[index][at]).toFixed(1)}`).join(" L")}`);
    return svg("path", { d: d.join(" "), class: line.class, stroke: line.color, fill: "none", "stroke-width": "1.6" }, svg("title", {}, line.name));
  });
  const restarts = samples.filter((sample) => sample.restarted).map((sample) => mark(x(sample.at), "restarted"));

  const picture = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": "memory over time" },
    scale(most, y, width), areas, paths, marks.map((time) => mark(x(time), "")), restarts,
    svg("text", { x: LEFT, y: HEIGHT - 4 }, clock(first)),
    svg("text", { x: width - 8, y: HEIGHT - 4, "text-anchor": "end" }, clock(last)));
  place.replaceChildren(picture, legend([...layers.toReversed(), ...lines], samples.at(-1)));
}

/** Samples between which nothing is missing: a line through an outage would be made up. */
function runs(samples) {
  const parts = [];
  samples.forEach((sample, at) => {
    if (at > 0 && !sample.broken) parts.at(-1).push(at);
    else parts.push([at]);
  });
  return parts;
}

function stack(layers, sample) {
  let sum = 0;
  return layers.map((layer) => (sum += layer.of(sample) ?? 0));
}

function scale(most, y, width) {
  const lines = [0, 0.25, 0.5, 0.75, 1].map((part) => part * most);
  return lines.map((value) => [
    svg("line", { class: "grid", x1: LEFT, x2: width - 8, y1: y(value), y2: y(value) }),
    svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, bytes(value)),
  ]);
}

function mark(x, text) {
  return [svg("line", { class: "mark", x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM }), svg("text", { x: x + 3, y: TOP + 8 }, text)];
}

function legend(entries, sample) {
  const items = entries.map(({ name, color, of, says }) => el("li", {}, el("span", { class: "swatch", "--swatch": color }), says?.(sample) ?? `${name} ${bytes(of(sample))}`));
  return el("ul", { class: "legend" }, items);
}

/** Layers of the `components` that are told apart, the biggest by name, and of the rest. */
export function layersOf(components, seen) {
  const size = (row) => Math.max(row.live ?? 0, ...seen.map((sample) => sample.of.get(row.name)?.live ?? 0));
  const shown = components.toSorted((a, b) => size(b) - size(a)).slice(0, COLORS).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const names = shown.map((row) => row.name);
  const of = (sample, name) => sample.of.get(name)?.live ?? null;
  const rest = (sample) => of(sample, "root") - unclaimed(sample) - names.reduce((sum, name) => sum + of(sample, name), 0);
  const layers = shown.map((row, index) => ({ name: row.name, color: `var(--c${index})`, of: (sample) => of(sample, row.name) }));
  if (components.length > shown.length) layers.push({ name: "others", color: "var(--others)", of: (sample) => Math.max(0, rest(sample)) });
  layers.push({ name: NOBODY, color: "var(--nobody)", of: unclaimed });
  return layers;
}

function unclaimed(sample) {
  return sample.of.get("root")?.own ?? 0;
}
