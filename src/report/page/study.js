// The page of a study or a sweep.

const { variants, results, metrics } = data;
const metricNamed = (name) => metrics.find((metric) => metric.name === name);
const axisNames = results.columns.slice(0, data.num_axes);
const columnOf = (table, name) => table.columns.indexOf(name);
const plusMinus = (mean, sd) => short(mean) + (mean === null || sd === null || sd === undefined ? "" : " ± " + short(Number(sd.toPrecision(2))));

// The value of a results column, or of a dimension, for variant i: as a number (or null) and as text.
function valueOf(name, i) {
  const dimension = data.dimensions.find((each) => each.name === name);
  const line = results.rows[i], at = columnOf(results, name);
  const value = dimension ? dimension.values[i] : at < 0 ? null : line[at];
  return { number: typeof value === "number" ? value : null, text: typeof value === "number" ? plusMinus(value, line[columnOf(results, name + " sd")]) : value };
}

function definitions(names) {
  return el("dl", { class: "definitions" }, names.map((name) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, metricNamed(name).definition + (metricNamed(name).larger_is_better ? "; larger is better" : "")))));
}

function unfinished() {
  const open = variants.filter((variant) => variant.state !== "done");
  if (open.length === 0) return null;
  return el("div", { class: "card" }, el("h3", {}, "Not finished"), el("ul", { class: "states" }, open.map((variant) =>
    el("li", {}, el("b", {}, variant.name), ` (${variant.state})`, variant.message ? ": " + variant.message : ": run the same command again to resume."))));
}

function overview() {
  return [headlines(data.headlines),
    data.quick ? el("p", { class: "card" }, "Shortened by --quick. Do not compare these numbers with published ones.") : null,
    unfinished(),
    data.notes.length ? el("div", { class: "card" }, el("h3", {}, "Notes"), el("ul", { class: "states" }, data.notes.map((note) => el("li", {}, note)))) : null].flat();
}

const verdictClass = (verdict) => (verdict === "reached" ? "reached" : verdict && verdict.startsWith("missed") ? "missed" : undefined);

// The table of published and measured numbers of the terminal, with differences.
function publishedTable({ columns, rows }) {
  if (rows.length === 0) return [];
  const notes = [...new Set(rows.map((line) => line[columns.indexOf("definition")]).filter(Boolean))];
  const names = [...new Set(rows.map((line) => line[columns.indexOf("metric")]))];
  const lines = rows.map((line) => Object.fromEntries(columns.map((column, i) => [column, line[i]])));
  const difference = (line) => (line.measured === null ? null : line.measured - line.published);
  const box = table("Published and measured", ["variant", "metric", ">published", ">measured", ">difference", "verdict", "source"],
    lines.map((line) => [line.variant, line.metric, short(line.published), plusMinus(line.measured, line.sd),
      line.measured === null ? "–" : (difference(line) > 0 ? "+" : "") + short(Number(difference(line).toPrecision(3))),
      el("span", { class: verdictClass(line.verdict) }, line.verdict || "–"),
      (line.source || "") + (line.definition ? ` [${notes.indexOf(line.definition) + 1}]` : "")]));
  sortable(box, lines.map((line) => [line.variant, line.metric, line.published, line.measured, difference(line), line.verdict, line.source]));
  return el("div", { class: "card" }, box,
    notes.length ? el("ol", { class: "notes" }, notes.map((note) => el("li", {}, note))) : null, definitions(names));
}

