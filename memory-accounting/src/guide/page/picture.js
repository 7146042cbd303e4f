// An icicle: below each component, side by side, what it declares and the components in it, as wide as their bytes.

const ROW = 40;
/** Narrower pieces, in pixels, are drawn as one. */
const NARROWEST = 2;
/** Of the components in the root, by turns. None is that of what is too much. */
const HUES = [215, 285, 165, 45, 320, 110, 250];
/** What a character takes, in pixels. */
const LETTER = 7.3;

class Picture {
    constructor(model, { into, way, picked, keyOf, writer }) {
        Object.assign(this, { model, into, way, picked, keyOf, writer });
        this.top = 0;
        this.hues = new Map(model.components[0].children.map((child, at) => [child, HUES[at % HUES.length]]));
        this.svg = svgElement("svg", {
            role: "group", "aria-label": "Where the bytes go; arrow keys move, Enter shows a component by itself",
            onkeydown: (event) => this.key(event),
        });
        into.append(this.svg);
        new ResizeObserver(() => this.draw()).observe(into);
    }

    draw() {
        const width = this.into.clientWidth;
        if (width === 0) return;
        const focused = this.svg.contains(document.activeElement) ? document.activeElement.dataset.cell : null;
        this.cells = [];
        this.place({ component: this.top, entry: null }, 0, 0, width, null);
        const height = ROW * (1 + Math.max(...this.cells.map((cell) => cell.depth)));
        this.svg.setAttribute("width", width);
        this.svg.setAttribute("height", height);
        this.svg.replaceChildren(...this.cells.map((cell) => this.cellElement(cell)));
        const again = this.cells.find((cell) => cell.id === focused) ?? this.cells[0];
        again.element.setAttribute("tabindex", "0");
        if (focused !== null) again.element.focus();
        this.drawWay();
    }

    /** Places a component or an entry, and all that is in it. */
    place(piece, depth, x, width, parent) {
        const { component, entry } = piece;
        const bytes = entry === null
            ? this.model.components[component].firmLimit : this.model.bytesOfEntry(component, entry);
        const cell = { ...piece, id: `${component}/${entry ?? ""}`, bytes, depth, x, width, parent };
        this.cells.push(cell);
        if (entry !== null) return;
        const pieces = this.piecesOf(component);
        const all = pieces.reduce((sum, { weight }) => sum + weight, 0);
        let from = x;
        for (const [at, { weight, ...inside }] of pieces.entries()) {
            const share = (width * weight) / all;
            if (share < NARROWEST && at + 1 < pieces.length) {
                const [rest, count] = [x + width - from, pieces.length - at];
                this.cells.push({ rest: count, id: `${component}/rest`, component, entry: null, depth: depth + 1, x: from, width: rest, parent: cell });
                return;
            }
            this.place(inside, depth + 1, from, share, cell);
            from += share;
        }
    }

    /** What is in a component, biggest first. Something unbounded is drawn as big as all that is bounded. */
    piecesOf(number) {
        const { children, entries } = this.model.components[number];
        const pieces = [
            ...entries.map((_, entry) => ({ component: number, entry, bytes: this.model.bytesOfEntry(number, entry) })),
            ...children.map((child) => ({ component: child, entry: null, bytes: this.model.components[child].firmLimit })),
        ].filter(({ bytes }) => bytes !== 0n);
        const bounded = pieces.reduce((sum, { bytes }) => sum + (bytes === UNBOUNDED ? 0 : Number(bytes)), 0);
        return pieces
            .map(({ bytes, ...piece }) => ({ ...piece, weight: bytes === UNBOUNDED ? bounded || 1 : Number(bytes) }))
            .sort((a, b) => b.weight - a.weight);
    }

