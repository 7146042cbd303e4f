// Expressions as they are declared, with a number in the place of each setting.

/** The operands of an expression, in the order they are written. */
function operandsOf(expr) {
    switch (expr.type) {
        case "Product": case "Sum": case "Max": case "Min":
            return expr.values;
        case "Difference":
            return [expr.minuend, expr.subtrahend];
        case "Quotient":
            return [expr.dividend, expr.divisor];
        case "NextPowerOfTwo":
            return [expr.value];
        default:
            return [];
    }
}

/**
 * The formula of an expression, where `settingOf(key, value)` is the number of a setting, or null for what is none. What depends on no
 * setting has its value in `fixed`.
 */
function formulaOf(expr, settingOf, arithmetic) {
    const formula = { type: expr.type, name: expr.name, operands: [], setting: null, fixed: undefined };
    switch (expr.type) {
        case "Config": case "Unlimited": {
            const value = expr.type === "Config" ? BigInt(expr.value) : UNBOUNDED;
            // What has no name is no setting.
            formula.setting = expr.name === "" ? null : settingOf(expr.name, value);
            if (formula.setting === null) formula.fixed = value;
            return formula;
        }
        case "StructSize": case "Constant":
            formula.fixed = BigInt(expr.value);
            return formula;
        case "Product": case "Sum": case "Max": case "Min": case "Difference": case "Quotient": case "NextPowerOfTwo":
            formula.operands = operandsOf(expr).map((operand) => formulaOf(operand, settingOf, arithmetic));
            if (formula.operands.every((operand) => operand.fixed !== undefined)) {
                formula.fixed = evaluate(formula, () => UNBOUNDED, arithmetic);
            }
            return formula;
        default:
            throw new Error(`this page does not know the expression ${expr.type}`);
    }
}

/** What a formula is, where `valueOf(setting)` is what a setting is. */
function evaluate(formula, valueOf, arithmetic) {
    if (formula.fixed !== undefined) return formula.fixed;
    if (formula.setting !== null) return valueOf(formula.setting);
    const values = formula.operands.map((operand) => evaluate(operand, valueOf, arithmetic));
    switch (formula.type) {
        case "Product": return values.reduce(arithmetic.product, 1n);
        case "Sum": return values.reduce(arithmetic.sum, 0n);
        case "Max": return values.reduce(arithmetic.greater, 0n);
        // Nothing is above unbounded, save that the least of no values is 0.
        case "Min": return values.length === 0 ? 0n : values.reduce(arithmetic.lesser, UNBOUNDED);
        case "Difference": return arithmetic.difference(values[0], values[1]);
        case "Quotient": return arithmetic.quotient(values[0], values[1]);
        case "NextPowerOfTwo": return arithmetic.nextPowerOfTwo(values[0]);
    }
}
