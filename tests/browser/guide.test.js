// The guide in the hands of an operator: values typed, solved for, shared and exported, on a desk, on a phone, by keyboard and in the dark.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";

import {
    DESKTOP, PHONE, addressOf, assertContrast, assertFitsWidth, assertNamed, assertQuiet, openPage, startBrowser,
} from "./harness.js";

let browser;

before(async () => {
    browser = await startBrowser();
});

after(() => browser?.close());

const setting = (page, key) => page.getByRole("textbox", { name: key, exact: false });
const verdict = (page) => page.locator("#verdict");
const exported = (page) => page.locator("#exported").textContent();

/** Opens the guide of this name, runs `use` with its page, and sees that nothing was logged or asked for. */
async function withGuide(name, use, options = {}) {
    const opened = await openPage(browser, addressOf(`guide-${name}.html`) + (options.fragment ?? ""), options);
    await use(opened.page, opened);
    assertQuiet(opened);
    await opened.close();
}

/** Waits until an element says this, word for word. */
async function says(locator, text) {
    const page = locator.page();
    const isSaid = page.waitForFunction(([element, text]) => element.textContent === text, [await locator.elementHandle(), text]);
    // What it says instead tells more than that it took too long.
    await isSaid.catch(() => {});
    assert.equal(await locator.textContent(), text);
}

for (const name of ["agent", "many", "hostile"]) {
    for (const [where, viewport] of [["a desk", DESKTOP], ["a phone", PHONE]]) {
        for (const colorScheme of ["light", "dark"]) {
            test(`the page of ${name} fits ${where}, has names and can be read when it is ${colorScheme}`, async () => {
                await withGuide(name, async (page) => {
                    await page.locator("#settings li").first().waitFor();
                    await assertFitsWidth(page);
                    await assertNamed(page);
                    await assertContrast(page);
                }, { viewport, colorScheme });
            });
        }
    }
}

test("one sentence says whether everything fits", async () => {
    await withGuide("agent", async (page) => {
        const tooMuch = "up to 16.6 MiB may be used, 3.0 MiB more than the 13.6 MiB left of 16.0 MiB with 15 % set aside";
        await says(verdict(page), `Does not fit: ${tooMuch}; a limit of 20MiB would be enough.`);
        await page.fill("#limit", "20MiB");
        await says(verdict(page), "Fits: up to 16.6 MiB may be used of the 17.0 MiB left of 20.0 MiB with 15 % set aside; 445.9 KiB stay free.");
        await page.fill("#slop", "0");
        await page.fill("#limit", "5 MiB");
        await says(verdict(page), "Does not fit: 5.6 MiB are needed from the start, more than the 5.0 MiB; a limit of 17MiB would be enough.");
        await page.fill("#limit", "");
        await says(verdict(page), "No limit is given: up to 16.6 MiB may be used, 5.6 MiB of it from the start; a limit of 17MiB would be enough.");
    });
});

test("what cannot be read is told and does not count", async () => {
    await withGuide("agent", async (page) => {
        const before = await verdict(page).textContent();
        await page.fill("#limit", "much");
        await page.fill("#slop", "100");
        await says(page.locator("#limit-problem"), "Write the limit as a size up to 8 PiB, such as 512MiB. Set aside at least 0 % and less than 100 %.");
        await setting(page, "workers").fill("4.5");
        await page.getByText("write a number such as 4096 or 64KiB, or unlimited").waitFor();
        await setting(page, "workers").fill("20000000000000000000");
        await page.getByText("more than can be counted").waitFor();
        await setting(page, "workers").fill("12 apples");
        await setting(page, "workers").blur();
        // What was typed is kept, and what counts instead is told.
        assert.equal(await setting(page, "workers").inputValue(), "12 apples");
        await page.getByText("write a number such as 4096 or 64KiB, or unlimited; this does not count: 4 is").waitFor();
        assert.equal(await verdict(page).textContent(), before);
        await page.getByRole("button", { name: "Back to 4 for workers" }).click();
        assert.equal(await setting(page, "workers").inputValue(), "4");
        await setting(page, "workers").fill("");
        await setting(page, "workers").blur();
        assert.equal(await setting(page, "workers").inputValue(), "4");
    });
});

