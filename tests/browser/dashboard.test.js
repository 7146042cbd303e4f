// The dashboard of a program that runs: it shows what the program answers, says what is wrong, and goes on where the program is started again.
//
// The program is the example `dashboard`, whose load comes and goes. It ends by itself where a test does not end it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { DESKTOP, PHONE, assertContrast, assertFitsWidth, assertNamed, assertQuiet, openPage, startBrowser } from "./harness.js";

let browser;

before(async () => {
    browser = await startBrowser();
});

after(() => browser?.close());

/** Runs the program until `use` is done. `use` is given its address. */
async function withProgram(options, use) {
    const program = await start(options);
    try {
        await use(program);
    } finally {
        await program.end();
    }
}

async function start(options) {
    const command = ["run", "--quiet", "--locked", "--package", "memory-accounting-examples", "--example", "dashboard", "--", "--seconds", "120", ...options];
    const process = spawn("cargo", command, { stdio: ["ignore", "pipe", "inherit"] });
    let address = null;
    for await (const line of createInterface(process.stdout)) {
        if (line.startsWith("http://")) {
            address = line;
            break;
        }
    }
    assert.ok(address, "the program says where it listens");
    const end = async () => {
        if (process.exitCode === null && process.signalCode === null) {
            process.kill();
            await once(process, "exit");
        }
    };
    return { address, port: new URL(address).port, end };
}

/** Opens the dashboard of a program, runs `use` with its page, and sees that nothing was logged and nobody else was asked. */
async function withDashboard(options, use, view = {}) {
    await withProgram(options, async (program) => {
        const opened = await openPage(browser, program.address, view);
        await opened.page.locator('body[data-state="live"]').waitFor();
        await use(opened.page, program);
        assertQuiet(opened, (address) => address.startsWith(new URL("/memory/", program.address).href));
        await opened.close();
    });
}

/** The next status that the page is answered, once it is shown. It asks so seldom from then on that what it shows stays. */
async function shownStatus(page) {
    await page.selectOption("#interval", "15000");
    const response = await page.waitForResponse((response) => response.url().endsWith("/status.json"));
    const status = await response.json();
    const up = Math.floor(status.process.uptime_ms / 1000);
    await page.waitForFunction((seconds) => {
        const said = /up (?:(\d+) min )?(\d+) s$/.exec(document.getElementById("process").textContent);
        return said && Number(said[1] ?? 0) * 60 + Number(said[2]) === seconds;
    }, up);
    return status;
}

/** As the text reports have it. */
function bytes(number) {
    const units = ["B", "KiB", "MiB"];
    let unit = 0;
    while (number >= 1024 && unit < units.length - 1) [number, unit] = [number / 1024, unit + 1];
    return unit === 0 ? `${number} B` : `${number.toFixed(1)} ${units[unit]}`;
}

function* components(usage) {
    yield usage;
    for (const below of usage.subcomponents) yield* components(below);
}

const textOf = (page, selector) => page.locator(selector).textContent();

for (const [where, viewport] of [["a desk", DESKTOP], ["a phone", PHONE]]) {
    for (const colorScheme of ["light", "dark"]) {
        test(`the page fits ${where}, has names and can be read when it is ${colorScheme}`, async () => {
            // Too little for what is declared, so that there is a warning too.
            await withDashboard(["--port", "0", "--entries", "60000"], async (page) => {
                await page.locator('[data-component="store.cache"] button').click();
                await page.locator("#keep").click();
                await assertFitsWidth(page);
                await assertNamed(page);
                await assertContrast(page);
            }, { viewport, colorScheme });
        });
    }
}

