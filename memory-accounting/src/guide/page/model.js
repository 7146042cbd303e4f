// The tree of components, and what everything is with the present values of all settings.

/** A sum from which something can be taken out again: of what is bounded, and how many are not. */
class Tally {
    constructor(bytes = 0n, unbounded = 0) {
        this.bytes = bytes;
        this.unbounded = unbounded;
    }

    static of(values) {
        const tally = new Tally();
        for (const value of values) tally.add(value);
        return tally;
    }

    copy() {
        return new Tally(this.bytes, this.unbounded);
    }

    add(value) {
        if (value === UNBOUNDED) this.unbounded += 1;
        else this.bytes += value;
    }

    remove(value) {
        if (value === UNBOUNDED) this.unbounded -= 1;
        else this.bytes -= value;
    }

    upTo(greatest) {
        return this.unbounded > 0 || this.bytes > greatest ? UNBOUNDED : this.bytes;
    }
}

/**
 * The entries of a component by their numbers, each that is allocated up front with the one that comes on top of it, if there is one: it has the same
 * label, and there are as many.
 */
function partsOf(entries) {
    const numbers = [...entries.keys()];
    const parts = numbers.filter((number) => entries[number].isMinimum).map((number) => [number]);
    const upFront = parts.length;
    let next = 0;
    for (const number of numbers.filter((number) => !entries[number].isMinimum)) {
        const { label, timesAsDeclared } = entries[number];
        // Both are declared at once, so they stand in the same order.
        const found = parts.slice(next, upFront).findIndex(([first, rest]) => rest === undefined && label !== null
            && entries[first].label === label && entries[first].timesAsDeclared === timesAsDeclared);
        if (found < 0) parts.push([number]);
        else parts[next += found].push(number);
    }
    return parts;
}

/**
 * A component has `parent` (a number, or null), `children` (numbers), `factors` and `ownFactors` (formulas: how many of it there are), and
 * `entries` with `label`, `isMinimum`, `formula` (of `amount`, as often as `times` say) and `holds`. What is allocated up front and what comes on top of
 * it are one of its `parts` (numbers of `entries`, and `operations`): the second is what the whole is above the first. A setting is known by the component that declared it, its key and the value it
 * had then; `unit` has the `name` and the `bytes` of what it counts where that is KiB or the like, else it is null; `place` says where it stands in the
 * program's file, and `isUnset` that it does not; `places` says where it stands here: the number of a component, and that of an entry or null for the factors.
 */
class Model {
    constructor(data) {
        this.greatest = BigInt(data.greatest);
        this.arithmetic = arithmeticUpTo(this.greatest);
        this.components = [];
        this.settings = [];
        this.known = new Map();
        const above = [];
        for (const [number, { name, path, declared }] of data.components.entries()) {
            above.length = path.length;
            above.push(number);
            this.addComponent(name, path, declared, [...above]);
        }
        const numbers = new Map(this.components.map(({ name }, number) => [name, number]));
        for (const { component, key, value, name, bytes } of data.units) {
            const identity = JSON.stringify([numbers.get(component), key, value === null ? null : String(value)]);
            this.settings[this.known.get(identity)].unit = { name, bytes: BigInt(bytes) };
        }
        this.values = this.settings.map((setting) => setting.value);
        this.components.forEach((component, number) => this.computeComponent(number));
        this.addUp();
    }

