// The guide computes what the library does: any bounds, evaluated in both, with the values they have and with others; the same settings,
// what each costs, and the greatest values that fit.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";

import { addressOf, assertQuiet, openPage, pagesFolder, startBrowser } from "./harness.js";

let browser, opened, cases;

before(async () => {
    cases = JSON.parse(await readFile(path.join(pagesFolder, "random.json"), "utf8"));
    browser = await startBrowser();
    opened = await openPage(browser, addressOf("guide-agent.html"));
});

after(() => browser?.close());

/** What the page makes of a case, in the form in which the case says what it should be. Runs in the page. */
function computed({ data, values, explained, enough }) {
    const text = (number) => (number === null ? null : String(number));
    const model = new Model(JSON.parse(data));
    const results = () => ({
        firm_limit: text(model.firmLimit),
        minimum: String(model.minimum ?? model.greatest),
        entries: model.components.flatMap(({ name, entries }, component) =>
            entries.map((_, entry) => [name, text(model.bytesOfEntry(component, entry))])),
        components: model.components.filter(({ bytes }) => bytes !== 0n).map(({ name, bytes }) => [name, text(bytes)]),
    });
    const now = results();

    // What the page says of an entry, where it says all of it.
    const hasName = ({ type, name, operands }) => (type !== "Config" || name !== "") && operands.every(hasName);
    const writer = new Writer((number) => ({ key: model.settings[number].key, value: model.values[number] }));
    const said = model.components.flatMap(({ entries }, component) => entries
        .map((entry, number) => ({ entry, bytes: model.bytesOfEntry(component, number), words: writer.inShort(entry) }))
        .filter(({ entry, bytes, words }) => bytes !== 0n && hasName(entry.formula))
        // Of what is too long to be read, the library names as many settings as there is room for.
        .filter(({ words }) => !words.startsWith("from "))
        .map(({ bytes, words }) => ` ${glance(bytes)}  ${words}`));

    const enoughHere = enough.map(([slopFactor]) => [slopFactor, text(limitFor(model.firmLimit, slopFactor))]);

    const limit = BigInt(explained.limit);
    const fits = isAtMost(model.firmLimit, limit);
    /** The search up to a value, in the words of the case. */
    const search = (dependence, upTo) => {
        const { largest, noGreaterFits } = largestThatFits(dependence, limit, upTo);
        const none = noGreaterFits ? null : "unknown";
        const inWords = largest === undefined ? none : largest === null ? "unlimited" : String(largest);
        const below = largest === undefined ? noGreaterFits : everySmallerFits(dependence, limit, largest ?? model.greatest);
        return { inWords, noGreaterFits, below };
    };
    const settings = model.settings.map(({ component, key, value }, number) => {
        const dependence = new Dependence(model, number);
        const { inWords, below } = search(dependence, fits ? undefined : value);
        return [model.components[component].name, key, text(value), text(dependence.cost()), inWords, below];
    });
    const solved = model.settings.map(({ component, key, value }, number) => {
        const dependence = new Dependence(model, number);
        const { direction } = dependence.totals(RANGES.ofSetting(0n, UNBOUNDED));
        const { inWords, noGreaterFits, below } = search(dependence);
        return [model.components[component].name, key, text(value), direction, inWords, noGreaterFits, below];
    });

    const together = fittingTogether(model, limit)?.values.map(([number, value]) => {
        const { component, key } = model.settings[number];
        return [model.components[component].name, key, String(value)];
    });

    const becomes = new Map(values.map(([key, was, now]) => [JSON.stringify([key, was]), now]));
    model.setAll(model.settings.map(({ key, value }, number) => {
        const now = becomes.get(JSON.stringify([key, text(value)]));
        return [number, now === null ? null : BigInt(now)];
    }));
    return { now, changed: results(), said, settings, solved, together, enough: enoughHere };
}

const inOrder = (rows) => rows.map((row) => JSON.stringify(row)).sort();

test("any bounds are computed as the library computes them", async () => {
    const all = await opened.page.evaluate(`(${(cases, computed) => cases.map(computed)})(${JSON.stringify(cases)}, ${computed})`);
    let [unbounded, lowered] = [0, 0];
    const [effects, found] = [new Set(), new Set()];
    for (const [number, { now, changed, explained, enough, data, text }] of cases.entries()) {
        const page = all[number];
        assert.deepEqual(page.enough, enough, `case ${number}: ${data}`);
        for (const [expected, found] of [[now, page.now], [changed, page.changed]]) {
            // The library says which components are biggest; the page has them as they stand.
            const { components, ...others } = expected;
            const { components: foundComponents, ...foundOthers } = found;
            assert.deepEqual(foundOthers, others, `case ${number}: ${data}`);
            assert.deepEqual(inOrder(foundComponents), inOrder(components), `case ${number}: ${data}`);
            if (expected.firm_limit === null) unbounded += 1;
        }
        if (explained.together.length > 0) {
            assert.deepEqual(inOrder(page.together), inOrder(explained.together), `case ${number}, limit ${explained.limit}: ${data}`);
            lowered += 1;
        }
        for (const words of page.said) {
            assert.ok(text.split("\n").some((line) => line.endsWith(words)), `case ${number}: \`${words}\` in ${text}`);
        }
        // The library leaves out settings on which nothing depends.
        const known = new Map(page.settings.map((setting) => [JSON.stringify(setting.slice(0, 3)), setting]));
        for (const setting of explained.settings) {
            assert.deepEqual(known.get(JSON.stringify(setting.slice(0, 3))), setting, `case ${number}, limit ${explained.limit}: ${data}`);
        }
        // A search that ends early ends at the same value in both.
        const solved = new Map(page.solved.map((setting) => [JSON.stringify(setting.slice(0, 3)), setting]));
        for (const setting of explained.solved) {
            assert.deepEqual(solved.get(JSON.stringify(setting.slice(0, 3))), setting, `case ${number}, limit ${explained.limit}: ${data}`);
            const [, , , effect, largest, noGreaterFits, below] = setting;
            effects.add(effect);
            found.add(largest === null || /[a-z]/.test(largest) ? largest : `${noGreaterFits} ${below}`);
        }
    }
    // Every kind of results is among them.
    assert.deepEqual([...effects].sort(), ["either", "grow", "none", "shrink"]);
    for (const outcome of ["true true", "true false", null, "unlimited"]) assert.ok(found.has(outcome), outcome);
    assert.ok(["unknown", "false true", "false false"].some((outcome) => found.has(outcome)), "a search that ends early");
    assert.ok(lowered > 20, `${lowered} lowered together`);
    assert.ok(unbounded > cases.length / 10 && unbounded < cases.length * 1.5, `${unbounded} unbounded`);
    assertQuiet(opened);
});
