// The latent space: test samples as points in a plane, and a decoder to explore it.

const { sample: sampleNoun, samples: samplesNoun } = data.nouns;

const kMostChips = 24;

// The current latent vector, which all views show. Change it with set().
class Walk {
  constructor(space, network, range, sampleShape) {
    Object.assign(this, { space, network, range, sampleShape, listeners: [], pending: false });
    this.origin = floats(space.origin);
    this.axes = floats(space.axes);
    this.z = this.origin.slice();
    this.point = null;
  }

  // `point`: the point with these latents, if any.
  set(z, point = null) {
    this.z.set(z);
    this.point = point;
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  draw() {
    const start = performance.now();
    this.decoded = this.network ? this.network.decode(this.z) : null;
    this.milliseconds = performance.now() - start;
    for (const listener of this.listeners) listener(this);
  }

  // Coordinates of z in the plane.
  place() {
    const place = [0, 0];
    for (let axis = 0; axis < 2; axis++)
      for (let j = 0; j < this.z.length; j++) place[axis] += (this.z[j] - this.origin[j]) * this.axes[axis * this.z.length + j];
    return place;
  }

  // Moves z to (x, y) in the plane and keeps its component orthogonal to the plane.
  moveTo(x, y) {
    const [fromX, fromY] = this.place();
    const z = this.z.slice();
    for (let j = 0; j < z.length; j++)
      z[j] += (x - fromX) * this.axes[j] + (y - fromY) * this.axes[z.length + j];
    this.set(z);
  }
}

// The latents of point i: stored, or encoded from its picture if the page stores none. null if the page has neither.
// Stored latents come first since pictures have only 256 levels.
function latentsOf(walk, sheet, i) {
  if (i >= walk.known) return null;
  return walk.latents ? row(walk.latents, i, walk.space.dim) : walk.network.encode(valuesOf(sheet.tile(i), walk.range)).slice();
}

const valuesOf = (bytes, [low, high]) => Float32Array.from(bytes, (byte) => low + (byte / 255) * (high - low));

async function latentSpace(space, networkJson, sampleShape, range, noise) {
  let network = null, failure = null;
  try {
    if (networkJson) network = loadNetwork(networkJson, sampleShape, space.dim);
  } catch (error) {
    failure = `The decoder does not run in this page: ${error.message}.`;
  }
  const sheet = await Sheet.load(space.pictures);
  const walk = new Walk(space, network, range, sampleShape);
  if (space.latents) walk.latents = (space.half_latents ? halves : floats)(space.latents);
  // The number of points with latents: the first ones.
  walk.known = walk.latents ? walk.latents.length / space.dim : network && network.encode ? sheet.count : 0;
  const plane = latentPlane(walk, sheet);
  const children = [el("div", { class: "card" }, el("div", { class: "explorer" },
    el("div", {}, plane), el("div", {}, views(walk, sheet), walk.known ? chooser(walk, sheet) : null, network ? tools(walk, sheet, noise) : null)),
    el("p", { class: "note" }, pointsNote(space, sheet) + " " + (failure || decoderNote(walk))))];
  const first = latentsOf(walk, sheet, 0);
  if (first) walk.set(first, 0);
  else walk.draw();
  window.hourglass = { walk, network, sheet, corruption };
  return children;
}

function pointsNote(space, sheet) {
  const shown = space.indices.length;
  return `The plane shows ${count(shown)} of ${count(space.num_test)} test ${samplesNoun}` +
    (sheet.count < shown ? `, with previews for ${count(sheet.count)}.` : ".") +
    (new Set(space.labels).size > kMostChips ? " Move the pointer to a point to see its class." : "");
}

function decoderNote({ network, range: [low, high] }) {
  if (!network) return "The decoder is too large to run in a page; the plane was decoded in advance, see below.";
  const isExact = network.worst <= 1e-4 * (high - low);
  return `The decoder runs in this page with the model's weights. On test latents its output differs from the program's ` +
    `by at most ${short(network.worst)}${isExact ? "" : ", which is too much: do not trust these outputs"}.`;
}

// The scatter plot of the test samples with a handle for z. Chart.js only draws the points: hovering and clicking are
// handled here, so that moving the pointer does not redraw thousands of points.
function latentPlane(walk, sheet) {
  const { space } = walk;
  const points = floats(space.points);
  const n = points.length / 2;
  const classes = space.class_names.length;
  const groups = new Map();
  for (let i = 0; i < n; i++) {
    const label = space.labels.length ? space.labels[i] : -1;
    if (!groups.has(label)) groups.set(label, []);
    groups.get(label).push({ x: points[2 * i], y: points[2 * i + 1], index: i });
  }
  // Chart.js takes the range of x from the first and the last point of each group.
  for (const group of groups.values()) group.sort((a, b) => a.x - b.x);
  const datasets = [...groups.keys()].sort((a, b) => a - b).map((label) => {
    const tone = label < 0 ? kTermColors[0] : classColor(label, classes);
    return {
      label: label < 0 ? "test " + samplesNoun : space.class_names[label], data: groups.get(label), borderColor: tone,
      backgroundColor: translucent(tone), borderWidth: 0, pointRadius: n > 3000 ? 1.8 : 2.6,
    };
  });
  const axis = (text) => ({ title: { text }, ticks: { maxTicksLimit: 6, callback: tick } });
  const label = `${count(n)} of ${count(space.num_test)} test ${samplesNoun} in the plane of ${space.x_name}${space.y_name ? " and " + space.y_name : ""}`;
  const { box, chart: made } = chart("scatter", label, datasets, {
    scales: { x: axis(space.x_name), y: axis(space.y_name) },
    parsing: false, events: [], plugins: { tooltip: { enabled: false } },
  }, 470);
  box.className = "plane";
  box.removeAttribute("style");
  const tip = el("div", { class: "tip", hidden: true }), spot = el("div", { class: "spot", hidden: true });
  box.append(spot, tip);

  const indexAt = (event) => nearestPoint(made, event.clientX, event.clientY, sheet.count);
  let tipped = null;
  const showTip = (i) => {
    if (i === tipped) return;
    tipped = i;
    tip.hidden = spot.hidden = i === null;
    if (i === null) return;
    const text = nameOfPoint(space, i);
    tip.replaceChildren(...(i < sheet.count ? [sheet.canvas(i, text)] : []), el("div", {}, text));
    const x = made.scales.x.getPixelForValue(points[2 * i]), y = made.scales.y.getPixelForValue(points[2 * i + 1]);
    [spot.style.left, spot.style.top] = [x + "px", y + "px"];
    tip.style.left = Math.min(x + 12, box.clientWidth - 96) + "px";
    tip.style.top = Math.max(0, Math.min(y + 12, box.clientHeight - 110)) + "px";
  };
  const moveTo = (clientX, clientY) => {
    const bounds = made.canvas.getBoundingClientRect();
    walk.moveTo(made.scales.x.getValueForPixel(clientX - bounds.left),
      space.y_name ? made.scales.y.getValueForPixel(clientY - bounds.top) : 0);
  };
  made.canvas.addEventListener("mousemove", (event) => showTip(indexAt(event)));
  made.canvas.addEventListener("mouseleave", () => showTip(null));
  made.canvas.addEventListener("click", (event) => {
    const i = indexAt(event), z = i === null ? null : latentsOf(walk, sheet, i);
    if (z) walk.set(z, i);
    else if (walk.network) moveTo(event.clientX, event.clientY);
  });
  walk.showTip = showTip;
  const parts = [box];
  if (walk.network) box.append(handle(walk, made, moveTo));
  if (groups.size > 1 && groups.size <= kMostChips) {
    const chips = legend(made);
    for (const dot of chips.querySelectorAll("i")) dot.className = "dot";
    parts.push(chips);
  }
  return parts;
}

// The index of the visible point nearest to a position on the screen, or null if none is close. Points with a picture
// (the first `pictured`) are preferred.
function nearestPoint(made, clientX, clientY, pictured) {
  const kReach = 6.6;  // pixels
  const bounds = made.canvas.getBoundingClientRect(), { x, y } = made.scales;
  const left = clientX - bounds.left, top = clientY - bounds.top;
  let best = null, bestScore = Infinity;
  for (const dataset of made.data.datasets) {
    if (dataset.hidden) continue;
    for (const point of dataset.data) {
      const distance = Math.hypot(x.getPixelForValue(point.x) - left, y.getPixelForValue(point.y) - top);
      const score = point.index < pictured ? distance : distance + kReach;
      if (distance <= kReach && score < bestScore) [best, bestScore] = [point.index, score];
    }
  }
  return best;
}

const nameOfPoint = (space, i) =>
  `test ${sampleNoun} ` + count(space.indices[i]) + (space.labels.length ? ", " + className(space.class_names[space.labels[i]]) : "");
const className = (name) => (/^\d+$/.test(name) ? "class " + name : name);

// The handle of z in the plane, moved by pointer or arrow keys.
function handle(walk, made, moveTo) {
  const button = el("button", { class: "handle", type: "button", "aria-label": "Position in the latent plane, moved by arrow keys" });
  const put = () => {
    const [x, y] = walk.place();
    const area = made.chartArea;
    if (!area) return;
    button.style.left = Math.max(area.left, Math.min(area.right, made.scales.x.getPixelForValue(x))) + "px";
    button.style.top = Math.max(area.top, Math.min(area.bottom, made.scales.y.getPixelForValue(y))) + "px";
  };
  walk.listeners.push(put);
  made.options.onResize = () => requestAnimationFrame(put);
  button.addEventListener("pointerdown", (event) => {
    button.setPointerCapture(event.pointerId);
    event.preventDefault();
    button.focus();
  });
  button.addEventListener("pointermove", (event) => {
    if (button.hasPointerCapture(event.pointerId)) moveTo(event.clientX, event.clientY);
  });
  button.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const [x, y] = walk.place();
    const stride = event.shiftKey ? 0.1 : 0.02;
    walk.moveTo(x + step[0] * stride * (made.scales.x.max - made.scales.x.min),
      y + (walk.space.y_name ? step[1] * stride * (made.scales.y.max - made.scales.y.min) : 0));
  });
  return button;
}

