// What was seen since the page was opened.

const FIGURES = ["own", "live", "reserved", "peak", "minimum", "firm"];

/** As many figures of components as the page keeps, so that a day with a thousand components does not fill the browser. */
const MOST = 200_000;

export class History {
  samples = [];

  /** Keeps a reading. Those of another process than before are marked. */
  add(model) {
    const { pid, started_unix_ms } = model.status.process;
    const process = `${pid} ${started_unix_ms}`;
    const last = this.samples.at(-1);
    const restarted = last !== undefined && last.process !== process;
    const figures = model.rows.map((row) => [row.name, Object.fromEntries(FIGURES.map((figure) => [figure, row[figure]]))]);
    this.samples.push({ at: model.at, process, restarted, of: new Map(figures), near: model.near });
    const most = Math.min(1800, Math.max(120, Math.floor(MOST / model.rows.length)));
    this.samples.splice(0, this.samples.length - most);
    return restarted;
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
