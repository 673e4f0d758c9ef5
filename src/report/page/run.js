// The page of a run.

const kShortNames = { conv2d: "conv", conv_transpose2d: "conv ᵀ", max_pool2d: "max pool", avg_pool2d: "avg pool", upsample2d: "upsample", gaussian: "Gaussian" };
// Layers that keep the shape and get no bar.
const kShapeKeeping = /^(relu|leaky_relu|elu|gelu|tanh|sigmoid|softplus|identity|batch_norm|layer_norm|dropout)\b/;

// A bar for each layer that changes the shape. Its height grows with the number of values.
function modelDrawing(inputShape, layers) {
  const bars = [{ name: "input", shape: inputShape, part: "input" }];
  for (const layer of layers)
    if (!kShapeKeeping.test(layer.text)) {
      const word = layer.text.split(/\s/)[0];
      bars.push({ name: kShortNames[word] || word, shape: layer.output_shape, part: layer.part });
    }
  const lastOfLatent = bars.findLastIndex((bar) => bar.part === "latent");
  const latent = lastOfLatent >= 0 ? lastOfLatent : bars.findLastIndex((bar) => bar.part !== "decoder");
  const most = Math.log(Math.max(...bars.map((bar) => product(bar.shape))) + 1);
  const step = Math.max(84, 1040 / bars.length), width = step * bars.length, height = 220, middle = 100;
  const size = (bar) => 10 + (150 * Math.log(product(bar.shape) + 1) ** 1.6) / most ** 1.6;
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": "Model: " + bars.map((bar) => `${bar.name} ${shapeText(bar.shape)}`).join(", ") });
  const text = (x, y, content, name) => svg("text", { x, y, "text-anchor": "middle", class: name }, content);
  bars.forEach((bar, i) => {
    const x = (i + 0.5) * step, half = size(bar) / 2;
    if (i + 1 < bars.length) {
      const next = size(bars[i + 1]) / 2;
      drawing.append(svg("path", { class: "flow", d: `M${x + 5} ${middle - half}L${x + step - 5} ${middle - next}V${middle + next}L${x + 5} ${middle + half}z` }));
    }
    drawing.append(svg("rect", { class: i === latent ? "bar latent" : "bar", x: x - 5, y: middle - half, width: 10, height: 2 * half, rx: 3 }),
      text(x, height - 24, count(product(bar.shape)), "values"),
      text(x, height - 8, bar.shape.length > 1 ? shapeText(bar.shape) : i === latent ? "latents" : ""),
      text(x, 12, bar.name));
  });
  return el("div", { class: "card drawing", tabindex: "0", role: "region", "aria-label": "Drawing of the model" }, drawing);
}

function layerTable(inputShape, layers) {
  let part = "";
  const rows = [["input", "", shapeText(inputShape), ""], ...layers.map((layer) => {
    const cells = [layer.part === part ? "" : layer.part, layer.text, shapeText(layer.output_shape), layer.parameters ? count(layer.parameters) : ""];
    part = layer.part;
    return cells;
  })];
  return el("div", { class: "card" }, table("Layers of the model", ["part", "layer", "output shape", ">parameters"], rows));
}

