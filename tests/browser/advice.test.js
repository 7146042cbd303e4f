// Who reads the dashboard because memory runs out is sent the right way: to whoever holds it, and to a setting only where that helps. The programs are made up.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { DESKTOP, PHONE, assertContrast, assertFitsWidth, assertNamed, assertQuiet, openPage, startBrowser } from "./harness.js";
import { GROWING, NO_SETTINGS, component, limiter, serve, status } from "./madeup.js";

const [KIB, MIB] = [1 << 10, 1 << 20];
const LIMIT = { bytes: 64 * MIB, effective_bytes: 54 * MIB, from: "limiter" };

const setting = (component, key, value, bytes) => ({ ...GROWING, component, key, value, bytes, growth_bytes: bytes, largest_that_fits: { at_most: value } });
const EXPLANATION = {
    ...NO_SETTINGS, limit_bytes: 54 * MIB, firm_limit_bytes: 18 * MIB,
    settings: [setting("cache", "max_entries", 2000, 8 * MIB), setting("uploads", "max_concurrent", 8, 7 * MIB), setting("jobs", "capacity", 500, 3 * MIB)],
};

let browser;

before(async () => {
    browser = await startBrowser();
});

after(() => browser?.close());

/** A service whose components declare 8, 7 and 3 MiB and hold so much, with `level` of its limiter. */
function service({ cache = 0, uploads = 0, jobs = 0, own = 0 }, level, more = {}) {
    const parts = [["cache", 8, cache], ["jobs", 3, jobs], ["uploads", 7, uploads]];
    const root = component("root", { own, below: parts.map(([name, firm, held]) => component(name, { firm: firm * MIB, own: held, peak: held })) });
    return status(root, { limit: LIMIT, limiter: limiter(level, { live_bytes: own + cache + uploads + jobs, overhead_bytes: MIB }, LIMIT), ...more });
}

async function withDashboard(answer, use, view = {}, explanation = EXPLANATION) {
    const program = await serve("/memory", { "status.json": answer, "explain.json": explanation });
    try {
        const opened = await openPage(browser, program.address, view);
        const { page } = opened;
        await page.locator('body[data-state="live"]').waitFor();
        if (answer.limit) await page.locator("#settings code").first().waitFor();
        await use(page);
        assertQuiet(opened, (address) => address.startsWith(`http://127.0.0.1:${program.port}/`));
        await opened.close();
    } finally {
        await program.end();
    }
}

const textOf = (page, selector) => page.locator(selector).first().textContent();
const green = (page) => page.locator(".answers .good").allTextContents();

test("what no component holds is named first, has a row, and is bounded by no setting", async () => {
    await withDashboard(service({ cache: 132 * KIB, own: 36 * MIB }, "normal"), async (page) => {
        assert.equal(await textOf(page, "#who .big"), "no component: 36.0 MiB");
        assert.equal(await textOf(page, "#undeclared"), "36.0 MiB are undeclared: 36.0 MiB of no component");
        assert.equal(await page.locator("#undeclared").getAttribute("class"), "bad");
        const rows = await page.locator("#components tbody tr").evaluateAll((lines) => lines.map(({ dataset }) => dataset.component));
        assert.deepEqual(rows, ["root", "(no component)", "cache", "jobs", "uploads"]);
        assert.equal(await textOf(page, '[data-component="(no component)"] .live'), "36.0 MiB");
        assert.equal(await textOf(page, "#change .big"), "no setting");
        assert.equal(await textOf(page, "#change .cause"),
            "36.0 MiB are of no component, more than the 10.0 MiB that are set aside, and no setting bounds them: find who allocates them, "
            + "and run that in the token().scope of a component that declares them");
        assert.deepEqual((await green(page)).filter((said) => /nobody|nothing/.test(said)), []);
        await page.locator('[data-component="(no component)"] button').click();
        assert.equal(await textOf(page, "#chart-title"), "(no component) over time");
    });
});

test("what a component holds beyond its declaration is bounded by no setting", async () => {
    await withDashboard(service({ cache: MIB, jobs: 52 * MIB, own: MIB }, "soft"), async (page) => {
        assert.equal(await textOf(page, "#who .big"), "jobs: 52.0 MiB");
        assert.equal(await textOf(page, "#change .big"), "no setting");
        assert.equal(await textOf(page, "#change .cause"),
            "jobs holds 49.0 MiB more than the 3.0 MiB it declares, and no setting bounds that: its declaration is wrong, or its code keeps what it should not");
        assert.equal(await textOf(page, "#change .quiet"), "meanwhile a smaller capacity = 500 in jobs frees 3.0 MiB at most");
    });
});

test("what is a little beyond its declaration is not why memory is scarce", async () => {
    await withDashboard(service({ cache: 8 * MIB, jobs: 4 * MIB, own: MIB }, "soft"), async (page) => {
        assert.equal(await textOf(page, "#change .big"), "max_entries = 2,000 in cache");
        assert.match(await textOf(page, "#change .cause"), /^jobs holds 1\.0 MiB more than the 3\.0 MiB it declares/);
    });
});

test("within what is declared, the setting that frees the most is named, with no more than is held", async () => {
    const explanation = { ...EXPLANATION, firm_limit_bytes: 54 * MIB };
    await withDashboard(service({ cache: 132 * KIB, uploads: 6 * MIB, jobs: 2 * MIB, own: MIB }, "soft"), async (page) => {
        assert.equal(await textOf(page, "#change .big"), "max_concurrent = 8 in uploads");
        assert.match(await textOf(page, "#change"), /frees the most: 6\.0 MiB at most, of what is held/);
        assert.match(await textOf(page, "#change"), /next: capacity = 500 in jobs \(2\.0 MiB at most\), then max_entries = 2,000 in cache \(132\.0 KiB at most\)$/);
    }, {}, explanation);
});

