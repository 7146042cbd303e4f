// What a status, or a snapshot, says about the program.

/** What is the root's own, everywhere: it is no name that a component can have. */
export const NOBODY = "(no component)";

/**
 * The rows of the tree from the root on, each with everything below it, and what follows from them.
 * `undeclared` is what is live and nobody declares: what no component claims, and components that declare nothing, themselves and below. `nobody` is the
 * row of what is the program's own; of that, `root.unclaimed` is beyond what the program declares for itself.
 */
export function read(status) {
  const rows = [];
  const collect = (usage, parent, depth) => {
    const row = {
      name: usage.name,
      short: parent && usage.name.startsWith(`${parent.name}.`) ? usage.name.slice(parent.name.length + 1) : usage.name,
      parent,
      depth,
      children: [],
      own: usage.live?.bytes ?? null,
      ownDeclared: usage.declared.firm_limit,
      live: usage.total_live?.bytes ?? null,
      minimum: usage.total_declared.minimum,
      firm: usage.total_declared.firm_limit,
      reserved: usage.total_reserved_bytes ?? 0,
      peak: usage.total_peak_bytes,
      atPeak: usage.total_at_peak_bytes ?? null,
      largest: usage.largest_allocations_bytes ?? [],
      over: usage.total_over_bytes ?? 0,
    };
    rows.push(row);
    row.children = usage.subcomponents.map((below) => collect(below, row, depth + 1));
    return row;
  };
  const root = collect(status.components, null, 0);
  // The root claims what nobody does, so the whole process is never "over" what the components declare.
  root.over = 0;
  root.unclaimed = Math.max(0, (root.own ?? 0) - (root.ownDeclared ?? 0));
  const nobody = status.components.name === "root" ? ownOf(root, status.components) : null;
  const silent = rows.filter((row) => row !== root && row.firm === 0 && row.live > 0 && row.parent.firm !== 0);
  const undeclared = root.unclaimed + silent.reduce((sum, row) => sum + row.live, 0);
  // Of those that lie in each other, the innermost is the cause.
  const isOver = (row) => row.over > 0;
  const over = rows.filter((row) => isOver(row) && !row.children.some(isOver)).sort((a, b) => b.over - a.over);
  // In the order of names, as the others.
  if (nobody) rows.splice(1, 0, nobody);
  const limits = near(status, root);
  const slop = limits.full === null ? null : limits.full - limits.effective;
  return {
    at: status.read_unix_ms,
    status,
    rows,
    nobody,
    slop,
    // The slop is for it; where there is none known, most of what is live is too much.
    tooMuch: slop === null ? root.unclaimed * 2 > root.live : root.unclaimed > slop,
    root,
    byName: new Map(rows.map((row) => [row.name, row])),
    undeclared,
    silent,
    over,
    near: limits,
  };
}

/** What the program holds and declares by itself, where it does either. */
function ownOf(root, usage) {
  if (!root.own && root.ownDeclared === 0) return null;
  return {
    name: NOBODY, short: NOBODY, parent: root, depth: 1, children: [], own: root.own, ownDeclared: root.ownDeclared, live: root.own,
    minimum: usage.declared.minimum, firm: root.ownDeclared, reserved: usage.reserved_bytes ?? 0, peak: usage.peak_bytes,
    atPeak: usage.at_peak_bytes ?? null, largest: usage.largest_allocations_bytes ?? [], over: 0,
  };
}

/** The components to tell apart in a picture: where the tree first branches. */
export function branches(root) {
  let row = root;
  while (row.children.length === 1 && row.children[0].children.length > 0) row = row.children[0];
  return row.children;
}

/** How much of the limit is used, in parts. */
function near(status, root) {
  const { limiter, limit, resident_bytes: resident } = status;
  if (limiter) {
    const { live_bytes, unfilled_bytes, overhead_bytes } = limiter.ledger;
    const promised = ["promised", unfilled_bytes, "var(--c6)"];
    // Without a tracking allocator, all that is held counts as beside the heap.
    const parts = status.allocator_installed === false && live_bytes === 0 ? [["held, by whom is not known", overhead_bytes, "var(--c0)"], promised] : [["live", live_bytes, "var(--c0)"], promised, ["beside the heap", overhead_bytes, "var(--others)"]];
    const { held, tracked, full_bytes, effective_bytes } = limiter.limits;
    // Two measures hold callers back; in the picture of all that is held, the thresholds of what is tracked lie that much further on.
    const [soft, hard] = ["soft", "hard"].map((name) => Math.min(held[name], tracked[name] + overhead_bytes));
    return { parts, used: live_bytes + unfilled_bytes + overhead_bytes, full: full_bytes, effective: effective_bytes, soft, hard };
  }
  const live = root.live;
  const beside = Math.max(0, (resident ?? 0) - (live ?? 0));
  const parts = live === null ? [["resident", resident ?? 0, "var(--c0)"]] : [["live", live, "var(--c0)"], ["beside the heap", beside, "var(--others)"]];
  const used = parts.reduce((sum, [, size]) => sum + size, 0);
  return { parts, used, full: limit?.bytes ?? null, effective: limit?.effective_bytes ?? null };
}

/** What has become of each component from one reading to another, biggest change first. */
export function differences(before, after, figures) {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changes = [];
  for (const name of names) {
    const [old, now] = [before.get(name), after.get(name)];
    const change = figures.map((figure) => (now?.[figure] ?? 0) - (old?.[figure] ?? 0));
    if (!old || !now || change.some((by) => by !== 0)) changes.push({ name, old, now, change });
  }
  const size = ({ change }) => Math.max(...change.map(Math.abs));
  return changes.sort((a, b) => size(b) - size(a) || (a.name < b.name ? -1 : 1));
}