function trainingCurves({ losses, loss_scale: lossScale, learning_rate: learningRate, samples_per_second: samplesPerSecond }) {
  const names = [...new Set(losses.map((curve) => curve.name))];
  // A single term equals the total.
  const shown = names.length === 2 ? losses.filter((curve) => curve.name === "total") : losses;
  const lines = shown.map((curve) => ({
    label: shown === losses ? `${curve.name}, ${curve.split}` : curve.split, values: curve.values, dash: kDashes[curve.split],
    color: shown === losses ? kTermColors[names.indexOf(curve.name) % kTermColors.length] : kTermColors[curve.split === "test" ? 0 : curve.split === "train" ? 1 : 2],
    hidden: curve.name !== "total",
  }));
  const loss = epochChart("Loss after each epoch: " + lines.map((line) => `${line.label} ends at ${short(line.values.at(-1))}`).join(", "), lines, { unit: `loss (${lossScale})` });
  const head = ["epoch", ...losses.map((curve) => `>${curve.name}, ${curve.split}`), ">samples / s"];
  const rows = losses[0].values.map((_, i) =>
    [String(i + 1), ...losses.map((curve) => short(curve.values[i])), count(Math.round(samplesPerSecond[i]))]);
  const small = (title, note, values, unit) => values.length ? el("div", { class: "card" }, el("h3", {}, title),
    el("p", { class: "note" }, note), epochChart(title + " in each epoch", [{ label: title, values, color: kTermColors[0] }], { unit, height: 170, fromZero: true }).box) : null;
  return [
    el("div", { class: "card" }, el("div", { class: "toolbar" }, legend(loss.chart), logSwitch(loss.chart)), loss.box,
      el("p", { class: "note" }, "Train: mean over the samples of an epoch while the weights change. Validation, test: over the whole set after the epoch." +
        (shown === losses ? " Terms include their weights, as optimized." : ""))),
    el("div", { class: "columns" }, small("Learning rate", "At the last step of each epoch.", learningRate, ""),
      small("Samples per second", "Training speed, without the time for tests.", samplesPerSecond, "")),
    el("details", { class: "card" }, el("summary", {}, "Table of all epochs"), table("Training, epoch by epoch", head, rows)),
  ];
}

// `classes`: by label, also those without test samples, so that each has the color that it has in the plane.
function classErrors(classes) {
  const errors = classes.map((each, label) => ({ ...each, color: classColor(label, classes.length) })).filter((each) => each.count);
  const made = barChart("Mean squared error by class: " + errors.map((each) => `${each.name} ${short(each.mse)}`).join(", "),
    errors.map((each) => each.name), errors.map((each) => each.mse),
    { unit: "mean squared error", axis: "class", colors: errors.map((each) => each.color) });
  return el("div", { class: "card" }, el("h3", {}, "By class"), el("p", { class: "note" }, `Mean squared error of the test ${samplesNoun} of each class.`), made.box);
}

const grids = (list) => list.map(pictureGrid);

// Small grids side by side.
const inColumns = async (list) => list.length ? el("div", { class: "columns" }, await Promise.all(grids(list))) : null;

const warningCards = (warnings) => warnings.map((text) => el("p", { class: "card warning", role: "note" }, el("b", {}, "Warning: "), text));

page(data.title, data.subtitle, [
  await section("numbers", "Numbers", null, headlines(data.headlines, data.headline_note), warningCards(data.warnings)),
  await section("preprocessing", "What the model sees", null, grids(data.preprocessing)),
  await section("model", "Model", null, modelDrawing(data.sample_shape, data.layers), layerTable(data.sample_shape, data.layers)),
  data.curves && await section("training", "Training", null, trainingCurves(data.curves)),
  await section("reconstructions", "Reconstructions", data.picture_note, grids(data.reconstructions.slice(0, 1)),
    inColumns(data.reconstructions.slice(1)), data.class_errors ? classErrors(data.class_errors) : []),
  data.latent_space && await section("latents", "Latent space",
    data.network ? "Drag the ring over the plane, or click a point. The latents are decoded while you move." : `Each point is a test ${sampleNoun}.`,
    latentSpace(data.latent_space, data.network, data.sample_shape, data.range, data.noise), latentUsage(data.latent_space)),
  await section("decodings", "Decoded latents", null, grids(data.decodings)),
  await section("denoising", data.noise && onlyHides(data.noise) ? "Completion" : "Denoising", null, inColumns(data.denoising)),
  await section("features", "Weights", null, grids(data.features)),
  data.evaluation && await section("evaluation", "Evaluation", "Measured by 'hourglass evaluate'.",
    evaluationCards(data.evaluation, data.latent_space ? data.latent_space.class_names : [])),
  await section("repeat", "Repeat this run", "The same command with the same number of threads gives bit-identical results.", copyable(data.command, "command"),
    el("h3", { style: "margin-top: 1.4rem" }, "Config"), copyable(data.config, "config")),
]);
