// The dashboard of programs that do not make it easy: thousands of components, names that are not the page's own words, a clock that is set back, hours of
// watching, and parts of the answer that are missing. The programs are made up.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { DESKTOP, PHONE, assertContrast, assertFitsWidth, assertNamed, assertQuiet, openPage, startBrowser } from "./harness.js";
import { GROWING, NO_SETTINGS, component, serve, status } from "./madeup.js";

const MIB = 1 << 20;
const GRANT = { limit: { bytes: 64 * MIB, effective_bytes: 48 * MIB, from: "grant" } };

let browser;

before(async () => {
    browser = await startBrowser();
});

after(() => browser?.close());

/** Opens the dashboard of a program that answers so, and sees that it is quiet. */
async function withDashboard(answers, use, { prefix = "/memory", ...view } = {}) {
    const program = await serve(prefix, { "explain.json": NO_SETTINGS, ...answers });
    try {
        const opened = await openPage(browser, program.address, view);
        await opened.page.locator('body[data-state="live"]').waitFor();
        await use(opened.page, program);
        assertQuiet(opened, (address) => address.startsWith(`http://127.0.0.1:${program.port}/`));
        await opened.close();
    } finally {
        await program.end();
    }
}

const textOf = (page, selector) => page.locator(selector).textContent();

const HOSTILE = '"</script><img src=x onerror=alert(1)><b>bold</b> \u2028 & é 🦀"';
const LONG = "a_name_without_any_place_to_break_it".repeat(8);

for (const [where, viewport] of [["a desk", DESKTOP], ["a phone", PHONE]]) {
    test(`any name is only a name, and fits ${where}`, async () => {
        const below = [component(`${HOSTILE}.${LONG}`, { firm: MIB, own: 3 * MIB, peak: 4 * MIB }), component(LONG, { own: MIB })];
        const root = component("root", { own: MIB, below: [component(HOSTILE, { firm: MIB, own: MIB, below })] });
        const setting = { ...GROWING, component: LONG, key: HOSTILE, value: 5, bytes: MIB, growth_bytes: MIB, largest_that_fits: "none" };
        const explanation = { ...NO_SETTINGS, limit_bytes: 48 * MIB, firm_limit_bytes: 2 * MIB, settings: [setting] };
        const answers = { "status.json": status(root, { warnings: [`${HOSTILE}\n${LONG}`], ...GRANT }), "explain.json": explanation };
        await withDashboard(answers, async (page) => {
            await page.locator("#settings code").waitFor();
            assert.equal(await page.locator("main img, main b").count(), 0);
            assert.ok((await textOf(page, "#who .over")).startsWith(`${HOSTILE}.${LONG} holds 2.0 MiB more`));
            await page.locator("#keep").click();
            await page.locator("#components button").nth(1).click();
            await assertFitsWidth(page);
            await assertNamed(page);
            await assertContrast(page);
        }, { viewport, prefix: "/a path/with (more)/memory" });
    });
}

test("without a limit, a limiter and a tracking allocator it says what is missing, and shows what there is", async () => {
    const root = component("root", { below: [component("cache", { firm: 5 * MIB }), component("idle")] });
    await withDashboard({ "status.json": status(root, { resident_bytes: 20 * MIB }) }, async (page) => {
        assert.equal(await textOf(page, "#near-number"), "20.0 MiB");
        assert.match(await textOf(page, "#near"), /no limit is known.*5\.0 MiB are declared$/);
        assert.match(await textOf(page, "#who"), /not known.*make TrackingAllocator the global allocator.*cache declares the most: 5\.0 MiB$/);
        assert.match(await textOf(page, "#change"), /no limit is known, so nothing tells/);
        assert.equal(await textOf(page, "#chart-title"), "Resident memory over time");
        assert.match(await textOf(page, "#chart .legend"), /^resident 20\.0 MiB/);
        assert.equal(await textOf(page, "#movers"), "not known");
        assert.equal(await textOf(page, "#limiter"), "There is none, or the handler was not given it.");
        assert.equal(await textOf(page, '[data-component="cache"] .live'), "–");
        assert.equal(await textOf(page, '[data-component="cache"] .peak'), "–");
    });
});

test("an explanation that fails takes nothing else away", async () => {
    const root = component("root", { own: MIB, below: [component("cache", { firm: 5 * MIB, own: MIB })] });
    const program = await serve("/memory", { "status.json": status(root, GRANT), "explain.json": new Error("too long") });
    const { page, close } = await openPage(browser, program.address);
    await page.locator('body[data-state="live"]').waitFor();
    assert.match(await textOf(page, "#who"), /cache: 1\.0 MiB/);
    await page.locator("#change", { hasText: "was not answered" }).waitFor();
    assert.equal(await textOf(page, "#connection"), "live");
    await close();
    await program.end();
});