// One row per variant, named by its values on the axes. With a single axis, that name is the link to its page; otherwise
// the link has its own column. The column of latents is left out if it equals an axis.
function resultsTable() {
  const values = (i) => results.rows.map((line) => line[i]);
  const same = (a, b) => a.every((value, v) => value === b[v]);
  const isDeviation = (name) => name.endsWith(" sd") && metricNamed(name.slice(0, -3));
  const repeats = (i) => results.columns[i] === "latents" && axisNames.some((_, axis) => same(values(axis), values(i)));
  const shown = results.columns.map((name, i) => ({ name, keys: values(i), metric: metricNamed(name) }))
    .filter(({ name }, i) => !isDeviation(name) && !repeats(i));
  for (const column of shown) {
    const deviations = values(columnOf(results, column.name + " sd"));
    column.number = column.keys.some((value) => typeof value === "number");
    column.cells = column.keys.map((value, v) => (typeof value === "number" ? plusMinus(value, deviations[v]) : value ?? "–"));
  }
  const linked = variants.filter((variant) => variant.pages.length).length;
  const link = (variant, text) => (variant.pages.length
    ? el("a", { href: `./${encodeURIComponent(variant.pages[0])}/report.html`, "aria-label": "Page of " + variant.name }, text) : text);
  if (data.num_axes === 1) shown[0].cells = shown[0].cells.map((text, v) => link(variants[v], text));
  else if (linked) shown.push({ name: "page", keys: variants.map((variant) => variant.pages[0] ?? null),
    cells: variants.map((variant) => (variant.pages.length ? link(variant, "open") : "–")) });

  const box = table("Results by variant", shown.map((column) => (column.number ? ">" : "") + column.name),
    variants.map((_, v) => shown.map((column) => column.cells[v])));
  sortable(box, variants.map((_, v) => shown.map((column) => column.keys[v])),
    shown.flatMap(({ metric }, i) => (metric && metric.larger_is_better ? [i] : [])));
  return el("div", { class: "card" }, box,
    el("p", { class: "note" }, linked === variants.length ? "Each variant links to the page of its run."
      : (linked ? "Links open the page of a run. " : "") +
        "To add a page, run 'hourglass report' on the folder of a run, and then on this folder."),
    definitions(metrics.map((metric) => metric.name).filter((name) => results.columns.includes(name))));
}

function figure() {
  return el("figure", { class: "grid" }, el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Figure of reconstructions" },
    el("img", { class: "figure", src: data.figure, alt: "Test images above the reconstructions of each model; the rows are labeled" })));
}

const points = (i) => (data.num_axes > 1 ? axisNames.map((name) => valueOf(name, i).text) : [variants[i].name]);
const measured = metrics.filter((metric) => results.rows.some((line) => typeof line[columnOf(results, metric.name)] === "number"));

function parallel() {
  const done = variants.map((_, i) => i).filter((i) => measured.some((metric) => valueOf(metric.name, i).number !== null));
  const axes = [
    ...data.dimensions.map(({ name, values }) => ({ name, values: done.map((i) => values[i]) })).filter((axis) => new Set(axis.values).size > 1),
    ...measured.map((metric) => ({ name: metric.name, metric, values: done.map((i) => valueOf(metric.name, i).number) }))];
  return done.length > 1 && axes.length > 2 ? parallelView(done.map((i) => variants[i].name), axes) : [];
}

page(data.title, data.source, [
  await section("overview", "Overview", null, overview()),
  await section("published", "Published and measured", null, publishedTable(data.published)),
  await section("results", "Results", "Click a column name to sort.", resultsTable()),
  await section("trends", "Trends", "A line connects variants that differ in no other option.", trendView(data.trends, measured, valueOf)),
  data.figure && await section("reconstructions", "Reconstructions", "The same test images, reconstructed by each model.", figure()),
  data.curves.length && await section("curves", "Curves", null,
    lossCurves(data.curves.map((curve) => ({ ...curve, name: variants[curve.variant].name, names: points(curve.variant) })), data.comparable)),
  await section("parallel", "Parallel view", "One line per variant. On the axes of metrics, higher is better.", parallel()),
  await section("repeat", "Repeat", "In the same folder, the command resumes and skips finished runs. With another --out, it runs everything again.",
    copyable(data.command, "command"), el("p", { class: "note", style: "margin-top: .8rem" }, `It was run with hourglass ${data.version}.`)),
]);
