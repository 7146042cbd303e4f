// What depends on one setting, and the greatest value of it with which everything fits: as `sizing/dependence.rs`, `sizing/largest.rs` and `sizing/search.rs` find it.

/** How many ranges are looked at, at most. A search that needs more would need a range for about every value. */
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
            let found = byComponent.get(component);
            if (found === undefined) {
                const whole = model.components[component];
                found = { component: whole, inFactors: false, others: whole.sum.copy(), parts: [] };
                byComponent.set(component, found);
                this.parts.push(found);
                this.others.remove(whole.bytes);
            }
            if (entry === null) {
                found.inFactors = true;
                continue;
            }
            const part = found.component.parts.findIndex(({ entries }) => entries.includes(entry));
            if (found.parts.includes(part)) continue;
            found.parts.push(part);
            found.others.remove(found.component.partBytes[part]);
        }
    }

    /** Everything together, if the setting had `value`. */
    total(value) {
        const { greatest, arithmetic } = this.model;
        const total = this.others.copy();
        for (const { component, inFactors, others, parts } of this.parts) {
            const times = inFactors ? this.timesWith(component, value) : component.times;
            const bytes = others.copy();
            for (const part of parts) bytes.add(this.numberOf(component.parts[part].operations, value));
            total.add(arithmetic.product(times, bytes.upTo(greatest)));
        }
        return total.upTo(greatest);
    }

    timesWith(component, value) {
        const factors = component.factorOperations.map((operations) => this.numberOf(operations, value));
        return factors.reduce(this.model.arithmetic.product, 1n);
    }

    numberOf(operations, value) {
        const valueOf = (number) => (number === this.setting ? value : this.model.values[number]);
        return resultOf(operations, valueOf, this.model.arithmetic, NUMBERS);
    }

    /** What everything together is at `least` and at `greatest`, and its `direction`, where the setting has any value of `range`. */
    totals(range) {
        const { greatest, arithmetic, values } = this.model;
        const valueOf = (number) => (number === this.setting ? range : RANGES.exactly(values[number]));
        const rangeOf = (operations) => resultOf(operations, valueOf, arithmetic, RANGES);
        const [least, most] = [this.others.copy(), this.others.copy()];
        let direction = DIRECTION.none;
        for (const { component, inFactors, others, parts } of this.parts) {
            const times = inFactors
                ? component.factorOperations.map(rangeOf).reduce((a, b) => RANGES.growing(arithmetic.product, a, b), RANGES.exactly(1n))
                : RANGES.exactly(component.times);
            const [leastOfOne, mostOfOne] = [others.copy(), others.copy()];
            direction = bothDirections(direction, times.direction);
            for (const part of parts) {
                const bytes = rangeOf(component.parts[part].operations);
                leastOfOne.add(bytes.least);
                mostOfOne.add(bytes.greatest);
                direction = bothDirections(direction, bytes.direction);
            }
            least.add(arithmetic.product(times.least, leastOfOne.upTo(greatest)));
            most.add(arithmetic.product(times.greatest, mostOfOne.upTo(greatest)));
        }
        return { least: least.upTo(greatest), greatest: most.upTo(greatest), direction };
    }

    /** By how many bytes everything would shrink if the setting were 0; UNBOUNDED where that cannot be counted. */
    cost() {
        const now = this.model.firmLimit;
        const without = this.total(0n);
        if (now === UNBOUNDED) return without === UNBOUNDED ? this.costOfParts() : UNBOUNDED;
        return without === UNBOUNDED || without > now ? 0n : now - without;
    }

    /** The same of the parts in which the setting stands, each by itself: where more than this setting makes all unbounded. */
    costOfParts() {
        const { arithmetic, greatest, values } = this.model;
        let all = 0n;
        for (const { component, inFactors, parts } of this.parts) {
            const timesWithout = inFactors ? this.timesWith(component, 0n) : component.times;
            for (const [number, { operations }] of component.parts.entries()) {
                if (!inFactors && !parts.includes(number)) continue;
                const bytes = arithmetic.product(component.times, component.partBytes[number]);
                const left = arithmetic.product(timesWithout, this.numberOf(operations, 0n));
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
 * The greatest value of a setting, above 0, of those that the program takes and up to `upTo`, with which everything is at most `limit`: `largest`, which is
 * undefined where none was found; and whether it is known that `noGreaterFits`. That is not where a search takes too long.
 */
function largestThatFits(dependence, limit, upTo = greatestTaken(dependence)) {
    const fits = (value) => isAtMost(dependence.total(value), limit);
    if (upTo === UNBOUNDED && fits(UNBOUNDED)) return { largest: UNBOUNDED, noGreaterFits: true };
    const greatest = greatestUpTo(dependence, upTo === UNBOUNDED ? dependence.model.greatest : upTo);
    return byRanges(dependence, limit, [leastAboveZero(dependence), greatest]);
}

/** The greatest value that the program takes. One that is not limited in its file takes that too. */
function greatestTaken({ model, setting }) {
    const { value, most } = model.settings[setting];
    return value === UNBOUNDED ? UNBOUNDED : most;
}

/** The greatest that the program takes of the values up to `value`. */
function greatestUpTo({ model, setting }, value) {
    const { most } = model.settings[setting];
    return most === UNBOUNDED || value < most ? value : most;
}

/** The least value that may be proposed: 0 often means something else to a program. */
function leastAboveZero({ model, setting }) {
    const { least } = model.settings[setting];
    return least > 1n ? least : 1n;
}

/**
 * The greatest of some values of what is `searched`, a Dependence or Parts: ranges of values in which none can fit are left out, the others halved until bytes go one way in them, and the greater half is looked at first.
 * Where that takes too long, one that fits, from the ends of the ranges that are left.
 */
function byRanges(searched, limit, [least, upTo], ranges = RANGES_LOOKED_AT) {
    const fits = (value) => isAtMost(searched.total(value), limit);
    const left = [[least, upTo]];
    for (let looked = 0; looked < ranges; looked += 1) {
        const range = left.pop();
        if (range === undefined || range[0] > range[1]) return { largest: undefined, noGreaterFits: true };
        const [from, to] = range;
        if (fits(to)) return { largest: to, noGreaterFits: true };
        const totals = searched.totals(RANGES.ofSetting(from, to));
        if (!isAtMost(totals.least, limit)) continue;
        const { direction } = totals;
        const grows = direction === DIRECTION.none || direction === DIRECTION.grow;
        if (grows && fits(from)) return { largest: narrowed(searched, from, to, limit), noGreaterFits: true };
        // One value alone is exact, so it was decided on. What goes one way and fits at neither end does not fit between them.
        if (direction === DIRECTION.either && from < to) {
            const middle = (from + to) / 2n;
            left.push([from, middle], [middle + 1n, to]);
        }
    }
    if (left.length === 0) return { largest: undefined, noGreaterFits: true };
    const ends = left.reverse().flatMap(([from, to]) => [to, from]);
    const fitting = ends.find(fits);
    return { largest: fitting === undefined ? undefined : narrowed(searched, fitting, upTo, limit), noGreaterFits: false };
}

/** Whether every value up to `greatest` that the program takes is known to fit, found in the same way. */
function everySmallerFits(dependence, limit, greatest) {
    const fits = (value) => isAtMost(dependence.total(value), limit);
    const left = [[leastAboveZero(dependence), greatestUpTo(dependence, greatest)]];
    for (let looked = 0; looked < RANGES_LOOKED_AT; looked += 1) {
        const range = left.pop();
        if (range === undefined || range[0] > range[1]) return true;
        const [from, to] = range;
        const { least, greatest: most, direction } = dependence.totals(RANGES.ofSetting(from, to));
        if (isAtMost(most, limit)) continue;
        if (!isAtMost(least, limit)) return false;
        const grows = direction === DIRECTION.none || direction === DIRECTION.grow;
        if (grows && fits(to)) continue;
        if (direction === DIRECTION.shrink && fits(from)) continue;
        if (direction !== DIRECTION.either || from === to || !fits(from)) return false;
        const middle = (from + to) / 2n;
        left.push([middle + 1n, to], [from, middle]);
    }
    return left.length === 0;
}