test("without a tracking allocator nothing is shown as zero, and the page says so on top", async () => {
    const parts = ["cache", "jobs"].map((name) => component(name, { firm: MIB }));
    const answer = status(component("root", { below: parts }), {
        limit: LIMIT, limiter: limiter("normal", { live_bytes: 0, overhead_bytes: 20 * MIB, resident_bytes: 20 * MIB }, LIMIT), resident_bytes: 30 * MIB,
    });
    await withDashboard(answer, async (page) => {
        assert.match(await textOf(page, "#warnings"), /^the tracking allocator is not installed.*write this in the program's main\.rs#\[global_allocator\]/);
        assert.match(await textOf(page, "#near"), /20\.0 MiB held, by whom is not known \+ 0 B promised; /);
        assert.equal(await textOf(page, "#resident"),
            "30.0 MiB are resident, of which 20.0 MiB count against the limit: the rest is code, libraries and other files, which the kernel can take back");
        assert.equal(await textOf(page, "#who .big"), "not known");
        assert.match(await textOf(page, "#chart .legend"), /^resident /);
        assert.match(await textOf(page, "#change"), /^What to changenothingwhat is declared fits, though not known to be kept to;/);
        assert.equal(await page.locator("#change .good").count(), 0);
        assert.ok(!/\b0 B (live|are undeclared)|beside the heap/.test(await textOf(page, "main")));
    });
});

test("what is absent or does not work is not green, and a limit that is far away is no dash", async () => {
    const none = status(component("root", { own: 2 * MIB, below: [component("cache", { firm: 5 * MIB, own: MIB })] }));
    await withDashboard(none, async (page) => {
        assert.match(await textOf(page, "#near .warn"), /^no limit is known: set one/);
        assert.match(await textOf(page, "#chart .legend"), /no limit known$/);
        assert.deepEqual((await green(page)).filter((said) => said !== "nobody holds more than declared"), []);
        assert.equal(await page.locator("#change .warn").count(), 1);
    });
    const far = { bytes: 16 << 10, effective_bytes: 12 << 10, from: "limiter" };
    for (const name of ["bytes", "effective_bytes"]) far[name] *= MIB;
    const ill = { ...limiter("normal", { live_bytes: MIB, overhead_bytes: MIB }, far), health: "no_thread" };
    await withDashboard({ ...service({ cache: MIB }, "normal"), limit: far, limiter: ill }, async (page) => {
        assert.match(await textOf(page, "#chart .legend"), /limit 16\.0 GiB, far above the picture$/);
        assert.match(await page.locator("#near-number").getAttribute("class"), /warn/);
    });
});

test("the program's own memory has one name, and a part that is declared is not undeclared", async () => {
    const root = component("root", { firm: 2 * MIB, own: MIB, below: [component("cache", { firm: 5 * MIB, own: MIB })] });
    await withDashboard(status(root, { limit: LIMIT }), async (page) => {
        assert.equal(await textOf(page, "#undeclared"), "nothing of it is undeclared");
        assert.equal(await textOf(page, '[data-component="(no component)"] .declared'), "2.0 MiB");
        assert.match(await textOf(page, "#chart .legend"), /\(no component\) 1\.0 MiB/);
    });
});

/** Where lines break inside of what `selector` finds, with the letter before. */
const breaks = (page, selector) => page.locator(selector).evaluateAll((elements) => elements.flatMap((element) => {
    const found = [];
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let last = null;
    while (texts.nextNode()) {
        for (let at = 0; at < texts.currentNode.length; at += 1) {
            const range = document.createRange();
            range.setStart(texts.currentNode, at);
            range.setEnd(texts.currentNode, at + 1);
            const [box] = range.getClientRects();
            const letter = texts.currentNode.data[at];
            if (box && last && box.top > last.top + 3) found.push(last.letter);
            if (box) last = { top: box.top, letter };
        }
    }
    return found;
}));

for (const [where, viewport] of [["a desk", DESKTOP], ["a phone", PHONE]]) {
    test(`no column is out of reach at ${where}, and names break at dots only`, async () => {
        const name = "aggregator.percentiles.histogram_buckets";
        const root = component("root", { own: MIB, below: [component("aggregator", { below: [component(name, { firm: 8 * MIB, own: MIB, peak: 2 * MIB })] })] });
        const settings = [setting(name, "aggregator.percentiles.bucket_limit", 1_048_576, 8 * MIB)];
        await withDashboard(status(root, { limit: LIMIT }), async (page) => {
            await page.locator("#keep").click();
            const places = await page.locator(".scroll").evaluateAll((all) => all.map((place) => ({
                id: place.id || place.firstElementChild?.id, label: place.getAttribute("aria-label"), role: place.getAttribute("role"), tab: place.tabIndex,
                wider: place.scrollWidth > place.clientWidth, said: place.hasAttribute("data-more"),
            })));
            for (const { id, label, role, tab, wider, said } of places) {
                assert.deepEqual([role, tab, said], ["region", 0, wider], label);
                if (viewport === DESKTOP) assert.ok(!wider, `${id} ${label} is clipped`);
            }
            assert.equal(await page.locator("th").evaluateAll((heads) => heads.filter((head) => !head.checkVisibility()).length), 0);
            const odd = (await breaks(page, "td.name, #settings td")).filter((letter) => !".  ".includes(letter));
            assert.deepEqual(odd, []);
            await assertFitsWidth(page);
            await assertNamed(page);
            await assertContrast(page);
        }, { viewport }, { ...EXPLANATION, settings });
    });
}
