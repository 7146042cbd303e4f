// Formulas as arithmetic that a person can read, with the present values of settings: as `expr/display.rs` and `bounds/display.rs` write it.

const BINDING = { additive: 0, multiplicative: 1, atom: 2 };

/** The longest arithmetic, in characters, that can be seen at a glance. */
const GLANCE_LENGTH = 60;

/** Writes formulas, where `settingOf(number)` gives the key and the present value of a setting. */
class Writer {
    constructor(settingOf) {
        this.settingOf = settingOf;
    }

    /** `8 B × capacity (1,000)`. */
    brief(formula) {
        const { type, operands } = formula;
        switch (type) {
            case "Product":
                return operands.length === 0 ? "1" : this.infix(operands, " × ", BINDING.multiplicative);
            case "Sum":
                return operands.length === 0 ? "0" : this.infix(operands, " + ", BINDING.additive);
            case "Max":
            case "Min":
                return `${type.toLowerCase()}(${operands.map((operand) => this.brief(operand)).join(", ")})`;
            case "Difference":
                return `${this.operand(operands[0], BINDING.additive)} - ${this.operand(operands[1], BINDING.multiplicative)}`;
            case "Quotient":
                return `${this.operand(operands[0], BINDING.multiplicative)} / ${this.operand(operands[1], BINDING.atom)}`;
            case "NextPowerOfTwo":
                return `next_power_of_two(${this.brief(operands[0])})`;
            default:
                return this.leaf(formula);
        }
    }

    leaf({ type, name, setting, fixed }) {
        if (setting !== null) {
            const { key, value } = this.settingOf(setting);
            return `${key} (${value === UNBOUNDED ? "unlimited" : grouped(value)})`;
        }
        if (fixed === UNBOUNDED) return "unlimited";
        if (type === "StructSize") return `${grouped(fixed)} B`;
        return name === "" ? grouped(fixed) : `${name} (${grouped(fixed)})`;
    }

    /** A later operand that begins with `-` or `/` gets parentheses, because `a × (b / c)` rounds differently from `a × b / c`. */
    infix(operands, operator, binding) {
        const written = operands.map((operand, at) =>
            at > 0 && beginsUneven(operand, binding) ? `(${this.brief(operand)})` : this.operand(operand, binding));
        return written.join(operator);
    }

    operand(formula, atLeast) {
        const text = this.brief(formula);
        return bindingOf(formula) < atLeast ? `(${text})` : text;
    }

    /** What an entry is computed from, in short. */
    inShort({ formula, holds }) {
        if (formula.type === "StructSize") return "one value";
        if (formula.type === "Constant") return "fixed";
        const arithmetic = this.brief(formula);
        if (arithmetic.length <= GLANCE_LENGTH) return arithmetic;
        if (holds !== null) {
            const word = hasPowerOfTwo(formula) ? "table of" : "container of";
            const each = holds.itemBytes === null ? "" : `, each with ${this.brief(holds.itemBytes)} more`;
            return `${word} ${this.brief(holds.items)}${each}`;
        }
        const settings = [...new Set(settingsOf(formula).map((setting) => this.leaf({ setting })))];
        return settings.length === 0 ? "from constants" : `from ${settings.join(", ")}`;
    }
}

function bindingOf({ type, operands }) {
    switch (type) {
        case "Sum":
        case "Product":
            if (operands.length < 2) return operands.length === 0 ? BINDING.atom : bindingOf(operands[0]);
            return type === "Sum" ? BINDING.additive : BINDING.multiplicative;
        case "Difference": return BINDING.additive;
        case "Quotient": return BINDING.multiplicative;
        default: return BINDING.atom;
    }
}

/** Whether the first operation written for a formula is a `-` or `/` that binds like `binding`. */
function beginsUneven(formula, binding) {
    switch (formula.type) {
        case "Difference":
        case "Quotient":
            return bindingOf(formula) === binding;
        case "Product":
        case "Sum":
            return bindingOf(formula) === binding && formula.operands.length > 0
                && beginsUneven(formula.operands[0], binding);
        default:
            return false;
    }
}

function hasPowerOfTwo(formula) {
    return formula.type === "NextPowerOfTwo" || formula.operands.some(hasPowerOfTwo);
}

function settingsOf(formula) {
    return formula.setting !== null ? [formula.setting] : formula.operands.flatMap(settingsOf);
}

/** The name of an entry: its label, else that of what is stored, else that of the first setting. */
function nameOfEntry({ label, formula }, keyOf) {
    if (label !== null) return label;
    const find = (within, wanted) => {
        if (wanted(within)) return within.setting === null ? within.name : keyOf(within.setting);
        for (const operand of within.operands) {
            const found = find(operand, wanted);
            if (found !== null) return found;
        }
        return null;
    };
    const isSize = ({ type, name }) => type === "StructSize" && name !== "";
    const isLeaf = formula.operands.length === 0 && (formula.name ?? "") !== "";
    return (isLeaf ? formula.name : null)
        ?? find(formula, isSize)
        ?? find(formula, ({ setting }) => setting !== null)
        ?? "(no name)";
}
