// What is typed changes the model; what is shown follows it.

function start() {
    const data = JSON.parse(byId("data").textContent);
    const model = new Model(data);
    const first = { limit: data.limit === null ? null : BigInt(data.limit), slopFactor: data.slop_factor };
    const now = { ...first };
    const keyOf = (number) => model.settings[number].key;
    const writer = new Writer((number) => ({ key: keyOf(number), value: model.values[number] }));
    const available = () => (now.limit === null ? null : effectiveLimit(now.limit, now.slopFactor));

    const tree = new Tree(byId("tree"), model, { keyOf, writer });
    const picture = new Picture(model, { into: byId("picture"), way: byId("way"), picked: byId("picked"), keyOf, writer });
    const list = new SettingsList({ list: byId("settings"), together: byId("together") }, model, available, changed);

    let isDue = false;
    /** Shows what is now, once for all that changes before the page is drawn. */
    function changed() {
        if (isDue) return;
        isDue = true;
        requestAnimationFrame(() => {
            isDue = false;
            show();
        });
    }

    let linking;
    function show() {
        showVerdict(model, now, data.refused);
        tree.update();
        picture.draw();
        filter();
        showExport();
        list.computeNotes(list.rows.find((row) => row.input === document.activeElement));
        // Browsers allow so many changes of the address in a time.
        clearTimeout(linking);
        linking = setTimeout(() => history.replaceState(null, "", `#${fragment()}`), 300);
    }

    const fragment = () => fragmentOf(model, now.limit, now.slopFactor);

    function filter() {
        const shown = list.filter(byId("filter").value, byId("only-changed").checked);
        const changed = model.changedSettings().length;
        const all = model.settings.length;
        const counted = shown === all ? grouped(all) : `${grouped(shown)} of ${grouped(all)}`;
        write(byId("count"), `${counted} settings, ${changed === 0 ? "none" : grouped(changed)} changed`);
    }

    function showExport() {
        const format = byId("format").value;
        const isKubernetes = format === "kubernetes";
        byId("export-all").disabled = isKubernetes;
        const { text, notes } = isKubernetes
            ? writeKubernetes(model, now.limit, now.slopFactor) : EXPORTS[format].write(exportedSettings());
        write(byId("exported"), text === "" ? "# No setting is changed." : text);
        write(byId("export-notes"), notes.join("\n"));
    }

    function exportedSettings() {
        const all = model.settings.map(({ place, component, isUnset }, number) => ({
            place, component: model.components[component].name, value: model.values[number],
            isUnset: isUnset && !model.isChanged(number),
        }));
        const valuesOf = new Map();
        for (const { place, value } of all) valuesOf.set(place, (valuesOf.get(place) ?? new Set()).add(value));
        for (const setting of all) setting.isAmbiguous = valuesOf.get(setting.place).size > 1;
        return byId("export-all").checked ? all : all.filter((_, number) => model.isChanged(number));
    }

    function fillLimits() {
        byId("limit").value = now.limit === null ? "" : exactly(now.limit);
        byId("slop").value = percentOf(now.slopFactor);
        typedLimits();
    }

    /** Goes by what is typed, as far as it can be read. */
    function typedLimits() {
        const text = byId("limit").value.trim();
        const limit = text === "" ? null : grantable(parseNumber(text));
        const slopFactor = parsePercent(byId("slop").value);
        const isLimit = limit !== undefined;
        byId("limit").setAttribute("aria-invalid", String(!isLimit));
        byId("slop").setAttribute("aria-invalid", String(slopFactor === undefined));
        write(byId("limit-problem"), [
            ...(isLimit ? [] : ["Write the limit as a size up to 8 PiB, such as 512MiB."]),
            ...(slopFactor === undefined ? ["Set aside at least 0 % and less than 100 %."] : []),
        ].join(" "));
        if (isLimit) now.limit = limit;
        if (slopFactor !== undefined) now.slopFactor = slopFactor;
        changed();
    }

    /** Goes by the fragment of the address. */
    function readLink() {
        const read = readFragment(model, location.hash.slice(1));
        model.setAll(model.settings.map(({ value }, number) => [number, value]));
        model.setAll(read.values);
        now.limit = read.limit ?? first.limit;
        now.slopFactor = read.slopFactor ?? first.slopFactor;
        const stale = read.unknown === 0 ? []
            : [`${read.unknown} of the link's settings are not declared here as they were when it was made; they are left as they are.`];
        showNotices([...data.refused.map((reason) => `Verification refuses ${reason}`), ...stale]);
        list.fillAll();
        fillLimits();
    }

    for (const [format, { name }] of [...Object.entries(EXPORTS), ["kubernetes", { name: "Kubernetes resources" }]]) {
        byId("format").append(element("option", { value: format }, name));
    }
    const listen = (id, event, listener) => byId(id).addEventListener(event, listener);
    listen("limit", "input", typedLimits);
    listen("slop", "input", typedLimits);
    listen("filter", "input", filter);
    listen("only-changed", "change", filter);
    listen("order", "change", () => list.order(byId("order").value));
    listen("format", "change", showExport);
    listen("export-all", "change", showExport);
    listen("reset", "click", () => {
        history.replaceState(null, "", "#");
        readLink();
        tell("Everything is as declared.");
    });
    listen("copy-link", "click", async () => {
        const address = new URL(`#${fragment()}`, location.href).href;
        tellCopied(await copy(address), "copy-link", "The address of this page is the link.");
    });
    listen("copy-export", "click", async () => {
        tellCopied(await copy(byId("exported").textContent), "copy-export", "Select the text instead.");
    });
    listen("download", "click", () => {
        download(EXPORTS[byId("format").value]?.file ?? "resources.yaml", byId("exported").textContent);
    });
    addEventListener("hashchange", readLink);
    readLink();
}

