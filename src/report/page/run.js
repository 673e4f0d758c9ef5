// The page of a run.

const kShortNames = { conv2d: "conv", conv_transpose2d: "conv ᵀ", max_pool2d: "max pool", avg_pool2d: "avg pool", upsample2d: "upsample", gaussian: "Gaussian" };
const kRides = /^(relu|leaky_relu|elu|gelu|tanh|sigmoid|softplus|identity|batch_norm|layer_norm|dropout)\b/;

// A bar for each layer that changes the shape, its height by the number of values, so that a model looks like what
// it is.
function modelDrawing(inputShape, layers) {
  const bars = [{ name: "input", shape: inputShape, part: "input" }];
  for (const layer of layers)
    if (!kRides.test(layer.text)) {
      const word = layer.text.split(/\s/)[0];
      bars.push({ name: kShortNames[word] || word, shape: layer.output_shape, part: layer.part });
    }
  const lastOfLatent = bars.findLastIndex((bar) => bar.part === "latent");
  const latent = lastOfLatent >= 0 ? lastOfLatent : bars.findLastIndex((bar) => bar.part !== "decoder");
  const most = Math.log(Math.max(...bars.map((bar) => product(bar.shape))) + 1);
  const step = Math.max(84, 1040 / bars.length), width = step * bars.length, height = 220, middle = 100;
  const size = (bar) => 10 + (150 * Math.log(product(bar.shape) + 1) ** 1.6) / most ** 1.6;
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": "The model: " + bars.map((bar) => `${bar.name} ${shapeText(bar.shape)}`).join(", ") });
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

function trainingCurves({ losses, learning_rate, images_per_second }) {
  const names = [...new Set(losses.map((curve) => curve.name))];
  // With a single term, that is the total.
  const shown = names.length === 2 ? losses.filter((curve) => curve.name === "total") : losses;
  const lines = shown.map((curve) => ({
    label: shown === losses ? `${curve.name}, ${curve.part}` : curve.part, values: curve.values, dash: kDashes[curve.part],
    colour: shown === losses ? kTermColours[names.indexOf(curve.name) % kTermColours.length] : kTermColours[curve.part === "test" ? 0 : curve.part === "train" ? 1 : 2],
    hidden: curve.name !== "total",
  }));
  const loss = epochChart("The loss after each epoch: " + lines.map((line) => `${line.label} ends at ${short(line.values.at(-1))}`).join(", "), lines, { unit: "loss" });
  const head = ["epoch", ...losses.map((curve) => `>${curve.name}, ${curve.part}`), ">images / s"];
  const rows = losses[0].values.map((_, i) =>
    [String(i + 1), ...losses.map((curve) => short(curve.values[i])), count(Math.round(images_per_second[i]))]);
  const small = (title, note, values, unit) => values.length ? el("div", { class: "card" }, el("h3", {}, title),
    el("p", { class: "note" }, note), epochChart(title + " in each epoch", [{ label: title, values, colour: kTermColours[0] }], { unit, height: 170, fromZero: true }).box) : null;
  return [
    el("div", { class: "card" }, el("div", { class: "toolbar" }, legend(loss.chart), logSwitch(loss.chart)), loss.box,
      el("p", { class: "note" }, "Train: mean over an epoch's samples while the weights moved. Validation, test: over the whole part after the epoch.")),
    el("div", { class: "columns" }, small("Learning rate", "At the last step of each epoch.", learning_rate, ""),
      small("Images per second", "Trained, test passes left out.", images_per_second, "")),
    el("details", { class: "card" }, el("summary", {}, "Every epoch as a table"), table("Training, epoch by epoch", head, rows)),
  ];
}

function classErrors(errors) {
  const made = barChart("Mean squared error by class: " + errors.map((each) => `${each.name} ${short(each.mse)}`).join(", "),
    errors.map((each) => each.name), errors.map((each) => each.mse),
    { unit: "mean squared error", axis: "class", colours: errors.length <= kClassColours.length ? errors.map((_, i) => classColour(i, errors.length)) : kTermColours[0] });
  return el("div", { class: "card" }, el("h3", {}, "By class"), el("p", { class: "note" }, "Mean squared error of the test images of each class."), made.box);
}

const grids = (list) => list.map(pictureGrid);

// Grids of few pictures side by side.
const inColumns = async (list) => list.length ? el("div", { class: "columns" }, await Promise.all(grids(list))) : null;

page(data.title, data.subtitle, [
  await section("numbers", "Numbers", null, headlines(data.headlines, data.headline_note)),
  await section("preparation", "What the model sees", null, grids(data.preparation)),
  await section("model", "Model", null, modelDrawing(data.sample_shape, data.layers), layerTable(data.sample_shape, data.layers)),
  data.curves && await section("training", "Training", null, trainingCurves(data.curves)),
  await section("reconstructions", "Reconstructions", null, grids(data.reconstructions.slice(0, 1)),
    inColumns(data.reconstructions.slice(1)), data.class_errors ? classErrors(data.class_errors) : []),
  data.latent_space && await section("latents", "Latent space",
    data.network ? "Drag the ring over the plane, or click a point: the picture is decoded as you go." : "Each point is a test image.",
    latentSpace(data.latent_space, data.network, data.sample_shape, data.range, data.noise), latentUsage(data.latent_space)),
  await section("decodings", "What it draws", null, grids(data.decodings)),
  await section("denoising", data.noise && completes(data.noise) ? "Completion" : "Denoising", null, inColumns(data.denoising)),
  await section("features", "Features", null, grids(data.features)),
  data.evaluation && await section("evaluation", "Evaluation", "What 'hourglass evaluate' measured.",
    evaluationCards(data.evaluation, data.latent_space ? data.latent_space.class_names : [])),
  await section("repeat", "Repeat this run", "The same command gives the same bits with as many threads.", copyable(data.command, "command"),
    el("h3", { style: "margin-top: 1.4rem" }, "Config"), copyable(data.config, "config")),
]);