test("sizes may be typed with units", async () => {
    await withGuide("agent", async (page) => {
        const cases = [["4096", 4096n], ["64KiB", 65536n], ["64 kb", 64000n], ["1.5M", 1500000n], ["1_000", 1000n], ["2Gi", 2n << 30n],
            ["0.0001KiB", 0n], ["1.5", undefined], ["-1", undefined], ["1,000", undefined], ["", undefined], ["5x", undefined]];
        const parsed = await page.evaluate((texts) => texts.map((text) => parseNumber(text)), cases.map(([text]) => text));
        assert.deepEqual(parsed, cases.map(([, number]) => number));
        const shown = await page.evaluate(() => [0n, 1023n, 1024n, 1075n, 1331n, (1n << 20n) - 1n, 3n << 59n].map(glance));
        assert.deepEqual(shown, ["0 B", "1023 B", "1.0 KiB", "1.0 KiB", "1.3 KiB", "1024.0 KiB", "1.5 EiB"]);
    });
});

test("a size is so many bytes whatever unit a setting is in", async () => {
    await withGuide("units", async (page) => {
        const row = page.locator("#settings li", { hasText: "heap" });
        const total = (bytes, free) => says(verdict(page), `Fits: up to ${bytes} may be used of the 13.6 MiB left of 16.0 MiB with 15 % set aside; ${free} stay free.`);
        const typed = async (key, text, bytes, free = "13.5 MiB") => {
            await setting(page, key).fill(text);
            await total(bytes, free);
        };
        await typed("heap", "64KiB", "66.0 KiB");
        await says(row.locator(".note > span").nth(1), "= 64.0 KiB");
        await typed("heap", "2048B", "4.0 KiB", "13.6 MiB");
        await typed("heap", "64", "66.0 KiB");
        await typed("heap", "1000B", "66.0 KiB");
        await says(row.locator(".problem"), "write a whole number of KiB such as 4096 or 64KiB, or unlimited");
        await typed("disk", "64kB", "126.5 KiB");
        await typed("spill_bytes", "1KiB", "127.5 KiB");
        await says(page.locator("#exported"), "heap = 64\ndisk = 64\nspill_bytes = 1024");
    });
    await withGuide("units", async (page) => {
        assert.equal(await setting(page, "heap").inputValue(), "8");
    }, { fragment: "#set=queue:heap:4:8KiB" });
});

test("the largest value that fits is found and applied", async () => {
    await withGuide("agent", async (page) => {
        const row = page.locator("#settings li", { hasText: "aggregator.context_limit" });
        await says(row.locator(".fit"), "fits up to 3,234");
        await row.getByRole("button", { name: "to the largest value that fits" }).click();
        assert.equal(await setting(page, "aggregator.context_limit").inputValue(), "3234");
        assert.match(await verdict(page).textContent(), /^Fits: /);
        await setting(page, "aggregator.context_limit").fill("3235");
        await page.locator("#verdict.too-much").waitFor();
        await row.getByRole("button", { name: "Back to 4096" }).click();
        assert.equal(await setting(page, "aggregator.context_limit").inputValue(), "4096");
        await says(page.locator("#count"), "7 settings, none changed");
    });
});

test("where no setting by itself is enough, all are lowered together", async () => {
    await withGuide("many", async (page) => {
        await page.fill("#limit", "300MiB");
        await page.locator("#verdict.too-much").waitFor();
        assert.match(await verdict(page).textContent(), /^Does not fit: .* more than the 270\.0 MiB left of 300\.0 MiB/);
        await says(page.locator("#together span"), "All of them at about 57.8 % of their values fit.");
        await page.getByRole("button", { name: "Lower them" }).click();
        await page.locator("#verdict.fits").waitFor();
        await says(page.locator("#count"), "1,000 settings, 1,000 changed");
        await page.locator("#together").waitFor({ state: "hidden" });
    });
});

