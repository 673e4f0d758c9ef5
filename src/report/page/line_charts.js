// Charts with lines of many variants.

const kLineDashes = [[], [6, 4], [2, 3]];

// A color and a dash for each line, from its names. If the first of several names has few values, it selects the dash.
function lineStyles(allNames) {
  const distinct = (texts) => [...new Set(texts)];
  const first = distinct(allNames.map((names) => names[0]));
  const byDash = first.length <= kLineDashes.length && allNames.every((names) => names.length > 1);
  const rest = allNames.map((names) => (byDash ? names.slice(1) : names).join("\n"));
  const tones = distinct(rest);
  return allNames.map((names, i) => ({
    color: classColor(tones.indexOf(rest[i]), tones.length),
    dash: byDash ? kLineDashes[first.indexOf(names[0])] : [],
  }));
}

const nameOfLine = (names) => names.join(" · ");

// Selects the sorted values that are far enough apart for tick labels.
function sparseTicks(values, isLog) {
  const place = (value) => (isLog ? Math.log(value) : value);
  const gap = 0.08 * (place(values.at(-1)) - place(values[0]));
  const kept = [];
  for (const value of values) if (kept.length === 0 || place(value) - place(kept.at(-1)) >= gap) kept.push(value);
  return kept;
}

// Lines through points: [{label, points: [{x, y, text}], color, dash, width, marked, hidden}].
function pointChart(label, lines, { x, y = "", xLog = false, height = 300 }) {
  const xs = [...new Set(lines.flatMap((line) => line.points.map((point) => point.x)))].sort((a, b) => a - b);
  const ends = xs.length > 1 ? { min: xs[0], max: xs.at(-1) } : {};
  const kMostTicks = 12;
  const datasets = lines.map((line) => ({
    label: line.label, data: line.points, borderColor: line.color, backgroundColor: line.color, hidden: line.hidden,
    borderDash: line.dash, borderWidth: line.width || 2, tension: 0, spanGaps: true, clip: 8,
    pointRadius: line.marked || line.points.length === 1 ? 3.5 : 0, pointHoverRadius: 5, pointHitRadius: 8,
  }));
  return chart("line", label, datasets, {
    interaction: { mode: "nearest", axis: "xy", intersect: false },
    scales: {
      x: { type: xLog ? "logarithmic" : "linear", ...ends, title: { text: x }, grid: { display: false },
        afterBuildTicks: (scale) => { if (xs.length > 1 && xs.length <= kMostTicks) scale.ticks = sparseTicks(xs, xLog).map((value) => ({ value })); },
        ticks: { maxTicksLimit: kMostTicks, autoSkip: xs.length > kMostTicks, maxRotation: 0, callback: tick } },
      y: { type: "linear", title: { text: y }, ticks: { maxTicksLimit: 6, callback: tick } },
    },
    plugins: {
      tooltip: {
        callbacks: {
          title: (items) => items.length ? `${x} ${short(items[0].raw.x)}` : "",
          label: (item) => `${item.dataset.label}: ${item.raw.text || short(item.raw.y)}`,
        },
      },
    },
  }, height);
}

// The losses of the variants by epoch: [{name, names, epochs, test, train}].
function lossCurves(curves, comparable) {
  const styles = lineStyles(curves.map((curve) => curve.names));
  const points = (curve, losses) => curve.epochs.map((x, i) => ({ x, y: losses[i] }));
  const tested = (curve) => curve.test.some((loss) => loss !== null);
  const lines = curves.flatMap((curve, i) => [
    { label: curve.name, ...styles[i], points: points(curve, tested(curve) ? curve.test : curve.train) },
    { label: curve.name + ", train", color: styles[i].color, dash: [2, 2], width: 1, hidden: true,
      points: tested(curve) ? points(curve, curve.train) : [] },
  ]);
  const last = curves.map((curve) => (tested(curve) ? curve.test : curve.train).at(-1)).filter((loss) => loss > 0);
  const made = pointChart("Loss of each variant after each epoch: " +
    curves.map((curve, i) => `${curve.name} ends at ${short(lines[2 * i].points.at(-1).y)}`).join(", "), lines, { x: "epoch", y: "loss", height: 380 });
  const hidden = curves.map(() => false);
  const train = el("input", { type: "checkbox" });
  const apply = () => {
    made.chart.data.datasets.forEach((dataset, i) => { dataset.hidden = hidden[i >> 1] || (i % 2 === 1 && !train.checked); });
    made.chart.update("none");
  };
  train.addEventListener("change", apply);
  const chipsOfAll = chips(curves.map((curve, i) => ({ label: curve.name, color: styles[i].color, dashed: styles[i].dash.length > 0 })),
    (i, off) => { hidden[i] = off; apply(); });
  const every = (off) => () => {
    hidden.fill(off);
    for (const chip of chipsOfAll.children) chip.setAttribute("aria-pressed", String(!off));
    apply();
  };
  const kMany = 8, wide = 50;
  return el("div", { class: "card" },
    el("div", { class: "toolbar" },
      el("div", { class: "legend" }, curves.length > kMany ? [
        el("button", { type: "button", class: "quiet", onclick: every(false) }, "Show all"),
        el("button", { type: "button", class: "quiet", onclick: every(true) }, "Hide all")] : null),
      el("div", { class: "legend" }, el("label", { class: "check" }, train, "show training, dotted"),
        logSwitch(made.chart, last.length > 0 && Math.max(...last) > wide * Math.min(...last)))),
    made.box, el("div", { class: "many-chips" }, chipsOfAll),
    el("p", { class: "note" }, "Total loss with all penalties on the test set after each epoch, for the first seed." +
      (comparable ? "" : " The variants differ in objective or data: compare only those that share both.")));
}