    /** `lineage` are the components it lies in and itself, from the root on. */
    addComponent(name, path, declared, lineage) {
        const number = this.components.length;
        const parent = lineage.length > 1 ? lineage[lineage.length - 2] : null;
        const inherited = parent === null ? [] : this.components[parent].factors;
        const component = {
            name, parent, children: [], entries: [], skipped: declared.skipped ?? [],
            place: declared.place ?? "", unset: new Set(declared.unset ?? []),
            label: path.length > 0 ? path[path.length - 1] : name, depth: path.length,
            factors: [...inherited], ownFactors: [], ranges: declared.ranges ?? {},
        };
        this.components.push(component);
        if (parent !== null) this.components[parent].children.push(number);
        // A factor that was declared above the root, of which these bounds are a part, counts as the root's.
        const declaredBy = (times) => lineage[Math.max(0, lineage.length - 1 - (times.declared_above ?? 0))];
        // Those that came down stand at what lies in it too.
        for (const factor of inherited) this.note(factor, { component: number, entry: null });
        for (const times of declared.times ?? []) {
            const formula = this.formula(times.expr, declaredBy(times), { component: number, entry: null });
            component.factors.push(formula);
            component.ownFactors.push(formula);
        }
        const add = (entry, isMinimum) => {
            const place = { component: number, entry: component.entries.length };
            const amount = this.formula(entry.expr, number, place);
            const times = (entry.times ?? []).map((times) => this.formula(times.expr, declaredBy(times), place));
            const formula = times.length > 0 ? this.productOf([amount, ...times]) : amount;
            const timesAsDeclared = JSON.stringify(entry.times ?? []);
            component.entries.push({
                label: entry.label ?? null, isMinimum, formula, amount, times, timesAsDeclared, holds: this.holds(entry, number),
            });
        };
        for (const entry of declared.minimum ?? []) add(entry, true);
        for (const entry of declared.firm ?? []) add(entry, false);
        component.parts = partsOf(component.entries).map((entries) => {
            const [first] = entries.map((entry) => component.entries[entry]);
            const amounts = entries.map((entry) => component.entries[entry].amount);
            return { entries, operations: operationsOfPart(amounts, first.times, this.arithmetic) };
        });
        component.factorOperations = component.factors.map((factor) => operationsOf(factor, this.arithmetic));
    }

    formula(expr, declaredBy, place) {
        const settingOf = (key, value) => this.settingAt(declaredBy, key, value, place);
        return formulaOf(expr, settingOf, this.arithmetic);
    }

    /** What `first` is, so many times: a product takes the factors in. */
    productOf([first, ...factors]) {
        const operands = [...(first.type === "Product" ? first.operands : [first]), ...factors];
        const formula = { type: "Product", operands, setting: null, fixed: undefined };
        if (operands.every((operand) => operand.fixed !== undefined)) {
            formula.fixed = evaluate(formula, () => UNBOUNDED, this.arithmetic);
        }
        return formula;
    }

    settingAt(component, key, value, place) {
        const identity = JSON.stringify([component, key, value === UNBOUNDED ? null : String(value)]);
        if (!this.known.has(identity)) {
            this.known.set(identity, this.settings.length);
            const { place, unset } = this.components[component];
            const inFile = place === "" ? key : `${place}.${key}`;
            const range = this.rangeOf(component, key);
            this.settings.push({ component, key, value, place: inFile, isUnset: unset.has(key), places: [], unit: null, ...range });
        }
        const number = this.known.get(identity);
        this.noteSetting(number, place);
        return number;
    }

    /** The `least` and the `most` that the program takes for a setting: 0n and UNBOUNDED where it takes any. */
    rangeOf(component, key) {
        const { ranges } = this.components[component];
        const range = Object.hasOwn(ranges, key) ? ranges[key] : {};
        return { least: BigInt(range.at_least ?? 0), most: range.at_most === undefined ? UNBOUNDED : BigInt(range.at_most) };
    }

    /** Whether the program takes `value` for a setting. */
    takes(number, value) {
        const { least, most } = this.settings[number];
        return value === UNBOUNDED || (value >= least && (most === UNBOUNDED || value <= most));
    }

    /** Notes that the settings of a formula stand at `place` too. */
    note(formula, place) {
        if (formula.setting !== null) this.noteSetting(formula.setting, place);
        for (const operand of formula.operands) this.note(operand, place);
    }

    noteSetting(number, place) {
        const { places } = this.settings[number];
        // Places come in order.
        const last = places[places.length - 1];
        if (last === undefined || last.component !== place.component || last.entry !== place.entry) places.push(place);
    }

    /** What a container holds, for the eye: it adds no settings. */
    holds(entry, component) {
        if (entry.holds === undefined || entry.holds === null) return null;
        const settingOf = (key, value) =>
            this.known.get(JSON.stringify([component, key, value === UNBOUNDED ? null : String(value)])) ?? null;
        const formula = (expr) => (expr ? formulaOf(expr, settingOf, this.arithmetic) : null);
        return { items: formula(entry.holds.items), itemBytes: formula(entry.holds.item_bytes) };
    }