test("a setting without a limit is told apart from a great one", async () => {
    await withGuide("agent", async (page) => {
        const unlimited = page.getByRole("button", { name: "No limit for receiver.buffer_count_max of receiver" });
        await setting(page, "receiver.buffer_count_max").fill("300");
        await unlimited.click();
        await says(verdict(page), "Does not fit any limit: receiver.buffer_count_max of receiver is not limited.");
        assert.equal(await unlimited.getAttribute("aria-pressed"), "true");
        assert.equal(await setting(page, "receiver.buffer_count_max").inputValue(), "unlimited");
        await unlimited.click();
        assert.equal(await setting(page, "receiver.buffer_count_max").inputValue(), "300");
        await setting(page, "receiver.buffer_count_max").fill("18446744073709551615");
        await says(verdict(page), "Does not fit any limit: more bytes are declared than can be counted.");
    });
});

test("a link shows what its maker saw", async () => {
    let address;
    await withGuide("agent", async (page) => {
        await page.fill("#limit", "32MiB");
        await page.fill("#slop", "12.5");
        await setting(page, "workers").fill("5");
        await page.getByRole("button", { name: "No limit for arena_bytes" }).click();
        await page.waitForFunction(() => location.hash.includes("unlimited"));
        address = await page.evaluate(() => location.hash);
    });
    assert.equal(address, "#limit=33554432&slop=0.125&set=root:arena_bytes:2097152:unlimited&set=root:workers:4:5");
    await withGuide("agent", async (page) => {
        await says(page.locator("#count"), "7 settings, 2 changed");
        assert.equal(await page.inputValue("#limit"), "32MiB");
        assert.equal(await page.inputValue("#slop"), "12.5");
        assert.equal(await setting(page, "workers").inputValue(), "5");
        assert.equal(await setting(page, "arena_bytes").inputValue(), "unlimited");
        await page.getByRole("button", { name: "Reset all" }).click();
        await says(page.locator("#count"), "7 settings, none changed");
        assert.equal(await page.inputValue("#limit"), "16MiB");
    }, { fragment: address });
    await withGuide("agent", async (page) => {
        await page.getByText("2 of the link's settings are not declared here as they were when it was made").waitFor();
        await says(page.locator("#count"), "7 settings, none changed");
    }, { fragment: "#set=root:workers:3:5&set=gone:key:1:%E0&nonsense" });
});

test("a link and what is exported are copied", async () => {
    await withGuide("agent", async (page) => {
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        const copied = () => page.evaluate(() => navigator.clipboard.readText());
        await setting(page, "workers").fill("3");
        await page.getByRole("button", { name: "Copy link" }).click();
        await says(page.locator("#copy-link"), "Copied");
        assert.equal(await copied(), `${addressOf("guide-agent.html")}#limit=16777216&slop=0.15&set=root:workers:4:3`);
        await page.getByRole("button", { name: "Copy", exact: true }).click();
        await says(page.locator("#copy-export"), "Copied");
        assert.equal(await copied(), "workers = 3");
        await says(page.locator("#copy-export"), "Copy");
    });
});

