// What depends on one setting, and the greatest value of it with which everything fits.

/** How many ranges are looked at, at most, where bytes do not simply grow with a setting. */
const RANGES_LOOKED_AT = 2000;

/** How everything together depends on one setting. */
class Dependence {
    constructor(model, setting) {
        this.model = model;
        this.setting = setting;
        this.others = model.total.copy();
        this.parts = [];
        const byComponent = new Map();
        for (const { component, entry } of model.settings[setting].places) {
            let part = byComponent.get(component);
            if (part === undefined) {
                const whole = model.components[component];
                part = { component: whole, inFactors: false, others: whole.sum.copy(), entries: [] };
                byComponent.set(component, part);
                this.parts.push(part);
                this.others.remove(whole.bytes);
            }
            if (entry === null) {
                part.inFactors = true;
            } else {
                part.entries.push(entry);
                part.others.remove(part.component.entryBytes[entry]);
            }
        }
    }

    /** Everything together, if the setting had `value`. */
    total(value) {
        const { greatest, arithmetic } = this.model;
        const total = this.others.copy();
        for (const { component, inFactors, others, entries } of this.parts) {
            const evaluated = (formula) => this.evaluate(formula, value);
            const times = inFactors
                ? component.factors.map(evaluated).reduce(arithmetic.product, 1n)
                : component.times;
            const bytes = others.copy();
            for (const entry of entries) bytes.add(evaluated(component.entries[entry].formula));
            total.add(arithmetic.product(times, bytes.upTo(greatest)));
        }
        return total.upTo(greatest);
    }

    evaluate(formula, value) {
        const valueOf = (number) => (number === this.setting ? value : this.model.values[number]);
        return evaluate(formula, valueOf, this.model.arithmetic, NUMBERS);
    }

    /** What everything together is at least and at most, where the setting is from `least` to `greatest`. */
    totals(range) {
        const { greatest, arithmetic, values } = this.model;
        const valueOf = (number) => (number === this.setting ? range : RANGES.exactly(values[number]));
        const evaluated = (formula) => evaluate(formula, valueOf, arithmetic, RANGES);
        const totals = [this.others.copy(), this.others.copy()];
        for (const { component, inFactors, others, entries } of this.parts) {
            const times = inFactors
                ? component.factors.map(evaluated).reduce((a, b) => RANGES.growing(arithmetic.product, a, b), [1n, 1n])
                : RANGES.exactly(component.times);
            const bytes = [others.copy(), others.copy()];
            for (const entry of entries) {
                const ends = evaluated(component.entries[entry].formula);
                ends.forEach((end, at) => bytes[at].add(end));
            }
            totals.forEach((total, at) => total.add(arithmetic.product(times[at], bytes[at].upTo(greatest))));
        }
        return totals.map((total) => total.upTo(greatest));
    }

    direction() {
        const formulas = this.parts.flatMap(({ component, inFactors, entries }) => [
            ...entries.map((entry) => component.entries[entry].formula),
            ...(inFactors ? component.factors : []),
        ]);
        return formulas.map((formula) => directionOf(formula, this.setting)).reduce(bothDirections, DIRECTION.none);
    }

    /** By how many bytes everything would shrink if the setting were 0; UNBOUNDED where that cannot be counted. */
    cost() {
        const now = this.model.firmLimit;
        const without = this.total(0n);
        if (now === UNBOUNDED) return without === UNBOUNDED ? this.costOfEntries() : UNBOUNDED;
        return without === UNBOUNDED || without > now ? 0n : now - without;
    }

    /** The same of the entries in which the setting stands, each by itself: where more than this setting makes all unbounded. */
    costOfEntries() {
        const { arithmetic, greatest, values } = this.model;
        let all = 0n;
        for (const { component, inFactors, entries } of this.parts) {
            const without = (formula) => this.evaluate(formula, 0n);
            const timesWithout = inFactors
                ? component.factors.map(without).reduce(arithmetic.product, 1n)
                : component.times;
            for (const [number, entry] of component.entries.entries()) {
                if (!inFactors && !entries.includes(number)) continue;
                const bytes = arithmetic.product(component.times, component.entryBytes[number]);
                const left = arithmetic.product(timesWithout, without(entry.formula));
                if (bytes === UNBOUNDED && left === UNBOUNDED && values[this.setting] !== UNBOUNDED) continue;
                if (bytes === UNBOUNDED) return UNBOUNDED;
                if (left !== UNBOUNDED && left < bytes) all += bytes - left;
                if (all > greatest) return UNBOUNDED;
            }
        }
        return all;
    }
}

const isAtMost = (bytes, limit) => bytes !== UNBOUNDED && bytes <= limit;

/**
 * The greatest value of a setting, above 0 and up to `upTo`, with which everything is at most `limit`: undefined where there is none.
 * Where bytes do not simply grow with the setting and a search takes too long, what is found fits, but a greater value may fit too.
 */
function largestThatFits(dependence, limit, upTo) {
    const fits = (value) => isAtMost(dependence.total(value), limit);
    if (upTo === 0n) return undefined;
    switch (dependence.direction()) {
        case DIRECTION.none:
        case DIRECTION.shrink:
            // What does not fit with the greatest value does not fit with a smaller one.
            return fits(upTo) ? upTo : undefined;
        case DIRECTION.grow:
            if (fits(upTo)) return upTo;
            return fits(1n) ? halving(fits, 1n, upTo) : undefined;
        default:
            return byRanges(dependence, fits, limit, upTo);
    }
}

/**
 * Whether every value from 1 to `greatest`, which fits, is known to fit too. That can be false only where bytes do not simply grow with the
 * setting and some smaller value needs more.
 */
function everySmallerFits(dependence, limit, greatest) {
    if (dependence.direction() === DIRECTION.grow || dependence.direction() === DIRECTION.none) return true;
    const left = [[1n, greatest]];
    for (let looked = 0; looked < RANGES_LOOKED_AT; looked += 1) {
        const range = left.pop();
        if (range === undefined || range[0] > range[1]) return true;
        const [from, to] = range;
        const [least, most] = dependence.totals(range);
        if (isAtMost(most, limit)) continue;
        if (!isAtMost(least, limit) || from === to || !isAtMost(dependence.total(from), limit)) return false;
        const middle = (from + to) / 2n;
        left.push([middle + 1n, to], [from, middle]);
    }
    return false;
}

/** The greatest value between one that fits and one that does not, where bytes grow with the setting; one that fits, where they do not. */
function halving(fits, fitting, tooBig) {
    while (tooBig - fitting > 1n) {
        const middle = (fitting + tooBig) / 2n;
        if (fits(middle)) fitting = middle;
        else tooBig = middle;
    }
    return fitting;
}

/** Ranges in which no value can fit are left out, the others halved, and the greater half is looked at first. */
function byRanges(dependence, fits, limit, upTo) {
    const left = [[1n, upTo]];
    for (let looked = 0; looked < RANGES_LOOKED_AT; looked += 1) {
        const range = left.pop();
        if (range === undefined) return undefined;
        const [from, to] = range;
        const [least, greatest] = dependence.totals(range);
        if (!isAtMost(least, limit)) continue;
        if (isAtMost(greatest, limit) || fits(to)) return to;
        // One value alone is exact, so it was decided on.
        if (from < to) {
            const middle = (from + to) / 2n;
            left.push([from, middle], [middle + 1n, to]);
        }
    }
    const ends = left.reverse().flatMap(([from, to]) => [to, from]);
    const fitting = ends.find(fits);
    return fitting === undefined ? undefined : halving(fits, fitting, upTo);
}
