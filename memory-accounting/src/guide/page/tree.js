// The tree of components, each with what it declares.

class Tree {
    constructor(into, model, { keyOf, writer }) {
        Object.assign(this, { model, keyOf, writer });
        this.rows = [];
        into.append(element("ul", {}, this.component(0)));
    }

    component(number) {
        const { label, children, entries, skipped } = this.model.components[number];
        const row = { number, entries: null };
        this.rows[number] = row;
        row.minimum = element("span", { class: "minimum" });
        row.firmLimit = element("span", { class: "firm-limit" });
        row.share = element("span", { class: "share" });
        row.filling = element("span", { class: "filling" });
        row.times = element("span", { class: "quiet" });
        const summary = element("summary", {},
            element("span", { class: "name" }, ...breakable(label), " ", row.times), row.minimum, row.firmLimit, row.share,
            element("span", { class: "track" }, row.filling));
        row.details = element("details", number === 0 ? { open: "" } : {}, summary);
        row.list = element("ul", { class: "entries" });
        if (entries.length + skipped.length > 0) row.details.append(row.list);
        // What nobody has opened is not written.
        row.details.addEventListener("toggle", () => row.details.open && this.updateEntries(row));
        if (children.length > 0) {
            row.details.append(element("ul", {}, ...children.map((child) => this.component(child))));
        }
        return element("li", {}, row.details);
    }

    update() {
        const whole = this.model.firmLimit;
        for (const row of this.rows) {
            const { minimum, firmLimit, ownFactors } = this.model.components[row.number];
            write(row.minimum, minimum === 0n ? "" : `${glance(minimum)} minimum`);
            write(row.firmLimit, glance(firmLimit));
            write(row.share, shareOf(firmLimit, whole));
            write(row.times, ownFactors.map((factor) => `× ${this.writer.brief(factor)}`).join(" "));
            const share = firmLimit === UNBOUNDED ? 1 : whole ? Number((firmLimit * 1000n) / whole) / 1000 : 0;
            row.filling.style.width = `${share * 100}%`;
            row.filling.classList.toggle("unbounded", firmLimit === UNBOUNDED);
            if (row.details.open) this.updateEntries(row);
        }
    }

    updateEntries(row) {
        const { entries, skipped } = this.model.components[row.number];
        const lines = entries.map((entry, at) => {
            const bytes = this.model.bytesOfEntry(row.number, at);
            const [short, full] = [this.writer.inShort(entry), this.writer.brief(entry.formula)];
            const from = element("span", { class: "from" }, short);
            if (full.length > short.length) from.title = full;
            return element("li", {},
                element("span", { class: `kind ${entry.isMinimum ? "minimum" : "firm"}` }, entry.isMinimum ? "minimum" : "firm"),
                element("span", { class: "name" }, nameOfEntry(entry, this.keyOf)),
                element("span", { class: "firm-limit" }, glance(bytes)), from);
        });
        const reasons = skipped.map(({ name, reason }) => element("li", { class: "quiet" },
            element("span", { class: "kind" }, "not counted"), element("span", { class: "name" }, name),
            element("span", { class: "from" }, reason)));
        row.list.replaceChildren(...lines, ...reasons);
    }
}