// Charts of the metrics over each option that varies. A metric of noisy input is shown in the chart of its denoised metric.
function trendCards({ key, series }, metrics, value) {
  const styles = lineStyles(series.map((each) => each.names));
  const label = (each) => nameOfLine(each.names) || "all variants";
  const xs = series.flatMap((each) => each.variants.map((i) => value(key, i).number));
  const xLog = Math.min(...xs) > 0 && Math.max(...xs) >= 50 * Math.min(...xs);
  const points = (each, metric) => each.variants.map((i) => ({ x: value(key, i).number, y: value(metric, i).number, text: value(metric, i).text }))
    .filter((point) => point.x !== null && point.y !== null);
  const names = metrics.map((metric) => metric.name);
  const inputOf = (name) => (name.endsWith("_denoised") ? names.find((other) => other === name.replace(/_denoised$/, "_noisy")) : undefined);
  const charts = [];
  const cards = metrics.filter((metric) => !names.some((name) => inputOf(name) === metric.name)).map((metric) => {
    const input = inputOf(metric.name);
    const lines = series.flatMap((each, i) => [
      { label: label(each), ...styles[i], marked: true, points: points(each, metric.name) },
      ...(input ? [{ label: label(each) + ", noisy input", ...styles[i], dash: [1, 3], width: 1.5, marked: true, points: points(each, input) }] : [])]);
    if (lines.every((line) => line.points.length === 0)) return null;
    const shown = lines.filter((line) => line.points.length);
    const made = pointChart(`${metric.name} by ${key}: ` + shown.map((line) =>
      `${line.label} from ${short(line.points[0].y)} to ${short(line.points.at(-1).y)}`).join(", "), lines, { x: key, xLog });
    charts.push({ chart: made.chart, each: input ? 2 : 1 });
    return el("div", { class: "card" }, el("div", {}, el("h3", {}, metric.name),
      el("p", { class: "note" }, metric.definition + (input ? "; dotted: the noisy input." : "."))), made.box);
  }).filter(Boolean);
  if (cards.length === 0) return null;
  const toggles = series.length > 1 ? chips(series.map((each, i) => ({ label: label(each), color: styles[i].color, dashed: styles[i].dash.length > 0 })), (i, hidden) => {
    for (const { chart: made, each } of charts) {
      for (let k = 0; k < each; k++) made.data.datasets[i * each + k].hidden = hidden;
      made.update("none");
    }
  }) : el("p", { class: "note" }, label(series[0]));
  return el("div", {}, el("div", { class: "toolbar" }, toggles), el("div", { class: "columns wide" }, cards));
}

// The trends, with a select box if there are several.
function trendView(trends, metrics, value) {
  const views = trends.map((trend) => ({ key: trend.key, view: trendCards(trend, metrics, value) })).filter((each) => each.view);
  if (views.length === 0) return [];
  const show = (chosen) => views.forEach((each, i) => { each.view.hidden = i !== chosen; });
  show(0);
  if (views.length === 1) return [views[0].view];
  const select = el("select", { id: "trend-key" }, views.map((each, i) => el("option", { value: i }, each.key)));
  select.addEventListener("change", () => show(Number(select.value)));
  return [el("div", { class: "controls" }, el("label", { for: "trend-key" }, "Along"), select), ...views.map((each) => each.view)];
}
