// The results of 'hourglass evaluate': metrics by family, with their definitions, and tables.

const distinctOf = (rows, key) => [...new Set(rows.map((each) => each[key]))];

// "0.01880 ± 0.0002"
function withError({ value, standard_error: error }) {
  return short(value) + (error === undefined || error === null ? "" : " ± " + Number(error.toPrecision(2)));
}

// A table with one row per metric and one column per subject (the model and its baselines).
function familyCard(family, measurements) {
  const subjects = distinctOf(measurements, "subject");
  const rows = distinctOf(measurements, "metric").map((metric) => {
    const own = measurements.filter((each) => each.metric === metric);
    const definition = el("details", {}, el("summary", {}, metric), el("p", { class: "note" }, own[0].definition,
      own[0].estimator ? ` Estimated: ${own[0].estimator}.` : "", own[0].samples ? ` Over ${count(own[0].samples)} samples.` : ""));
    return [definition, own[0].scale, ...subjects.map((subject) => {
      const found = own.find((each) => each.subject === subject);
      return found ? withError(found) : "";
    })];
  });
  return el("div", { class: "card" }, el("h3", {}, family.replaceAll("_", " ")),
    table(family, ["metric", "scale", ...subjects.map((subject) => ">" + subject)], rows));
}

// A square table of counts, shaded by the share of its row. A leading column of names is skipped.
function heatMap(title, { columns, rows, names: own }, classNames) {
  const names = own ?? classNames;
  const offset = columns.length - rows.length;
  const name = (i) => names[i] ?? String(i);
  const lines = rows.map((line) => line.slice(offset));
  const cell = (value, line) => {
    const share = (value ?? 0) / Math.max(1e-12, line.reduce((sum, each) => sum + (each ?? 0), 0));
    return el("td", { class: "number", style: `background: rgb(${kCool.join(" ")} / ${Math.round(85 * share)}%)` }, short(value));
  };
  return el("div", { class: "card" }, el("h3", {}, title), el("p", { class: "note" }, "Rows are true classes, columns are predicted classes. Shade: share of the row."),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
      el("table", { class: "heat" }, el("caption", { class: "hidden" }, title),
        el("thead", {}, el("tr", {}, el("td"), lines.map((_, j) => el("th", { scope: "col", class: "number" }, name(j))))),
        el("tbody", {}, lines.map((line, i) => el("tr", {}, el("th", { scope: "row" }, name(i)), line.map((value) => cell(value, line))))))));
}

function plainTable(title, { columns, rows, names }) {
  const kMost = 100;
  return el("details", { class: "card" }, el("summary", {}, title + (rows.length > kMost ? `, the first ${kMost} of ${count(rows.length)} rows` : "")),
    table(title, [...(names ? [""] : []), ...columns.map((name) => ">" + name)],
      rows.slice(0, kMost).map((line, i) => [...(names ? [names[i]] : []), ...line.map((value) => short(value))])));
}

// PSNR and SSIM are metrics of images.
const isShown = ({ metric }) => data.is_image || !/^(psnr|ssim)/.test(metric);

function evaluationCards(evaluation, classNames) {
  return Object.entries(evaluation).flatMap(([split, { measurements: all = [], tables = {}, missing: allMissing = [] }]) => {
    const measurements = all.filter(isShown), missing = allMissing.filter(isShown);
    const maps = Object.entries(tables).filter(([name]) => name.includes("confusion"));
    const others = Object.entries(tables).filter(([name]) => !name.includes("confusion"));
    return [
      el("p", { class: "introduction" }, `On ${split.replace(/^train/, "training").replace(/^(test|training|validation)/, "the $1 set")}. Click a metric for its definition.`),
      ...distinctOf(measurements, "family").map((family) => familyCard(family, measurements.filter((each) => each.family === family))),
      ...maps.map(([name, each]) => heatMap(name.replaceAll("_", " "), each, each.rows.length === classNames.length ? classNames : [])),
      ...others.map(([name, each]) => plainTable(name.replaceAll("_", " "), each)),
      missing.length ? el("div", { class: "card" }, el("h3", {}, "Not measured"), el("ul", {}, missing.map((each) => el("li", {}, `${each.metric}: ${each.reason}`)))) : null,
    ];
  }).filter(Boolean);
}
