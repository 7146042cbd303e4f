// Asks for the status again and again, and shows it.
//
// It asks instead of listening to events: a tab that is forgotten then takes no connection from the program, and one that comes back goes on.

import { depends, showChange } from "./advice.js";
import { showNear, showWho } from "./answers.js";
import { Baseline, save } from "./baseline.js";
import { draw, layersOf } from "./chart.js";
import { Components } from "./components.js";
import { byId, dotted, el, markScrolls, table } from "./elements.js";
import { bytes, clock, count, span } from "./format.js";
import { History } from "./history.js";
import { showLimiter } from "./limiter.js";
import { branches, read } from "./model.js";
import { showMovers } from "./movers.js";

/** How long an answer may take, in milliseconds. */
const PATIENCE = 5000;

/** How old an explanation may be: settings seldom change while a program runs. */
const EXPLANATION_AGE = 30_000;

const NOT_INSTALLED = `the tracking allocator is not installed, so nothing is known of what components hold: write this in the program's main.rs
#[global_allocator]
static ALLOCATOR: memory_accounting::allocator::TrackingAllocator<std::alloc::System> =
    memory_accounting::allocator::TrackingAllocator::new(std::alloc::System);`;

const history = new History();
const baseline = new Baseline();
let selected = null;
const components = new Components((name) => {
  selected = name;
  show();
});
let model = null;
let explanation = null;
let explained = { at: 0, of: "" };
let firstLimiter = null;
let lostSince = null;
let restartedAt = null;

async function get(path) {
  const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`it answers ${path} with ${response.status}`);
  return response.json();
}

async function poll() {
  try {
    const status = await get("status.json");
    model = read(status);
    if (history.add(model, lostSince !== null)) {
      restartedAt = status.process.started_unix_ms;
      [explained, firstLimiter] = [{ at: 0, of: "" }, null];
    }
    firstLimiter ??= status.limiter ?? null;
    lostSince = null;
    show();
    await explain();
  } catch (error) {
    lostSince ??= Date.now();
    showConnection(error);
  }
  setTimeout(poll, Number(byId("interval").value));
}

async function explain() {
  const of = JSON.stringify([model.root.firm, model.status.limit]);
  if (of === explained.of && Date.now() - explained.at < EXPLANATION_AGE) return;
  // Without a limit there is none. Where it takes too long or fails, everything else is shown all the same, and it is asked for again later.
  explained = { at: Date.now(), of };
  explanation = model.status.limit ? await get("explain.json").catch(() => null) : null;
  show();
}

function showConnection(error) {
  const place = byId("connection");
  const said = lostSince
    ? ["bad", `no answer since ${clock(lostSince)}, trying again${error ? ` (${error.message})` : ""}`]
    : restartedAt
      ? ["warn", `live; the program was restarted at ${clock(restartedAt)}`]
      : ["good", "live"];
  [place.className, place.textContent] = said;
  document.body.dataset.state = lostSince ? "lost" : "live";
}

function show() {
  if (!model) return;
  showConnection();
  const { status, root } = model;
  byId("process").textContent = `process ${status.process.pid}, up ${span(status.process.uptime_ms)}`;
  const warnings = byId("warnings");
  const warned = status.allocator_installed === false ? [NOT_INSTALLED, ...status.warnings] : status.warnings;
  warnings.hidden = warned.length === 0;
  if (warnings.dataset.of !== warned.join()) {
    warnings.dataset.of = warned.join();
    warnings.replaceChildren(...warned.map(warn));
  }

  const shown = branches(root);
  showNear(byId("near"), model);
  showWho(byId("who"), model, shown);
  showChange(byId("change"), model, explanation);

  const [from, to] = ["from", "to"].map((id) => history.at(byId(id).value / 1000));
  byId("from-time").textContent = clock(from.at);
  byId("to-time").textContent = clock(to.at);
  showChart(shown, [from.at, to.at]);
  showMovers(byId("movers"), from, to);
  components.show(model, from);
  showLimiter(byId("limiter"), status.limiter, firstLimiter);
  showSettings();
  baseline.show(model, explanation);
  markScrolls();
}