function view(caption) {
  const canvas = el("canvas", { role: "img", "aria-label": caption });
  const text = el("figcaption", { "aria-live": "polite" }, caption);
  return { canvas, text, figure: el("figure", { class: "view" }, canvas, text) };
}

// The decoded sample, next to the test sample it started from.
function views(walk, sheet) {
  const tile = [sheet.height, sheet.width, sheet.channels];
  const decoded = view("decoded"), original = view("test " + sampleNoun);
  decoded.canvas.id = "decoded";
  walk.listeners.push(() => {
    if (walk.decoded) paint(decoded.canvas, toBytes(walk.decoded, walk.range), tile);
    const i = walk.point;
    original.figure.style.opacity = i === null ? 0.45 : 1;
    if (i === null) return;
    const text = nameOfPoint(walk.space, i);
    paint(original.canvas, sheet.tile(i), tile);
    original.text.textContent = text;
    original.canvas.setAttribute("aria-label", text);
  });
  return el("div", { class: "views" }, original.figure, walk.network ? decoded.figure : null);
}

// Steps through the test samples without a mouse.
function chooser(walk, sheet) {
  let chosen = 0;
  const input = el("input", { type: "number", min: 1, max: walk.known, value: 1, id: "point" });
  const choose = (i) => {
    chosen = i;
    input.value = chosen + 1;
    walk.set(latentsOf(walk, sheet, chosen), chosen);
    walk.showTip(chosen);
  };
  input.addEventListener("change", () => choose(wholeNumber(input.value, 1, walk.known, chosen + 1) - 1));
  input.addEventListener("blur", () => walk.showTip(null));
  walk.listeners.push(() => {
    if (walk.point === null) return;
    chosen = walk.point;
    input.value = chosen + 1;
  });
  const noun = sampleNoun[0].toUpperCase() + sampleNoun.slice(1);
  const step = (text, label, next) =>
    el("button", { type: "button", class: "plain", "aria-label": label, onclick: () => choose(next(chosen)) }, text);
  return el("div", { class: "controls" }, el("label", { for: "point" }, noun), step("‹", "Previous " + sampleNoun, (i) => (i + walk.known - 1) % walk.known),
    input, el("span", { class: "of" }, "of " + count(walk.known)), step("›", "Next " + sampleNoun, (i) => (i + 1) % walk.known),
    step("Random", "Random " + sampleNoun, () => Math.floor(Math.random() * walk.known)));
}

