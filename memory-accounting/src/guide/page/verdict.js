// Whether everything fits, in one sentence.

/** The settings without a limit that make everything unbounded. */
function unlimitedSettings(model) {
    return model.settings.map((_, number) => number).filter((number) =>
        model.values[number] === UNBOUNDED && new Dependence(model, number).cost() === UNBOUNDED);
}

/**
 * The verdict on a model: `word`, `rest` of the sentence, and `fits` (true, false, or null where that cannot be said). `limit` is null where
 * none is given.
 */
function verdictOn(model, limit, slopFactor, refused) {
    const { minimum, firmLimit } = model;
    if (refused.length > 0) {
        const rest = "what is declared contradicts itself, whatever the limit; see below.";
        return { word: "Refused:", rest, fits: false };
    }
    if (firmLimit === UNBOUNDED) return { word: "Does not fit any limit:", rest: unboundedBecause(model), fits: false };
    const enough = limitFor(firmLimit, slopFactor);
    const needed = enough === null ? "no limit would be enough" : `a limit of ${exactly(enough)} would be enough`;
    if (limit === null) {
        const rest = `up to ${glance(firmLimit)} may be used, ${glance(minimum)} of it from the start; ${needed}.`;
        return { word: "No limit is given:", rest, fits: null };
    }
    const available = effectiveLimit(limit, slopFactor);
    const of = slopFactor === 0 ? glance(available)
        : `${glance(available)} left of ${glance(limit)} with ${percentOf(slopFactor)} % set aside`;
    if (minimum > available) {
        const rest = `${glance(minimum)} are needed from the start, more than the ${of}; ${needed}.`;
        return { word: "Does not fit:", rest, fits: false };
    }
    if (firmLimit > available) {
        const over = glance(firmLimit - available);
        const rest = `up to ${glance(firmLimit)} may be used, ${over} more than the ${of}; ${needed}.`;
        return { word: "Does not fit:", rest, fits: false };
    }
    const rest = `up to ${glance(firmLimit)} may be used of the ${of}; ${glance(available - firmLimit)} stay free.`;
    return { word: "Fits:", rest, fits: true };
}

function unboundedBecause(model) {
    const named = unlimitedSettings(model).map((number) => {
        const { key, component } = model.settings[number];
        return `${key} of ${model.components[component].name}`;
    });
    if (named.length === 0) return "more bytes are declared than can be counted.";
    const listed = named.slice(0, 3).join(", ") + (named.length > 3 ? ` and ${named.length - 3} more` : "");
    return `${listed} ${named.length === 1 ? "is" : "are"} not limited.`;
}
