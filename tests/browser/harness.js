// A browser for the tests of this folder, and what holds for every page: it says nothing on the console, asks no network, fits its window,
// and whatever can be operated has a name.
//
//     const browser = await startBrowser();
//     const opened = await openPage(browser, addressOf("guide-agent.html"), { colorScheme: "dark" });
//     // … opened.page is a page of Playwright …
//     assertQuiet(opened);

import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

/** The folder with what `pages/main.rs` writes. */
export const pagesFolder = process.env.BROWSER_PAGES ?? "target/browser/pages";

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export function addressOf(name) {
    return pathToFileURL(path.resolve(pagesFolder, name)).href;
}

/** Debian's Chromium, or the one that `CHROMIUM` names. It talks to nobody on its own. */
export function startBrowser() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    });
}

/**
 * Opens a page in a window of its own. `said` collects what it logs and throws, `asked` the addresses of all that it loads beside itself.
 */
export async function openPage(browser, address, { viewport = DESKTOP, colorScheme = "light", ...more } = {}) {
    const context = await browser.newContext({ viewport, colorScheme, ...more });
    const page = await context.newPage();
    const [said, asked] = [[], []];
    page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => said.push(`thrown: ${error.message}`));
    page.on("request", (request) => {
        if (!request.isNavigationRequest() && !request.url().startsWith("data:")) asked.push(request.url());
    });
    await page.goto(address);
    return { page, said, asked, close: () => context.close() };
}

/** The page has logged nothing and thrown nothing, and has loaded nothing but what `allowed` (a function of an address) lets pass. */
export function assertQuiet({ said, asked }, allowed = () => false) {
    assert.deepEqual(said, []);
    assert.deepEqual(asked.filter((address) => !allowed(address)), []);
}

/** Nothing stands out of the window to the right. */
export async function assertFitsWidth(page) {
    const wider = await page.evaluate(() => {
        const { clientWidth } = document.documentElement;
        const isClipped = (element) => {
            for (let at = element.parentElement; at !== null; at = at.parentElement) {
                if (getComputedStyle(at).overflowX !== "visible") return true;
            }
            return false;
        };
        return [...document.body.querySelectorAll("*")]
            .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5 && !isClipped(element))
            .map((element) => `${element.tagName} ${element.id} ${element.className}`);
    });
    assert.deepEqual(wider, []);
    const [all, seen] = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return [scrollWidth, clientWidth];
    });
    assert.equal(all, seen);
}

/** Whatever can be operated has a name that is read aloud, and no two elements have one id. */
export async function assertNamed(page) {
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const operated = new Set([
        "button", "textbox", "searchbox", "checkbox", "combobox", "link", "slider", "spinbutton", "tab", "switch", "region", "group",
    ]);
    // What belongs to no other control, as the group of a `details`, is named by what is in it.
    const unnamed = nodes.filter(({ ignored, role, name }) =>
        !ignored && operated.has(role?.value) && role.value !== "group" && !name?.value?.trim());
    assert.deepEqual(unnamed.map(({ role, backendDOMNodeId }) => `${role.value} ${backendDOMNodeId}`), []);
    const twice = await page.evaluate(() => {
        const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
        return ids.filter((id, at) => ids.indexOf(id) !== at);
    });
    assert.deepEqual(twice, []);
}

/**
 * What is written can be read: texts stand out from what is behind them by at least 4.5 to 1, as WCAG asks. Texts over pictures are left out.
 */
export async function assertContrast(page) {
    const faint = await page.evaluate(() => {
        const parsed = (color) => {
            const [r, g, b, alpha = 1] = color.match(/[\d.]+/g).map(Number);
            return { rgb: [r, g, b], alpha };
        };
        const luminance = (rgb) => {
            const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (element) => {
            for (let at = element; at !== null; at = at.parentElement) {
                const { rgb, alpha } = parsed(getComputedStyle(at).backgroundColor);
                if (alpha === 1) return rgb;
            }
            return [255, 255, 255];
        };
        const texts = [...document.querySelectorAll("body *")].filter((element) =>
            element.namespaceURI.endsWith("xhtml") && element.checkVisibility()
            && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== ""));
        const found = new Set();
        for (const element of texts) {
            const [a, b] = [luminance(parsed(getComputedStyle(element).color).rgb), luminance(behind(element))];
            const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (contrast < 4.5) found.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
        }
        return [...found];
    });
    assert.deepEqual(faint, []);
}
