// How long a page of 501 components and 1,000 settings takes to be there, and to follow what is typed; nothing is asserted.
//
// Run with `node tests/browser/measure.js` after `.ci/browser` has written the pages.

import { addressOf, openPage, startBrowser } from "./harness.js";

const ROUNDS = 5;

const browser = await startBrowser();
for (const limit of ["4GiB", "300MiB"]) {
    const [loads, keys] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
        const { page, close } = await openPage(browser, `${addressOf("guide-many.html")}#limit=${limit}`);
        loads.push(await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd));
        await page.waitForTimeout(2000);
        const input = page.locator("#settings input").first();
        for (const text of ["1", "12", "123", "1234"]) {
            keys.push(await input.evaluate(async (field, text) => {
                const from = performance.now();
                field.value = text;
                field.dispatchEvent(new Event("input", { bubbles: true }));
                // Shown with the next frame; what is done after it is a task of its own.
                await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
                return performance.now() - from;
            }, text));
            await page.waitForTimeout(400);
        }
        await close();
    }
    const told = (times) => {
        const sorted = times.sort((a, b) => a - b);
        return `median ${Math.round(sorted[sorted.length >> 1])} ms, at most ${Math.round(sorted.at(-1))} ms`;
    };
    console.log(`limit ${limit}: interactive after ${told(loads)}; a keystroke shows after ${told(keys)}`);
}
await browser.close();
