// Settings that are lowered together, where one by itself may not be enough: as `sizing/together.rs` does it.

/** In thousandths: finer steps would change no setting below a thousand. */
const WHOLE = 1000n;

/** So many thousandths of a value, and at least 1 of what is not 0. */
function partOf(value, thousandths) {
    const part = (value * thousandths) / WHOLE;
    return part === 0n && value > 0n ? 1n : part;
}

/**
 * The settings on which anything depends, each at the same part of its value, the greatest with which everything fits: `thousandths` and
 * `values`, pairs of a setting and its value. Null where the least of all is too much, and where one has no value to take a part of.
 */
function fittingTogether(model, limit) {
    const lowered = model.settings.map((_, number) => number).filter((number) => isNeeded(model, number));
    if (lowered.some((number) => model.values[number] === UNBOUNDED)) return null;
    const at = (thousandths) => lowered.map((number) => [number, partOf(model.values[number], thousandths)]);
    const total = (thousandths) => model.totalWith(new Map(at(thousandths)));
    let [fitting, tooMuch] = [{ at: 0n, bytes: total(0n) }, { at: WHOLE, bytes: model.firmLimit }];
    if (!isAtMost(fitting.bytes, limit)) return null;
    let byRule = true;
    while (tooMuch.at - fitting.at > 1n) {
        const guess = byRule ? inProportion(fitting, tooMuch, limit) : (fitting.at + tooMuch.at) / 2n;
        // A guess may gain one thousandth only, so that every second step halves what is left.
        byRule = !byRule;
        const bytes = total(guess);
        if (isAtMost(bytes, limit)) fitting = { at: guess, bytes };
        else tooMuch = { at: guess, bytes };
    }
    return { thousandths: fitting.at, values: at(fitting.at) };
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

/** Where the total would be the limit if it grew evenly between what fits and what is too much, and within the two. */
function inProportion(fitting, tooMuch, limit) {
    const width = tooMuch.at - fitting.at;
    const rise = tooMuch.bytes === UNBOUNDED ? 0n : tooMuch.bytes - fitting.bytes;
    const guess = fitting.at + (rise > 0n ? ((limit - fitting.bytes) * width) / rise : width / 2n);
    const within = guess < tooMuch.at ? guess : tooMuch.at - 1n;
    return within > fitting.at ? within : fitting.at + 1n;
}
