// A program that was made up: it serves the dashboard's own files, and answers whatever a test has it say.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const FILES = fileURLToPath(new URL("../../memory-accounting/src/api/dashboard", import.meta.url));
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html" };

const POLICY = /POLICY: &str = "([^"]*)"/;

/**
 * Serves the page below `prefix` (such as `/memory`), with `answers`: by name, such as `status.json`, what is answered, or a function that
 * gives it. An `Error` is answered with status 500. To be closed by `end`.
 */
export async function serve(prefix, answers) {
    // As the library sends it, so that what it forbids is forbidden here too.
    const [, policy] = POLICY.exec(await readFile(`${FILES}.rs`, "utf8"));
    const server = createServer(async (request, response) => {
        const name = decodeURI(new URL(request.url, "http://any").pathname).slice(prefix.length + 1);
        try {
            if (Object.hasOwn(answers, name)) {
                const answer = typeof answers[name] === "function" ? answers[name]() : answers[name];
                if (answer instanceof Error) throw answer;
                response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
                return;
            }
            const file = name === "dashboard" ? "page.html" : path.basename(name);
            const content = await readFile(path.join(FILES, file));
            const type = TYPES[path.extname(file)];
            response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-security-policy": policy }).end(content);
        } catch (error) {
            response.writeHead(500).end(String(error));
        }
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address();
    const end = () => new Promise((ended) => {
        server.close(ended);
        server.closeAllConnections();
    });
    return { address: encodeURI(`http://127.0.0.1:${port}${prefix}/dashboard`), port, end };
}

/** A component with everything below it; `own` is what it holds itself, null where nothing is attributed. */
export function component(name, { minimum = 0, firm = 0, own = null, peak = null, below = [] } = {}) {
    const add = (a, b) => (a === null || b === null ? null : a + b);
    const known = (parts) => parts.filter((part) => part !== null);
    const lives = known([own, ...below.map(({ total_live }) => total_live?.bytes ?? null)]);
    const live = lives.length === 0 ? null : lives.reduce((a, b) => a + b);
    const total = {
        minimum: below.reduce((sum, { total_declared }) => add(sum, total_declared.minimum), minimum),
        firm_limit: below.reduce((sum, { total_declared }) => add(sum, total_declared.firm_limit), firm),
    };
    const of = (bytes) => (bytes === null ? null : { bytes, objects: 1 });
    return {
        name, declared: { minimum, firm_limit: firm }, total_declared: total, live: of(own), total_live: of(live), counted: null,
        reserved_bytes: null, total_reserved_bytes: null, peak_bytes: peak, total_peak_bytes: below.length === 0 ? peak : null,
        over_bytes: null, total_over_bytes: live !== null && total.firm_limit > 0 ? Math.max(0, live - total.firm_limit) : null,
        subcomponents: below,
    };
}

/** A status of `root`, read `seconds` after the program was started. */
export function status(root, { seconds = 60, pid = 7, started = 1_700_000_000_000, ...more } = {}) {
    return {
        format: 1, version: "0.0.0", read_unix_ms: started + seconds * 1000, warnings: [],
        process: { pid, started_unix_ms: started, uptime_ms: seconds * 1000 },
        components: root, allocator_installed: root.total_live !== null, ...more,
    };
}

export const NO_SETTINGS = { limit_bytes: 0, firm_limit_bytes: 0, components: [], settings: [], fitting_together: [] };

/** What is said of a setting with which bytes grow. */
export const GROWING = { shrink_bytes: 0, no_greater_fits: true, every_smaller_fits: true, least_that_fits: "none", every_greater_fits: true };

/** The state of a limiter that goes by `limit`, as a status has it, and knows of so much memory. */
export function limiter(level, { live_bytes = 0, unfilled_bytes = 0, overhead_bytes = 0, resident_bytes = null }, { bytes, effective_bytes }) {
    const thresholds = (of) => ({ soft: of * 0.8, hard: of * 0.95 });
    return {
        mode: "enforce", level, health: "healthy", waiting: 0, reservations: 0, kernel: {}, hooks: [], limit_source: "--limit",
        ledger: { live_bytes, unfilled_bytes, overhead_bytes, retained_bytes: 0, resident_bytes },
        limits: { full_bytes: bytes, effective_bytes, held: thresholds(bytes), tracked: thresholds(effective_bytes) },
        counts: { waits: { to_100_microseconds: 0, to_1_millisecond: 0, to_10_milliseconds: 0, to_100_milliseconds: 0, to_1_second: 0, to_10_seconds: 0, longer: 0 } },
    };
}
