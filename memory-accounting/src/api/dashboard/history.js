// What was seen since the page was opened.

const FIGURES = ["own", "live", "reserved", "peak", "minimum", "firm"];

/** So many readings are kept at most, and so many figures of components, so that days with thousands of components do not fill the browser. */
const [MOST, FEWEST, MOST_FIGURES] = [1800, 60, 200_000];

/** Between two readings that are so far apart something is missing, in milliseconds. A tab that nobody looks at asks once a minute. */
const GAP = 300_000;

export class History {
  samples = [];

  /** Keeps a reading, `missed` where the one before was asked for in vain. Those of another process than before are marked. */
  add(model, missed) {
    const { pid, started_unix_ms } = model.status.process;
    const process = `${pid} ${started_unix_ms}`;
    const last = this.samples.at(-1);
    const restarted = last !== undefined && last.process !== process;
    // What was seen before cannot be put in order with what comes, where the program's clock was set back.
    if (last !== undefined && model.at < last.at) this.samples = [];
    const broken = last === undefined || restarted || missed || model.at - last.at > GAP;
    const figures = model.rows.map((row) => [row.name, Object.fromEntries(FIGURES.map((figure) => [figure, row[figure]]))]);
    this.samples.push({ at: model.at, process, restarted, broken, of: new Map(figures), near: model.near });
    const most = Math.min(MOST, Math.max(FEWEST, Math.floor(MOST_FIGURES / model.rows.length)));
    if (this.samples.length > most) this.#thin();
    return restarted;
  }

  /** Leaves out every second reading of the older half, so that what is long ago is still there, though not to the second. */
  #thin() {
    const half = Math.floor(this.samples.length / 2);
    const kept = [];
    let [restarted, broken] = [false, false];
    this.samples.forEach((sample, at) => {
      const isKept = at === 0 || at >= half || at % 2 === 0;
      [restarted, broken] = [restarted || sample.restarted, broken || sample.broken];
      if (!isKept) return;
      kept.push({ ...sample, restarted, broken });
      [restarted, broken] = [false, false];
    });
    this.samples = kept;
  }

  /** The sample at a part of the way from the first to the last, 0 to 1. */
  at(part) {
    const [first, last] = [this.samples[0].at, this.samples.at(-1).at];
    const time = first + (last - first) * part;
    return this.samples.reduce((best, sample) => (Math.abs(sample.at - time) < Math.abs(best.at - time) ? sample : best));
  }

  /** The last sample that is as old, or the first of the same process. */
  ago(milliseconds) {
    const last = this.samples.at(-1);
    const same = this.samples.filter((sample) => sample.process === last.process);
    return same.findLast((sample) => last.at - sample.at >= milliseconds) ?? same[0];
  }
}
