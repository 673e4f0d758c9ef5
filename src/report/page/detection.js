// The page of a detector.

const scores = floats(data.scores), calibration = floats(data.calibration);
const labeled = data.labels.length > 0;
const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;

// Number of values at or above a threshold, in a list in descending order.
function atOrAbove(values, threshold) {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

// What a threshold means: alarms here, and false alarms to expect among as many normal samples.
function alarmsAt(threshold) {
  const shown = atOrAbove(scores, threshold);
  const rate = (1 + atOrAbove(calibration, threshold) * data.num_calibration / calibration.length) / (data.num_calibration + 1);
  const alarms = Math.round(shown * data.num_samples / scores.length);
  const found = labeled ? data.labels.slice(0, shown).filter(Boolean).length : 0;
  return { alarms, shown, rate, found };
}

// A histogram of scores with a threshold that can be dragged or moved with the keyboard.
function thresholdView() {
  const kBins = 60, width = 1040, height = 260, base = 225;
  const low = scores.at(-1), high = scores[0] > low ? scores[0] : low + 1;
  const place = (score) => ((score - low) / (high - low)) * width;
  const bins = [new Array(kBins).fill(0), new Array(kBins).fill(0)];
  scores.forEach((score, i) => { bins[labeled && data.labels[i] ? 1 : 0][Math.min(kBins - 1, Math.floor((place(score) / width) * kBins))]++; });
  // Few unusual samples stay visible on a scale of square roots.
  const most = Math.sqrt(Math.max(...bins[0].map((n, i) => n + bins[1][i])));
  const tall = (n) => (Math.sqrt(n) / most) * (base - 10);
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Histogram of scores", class: "histogram" });
  bins[0].forEach((normal, i) => {
    const x = (i / kBins) * width + 1, w = width / kBins - 2;
    if (normal) drawing.append(svg("rect", { class: "usual", x, y: base - tall(normal), width: w, height: tall(normal) }));
    if (bins[1][i]) drawing.append(svg("rect", { class: "anomalies", x, y: base - tall(normal + bins[1][i]), width: w, height: tall(normal + bins[1][i]) - tall(normal) }));
  });
  for (let i = 0; i <= 4; i++) {
    const score = low + ((high - low) * i) / 4;
    drawing.append(svg("text", { x: place(score), y: height - 12, "text-anchor": i === 0 ? "start" : i === 4 ? "end" : "middle" }, short(score)));
  }
  const line = svg("line", { class: "threshold", y1: 0, y2: base });
  drawing.append(line);
  const text = el("p", { class: "threshold-text", "aria-live": "polite" });
  const start = data.threshold === null ? high : data.threshold;
  const slider = el("input", { type: "range", min: low - (high - low) / 1000, max: high, step: (high - low) / 1000, value: start, "aria-label": "Threshold of the score" });
  const show = (threshold) => {
    line.setAttribute("x1", place(threshold));
    line.setAttribute("x2", place(threshold));
    const { alarms, shown, rate, found } = alarmsAt(threshold);
    text.replaceChildren(
      el("b", {}, `${count(alarms)} of ${count(data.num_samples)} ${data.samples}`), ` have a score of ${short(threshold)} or more. `,
      `Of as many usual ${data.samples}, about ${count(Math.round(rate * data.num_samples))} would (${percent(rate)}).`,
      labeled && shown ? ` By their labels, ${count(found)} of them are anomalies.` : "");
  };
  slider.addEventListener("input", () => show(Number(slider.value)));
  const drag = (event) => {
    if (event.buttons !== 1 && event.type !== "pointerdown") return;
    const box = drawing.getBoundingClientRect();
    slider.value = low + ((event.clientX - box.left) / box.width) * (high - low);
    show(Number(slider.value));
  };
  drawing.addEventListener("pointerdown", drag);
  drawing.addEventListener("pointermove", drag);
  show(start);
  return el("div", { class: "card" }, drawing, slider, text,
    el("p", { class: "note" }, (data.threshold === null ? "No score is called an anomaly. " : `The line starts at the threshold of this run: ${data.rule}. `) +
      "The height of a bar is the square root of its count, so that few unusual ones can be seen." + (labeled ? " Labeled anomalies are drawn in the second color." : "")));
}

// A feature of an unusual row: a bar of its share, its value and what is usual.
function reasonCell(reason) {
  return el("div", { class: "reason" },
    el("span", { class: "share", style: `--share: ${Math.min(1, reason.share)}` }),
    el("span", {}, el("b", {}, reason.feature), ` ${percent(reason.share)}`),
    reason.value === "" ? null : el("span", { class: "usual-range" }, [reason.value, reason.expected && `expected: ${reason.expected}`, reason.usual && `usual: ${reason.usual}`].filter(Boolean).join("; ")));
}

function unusualTable() {
  const hasReasons = data.unusual.some((sample) => sample.reasons.length);
  const hasLabels = data.unusual.some((sample) => sample.label !== "");
  const columns = [">row", ...data.identity, ">score", ">p-value", "anomaly", ...(hasLabels ? ["label"] : []), ...(hasReasons ? ["why"] : [])];
  const box = table("The most unusual " + data.samples, columns, data.unusual.map((sample) => [
    String(sample.row), ...sample.identity, short(sample.score), short(sample.p_value), sample.is_anomaly ? "yes" : "",
    ...(hasLabels ? [sample.label] : []), ...(hasReasons ? [el("div", { class: "reasons" }, sample.reasons.map(reasonCell))] : [])]));
  sortable(box, data.unusual.map((sample) => [sample.row, ...sample.identity, sample.score, sample.p_value, sample.is_anomaly ? 1 : 0,
    ...(hasLabels ? [sample.label] : []), ...(hasReasons ? [sample.reasons.length ? sample.reasons[0].feature : null] : [])]), [1 + data.identity.length]);
  return el("div", { class: "card" }, box);
}

function scoresByRow() {
  const values = floats(data.scores_by_row);
  if (values.length < 2) return [];
  const step = data.num_samples / values.length;
  const points = [...values].map((y, i) => ({ x: Math.floor(i * step) + 1, y }));
  const { box } = chart("line", "Score by row", [
    { label: "score", data: points, borderColor: kTermColors[0], backgroundColor: kTermColors[0], borderWidth: 1.2, pointRadius: 0, pointHitRadius: 6, tension: 0 },
    ...(data.threshold === null ? [] : [{ label: "threshold", data: [{ x: 1, y: data.threshold }, { x: data.num_samples, y: data.threshold }], borderColor: kTermColors[1], borderWidth: 1.2, borderDash: [5, 4], pointRadius: 0 }])], {
    scales: { x: { type: "linear", min: 1, max: data.num_samples, title: { text: "row" }, grid: { display: false }, ticks: { maxRotation: 0, callback: tick } },
      y: { type: "linear", title: { text: "score" }, ticks: { maxTicksLimit: 6, callback: tick } } },
    plugins: { tooltip: { callbacks: { title: (items) => (items.length ? `row ${count(items[0].raw.x)}` : ""), label: (item) => `${item.dataset.label}: ${short(item.raw.y)}` } } },
  });
  return el("div", { class: "card" }, box,
    step > 1 ? el("p", { class: "note" }, `Each point is the highest score of about ${count(Math.round(step))} ${data.samples}.`) : null);
}

function featureBars() {
  if (data.features.length === 0) return [];
  const most = Math.max(...data.features.flatMap((each) => [each.all, each.anomalies]));
  const bar = (value, name) => el("span", { class: name, style: `width: ${most > 0 ? (100 * value) / most : 0}%` });
  return el("div", { class: "card" },
    el("div", { class: data.features.length > 24 ? "feature-bars long" : "feature-bars" }, data.features.map((each) =>
      el("div", {}, el("span", { class: "name" }, each.name), el("span", { class: "bars", title: `${short(each.anomalies)} and ${short(each.all)}` },
        bar(each.anomalies, "of-anomalies"), bar(each.all, "of-all"))))),
    el("p", { class: "note" }, "Mean part of the score: of the anomalies (upper bar), and of all " + data.samples + " (lower bar)."));
}

function curves() {
  if (data.curve.length === 0) return [];
  const line = (title, x, y, points) => {
    const { box } = chart("line", title, [{ label: y, data: points, borderColor: kTermColors[0], borderWidth: 2, pointRadius: 0, pointHitRadius: 6, tension: 0 }], {
      scales: { x: { type: "linear", min: 0, max: 1, title: { text: x } }, y: { type: "linear", min: 0, max: 1, title: { text: y } } },
      plugins: { tooltip: { callbacks: { title: () => "", label: (item) => `${x} ${short(item.raw.x)}, ${y} ${short(item.raw.y)}` } } },
    });
    return el("div", { class: "card" }, el("h3", {}, title), box);
  };
  return el("div", { class: "columns wide" },
    line("ROC curve", "false-alarm rate", "recall", [{ x: 0, y: 0 }, ...data.curve.map(([x, y]) => ({ x, y }))]),
    line("Precision and recall", "recall", "precision", data.curve.map(([, x, y]) => ({ x, y }))));
}

page(data.title, data.subtitle, [
  await section("overview", "Overview", null, headlines(data.headlines, data.headline_note),
    data.warnings.map((warning) => el("p", { class: "card warning" }, warning))),
  await section("threshold", "Scores and threshold", "Drag the line to see how many would be called anomalies.", thresholdView()),
  await section("unusual", "Most unusual", "Click a column name to sort. A bar is the share of a feature in the score.", unusualTable()),
  data.pictures.length && await section("pictures", "Where they are unusual", null, ...data.pictures.map(pictureGrid)),
  await section("by-row", "Score by row", "In the order of the file.", scoresByRow()),
  await section("features", "Features", null, featureBars()),
  await section("curves", "Labels", "Labels judge the scores. They were not used for training.", curves()),
  await section("repeat", "Repeat", null, copyable(data.command, "command")),
]);
