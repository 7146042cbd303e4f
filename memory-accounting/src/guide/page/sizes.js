// Numbers as people write and read them.

const BINARY_UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** `1,234`. */
function grouped(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Bytes at a glance, such as `1.5 MiB`. */
function glance(bytes) {
    if (bytes === UNBOUNDED) return "unbounded";
    if (bytes < 1024n) return `${bytes} B`;
    // The library rounds what is above 2^53 to what a float can say, before anything else.
    bytes = BigInt(Number(bytes));
    let power = 0;
    while (power + 1 < BINARY_UNITS.length && bytes >> BigInt(10 * (power + 2)) > 0n) power += 1;
    const unit = 1n << BigInt(10 * (power + 1));
    // One digit behind the point, rounded to the nearer, and to the even one of two.
    let tenths = (bytes * 10n) / unit;
    const rest = 2n * ((bytes * 10n) % unit);
    if (rest > unit || (rest === unit && tenths % 2n === 1n)) tenths += 1n;
    return `${tenths / 10n}.${tenths % 10n} ${BINARY_UNITS[power]}`;
}

/** Bytes to the byte, in the greatest unit of which they are a whole number, such as `1536MiB`. */
function exactly(bytes) {
    for (let power = 4; power > 0; power -= 1) {
        const unit = 1n << BigInt(10 * power);
        if (bytes > 0n && bytes % unit === 0n) return `${bytes / unit}${BINARY_UNITS[power - 1]}`;
    }
    return `${bytes}B`;
}

/** What a unit stands for: `k` and `kB` are 1000, `Ki` and `KiB` 1024. Undefined where it is none. */
function unitOf(text) {
    const [, letter, binary] = /^(?:([kmgtpe])(i)?)?b?$/i.exec(text) ?? [null, null, null];
    if (text === "" || /^b$/i.test(text)) return 1n;
    if (!letter) return undefined;
    return (binary ? 1024n : 1000n) ** BigInt("kmgtpe".indexOf(letter.toLowerCase()) + 1);
}

/** The number that a person typed, such as `4096`, `512MiB` or `1.5 GiB`; undefined where it is none. */
function parseNumber(text) {
    const [, whole, , behind = "", unitText] = /^([\d_]*\d)(\.(\d+))?\s*([a-z]*)$/i.exec(text.trim()) ?? [];
    if (whole === undefined) return undefined;
    const unit = unitOf(unitText);
    if (unit === undefined) return undefined;
    const scale = 10n ** BigInt(behind.length);
    const scaled = BigInt(whole.replaceAll("_", "") + behind) * unit;
    // A part of a byte, or of an item, is none.
    return unit === 1n && behind !== "" ? undefined : scaled / scale;
}

/** The number that a person typed for a setting of this `unit`: a size is so many bytes in any. Undefined where it is none, or the unit cannot say it. */
function parseValue(text, unit) {
    const number = parseNumber(text);
    if (number === undefined || unit === null || !/[a-z]$/i.test(text.trim())) return number;
    return number % unit.bytes === 0n ? number / unit.bytes : undefined;
}

/** `15` and `15%` are the factor 0.15; undefined where it is no part of a whole. */
function parsePercent(text) {
    const [, percent] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim()) ?? [];
    // Not divided by 100, which would round once more.
    const factor = percent === undefined ? NaN : Number(`${percent}e-2`);
    return factor >= 0 && factor < 1 ? factor : undefined;
}

function percentOf(factor) {
    const text = String(factor);
    return String(/e/.test(text) ? factor * 100 : Number(`${text}e2`));
}

/** The part that `bytes` are of `all`, as `57 %`. */
function shareOf(bytes, all) {
    if (bytes === UNBOUNDED || all === UNBOUNDED || all === 0n) return "";
    const thousandths = Number((bytes * 1000n) / all);
    if (bytes > 0n && thousandths < 10) return "< 1 %";
    return `${Math.round(thousandths / 10)} %`;
}
