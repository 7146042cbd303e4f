// Settings as an operator writes them down. What cannot be written so is told in a comment, or in the notes where there are none.

const EXPORTS = {
    toml: { name: "TOML", file: "settings.toml", write: (settings) => writeToml(settings) },
    yaml: { name: "YAML", file: "settings.yaml", write: (settings) => writeYaml(settings) },
    json: { name: "JSON", file: "settings.json", write: (settings) => writeJson(settings) },
    env: { name: "environment", file: "settings.env", write: (settings) => writeEnvironment(settings) },
};

/** A text in quotes as JSON, TOML and YAML read it. */
function inQuotes(text) {
    return JSON.stringify(text).replace(/[\u007f\u2028\u2029]/g, (character) =>
        `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text in a comment: of one line. */
const inComment = (text) => inQuotes(text).slice(1, -1).replaceAll('\\"', '"');

const told = ({ place, component, value }) =>
    `${place} = ${value === UNBOUNDED ? "unlimited" : value} in ${component}`;

// A setting is `{ place, component, value, isAmbiguous, isUnset }`: where it stands in the program's file; ambiguous where another component has another
// value there; and unset where the file does not have it and it has its present value all the same.

/** Why a setting is not written: as a comment says it of several, and as a note of one. */
const REASONS = {
    ambiguous: { comment: "One key, several values: write these where each belongs.", note: "as one key has several values" },
    item: { comment: "Items of lists: write these in the list of the program's own file.", note: "as it is an item of a list" },
    unset: { comment: "Not set in the program's own file; a value would set them.", note: "as the program's own file does not set it" },
};

/**
 * The names on the way to a place in the file, which are separated by dots, those with dots of their own in quotes. Null where it leads through an item of
 * a list: a list is only ever written as a whole.
 */
function namesOf(place) {
    const names = [];
    for (let rest = place; ; rest = rest.slice(1)) {
        const [quoted] = /^"(?:[^"\\]|\\.)*"(?=[.[]|$)/.exec(rest) ?? [];
        const [name] = quoted === undefined ? /^.*?(?=\.|\[\d+\](?:[.[]|$)|$)/s.exec(rest) : [quoted];
        names.push(quoted === undefined ? name : unquoted(quoted));
        rest = rest.slice(name.length);
        if (rest === "") return names;
        if (rest.startsWith("[")) return null;
    }
}

function unquoted(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** The settings as tables within tables. `leftOut` are those that are not in them, by the reason why. */
function nested(settings) {
    const leftOut = new Map(Object.keys(REASONS).map((reason) => [reason, []]));
    const byPlace = new Map();
    const tables = new Set();
    const identity = (names) => JSON.stringify(names);
    for (const setting of settings) {
        const names = namesOf(setting.place);
        if (names === null) leftOut.get("item").push(setting);
        else if (setting.isUnset) leftOut.get("unset").push(setting);
        else {
            const key = identity(names);
            byPlace.set(key, { names, same: [...(byPlace.get(key)?.same ?? []), setting] });
            for (let depth = 1; depth < names.length; depth += 1) tables.add(identity(names.slice(0, depth)));
        }
    }
    const root = new Map();
    for (const [key, { names, same }] of byPlace) {
        if (tables.has(key) || same[0].isAmbiguous) {
            leftOut.get("ambiguous").push(...same);
            continue;
        }
        const last = names.pop();
        let table = root;
        for (const name of names) {
            if (!table.has(name)) table.set(name, new Map());
            table = table.get(name);
        }
        table.set(last, same[0].value);
    }
    return { root, leftOut };
}

const asComments = (leftOut) => [...leftOut].flatMap(([reason, settings]) => (settings.length === 0 ? [] : [
    `# ${REASONS[reason].comment}`,
    ...settings.map((setting) => `# ${inComment(told(setting))}`),
]));