    /** Gives a setting another value, or UNBOUNDED for one that is not limited. */
    set(number, value) {
        this.setAll([[number, value]]);
    }

    setAll(pairs) {
        const changed = new Set();
        for (const [number, value] of pairs) {
            if (this.values[number] === value) continue;
            this.values[number] = value;
            for (const { component } of this.settings[number].places) changed.add(component);
        }
        for (const component of changed) this.computeComponent(component);
        if (changed.size > 0) this.addUp();
    }

    computeComponent(number) {
        const { arithmetic } = this;
        const component = this.components[number];
        const now = (formula) => evaluate(formula, (setting) => this.values[setting], arithmetic);
        component.times = component.factors.map(now).reduce(arithmetic.product, 1n);
        component.entryBytes = component.entries.map((entry) => now(entry.formula));
        const bytesOfPart = ({ entries }) => entries.map((entry) => component.entryBytes[entry]).reduce(arithmetic.sum);
        component.partBytes = component.parts.map(bytesOfPart);
        component.sum = Tally.of(component.partBytes);
        component.bytes = arithmetic.product(component.times, component.sum.upTo(this.greatest));
        const minimum = Tally.of(component.entryBytes.filter((_, entry) => component.entries[entry].isMinimum));
        component.minimumBytes = arithmetic.product(component.times, minimum.upTo(this.greatest));
    }

    /** Rolls up: `minimum` and `firmLimit` of a component are with all that is below it. */
    addUp() {
        const { sum } = this.arithmetic;
        for (const component of this.components) {
            component.minimum = component.minimumBytes;
            component.firmLimit = component.bytes;
        }
        // Those below come after those they lie in.
        for (let number = this.components.length - 1; number > 0; number -= 1) {
            const component = this.components[number];
            const parent = this.components[component.parent];
            parent.minimum = sum(parent.minimum, component.minimum);
            parent.firmLimit = sum(parent.firmLimit, component.firmLimit);
        }
        this.total = Tally.of(this.components.map((component) => component.bytes));
    }

    /** Everything together, if each setting had the value that `valueOf` gives for its number. */
    totalWith(valueOf) {
        const { arithmetic, greatest } = this;
        const evaluated = (formula) => evaluate(formula, valueOf, arithmetic);
        const total = new Tally();
        for (const { factors, entries } of this.components) {
            const times = factors.map(evaluated).reduce(arithmetic.product, 1n);
            const sum = Tally.of(entries.map((entry) => evaluated(entry.formula)));
            total.add(arithmetic.product(times, sum.upTo(greatest)));
        }
        return total.upTo(greatest);
    }

    /** What everything together is at `least` and at `greatest`, and its `direction`, where each setting is in the range that `rangeOf` gives for its number. */
    totalsWith(rangeOf) {
        const { arithmetic, greatest } = this;
        const found = (operations) => resultOf(operations, rangeOf, arithmetic, RANGES);
        const [least, most] = [new Tally(), new Tally()];
        let direction = DIRECTION.none;
        for (const { factorOperations, parts } of this.components) {
            const times = factorOperations.map(found).reduce((a, b) => RANGES.growing(arithmetic.product, a, b), RANGES.exactly(1n));
            const ranges = parts.map(({ operations }) => found(operations));
            const leastOfOne = Tally.of(ranges.map((range) => range.least)).upTo(greatest);
            const mostOfOne = Tally.of(ranges.map((range) => range.greatest)).upTo(greatest);
            least.add(arithmetic.product(times.least, leastOfOne));
            most.add(arithmetic.product(times.greatest, mostOfOne));
            direction = [times, ...ranges].reduce((all, range) => bothDirections(all, range.direction), direction);
        }
        return { least: least.upTo(greatest), greatest: most.upTo(greatest), direction };
    }

    get minimum() {
        return this.components[0].minimum;
    }

    get firmLimit() {
        return this.components[0].firmLimit;
    }

    /** Of all there are of the component. */
    bytesOfEntry(component, entry) {
        const { times, entryBytes } = this.components[component];
        return this.arithmetic.product(times, entryBytes[entry]);
    }

    isChanged(number) {
        return this.values[number] !== this.settings[number].value;
    }

    changedSettings() {
        return this.settings.map((_, number) => number).filter((number) => this.isChanged(number));
    }
}
