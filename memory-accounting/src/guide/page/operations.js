// Formulas as operations one after another, and what they are in numbers or in ranges of them: as `sizing/writer.rs`, `sizing/operations.rs` and
// `sizing/range.rs` do it, so that a search finds the same. What is the same is computed once, and a part with the rest of its whole is the greater of
// both, which grows with both.

/** What changes nothing. */
const NEUTRAL = { Product: 1n, Sum: 0n, Max: 0n, Min: UNBOUNDED };

/** Writes one formula. An operand is `{ number }`, which no setting changes, or `{ place }`, what the operation there gives. */
class OperationsWriter {
    constructor(arithmetic) {
        this.arithmetic = arithmetic;
        this.operations = [];
        this.known = new Map();
    }

    /** The place of an operation, which is written unless it is there. */
    push(type, a, b) {
        const key = `${type} ${a} ${b}`;
        if (!this.known.has(key)) {
            this.known.set(key, this.operations.length);
            this.operations.push({ type, a, b });
        }
        return this.known.get(key);
    }

    place({ number, place }) {
        return place ?? this.push("Number", number);
    }

    finish(operand) {
        const result = this.place(operand);
        return this.operations.slice(0, result + 1);
    }

    write(formula) {
        const { type, operands, setting, fixed } = formula;
        if (fixed !== undefined) return { number: fixed };
        if (setting !== null) return { place: this.push("Setting", setting) };
        switch (type) {
            case "Sum": return this.fold("Sum", this.terms(formula));
            case "Product": case "Max": case "Min":
                return this.fold(type, operands.map((operand) => this.write(operand)));
            case "NextPowerOfTwo": return { place: this.push(type, this.place(this.write(operands[0]))) };
            case "Difference": case "Quotient": {
                const [first, second] = operands.map((operand) => this.write(operand));
                if (type === "Difference" && second.number === 0n) return first;
                if (first.place === undefined && second.place === undefined) {
                    const operation = type === "Difference" ? this.arithmetic.difference : this.arithmetic.quotient;
                    return { number: operation(first.number, second.number) };
                }
                return { place: this.push(type, this.place(first), this.place(second)) };
            }
        }
    }

    /** What `formula` is the sum of. */
    terms(formula) {
        const isSum = formula.type === "Sum" && formula.fixed === undefined;
        return isSum ? formula.operands.flatMap((operand) => this.terms(operand)) : [this.write(formula)];
    }

    /** All operands together, the last first; of none it is 0, save for the product, which is 1. */
    fold(type, operands) {
        if (type === "Sum") operands = this.withRestsJoined(operands);
        if (type === "Min" && operands.length === 0) return { number: 0n };
        const operation = operationOf(type, this.arithmetic);
        const isNumber = ({ place }) => place === undefined;
        const number = operands.filter(isNumber).map((operand) => operand.number).reduce(operation, NEUTRAL[type]);
        const places = operands.filter((operand) => !isNumber(operand)).map(({ place }) => place).reverse();
        if (places.length === 0 || (type === "Product" && number === 0n)) return { number };
        const all = places.reduce((a, b) => this.inOrder(type, a, b));
        return { place: number === NEUTRAL[type] ? all : this.inOrder(type, all, this.push("Number", number)) };
    }

    /** Of what may be swapped, so that what is the same is written in the same way. */
    inOrder(type, a, b) {
        return this.push(type, Math.min(a, b), Math.max(a, b));
    }

    /** `a + (b - a)` is the greater of `a` and `b`: so is declared what is allocated up front. */
    withRestsJoined(terms) {
        for (const [rest, { place }] of terms.entries()) {
            const { type, a: whole, b: part } = this.operations[place] ?? {};
            if (type !== "Difference") continue;
            const at = terms.findIndex((term) => term.place === part);
            if (at < 0) continue;
            const others = terms.filter((_, number) => number !== rest && number !== at);
            return this.withRestsJoined([...others, { place: this.inOrder("Max", whole, part) }]);
        }
        return terms;
    }
}