function writeToml(settings) {
    const { root, leftOut } = nested(settings);
    const name = (text) => (/^[A-Za-z0-9_-]+$/.test(text) ? text : inQuotes(text));
    const lines = asComments(leftOut);
    const table = (values, path) => {
        const own = [...values].filter(([, value]) => !(value instanceof Map));
        if (path.length > 0 && own.length > 0) lines.push(...(lines.length > 0 ? [""] : []), `[${path.map(name).join(".")}]`);
        for (const [key, value] of own) {
            // TOML has no word for it.
            lines.push(value === UNBOUNDED ? `# ${name(key)} is unlimited` : `${name(key)} = ${value}`);
        }
        for (const [key, value] of values) if (value instanceof Map) table(value, [...path, key]);
    };
    table(root, []);
    return { text: lines.join("\n"), notes: [] };
}

function writeYaml(settings) {
    const { root, leftOut } = nested(settings);
    const plain = /^[A-Za-z_][A-Za-z0-9_-]*$/;
    const word = /^(true|false|yes|no|on|off|null|y|n)$/i;
    const name = (text) => (plain.test(text) && !word.test(text) ? text : inQuotes(text));
    const lines = asComments(leftOut);
    const table = (values, indent) => {
        for (const [key, value] of values) {
            if (value instanceof Map) {
                lines.push(`${indent}${name(key)}:`);
                table(value, `${indent}  `);
            } else {
                lines.push(`${indent}${name(key)}: ${value === UNBOUNDED ? "null" : value}`);
            }
        }
    };
    table(root, "");
    return { text: lines.join("\n"), notes: [] };
}

function writeJson(settings) {
    const { root, leftOut } = nested(settings);
    const write = (value, indent) => {
        if (!(value instanceof Map)) return value === UNBOUNDED ? "null" : String(value);
        if (value.size === 0) return "{}";
        const members = [...value].map(([key, of]) => `${indent}  ${inQuotes(key)}: ${write(of, `${indent}  `)}`);
        return `{\n${members.join(",\n")}\n${indent}}`;
    };
    const notes = [...leftOut].flatMap(([reason, settings]) =>
        settings.map((setting) => `Left out, ${REASONS[reason].note}: ${told(setting)}`));
    return { text: write(root, ""), notes };
}

function writeEnvironment(settings) {
    const { leftOut } = nested(settings);
    const unwritten = new Set([...leftOut.get("item"), ...leftOut.get("unset")]);
    const byName = new Map();
    for (const setting of settings.filter((setting) => !unwritten.has(setting))) {
        const name = setting.place.toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^(?=\d)/, "_");
        byName.set(name, [...(byName.get(name) ?? []), setting]);
    }
    const [lines, conflicts] = [[], []];
    for (const [name, same] of byName) {
        const [{ value }] = same;
        if (same.some((other) => other.isAmbiguous || other.value !== value)) conflicts.push(...same);
        else lines.push(value === UNBOUNDED ? `# ${name} is unlimited` : `${name}=${value}`);
    }
    // Names of the environment have no tables.
    leftOut.set("ambiguous", conflicts);
    return { text: [...asComments(leftOut), ...lines].join("\n"), notes: [] };
}

/**
 * The `resources` of a container, as `memory-bounds kubernetes` writes them: the least limit that is enough, all of which is requested, for the scheduler
 * goes by what is requested. `limit` is the one that is looked at.
 */
function writeKubernetes(model, limit, slopFactor) {
    if (model.firmLimit === 0n) return { text: "# Nothing is declared that a limit could be made from.", notes: [] };
    const enough = limitFor(model.firmLimit, slopFactor);
    if (enough === null) return { text: "# No limit is enough for these settings.", notes: [] };
    const quantity = (bytes) => exactly(bytes).replace(/B$/, "");
    const fits = limit !== null && effectiveLimit(limit, slopFactor) >= model.firmLimit;
    const memory = `    memory: ${enough >> 20n}Mi`;
    const lines = [
        `# limit: ${glance(model.firmLimit)} are declared, and ${glance(enough - model.firmLimit)} set aside for what no component declares`,
        "# request: all of it, so that no node promises memory that it does not have",
        "# both are rounded up to whole MiB",
        ...(limit === null || fits ? [] : [`# ${quantity(limit)} is not enough`]),
        "resources:", "  requests:", memory, "  limits:", memory,
    ];
    return { text: lines.join("\n"), notes: [] };
}
