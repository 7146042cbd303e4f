// The settings as inputs, each with what it costs and the greatest value that fits.

/** How long, in milliseconds, costs are computed before what was typed meanwhile gets its turn. */
const SLICE = 8;
/** After so many milliseconds without a change, what takes longer is computed. */
const PAUSE = 200;

const NOT_COUNTED = "this does not count";

class SettingsList {
    /** `limit()` is the number of bytes that may be used, or null; `changed()` is called after a value is. */
    constructor({ list, together }, model, limit, changed) {
        Object.assign(this, { list, together, model, limit, changed });
        together.querySelector("button").addEventListener("click", () => this.lowerTogether());
        this.run = 0;
        this.rows = model.settings.map((_, number) => this.row(number));
        this.costs = model.settings.map((_, number) => new Dependence(model, number).cost());
        this.order("bytes");
    }

    row(number) {
        const { key, component } = this.model.settings[number];
        const { name } = this.model.components[component];
        const id = `setting-${number}`;
        const row = { number, searched: `${key}\n${name}`.toLowerCase() };
        row.input = element("input", {
            id, autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-note`,
            oninput: () => this.typed(row), onblur: () => this.left(row),
        });
        row.unlimited = element("button", {
            type: "button", class: "toggle", "aria-label": `No limit for ${key} of ${name}`, title: "no limit",
            onclick: () => this.toggleUnlimited(row),
        }, "∞");
        row.reset = element("button", {
            type: "button", class: "link", onclick: () => this.put(row, this.model.settings[number].value),
        });
        row.cost = element("span", { class: "cost" });
        row.filling = element("span", { class: "filling" });
        row.fit = element("span", { class: "fit" });
        row.use = element("button", {
            type: "button", hidden: "", "aria-label": `Set ${key} of ${name} to the largest value that fits`,
            onclick: () => this.useLargest(row),
        }, "Use it");
        // What is a number of bytes is said in units too.
        row.size = element("span");
        row.isSize = /(^|[^a-z])(bytes|size)([^a-z]|$)/i.test(key);
        row.problem = element("span", { class: "problem" });
        row.element = element("li", {},
            element("label", { for: id },
                element("span", { class: "key" }, ...breakable(key)), " ",
                element("span", { class: "quiet" }, "in ", ...breakable(name))),
            element("span", { class: "value" }, row.input, row.unlimited),
            element("span", { class: "amount" }, row.cost, element("span", { class: "track" }, row.filling)),
            element("span", { class: "note", id: `${id}-note` }, row.problem, row.size, row.reset, row.fit, row.use));
        this.fill(row);
        return row;
    }

    /** Writes the present value into the input. */
    fill(row) {
        row.input.value = valueAsText(this.model.values[row.number]);
        this.complain(row, "");
        this.mark(row);
    }

    mark(row) {
        const value = this.model.values[row.number];
        const was = this.model.settings[row.number].value;
        row.element.classList.toggle("changed", value !== was);
        const { unit } = this.model.settings[row.number];
        const bytes = value === UNBOUNDED ? 0n : value * (unit?.bytes ?? 1n);
        write(row.size, (row.isSize || unit !== null) && bytes >= 1024n ? `= ${glance(bytes)}` : "");
        row.unlimited.setAttribute("aria-pressed", String(value === UNBOUNDED));
        row.reset.hidden = value === was;
        const { key } = this.model.settings[row.number];
        write(row.reset, `was ${was === UNBOUNDED ? "unlimited" : grouped(was)}`);
        row.reset.setAttribute("aria-label", `Back to ${valueAsText(was)} for ${key}`);
    }

    complain(row, problem) {
        write(row.problem, problem);
        row.input.setAttribute("aria-invalid", String(problem !== ""));
        // The way back from what cannot be read.
        row.reset.hidden = problem === "" && !this.model.isChanged(row.number);
    }

    typed(row) {
        const text = row.input.value.trim();
        const { unit } = this.model.settings[row.number];
        const value = /^(unlimited|∞)$/i.test(text) ? UNBOUNDED : parseValue(text, unit);
        if (value === undefined) {
            const size = unit === null ? "64KiB" : `64${unit.name}`;
            const what = unit === null ? "a number" : `a whole number of ${unit.name}`;
            this.complain(row, `write ${what} such as 4096 or ${size}, or unlimited`);
        } else if (value !== UNBOUNDED && value > this.model.greatest) {
            this.complain(row, "more than can be counted");
        } else if (!this.model.takes(row.number, value)) {
            this.complain(row, `the program takes ${rangeInWords(this.model.settings[row.number])}`);
        } else {
            this.complain(row, "");
            this.apply(row, value);
        }
    }

    /** An input that was left empty shows again what is computed with. One that was left wrong is kept, and says what counts instead. */
    left(row) {
        if (row.input.getAttribute("aria-invalid") !== "true") return;
        if (row.input.value.trim() === "") return this.fill(row);
        const counts = valueAsText(this.model.values[row.number]);
        if (!row.problem.textContent.includes(NOT_COUNTED)) this.complain(row, `${row.problem.textContent}; ${NOT_COUNTED}: ${counts} is`);
    }

    put(row, value) {
        this.apply(row, value);
        this.fill(row);
        row.input.focus();
    }

    apply(row, value) {
        const before = this.model.values[row.number];
        if (value === before) return;
        if (before !== UNBOUNDED) row.lastNumber = before;
        this.model.set(row.number, value);
        this.mark(row);
        this.changed();
    }

    toggleUnlimited(row) {
        if (this.model.values[row.number] !== UNBOUNDED) return this.put(row, UNBOUNDED);
        const { value } = this.model.settings[row.number];
        const { largest } = this.found(row);
        const number = typeof largest === "bigint" ? largest : this.model.settings[row.number].least;
        this.put(row, row.lastNumber ?? value ?? number);
    }

    /** The greatest value that fits, whatever the setting is now; `largest` is UNBOUNDED where no limit is needed, undefined where none was found. */
    found({ number }, dependence = new Dependence(this.model, number)) {
        const limit = this.limit();
        return limit === null ? { largest: undefined, noGreaterFits: false } : largestThatFits(dependence, limit);
    }

    useLargest(row) {
        // What is shown may not have been computed again yet.
        const { largest } = this.found(row);
        if (largest !== undefined) this.put(row, largest);
    }

    /** Computes costs and greatest values again, those of `first` at once and the others in slices. */
    async computeNotes(first) {
        this.run += 1;
        const { run } = this;
        if (first) this.computeNote(first);
        let until = performance.now() + SLICE;
        for (const row of this.ordered) {
            if (performance.now() > until) {
                await new Promise((resolve) => setTimeout(resolve));
                if (run !== this.run) return;
                until = performance.now() + SLICE;
            }
            this.computeNote(row);
        }
        // This takes longer than a slice, so it waits for a pause in the typing.
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        if (run === this.run) this.showTogether();
    }

    /** Where all does not fit: the part of their values with which the settings fit together. */
    showTogether() {
        const limit = this.limit();
        const fits = limit === null || isAtMost(this.model.firmLimit, limit);
        const found = fits ? null : fittingTogether(this.model, limit);
        this.together.hidden = found === null;
        if (found === null) return;
        const thousandths = (found.part * 1000n + found.whole / 2n) / found.whole;
        const percent = thousandths === 0n ? "less than 0.1" : `about ${thousandths / 10n}.${thousandths % 10n}`;
        write(this.together.querySelector("span"), `All of them at ${percent} % of their values fit.`);
    }

    lowerTogether() {
        const limit = this.limit();
        const found = limit === null ? null : fittingTogether(this.model, limit);
        if (found === null) return;
        this.model.setAll(found.values);
        this.fillAll();
        this.changed();
    }

    computeNote(row) {
        const { model } = this;
        const dependence = new Dependence(model, row.number);
        const cost = dependence.cost();
        this.costs[row.number] = cost;
        write(row.cost, glance(cost));
        const share = cost === UNBOUNDED ? 1 : model.firmLimit ? Number((cost * 1000n) / model.firmLimit) / 1000 : 0;
        row.filling.style.width = `${Math.min(100, share * 100)}%`;
        row.filling.classList.toggle("unbounded", cost === UNBOUNDED);
        const limit = this.limit();
        const { largest, noGreaterFits } = this.found(row, dependence);
        const value = model.values[row.number];
        const fitsBelow = largest === undefined || limit === null
            || everySmallerFits(dependence, limit, largest === UNBOUNDED ? model.greatest : largest);
        write(row.fit, limit === null ? "" : fitInWords(largest, fitsBelow, noGreaterFits, model.settings[row.number]));
        row.use.hidden = largest === undefined || largest === value;
    }

    order(by) {
        const nameOf = ({ number }) => this.model.settings[number].component;
        const bytesOf = ({ number }) => this.costs[number];
        const size = (bytes) => (bytes === UNBOUNDED ? Infinity : Number(bytes));
        const compare = by === "bytes"
            // Of two that are unbounded the difference is no number.
            ? (a, b) => size(bytesOf(b)) - size(bytesOf(a)) || a.number - b.number
            : (a, b) => nameOf(a) - nameOf(b) || a.number - b.number;
        this.ordered = [...this.rows].sort(compare);
        this.list.append(...this.ordered.map((row) => row.element));
    }

    /** Shows what holds `text` only, and only what was changed where that is asked; gives how many that are. */
    filter(text, onlyChanged) {
        const wanted = text.trim().toLowerCase();
        let shown = 0;
        for (const row of this.rows) {
            const isShown = row.searched.includes(wanted) && (!onlyChanged || this.model.isChanged(row.number));
            row.element.hidden = !isShown;
            if (isShown) shown += 1;
        }
        return shown;
    }

    fillAll() {
        this.rows.forEach((row) => this.fill(row));
    }
}

/** What the program takes for a setting that it does not take every number for. */
function rangeInWords({ least, most }) {
    if (most === UNBOUNDED) return `at least ${grouped(least)}`;
    return least === 0n ? `at most ${grouped(most)}` : `${grouped(least)} to ${grouped(most)}`;
}

function fitInWords(largest, fitsBelow, noGreaterFits, setting) {
    if (largest === undefined && !noGreaterFits) return "no value that fits was found";
    if (largest === undefined) return setting.least > 1n ? `no value it takes fits (${rangeInWords(setting)})` : "no value above 0 fits";
    const but = fitsBelow ? "" : ", but not with every smaller value";
    if (largest === UNBOUNDED) return `fits without a limit${but}`;
    const more = noGreaterFits ? "" : "; a greater one may fit too";
    return `fits ${fitsBelow ? "up to" : "with"} ${grouped(largest)}${but}${more}`;
}