/** Its first line; the rest for whoever wants it. */
function warn(warning) {
  const [first, ...rest] = warning.split("\n");
  return rest.length ? el("details", {}, el("summary", {}, first), el("pre", {}, rest.join("\n"))) : el("p", {}, first);
}

function showChart(shown, marks) {
  const { root } = model;
  const row = selected && model.byName.get(selected);
  byId("chart-title").textContent = row ? `${row.name} over time` : `${root.live === null ? "Resident" : "Live"} memory over time`;
  const figure = (name, key, color, kind) => ({ name, color, class: kind, of: (sample) => sample.of.get(row.name)?.[key] ?? null });
  const options = row
    ? {
        layers: [figure("live", "live", "var(--c0)"), figure("reserved", "reserved", "var(--c6)")],
        lines: [figure("declared at most", "firm", "var(--warn)", "declared"), figure("minimum", "minimum", "var(--others)", "declared"), figure("peak", "peak", "var(--ink)")],
      }
    : {
        layers: root.live === null ? [{ name: "resident", color: "var(--c0)", of: (sample) => sample.near.used }] : layersOf(shown, history.samples),
        lines: [
          { name: "declared", color: "var(--warn)", class: "declared", of: (sample) => sample.of.get("root")?.firm ?? null },
          { name: "limit", color: "var(--bad)", class: "limit", of: near, says: farLimit },
        ],
      };
  draw(byId("chart"), history.samples, { ...options, marks });
}

/** The limit, where it is not so far away that nothing else could be seen. */
function near(sample) {
  const { full } = sample.near;
  const root = sample.of.get("root");
  const most = Math.max(root?.live ?? sample.near.used, root?.firm ?? 0);
  return full !== null && full < 8 * most ? full : null;
}

function farLimit(sample) {
  if (near(sample) !== null) return undefined;
  const { full } = sample.near;
  return full === null ? "no limit known" : `limit ${bytes(full)}, far above the picture`;
}

function showSettings() {
  const largest = ({ largest_that_fits: most, least_that_fits: least }) => (least.at_least ? `at least ${count(least.at_least)}`
    : ({ none: "none fits", unlimited: "any", unknown: "not found" })[most] ?? count(most.at_most));
  const settings = explanation?.settings ?? [];
  const rows = settings.slice(0, 12).map((setting) => [
    el("code", {}, dotted(setting.key)),
    dotted(setting.component),
    setting.value === null ? "not limited" : count(setting.value),
    depends(setting),
    setting.growth_bytes === null ? "no bound" : `+${bytes(setting.growth_bytes)}`,
    largest(setting),
  ]);
  const more = settings.length > 12 ? [el("p", { class: "quiet" }, `and ${settings.length - 12} more in explain.json`)] : [];
  const head = ["setting", "of", "value", "may take", "doubled", "fits up to"];
  byId("settings").replaceChildren(...(rows.length ? [table(head, rows), ...more] : [el("p", { class: "quiet" }, "What is declared depends on no setting.")]));
}

for (const id of ["from", "to", "find"]) byId(id).addEventListener("input", show);
byId("all").addEventListener("click", (event) => {
  const pressed = event.target.getAttribute("aria-pressed") === "true";
  event.target.setAttribute("aria-pressed", !pressed);
  show();
});
byId("keep").addEventListener("click", () => {
  if (model) baseline.keep(model, explanation);
  show();
});
byId("save").addEventListener("click", () => save().catch((error) => (byId("baseline-title").textContent = `nothing was saved: ${error.message}`)));
byId("load").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file) await baseline.load(file);
  show();
});
byId("forget").addEventListener("click", () => baseline.forget());
addEventListener("resize", show);
poll();
