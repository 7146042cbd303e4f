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

const told = ({ key, component, value }) =>
    `${key} = ${value === UNBOUNDED ? "unlimited" : value} in ${component}`;

// A setting is `{ key, component, value, isAmbiguous }`; it is ambiguous where another component has another value under its key. A key is
// all that a file says, so nothing is written there but a comment.

/** The settings as tables within tables, by the parts of their keys. `conflicts` are those that are ambiguous, or where a table is too. */
function nested(settings) {
    const conflicts = [];
    const byKey = new Map();
    for (const setting of settings) byKey.set(setting.key, [...(byKey.get(setting.key) ?? []), setting]);
    const tables = new Set([...byKey.keys()].flatMap((key) =>
        [...key.matchAll(/\./g)].map(({ index }) => key.slice(0, index))));
    const root = new Map();
    for (const [key, same] of byKey) {
        if (tables.has(key) || same[0].isAmbiguous) {
            conflicts.push(...same);
            continue;
        }
        const names = key.split(".");
        const last = names.pop();
        let table = root;
        for (const name of names) {
            if (!table.has(name)) table.set(name, new Map());
            table = table.get(name);
        }
        table.set(last, same[0].value);
    }
    return { root, conflicts };
}

const conflictsAsComments = (conflicts) => (conflicts.length === 0 ? [] : [
    "# One key, several values: write these where each belongs.",
    ...conflicts.map((setting) => `# ${inComment(told(setting))}`),
]);

function writeToml(settings) {
    const { root, conflicts } = nested(settings);
    const name = (text) => (/^[A-Za-z0-9_-]+$/.test(text) ? text : inQuotes(text));
    const lines = conflictsAsComments(conflicts);
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
    const { root, conflicts } = nested(settings);
    const plain = /^[A-Za-z_][A-Za-z0-9_-]*$/;
    const word = /^(true|false|yes|no|on|off|null|y|n)$/i;
    const name = (text) => (plain.test(text) && !word.test(text) ? text : inQuotes(text));
    const lines = conflictsAsComments(conflicts);
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
    const { root, conflicts } = nested(settings);
    const write = (value, indent) => {
        if (!(value instanceof Map)) return value === UNBOUNDED ? "null" : String(value);
        if (value.size === 0) return "{}";
        const members = [...value].map(([key, of]) => `${indent}  ${inQuotes(key)}: ${write(of, `${indent}  `)}`);
        return `{\n${members.join(",\n")}\n${indent}}`;
    };
    const notes = conflicts.map((setting) => `Left out, as one key has several values: ${told(setting)}`);
    return { text: write(root, ""), notes };
}

function writeEnvironment(settings) {
    const byName = new Map();
    for (const setting of settings) {
        const name = setting.key.toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^(?=\d)/, "_");
        byName.set(name, [...(byName.get(name) ?? []), setting]);
    }
    const [lines, conflicts] = [[], []];
    for (const [name, same] of byName) {
        const [{ value }] = same;
        if (same.some((other) => other.isAmbiguous || other.value !== value)) conflicts.push(...same);
        else lines.push(value === UNBOUNDED ? `# ${name} is unlimited` : `${name}=${value}`);
    }
    return { text: [...conflictsAsComments(conflicts), ...lines].join("\n"), notes: [] };
}

/** The `resources` of a container: it asks for what is declared and what is set aside, and is limited to `limit` where that is enough. */
function writeKubernetes(model, limit, slopFactor) {
    const enough = limitFor(model.firmLimit, slopFactor);
    if (enough === null) return { text: "# No limit is enough for these settings.", notes: [] };
    const quantity = (bytes) => exactly(bytes).replace(/B$/, "");
    const fits = limit !== null && effectiveLimit(limit, slopFactor) >= model.firmLimit;
    const lines = ["resources:", "  requests:", `    memory: ${quantity(fits && limit < enough ? limit : enough)}`, "  limits:"];
    if (limit !== null && !fits) lines.push(`    # ${quantity(limit)} is not enough.`);
    lines.push(`    memory: ${quantity(fits ? limit : enough)}`);
    return { text: lines.join("\n"), notes: [] };
}