test("what was measured to be needed stands beside what is set aside", async () => {
    const root = component("root", { own: MIB, below: [component("cache", { firm: 5 * MIB, own: MIB })] });
    const measured = (needed, factor) => ({
        limit_bytes: 64 * MIB, set_aside_bytes: 16 * MIB, needed_bytes: needed, needed_factor: factor,
        overhead: { bytes: needed, measured: "at_most" }, undeclared: { bytes: 0, measured: "at_most" },
    });
    const said = async (slop) => {
        let found;
        await withDashboard({ "status.json": status(root, { ...GRANT, slop }) }, async (page) => {
            found = [await textOf(page, "#slop"), await page.locator("#slop").getAttribute("class")];
        });
        return found;
    };
    assert.deepEqual(await said(measured(8 * MIB, 0.13)), ["16.0 MiB are set aside for what nobody declares; 8.0 MiB were needed at most", "quiet"]);
    assert.deepEqual(await said(measured(20 * MIB, 0.32)),
        ["16.0 MiB are set aside for what nobody declares; 20.0 MiB were needed at most: a slop of 32 %", "warn"]);
});

test("five thousand components are shown and found", async () => {
    let second = 0;
    const parts = (shift) => Array.from({ length: 5000 }, (_, part) =>
        component(`part-${part}`, { firm: 100_000, minimum: 5000, own: (part * 7919 + shift * 137) % 90_000, peak: part % 3 ? 95_000 : null }));
    const answer = () => status(component("root", { own: 3 * MIB, below: parts(second) }), { seconds: (second += 1), ...GRANT });
    await withDashboard({ "status.json": answer }, async (page) => {
        assert.equal(await page.locator("#components tbody tr").count(), 400);
        assert.equal(await textOf(page, "#more"), "and 4602 more; write a part of a name above");
        await page.locator("#find").fill("part-4999");
        assert.equal(await page.locator("#components tbody tr").count(), 1);
        await assertFitsWidth(page);
    });
});

test("hours of watching are kept from the first to the last, at a bounded size", async () => {
    await withDashboard({ "status.json": status(component("root", { own: 1 }), GRANT) }, async (page) => {
        const kept = await page.evaluate(async () => {
            const [{ History }, { read }] = await Promise.all([import("./dashboard/history.js"), import("./dashboard/model.js")]);
            const root = (rows) => ({
                name: "root", declared: { firm_limit: 0 }, total_declared: {}, subcomponents: Array.from({ length: rows }, (_, row) =>
                    ({ name: `part-${row}`, declared: {}, total_declared: {}, subcomponents: [] })),
            });
            const watched = (components, seconds, change) => {
                const history = new History();
                const model = read({ read_unix_ms: 0, process: { pid: 7, started_unix_ms: 0 }, components: root(components) });
                for (let second = 0; second < seconds; second += 1) {
                    const { missed = false, ...changed } = change(second);
                    history.add({ ...model, at: second * 1000, ...changed }, missed);
                }
                const { samples } = history;
                return { number: samples.length, first: samples[0].at, last: samples.at(-1).at, broken: samples.filter(({ broken }) => broken).length };
            };
            const nothing = () => ({});
            return {
                hours: watched(1, 40_000, nothing),
                many: watched(5000, 500, nothing),
                // One outage long ago is still one.
                outage: watched(1, 40_000, (second) => ({ missed: second === 101 })),
                setBack: watched(1, 100, (second) => (second < 50 ? {} : { at: (second - 50) * 1000 })),
            };
        });
        const { hours, many, outage, setBack } = kept;
        assert.deepEqual([hours.first, hours.last, hours.broken], [0, 39_999_000, 1]);
        assert.ok(hours.number > 900 && hours.number <= 1800, `${hours.number} readings`);
        assert.deepEqual([many.first, many.last], [0, 499_000]);
        assert.ok(many.number <= 60, `${many.number} readings`);
        assert.deepEqual([outage.first, outage.broken], [0, 2]);
        assert.deepEqual([setBack.first, setBack.last, setBack.number], [0, 49_000, 50]);
    });
});

test("two tabs ask for themselves, and each goes on when it is looked at again", async () => {
    let asked = 0;
    const root = component("root", { own: MIB, below: [component("cache", { firm: 5 * MIB, own: MIB })] });
    const answer = () => status(root, { seconds: (asked += 1), ...GRANT });
    await withDashboard({ "status.json": answer }, async (page, program) => {
        const other = await openPage(browser, program.address);
        await other.page.locator('body[data-state="live"]').waitFor();
        await other.page.locator("#keep").click();
        assert.equal(await textOf(page, "#baseline-title"), "Keep what is now, or load a snapshot, to see what has changed since.");
        assertQuiet(other, () => true);
        await other.close();
    });
});