/** Tells those who hear the page that something was done. */
function tell(text) {
    write(byId("told"), text);
}

/** The button says for a moment whether it could copy. */
function tellCopied(copied, id, instead) {
    tell(copied ? "Copied." : `The browser does not let this page copy. ${instead}`);
    const button = byId(id);
    button.dataset.label ??= button.textContent;
    button.textContent = copied ? "Copied" : "Cannot copy";
    button.title = copied ? "" : instead;
    setTimeout(() => { button.textContent = button.dataset.label; }, 2000);
}

function showVerdict(model, { limit, slopFactor }, refused) {
    const { word, rest, fits } = verdictOn(model, limit, slopFactor, refused);
    const verdict = byId("verdict");
    verdict.className = fits === null ? "" : fits ? "fits" : "too-much";
    if (verdict.textContent !== `${word} ${rest}`) verdict.replaceChildren(element("strong", {}, word), ` ${rest}`);
    const pieces = meterPieces(model, limit, slopFactor);
    byId("meter").replaceChildren(...pieces.map(({ kind, from, width }) =>
        element("span", { class: kind, style: `left: ${from}%; width: ${width}%` })));
    byId("legend").replaceChildren(...pieces.map(({ kind, name, bytes }) =>
        element("span", {}, element("span", { class: `swatch ${kind}` }), `${name} ${glance(bytes)}`)));
}

/** What is needed beside what there is, on one scale: pieces with their place and width in percent. */
function meterPieces(model, limit, slopFactor) {
    const { minimum, firmLimit } = model;
    if (firmLimit === UNBOUNDED) return [{ kind: "over", name: "needed:", bytes: UNBOUNDED, from: 0, width: 100 }];
    const least = (a, b) => (a < b ? a : b);
    const room = limit === null ? firmLimit : effectiveLimit(limit, slopFactor);
    const end = limit === null || firmLimit > room ? firmLimit : limit;
    const scale = Number(end) || 1;
    const piece = (kind, name, from, to) => ({
        kind, name, bytes: to - from, from: (100 * Number(from)) / scale, width: (100 * Number(to - from)) / scale,
    });
    const within = least(firmLimit, room);
    return [
        piece("minimum", "minimum", 0n, least(minimum, room)), piece("firm", "firm", least(minimum, room), within),
        piece("over", "too much", within, firmLimit), piece("free", "free", within, room),
        // What is too much would lie over what is set aside.
        ...(firmLimit > room ? [] : [piece("aside", "set aside", room, end)]),
    ].filter(({ bytes }) => bytes > 0n);
}

function showNotices(notices) {
    byId("notices").replaceChildren(...notices.map((text) => element("p", { class: "notice" }, text)));
}

start();
