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

/** The least limit in whole MiB of which `bytes` are left; null where no limit is enough. */
function limitFor(bytes, slopFactor) {
    if (bytes === UNBOUNDED || bytes > GREATEST_LIMIT) return null;
    const MIB = 1n << 20n;
    let limit = (BigInt(Math.ceil(Number(bytes) / (1 - slopFactor))) / MIB) * MIB;
    while (effectiveLimit(limit, slopFactor) < bytes) limit += MIB;
    return limit > GREATEST_LIMIT ? null : limit;
}
