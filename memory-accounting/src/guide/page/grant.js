// How many bytes a process may use, as `grant.rs` computes it.

/** Up to here a limit is exact where it is divided. */
const GREATEST_LIMIT = 1n << 53n;

/** A limit, or undefined where nobody can be granted so much. */
function grantable(limit) {
    return limit !== undefined && limit <= GREATEST_LIMIT ? limit : undefined;
}

/** What is left of a limit, in bytes, after the part that is set aside. */
function effectiveLimit(limit, slopFactor) {
    return BigInt(Math.trunc(Number(limit) * (1 - slopFactor)));
}

/** The least limit in whole MiB, and at least one, of which `bytes` are left; null where no limit is enough. */
function limitFor(bytes, slopFactor) {
    const MIB = 1n << 20n;
    const isEnough = (mebibytes) => effectiveLimit(mebibytes * MIB, slopFactor) >= bytes;
    let [tooSmall, enough] = [0n, GREATEST_LIMIT / MIB];
    if (bytes === UNBOUNDED || !isEnough(enough)) return null;
    while (enough - tooSmall > 1n) {
        const middle = (tooSmall + enough) / 2n;
        if (isEnough(middle)) enough = middle;
        else tooSmall = middle;
    }
    return enough * MIB;
}