    cellElement(cell) {
        const { name, detail, kind } = this.wordsOf(cell);
        const made = svgElement("g", {
            class: `cell ${kind}`, role: "button", tabindex: "-1", "aria-label": `${name}, ${detail}`, "data-cell": cell.id,
            transform: `translate(${cell.x} ${cell.depth * ROW})`,
            onclick: () => this.choose(cell), onfocus: () => this.pick(cell), onpointerenter: () => this.pick(cell),
        });
        const hue = this.hueOf(cell.component);
        if (hue !== undefined) made.style.setProperty("--hue", hue);
        made.append(svgElement("rect", { width: Math.max(0.5, cell.width - 1), height: ROW - 1, rx: 2 }));
        const letters = Math.floor((cell.width - 10) / LETTER);
        const bytes = cell.rest ? "" : glance(cell.bytes);
        if (letters >= Math.min(4, name.length)) made.append(svgElement("text", { x: 5, y: 16 }, shortened(name, letters)));
        if (letters >= bytes.length) made.append(svgElement("text", { x: 5, y: 31, class: "bytes" }, bytes));
        cell.element = made;
        return made;
    }

    wordsOf(cell) {
        if (cell.rest) return { name: `${cell.rest} more`, detail: `small ones in ${this.model.components[cell.component].name}`, kind: "rest" };
        const component = this.model.components[cell.component];
        const share = shareOf(cell.bytes, this.model.firmLimit);
        const bytes = `${glance(cell.bytes)}${share === "" ? "" : `, ${share} of all`}`;
        const unbounded = cell.bytes === UNBOUNDED ? " unbounded" : "";
        if (cell.entry === null) return { name: component.label, detail: bytes, kind: `component${unbounded}` };
        const entry = component.entries[cell.entry];
        const kind = entry.isMinimum ? "minimum" : "firm";
        const name = nameOfEntry(entry, this.keyOf);
        return { name, detail: `${kind} of ${component.name}, ${bytes}: ${this.writer.inShort(entry)}`, kind: `${kind}${unbounded}` };
    }

    hueOf(number) {
        const { depth, parent } = this.model.components[number];
        if (depth === 0) return undefined;
        return depth === 1 ? this.hues.get(number) : this.hueOf(parent);
    }

    pick(cell) {
        const { name, detail } = this.wordsOf(cell);
        write(this.picked, `${name}: ${detail}`);
    }

    /** Shows a component by itself; one that is by itself already is shown where it lies. */
    choose(cell) {
        this.pick(cell);
        if (cell.entry !== null || cell.component === this.top && cell.parent === null && this.top === 0) return;
        this.show(cell.parent === null ? this.model.components[this.top].parent : cell.component);
    }

    show(component) {
        this.top = component;
        this.draw();
    }

    key(event) {
        const at = this.cells.findIndex((cell) => cell.element === event.target);
        const cell = this.cells[at];
        if (cell === undefined) return;
        const beside = this.cells.filter(({ depth }) => depth === cell.depth);
        const place = beside.indexOf(cell);
        const moves = {
            ArrowRight: () => beside[place + 1], ArrowLeft: () => beside[place - 1],
            ArrowUp: () => cell.parent, ArrowDown: () => this.cells.find(({ parent }) => parent === cell),
        };
        if (event.key === "Enter" || event.key === " ") this.choose(cell);
        else if (event.key === "Escape" && this.top !== 0) this.show(this.model.components[this.top].parent);
        else if (event.key in moves) this.move(cell, moves[event.key]());
        else return;
        event.preventDefault();
    }

    move(from, to) {
        if (!to) return;
        from.element.setAttribute("tabindex", "-1");
        to.element.setAttribute("tabindex", "0");
        to.element.focus();
    }

    /** The components around what is shown, as buttons that show those. */
    drawWay() {
        const around = [];
        for (let at = this.model.components[this.top].parent; at !== null; at = this.model.components[at].parent) {
            around.unshift(at);
        }
        this.way.replaceChildren(...around.flatMap((number) => [
            element("button", { type: "button", class: "link", onclick: () => this.show(number) }, this.model.components[number].label), " › ",
        ]), ...(around.length > 0 ? [this.model.components[this.top].label] : []));
    }
}

function shortened(text, letters) {
    return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
