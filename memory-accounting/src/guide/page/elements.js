// Elements of the page.

const SVG = "http://www.w3.org/2000/svg";

/** An element with these attributes, and functions as listeners for `onclick` and the like. */
function element(tag, attributes = {}, ...children) {
    return filled(document.createElement(tag), attributes, children);
}

function svgElement(tag, attributes = {}, ...children) {
    return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") made.addEventListener(name.slice(2), value);
        else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
}

/** Changes a text only where it is another one: what is not touched is not laid out again. */
function write(into, text) {
    if (into.textContent !== text) into.textContent = text;
}

/** A name that may be broken behind a dot, a line or a slash, before it is broken anywhere. */
function breakable(name) {
    return name.split(/(?<=[._/-])/).flatMap((part, at) => (at === 0 ? [part] : [element("wbr"), part]));
}

const byId = (id) => document.getElementById(id);

/** Puts a text on the clipboard; gives whether that was possible. */
async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        // Not offered to pages that came over plain HTTP from another machine.
        const field = element("textarea", { class: "visually-hidden", "aria-hidden": "true" }, text);
        const before = document.activeElement;
        document.body.append(field);
        field.select();
        const copied = document.execCommand("copy");
        field.remove();
        before?.focus();
        return copied;
    }
}

function download(name, text) {
    const address = URL.createObjectURL(new Blob([text, "\n"], { type: "text/plain" }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
}
