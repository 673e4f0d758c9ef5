// Helpers of all pages: elements, numbers and arrays.

const data = JSON.parse(document.getElementById("data").textContent);

// Creates an element with attributes, listeners ("onclick") and children. Strings become text, never markup.
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const count = (n) => n.toLocaleString("en-US");

// The whole number nearest to the text of a field, from low to high. `before` if the text is not a number.
function wholeNumber(text, low, high, before) {
  const number = text.trim() === "" ? NaN : Number(text);
  return Number.isNaN(number) ? before : Math.min(high, Math.max(low, Math.round(number)));
}

const shapeText = (shape) => shape.join(" × ");
const product = (shape) => shape.reduce((a, b) => a * b, 1);

// Four significant digits, with an exponent only for very small or large values.
function short(value) {
  if (value === null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e-4 && size < 1e6) return String(Number(value.toPrecision(4)));
  return value.toExponential(2);
}

function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

const floats = (base64) => new Float32Array(bytesOf(base64));

// 16-bit floats (IEEE 754 binary16).
function halves(base64) {
  const bits = new Uint16Array(bytesOf(base64));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const exponent = (bits[i] >> 10) & 31, fraction = bits[i] & 1023;
    const size = exponent === 31 ? (fraction ? NaN : Infinity)
      : exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    values[i] = bits[i] & 0x8000 ? -size : size;
  }
  return values;
}

const row = (values, i, width) => values.subarray(i * width, (i + 1) * width);

// A table with a caption for screen readers. Columns whose name starts with ">" are right-aligned.
function table(caption, columns, rows) {
  const cells = (tag, row, extra) => row.map((content, i) =>
    el(tag, { class: columns[i].startsWith(">") ? "number" : undefined, ...extra }, content));
  const kLong = 24;
  return el("div", { class: rows.length > kLong ? "scroll long" : "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {}, el("caption", { class: "hidden" }, caption),
      el("thead", {}, el("tr", {}, cells("th", columns.map((name) => name.replace(/^>/, "")), { scope: "col" }))),
      el("tbody", {}, rows.map((row) => el("tr", {}, cells("td", row))))));
}

// Makes the columns of a table sortable by buttons in its head. `keys`: for each row the sort key of each column, a
// number or text; null comes last. `largestFirst`: the columns that sort in descending order first.
function sortable(box, keys, largestFirst = []) {
  const body = box.querySelector("tbody");
  const rows = [...body.rows].map((element, i) => ({ element, keys: keys[i] }));
  const heads = [...box.querySelectorAll("th")];
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b
    : String(a).localeCompare(String(b), "en", { numeric: true }));
  const sort = (column) => {
    const before = heads[column].getAttribute("aria-sort");
    const down = before ? before === "ascending" : largestFirst.includes(column);
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    rows.sort((a, b) => {
      const [left, right] = [a.keys[column], b.keys[column]];
      if (left === null || right === null) return (left === null) - (right === null);
      return down ? compare(right, left) : compare(left, right);
    });
    body.append(...rows.map((each) => each.element));
  };
  heads.forEach((head, column) =>
    head.replaceChildren(el("button", { type: "button", class: "sort", onclick: () => sort(column) }, ...head.childNodes)));
  return box;
}

// Large numbers, each with its name and definition.
function headlines(list, note) {
  return [el("dl", { class: list.length < 6 ? "headlines few" : "headlines" }, list.map((each) => el("div", {}, el("dt", {}, each.name),
    el("dd", { class: "value", style: "margin-inline: 0" }, each.value), el("dd", { class: "definition" }, each.definition)))),
    note ? el("p", { class: "note" }, note) : null];
}

// A section of the page with its heading, or null if it is empty. `children` can be promises.
async function section(id, title, introduction, ...children) {
  const shown = (await Promise.all(children.flat())).flat().filter(Boolean);
  if (shown.length === 0) return null;
  return el("section", { id, "aria-labeledby": id + "-title" }, el("h2", { id: id + "-title" }, title),
    introduction ? el("p", { class: "introduction" }, introduction) : null, shown);
}

// Fills the page: heading, navigation, sections.
function page(title, subtitle, sections) {
  const shown = sections.filter(Boolean);
  document.body.append(
    el("a", { class: "skip", href: "#main" }, "Skip to the content"),
    el("header", { class: "top" },
      el("div", { class: "brand" }, mark(), el("span", {}, "hourglass")),
      themeButton()),
    el("div", { class: "title" }, el("h1", {}, title), subtitle ? el("p", {}, subtitle) : null),
    el("nav", { "aria-label": "Sections" }, el("ul", {}, shown.map((each) =>
      el("li", {}, el("a", { href: "#" + each.id }, each.querySelector("h2").textContent))))),
    el("main", { id: "main", tabindex: "-1" }, shown),
    el("footer", {}, "Made by hourglass. This page is a single file: it loads nothing and sends nothing."));
}

// The logo: two triangles, tip to tip.
const mark = () => svg("svg", { viewBox: "0 0 16 20", width: 16, height: 20, "aria-hidden": "true" },
  svg("path", { d: "M1 1h14L8 10zM1 19h14L8 10z", fill: "currentColor" }));

const themeListeners = [];
function themeButton() {
  const names = ["auto", "light", "dark"];
  let current = 0;
  const text = el("span", {}, "Theme: auto");
  return el("button", {
    class: "quiet", type: "button",
    onclick: () => {
      current = (current + 1) % names.length;
      text.textContent = "Theme: " + names[current];
      if (current) document.documentElement.dataset.theme = names[current];
      else delete document.documentElement.dataset.theme;
      for (const listener of themeListeners) listener();
    },
  }, text);
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => themeListeners.forEach((each) => each()));
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

function copyable(text, label) {
  const button = el("button", { class: "quiet copy", type: "button", "aria-label": "Copy " + label }, "Copy");
  button.addEventListener("click", async () => {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const done = navigator.clipboard ? await navigator.clipboard.writeText(text).then(() => true, () => false) : false;
    button.textContent = done ? "Copied" : "Selected";
  });
  const code = el("code", {}, text);
  return el("div", { class: "code" }, el("pre", { tabindex: "0", "aria-label": label }, code), button);
}