function operationOf(type, arithmetic) {
    switch (type) {
        case "Product": return arithmetic.product;
        case "Sum": return arithmetic.sum;
        case "Max": return arithmetic.greater;
        case "Min": return arithmetic.lesser;
    }
}

/** The operations of a formula. */
function operationsOf(formula, arithmetic) {
    const writer = new OperationsWriter(arithmetic);
    return writer.finish(writer.write(formula));
}

/** The operations of the sum of `amounts`, as often as `times` say. */
function operationsOfPart(amounts, times, arithmetic) {
    const writer = new OperationsWriter(arithmetic);
    const sum = writer.fold("Sum", amounts.flatMap((amount) => writer.terms(amount)));
    return writer.finish(writer.fold("Product", [sum, ...times.map((factor) => writer.write(factor))]));
}

/** What operations give in `kind`, which is NUMBERS or RANGES, where `valueOf(setting)` is what a setting is. */
function resultOf(operations, valueOf, arithmetic, kind) {
    const results = [];
    for (const { type, a, b } of operations) {
        const [first, second] = [results[a], results[b]];
        switch (type) {
            case "Setting": results.push(valueOf(a)); break;
            case "Number": results.push(kind.exactly(a)); break;
            case "Product": case "Sum": results.push(kind.growing(operationOf(type, arithmetic), first, second)); break;
            case "Max": results.push(kind.greater(arithmetic, first, second)); break;
            case "Min": results.push(kind.lesser(arithmetic, first, second)); break;
            case "Difference": results.push(kind.shrinking(arithmetic.difference, first, second)); break;
            case "Quotient": results.push(kind.shrinking(arithmetic.quotient, first, second)); break;
            case "NextPowerOfTwo": results.push(kind.growing(arithmetic.nextPowerOfTwo, first, kind.exactly(0n))); break;
        }
    }
    return results[results.length - 1];
}

/** One number. */
const NUMBERS = {
    exactly: (value) => value,
    /** What `operation`, which grows with both of its operands, gives. */
    growing: (operation, a, b) => operation(a, b),
    /** What `operation`, which shrinks with its second operand, gives. */
    shrinking: (operation, a, b) => operation(a, b),
    greater: ({ greater }, a, b) => greater(a, b),
    lesser: ({ lesser }, a, b) => lesser(a, b),
};

/** How something changes when a setting gets greater, as far as the form of the expressions tells. */
const DIRECTION = { none: "none", grow: "grow", shrink: "shrink", either: "either" };

function bothDirections(a, b) {
    if (a === DIRECTION.none || a === b) return b;
    return b === DIRECTION.none ? a : DIRECTION.either;
}

function reversed(direction) {
    if (direction === DIRECTION.grow) return DIRECTION.shrink;
    return direction === DIRECTION.shrink ? DIRECTION.grow : direction;
}

/** From the least to the greatest, and which way it goes, where a setting may have any of many values. */
const RANGES = {
    exactly: (value) => ({ least: value, greatest: value, direction: DIRECTION.none }),
    ofSetting: (least, greatest) => rangeOf(least, greatest, DIRECTION.grow),
    growing: (operation, a, b) =>
        rangeOf(operation(a.least, b.least), operation(a.greatest, b.greatest), bothDirections(a.direction, b.direction)),
    shrinking: (operation, a, b) =>
        rangeOf(operation(a.least, b.greatest), operation(a.greatest, b.least), bothDirections(a.direction, reversed(b.direction))),
    greater(arithmetic, a, b) {
        if (isAbove(a, b)) return a;
        return isAbove(b, a) ? b : RANGES.growing(arithmetic.greater, a, b);
    },
    lesser(arithmetic, a, b) {
        if (isAbove(a, b)) return b;
        return isAbove(b, a) ? a : RANGES.growing(arithmetic.lesser, a, b);
    },
};

function rangeOf(least, greatest, direction) {
    // What can be one number only does not change.
    return { least, greatest, direction: least === greatest ? DIRECTION.none : direction };
}

/** Whether nothing in one range is less than anything in another. */
function isAbove(range, other) {
    if (range.least === UNBOUNDED) return true;
    return other.greatest !== UNBOUNDED && range.least >= other.greatest;
}
