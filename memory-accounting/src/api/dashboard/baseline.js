// Now against what was kept, or what a file says.

import { byId, dotted, el, table } from "./elements.js";
import { bytes, change, clock, count, declared } from "./format.js";
import { differences, read } from "./model.js";

const MOST = 40;

export class Baseline {
  #model = null;
  #explanation = null;
  #title = "";

  keep(model, explanation) {
    this.#set(model, explanation, `kept at ${clock(model.at)}`);
  }

  /** A file that this page, or `/snapshot.json`, has made; also a status. */
  async load(file) {
    try {
      const snapshot = JSON.parse(await file.text());
      if (snapshot.format !== 1 || !snapshot.components) throw new Error("it is no snapshot of this program's kind");
      const model = read(snapshot);
      this.#set(model, snapshot.explanation ?? null, `${file.name}, of ${new Date(model.at).toLocaleString()}`);
    } catch (error) {
      byId("baseline-title").textContent = `${file.name} cannot be read: ${error.message}`;
    }
  }

  forget() {
    this.#set(null, null, "Keep what is now, or load a snapshot, to see what has changed since.");
    byId("difference").replaceChildren();
  }

  #set(model, explanation, title) {
    [this.#model, this.#explanation, this.#title] = [model, explanation, title];
    byId("baseline-title").textContent = title;
    byId("forget").hidden = model === null;
  }

  show(model, explanation) {
    if (!this.#model) return;
    const changes = differences(this.#model.byName, model.byName, ["live", "firm"]);
    const rows = changes.slice(0, MOST).map(({ name, old, now }) => [
      name === "root" ? "all of it" : dotted(name),
      old ? bytes(old.live) : "not there",
      now ? bytes(now.live) : "gone",
      now && old && now.live !== null && old.live !== null ? change(now.live - old.live) : "",
      old?.firm === now?.firm ? declared(now.firm) : `${old ? declared(old.firm) : "–"} → ${now ? declared(now.firm) : "–"}`,
    ]);
    const settings = changedSettings(this.#explanation, explanation);
    byId("baseline-title").textContent = `${this.#title}: ${changes.length ? `${changes.length} components differ` : "nothing differs"}`;
    byId("difference").replaceChildren(
      ...(settings.length ? [table(["setting", "then", "now"], settings)] : []),
      ...(rows.length ? [table(["component", "live then", "live now", "change", "declared"], rows)] : []),
      ...(changes.length > MOST ? [el("p", { class: "quiet" }, `and ${changes.length - MOST} more`)] : []));
  }
}

function changedSettings(before, after) {
  if (!before || !after) return [];
  const values = (explanation) => new Map(explanation.settings.map((setting) => [`${setting.key} in ${setting.component}`, setting.value]));
  const [old, now] = [values(before), values(after)];
  const shown = (map, name) => (map.has(name) ? (map.get(name) === null ? "not limited" : count(map.get(name))) : "–");
  const names = [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name));
  return names.slice(0, MOST).map((name) => [name, shown(old, name), shown(now, name)]);
}

/** Has the browser keep what `/snapshot.json` says. */
export async function save() {
  const response = await fetch("snapshot.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`the program answers ${response.status}`);
  const url = URL.createObjectURL(await response.blob());
  const name = `memory-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.json`;
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