test("what was changed is exported in each form", async () => {
    await withGuide("agent", async (page) => {
        assert.equal(await exported(page), "# No setting is changed.");
        await setting(page, "workers").fill("2");
        await setting(page, "receiver.buffer_size").fill("4KiB");
        await page.getByRole("button", { name: "No limit for receiver.buffer_count_max" }).click();
        const forms = {
            toml: "workers = 2\n\n[receiver]\nbuffer_size = 4096\n# buffer_count_max is unlimited",
            yaml: "workers: 2\nreceiver:\n  buffer_size: 4096\n  buffer_count_max: null",
            json: "{\n  \"workers\": 2,\n  \"receiver\": {\n    \"buffer_size\": 4096,\n    \"buffer_count_max\": null\n  }\n}",
            env: "WORKERS=2\nRECEIVER_BUFFER_SIZE=4096\n# RECEIVER_BUFFER_COUNT_MAX is unlimited",
            kubernetes: "# No limit is enough for these settings.",
        };
        for (const [format, text] of Object.entries(forms)) {
            await page.selectOption("#format", format);
            await says(page.locator("#exported"), text);
        }
        await setting(page, "receiver.buffer_count_max").fill("256");
        // It is written after what was typed has had its turn.
        await page.locator("#exported", { hasText: "resources:" }).waitFor();
        const said = await exported(page);
        assert.match(said, /^# limit: \d\.\d MiB are declared, and \d\.\d MiB set aside for what no component declares\n/);
        const why = "# request: all of it, so that no node promises memory that it does not have\n# both are rounded up to whole MiB\n";
        const resources = "resources:\n  requests:\n    memory: 10Mi\n  limits:\n    memory: 10Mi";
        assert.ok(said.endsWith(why + resources), said);
        await page.fill("#limit", "9MiB");
        await says(page.locator("#exported"), said.replace("resources", "# 9Mi is not enough\nresources"));
        await page.selectOption("#format", "env");
        await page.check("#export-all");
        assert.equal((await exported(page)).split("\n").length, 7);
        const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
        assert.equal(file.suggestedFilename(), "settings.env");
    });
});

// The same files are read by serde into the same service, and by the tool, in `tests/cli.rs`.
test("a service reads what is exported for it", async () => {
    await withGuide("service", async (page) => {
        const fill = (name, value) => page.getByRole("textbox", { name, exact: true }).fill(value);
        await fill("max_entries in cache", "1500");
        await fill("max_entries in cache.index", "20");
        await fill("receiver.buffers in receiver", "8");
        await fill("max_entries in shard.1", "5");
        for (const format of ["toml", "yaml", "json", "env"]) {
            await page.selectOption("#format", format);
            const expected = fs.readFileSync(new URL(`exports/service.${format}`, import.meta.url), "utf8");
            await says(page.locator("#exported"), expected.trimEnd());
        }
        await page.selectOption("#format", "json");
        await says(page.locator("#export-notes"), "Left out, as it is an item of a list: shards[1].max_entries = 5 in shard.1");
    });
});

test("what the program's file does not set is not set by an export", async () => {
    await withGuide("service", async (page) => {
        await page.check("#export-all");
        const unset = "# Not set in the program's own file; a value would set them.\n# receiver.socket_bytes = 0 in receiver\n";
        assert.ok((await exported(page)).includes(unset), await exported(page));
        assert.doesNotMatch(await exported(page), /^socket_bytes/m);
        await page.selectOption("#format", "json");
        assert.match(
            await page.locator("#export-notes").textContent(),
            /Left out, as the program's own file does not set it: receiver\.socket_bytes = 0 in receiver$/,
        );
        await setting(page, "receiver.socket_bytes").fill("4096");
        await page.uncheck("#export-all");
        await says(page.locator("#exported"), "{\n  \"receiver\": {\n    \"socket_bytes\": 4096\n  }\n}");
    });
});

test("one key with several values is never written as one of them", async () => {
    await withGuide("many", async (page) => {
        const inputs = page.locator("#settings input");
        await inputs.nth(0).fill("1");
        await inputs.nth(1).fill("2");
        await says(page.locator("#exported"), [
            "# One key, several values: write these where each belongs.",
            "# queue_events = 1 in pipeline-00.stage-05", "# queue_events = 2 in pipeline-00.stage-11",
        ].join("\n"));
        await page.selectOption("#format", "json");
        await says(page.locator("#exported"), "{}");
        await says(page.locator("#export-notes"), [
            "Left out, as one key has several values: queue_events = 1 in pipeline-00.stage-05",
            "Left out, as one key has several values: queue_events = 2 in pipeline-00.stage-11",
        ].join("\n"));
        // Where all components have one value, it is the key's.
        const written = await page.evaluate(() => {
            const setting = { place: "a.b", component: "x", value: 1n, isAmbiguous: false, isUnset: false };
            return writeJson([setting, { ...setting, component: "y" }]).text;
        });
        assert.equal(written, "{\n  \"a\": {\n    \"b\": 1\n  }\n}");
    });
});

test("settings are found among a thousand", async () => {
    await withGuide("many", async (page) => {
        await says(page.locator("#count"), "1,000 settings, none changed");
        await page.fill("#filter", "Pipeline-07.stage-03");
        await says(page.locator("#count"), "2 of 1,000 settings, none changed");
        await page.locator("#settings li:visible input").first().fill("7");
        await page.fill("#filter", "");
        await page.check("#only-changed");
        await says(page.locator("#count"), "1 of 1,000 settings, 1 changed");
        await page.uncheck("#only-changed");
        await page.selectOption("#order", "component");
        await says(page.locator("#settings li label").first(), "queue_events in pipeline-00");
    });
});

test("everything can be reached by keyboard", async () => {
    await withGuide("agent", async (page) => {
        const focused = () => page.evaluate(() => {
            const at = document.activeElement;
            return at.id || at.getAttribute("aria-label") || at.textContent;
        });
        const seen = new Set();
        for (let presses = 0; presses < 80; presses += 1) {
            await page.keyboard.press("Tab");
            seen.add(await focused());
        }
        for (const id of ["limit", "slop", "copy-link", "reset", "filter", "only-changed", "order", "setting-0", "format", "export-all", "exported", "copy-export", "download"]) {
            assert.ok(seen.has(id), `${id} among ${[...seen].join(", ")}`);
        }
        await page.getByRole("button", { name: /^root, 16.6 MiB/ }).focus();
        await page.keyboard.press("ArrowDown");
        assert.match(await focused(), /^aggregator, 10\.6 MiB, 64 % of all/);
        await page.keyboard.press("ArrowRight");
        assert.match(await focused(), /^receiver, 4\.0 MiB/);
        await page.keyboard.press("Enter");
        await says(page.locator("#way"), "root › receiver");
        assert.match(await focused(), /^receiver, 4\.0 MiB/);
        await page.keyboard.press("Escape");
        await says(page.locator("#way"), "");
        await page.locator("summary", { hasText: "receiver" }).focus();
        await page.keyboard.press("Enter");
        await page.getByText("dropped once the listener is bound").waitFor();
    });
});

test("no name breaks out of the page", async () => {
    await withGuide("hostile", async (page) => {
        assert.equal(await page.title(), "Memory guide");
        assert.equal(await page.locator("img").count(), 0);
        assert.match(await verdict(page).textContent(), /^Refused: /);
        // A number that JavaScript would round.
        assert.equal(await setting(page, "__proto__").inputValue(), "9007199254740993");
        await page.check("#export-all");
        await page.selectOption("#format", "json");
        assert.match(await exported(page), /"__proto__": 9007199254740993/);
        assert.equal(Object.keys(JSON.parse(await exported(page))).length, 2);
        const readable = String.raw`"title = 'broken out'</script><img src=x onerror=alert(1)> \u2028\u2029 <!-- \" ' & é 🦀"`;
        const forms = {
            toml: `__proto__ = 9007199254740993\n\n["</script><script>document"]\n${readable} = 5`,
            yaml: `"</script><script>document":\n  ${readable}: 5\n__proto__: 9007199254740993`,
        };
        for (const [format, text] of Object.entries(forms)) {
            await page.selectOption("#format", format);
            await says(page.locator("#exported"), text);
        }
    });
});