test("what is shown is what the program answers", async () => {
    await withDashboard(["--port", "0"], async (page) => {
        const status = await shownStatus(page);
        for (const usage of components(status.components)) {
            const line = page.locator(`[data-component="${usage.name}"]`);
            assert.equal(await line.locator(".live").textContent(), bytes(usage.total_live.bytes), usage.name);
            if (usage.total_declared.firm_limit > 0) {
                assert.equal(await line.locator(".declared").textContent(), bytes(usage.total_declared.firm_limit), usage.name);
            }
            assert.equal(await line.locator(".at-peak").textContent(), bytes(usage.total_at_peak_bytes), usage.name);
        }
        assert.equal(await textOf(page, '[data-component="plugin"] .declared'), "nothing");
        const { ledger, limits, counts } = status.limiter;
        const held = ledger.live_bytes + ledger.unfilled_bytes + ledger.overhead_bytes;
        assert.equal(await textOf(page, "#near-number"), `${bytes(held)} of ${bytes(limits.full_bytes)}`);
        assert.equal(await textOf(page, '[data-outcome="reserved"] td:nth-child(2)'), counts.reserved.toLocaleString("en"));
        const [unclaimed, silent] = [status.components.live.bytes, [...components(status.components)].find(({ name }) => name === "plugin").live.bytes];
        assert.equal(await textOf(page, "#undeclared"),
            `${bytes(unclaimed + silent)} are undeclared: ${bytes(unclaimed)} of no component, the rest of plugin, which declare nothing`);
        const [{ name, live_bytes: most }] = status.peak.largest;
        const said = await textOf(page, "#at-peak");
        assert.ok(said.startsWith(`when most was live, ${bytes(status.peak.live_bytes)}, `) && said.includes(` ago: ${name} ${bytes(most)}`), said);
    });
});

test("which setting to change is what the explanation says", async () => {
    await withDashboard(["--port", "0", "--entries", "60000"], async (page, program) => {
        const explanation = await (await fetch(new URL("explain.json", program.address))).json();
        const first = explanation.settings.find(({ largest_that_fits: fits }) => fits.at_most);
        assert.equal(first.component, "store.cache");
        assert.equal(await textOf(page, "#change .setting"), "entries = 60,000 in store.cache");
        assert.equal(await textOf(page, "#change strong"), first.largest_that_fits.at_most.toLocaleString("en"));
        assert.match(await textOf(page, "#warnings summary"), /^what is declared does not fit the memory limit/);
    });
});

test("it goes on where the program is started again, and says so", async () => {
    const first = await start(["--port", "0"]);
    const opened = await openPage(browser, first.address);
    const { page } = opened;
    try {
        await page.locator('body[data-state="live"]').waitFor();
        const before = await textOf(page, "#process");
        await first.end();
        await page.locator('body[data-state="lost"]').waitFor();
        assert.match(await textOf(page, "#connection"), /^no answer since .*, trying again/);
        const second = await start(["--port", first.port]);
        try {
            await page.locator('body[data-state="live"]').waitFor();
            assert.match(await textOf(page, "#connection"), /^live; the program was restarted at /);
            assert.notEqual((await textOf(page, "#process")).split(",")[0], before.split(",")[0]);
            assert.ok(await page.locator("#chart text", { hasText: "restarted" }).count() > 0);
        } finally {
            await second.end();
        }
    } finally {
        await first.end();
        await opened.close();
    }
    assert.deepEqual(opened.said.filter((line) => !line.includes("ERR_CONNECTION_")), []);
});

test("a snapshot is saved, loaded again and compared", async () => {
    await withDashboard(["--port", "0"], async (page) => {
        const saving = page.waitForEvent("download");
        await page.locator("#save").click();
        const snapshot = JSON.parse(await read(await saving));
        snapshot.components.subcomponents.pop();
        snapshot.explanation.settings[0].value = 1;
        const file = { name: "then.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(snapshot)) };
        await page.locator("#load").setInputFiles(file);
        await page.locator("#difference td", { hasText: "not there" }).first().waitFor();
        assert.match(await textOf(page, "#baseline-title"), /^then\.json, of .*: \d+ components differ$/);
        const changed = page.locator("#difference table").first().locator("tbody tr");
        assert.deepEqual(await changed.locator("td").allTextContents(), ["entries in store.cache", "1", "16,000"]);
        await page.locator("#forget").click();
        assert.equal(await page.locator("#difference").textContent(), "");
        await page.locator("#load").setInputFiles({ ...file, name: "other.json", buffer: Buffer.from("{}") });
        await page.locator("#baseline-title", { hasText: "other.json cannot be read" }).waitFor();
    });
});

async function read(download) {
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
}
