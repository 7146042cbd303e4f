// Settings that are lowered together, where one by itself may not be enough: as `sizing/together.rs` does it.

/** Everything, where some settings are at the same part of their values: so many of `whole`. */
class Parts {
    constructor(model, lowered) {
        this.model = model;
        this.lowered = new Set(lowered);
        // No step is wider than 1, nor than a thousandth.
        this.whole = lowered.map((number) => model.values[number]).reduce((a, b) => (a > b ? a : b), 1000n);
    }

    /** The value of a setting where the part is so many, and at least 1 of what is not 0, and the least that the program takes. */
    valueAt(number, at) {
        const value = this.model.values[number];
        if (!this.lowered.has(number)) return value;
        const part = (value * at) / this.whole;
        const least = leastAboveZero({ model: this.model, setting: number });
        const taken = least < value ? least : value;
        return part < taken ? taken : part;
    }

    total(at) {
        return this.model.totalWith((number) => this.valueAt(number, at));
    }

    totals({ least, greatest }) {
        const rangeOf = (number) => RANGES.ofSetting(this.valueAt(number, least), this.valueAt(number, greatest));
        return this.model.totalsWith(rangeOf);
    }
}

/** How many ranges of parts are looked at, at most: each time all of it is computed. */
const RANGES_OF_PARTS = 64;

/**
 * The settings on which anything depends, each at the same part of its value with which everything fits, the greatest where bytes grow with
 * them: `part` of `whole`, and `values`, pairs of a setting and its value where that is another one. Null where no part is found to fit, and
 * where one has no value to take a part of.
 */
function fittingTogether(model, limit) {
    const lowered = model.settings.map((_, number) => number).filter((number) => isNeeded(model, number));
    if (lowered.some((number) => model.values[number] === UNBOUNDED)) return null;
    const parts = new Parts(model, lowered);
    const part = isAtMost(parts.total(1n), limit) ? narrowed(parts, 1n, parts.whole, limit)
        : byRanges(parts, limit, [1n, parts.whole - 1n], RANGES_OF_PARTS).largest;
    if (part === undefined) return null;
    const values = lowered.map((number) => [number, parts.valueAt(number, part)]);
    return { part, whole: parts.whole, values: values.filter(([number, value]) => value !== model.values[number]) };
}

/** The greatest number between one that fits and one that does not, where bytes grow with it; one that fits, where they do not. */
function narrowed(searched, fittingAt, tooBigAt, limit) {
    let [fitting, tooBig] = [fittingAt, tooBigAt].map((at) => ({ at, bytes: searched.total(at) }));
    let byRule = true;
    while (tooBig.at - fitting.at > 1n) {
        const guess = byRule ? inProportion(fitting, tooBig, limit) : between(fitting.at, tooBig.at);
        // A guess may gain one only, so that every second step halves what is left.
        byRule = !byRule;
        const bytes = searched.total(guess);
        if (isAtMost(bytes, limit)) fitting = { at: guess, bytes };
        else tooBig = { at: guess, bytes };
    }
    return fitting.at;
}

/** In the middle of two numbers; in that of their digits, where one is so much greater that few of all numbers are near the other. */
function between(less, more) {
    const digits = (number) => (number === 0n ? 0 : number.toString(2).length - 1);
    return more / 8n > less ? 1n << BigInt((digits(less) + digits(more)) >> 1) : (less + more) / 2n;
}

/** Where the total would be the limit if it grew evenly between what fits and what is too big, and within the two. */
function inProportion(fitting, tooBig, limit) {
    const rise = tooBig.bytes === UNBOUNDED ? 0n : tooBig.bytes - fitting.bytes;
    const guess = rise > 0n ? fitting.at + ((limit - fitting.bytes) * (tooBig.at - fitting.at)) / rise
        : between(fitting.at, tooBig.at);
    const within = guess < tooBig.at ? guess : tooBig.at - 1n;
    return within > fitting.at ? within : fitting.at + 1n;
}

/** Whether anything would shrink if the setting were 0, or grow if it were doubled. */
function isNeeded(model, number) {
    const dependence = new Dependence(model, number);
    if (dependence.cost() !== 0n) return true;
    const value = model.values[number];
    if (model.firmLimit === UNBOUNDED || value === UNBOUNDED) return false;
    const doubled = dependence.total(value * 2n > model.greatest ? model.greatest : value * 2n);
    return doubled === UNBOUNDED || doubled > model.firmLimit;
}
