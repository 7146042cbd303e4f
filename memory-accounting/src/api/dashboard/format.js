// Numbers as people read them, the same as in the text reports.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** `1.5 MiB`; a dash where it is not known. */
export function bytes(number) {
  if (number === null || number === undefined) return "–";
  let [size, unit] = [number, 0];
  while (size >= 1024 && unit < UNITS.length - 1) [size, unit] = [size / 1024, unit + 1];
  return unit === 0 ? `${Math.round(size)} B` : `${size.toFixed(1)} ${UNITS[unit]}`;
}

/** What is declared: null has no bound, 0 is nothing. */
export function declared(number) {
  if (number === null) return "unbounded";
  return number === 0 ? "–" : bytes(number);
}

/** `+1.5 MiB`. */
export function change(number) {
  if (number === null || number === undefined) return "–";
  if (number === 0) return "0 B";
  return `${number > 0 ? "+" : "−"}${bytes(Math.abs(number))}`;
}

export function percent(part, whole) {
  if (!whole) return "–";
  const share = Math.floor((part * 100) / whole);
  return share === 0 && part > 0 ? "<1 %" : `${share} %`;
}

/** A name where there is little room: of a long one its beginning and its end. */
export function brief(name) {
  const letters = [...name];
  return letters.length <= 60 ? name : `${letters.slice(0, 28).join("")}…${letters.slice(-28).join("")}`;
}

export function count(number) {
  return number.toLocaleString("en");
}

export function clock(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString([], { hour12: false });
}

/** `3 h 12 min`. */
export function span(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const [minutes, hours, days] = [60, 3600, 86400].map((unit) => Math.floor(seconds / unit));
  if (days) return `${days} d ${hours % 24} h`;
  if (hours) return `${hours} h ${minutes % 60} min`;
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
