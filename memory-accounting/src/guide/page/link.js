// What was typed, in the part of the address behind `#`: a link to it shows the same.

/** `encodeURIComponent`, for what also leaves alone what separates. */
const encoded = (text) => encodeURIComponent(text).replaceAll("'", "%27");

const valueAsText = (value) => (value === UNBOUNDED ? "unlimited" : String(value));

/** The fragment of a state: `limit` (null where none is given), `slopFactor`, and the settings of `model` that were changed. */
function fragmentOf(model, limit, slopFactor) {
    const parts = [];
    if (limit !== null) parts.push(`limit=${limit}`);
    parts.push(`slop=${slopFactor}`);
    for (const number of model.changedSettings()) {
        const { component, key, value } = model.settings[number];
        const identity = [model.components[component].name, key, valueAsText(value)].map(encoded).join(":");
        parts.push(`set=${identity}:${valueAsText(model.values[number])}`);
    }
    return parts.join("&");
}

/** What a fragment says: `limit` and `slopFactor` where they are in it, `values` of settings, and how many settings are `unknown` here. */
function readFragment(model, fragment) {
    const read = { limit: undefined, slopFactor: undefined, values: [], unknown: 0 };
    const numbers = new Map(model.settings.map(({ component, key, value }, number) =>
        [JSON.stringify([model.components[component].name, key, valueAsText(value)]), number]));
    for (const part of fragment.split("&")) {
        const at = part.indexOf("=");
        const [name, text] = [part.slice(0, at), part.slice(at + 1)];
        if (name === "limit") read.limit = grantable(parseNumber(decoded(text)));
        else if (name === "slop" && text !== "" && Number(text) >= 0 && Number(text) < 1) read.slopFactor = Number(text);
        else if (name === "set") readSetting(text.split(":").map(decoded), numbers, model, read);
    }
    return read;
}

function readSetting([component, key, was, text], numbers, model, read) {
    const number = numbers.get(JSON.stringify([component, key, was]));
    const unit = model.settings[number]?.unit ?? null;
    const value = text === "unlimited" ? UNBOUNDED : parseValue(text ?? "", unit);
    if (number === undefined || value === undefined || value > model.greatest || !model.takes(number, value)) read.unknown += 1;
    else read.values.push([number, value]);
}

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        // An address that was cut off in the middle of a character.
        return text;
    }
}