// Usage of each latent: standard deviations and histograms.
function latentUsage(space) {
  const deviation = floats(space.deviation), histograms = floats(space.histograms);
  const low = floats(space.low), high = floats(space.high);
  const order = [...deviation.keys()].sort((a, b) => deviation[b] - deviation[a]);
  const used = deviation.filter((each) => each > 0.01 * deviation[order[0]]).length;
  const shownMost = 200, shown = order.slice(0, shownMost);
  const deviations = barChart("Standard deviation of each latent in decreasing order", shown.map((j) => j + 1),
    shown.map((j) => deviation[j]), { unit: "standard deviation", axis: "latent" });
  const bins = histograms.length / space.dim;
  const select = el("select", { id: "histogram-latent" }, shown.map((j) => el("option", { value: j }, "latent " + (j + 1))));
  const histogram = barChart(`Histogram of one latent over the test ${samplesNoun}`, Array(bins).fill(""), Array(bins).fill(0),
    { unit: "test " + samplesNoun, colors: kStrongColor });
  const show = () => {
    const j = Number(select.value);
    const center = (i) => short(low[j] + ((i + 0.5) / bins) * (high[j] - low[j]));
    histogram.chart.data.labels = Array.from({ length: bins }, (_, i) => center(i));
    histogram.chart.data.datasets[0].data = [...row(histograms, j, bins)];
    histogram.chart.update("none");
  };
  select.addEventListener("change", show);
  show();
  return el("div", { class: "columns" },
    el("div", { class: "card" }, el("h3", {}, "Usage"),
      el("p", { class: "note" }, `Standard deviation over ${count(space.indices.length)} test ${samplesNoun} in decreasing order` +
        (order.length > shownMost ? `; the first ${shownMost} of ${count(order.length)}. ` : ". ") +
        `${count(used)} of ${count(order.length)} latents have more than 1 % of the largest standard deviation.`), deviations.box),
    el("div", { class: "card" }, el("div", { class: "toolbar" }, el("h3", {}, "Histogram"),
      el("div", {}, el("label", { for: "histogram-latent", class: "hidden" }, "Latent"), select)),
      el("p", { class: "note" }, "Between the 2 % and 98 % quantiles of the latent."), histogram.box));
}
const kStrongColor = `rgb(${kStrong})`;
