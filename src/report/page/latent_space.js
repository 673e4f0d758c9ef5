// The latent space: test images in a plane, and a decoder to walk in it with.

// One latent vector that everything on the page shows; whoever changes it calls set().
class Walk {
  constructor(space, network, range, sampleShape) {
    Object.assign(this, { space, network, range, sampleShape, listeners: [], pending: false });
    this.origin = floats(space.origin);
    this.axes = floats(space.axes);
    this.z = this.origin.slice();
    this.point = null;
  }

  // `point`: the test image whose latents these are, if any.
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

  // Where z lies in the plane.
  place() {
    const place = [0, 0];
    for (let axis = 0; axis < 2; axis++)
      for (let j = 0; j < this.z.length; j++) place[axis] += (this.z[j] - this.origin[j]) * this.axes[axis * this.z.length + j];
    return place;
  }

  // Moves z within the plane and leaves what lies across it.
  moveTo(x, y) {
    const [fromX, fromY] = this.place();
    const z = this.z.slice();
    for (let j = 0; j < z.length; j++)
      z[j] += (x - fromX) * this.axes[j] + (y - fromY) * this.axes[z.length + j];
    this.set(z);
  }
}

// The latents of a pictured point, which came along or are encoded from its picture; null for a point without.
function latentsOf(walk, sheet, i) {
  const { space, network, range } = walk;
  if (walk.latents && (i + 1) * space.dim <= walk.latents.length) return row(walk.latents, i, space.dim);
  if (network && network.encode && i < sheet.count) return network.encode(valuesOf(sheet.tile(i), range)).slice();
  return null;
}

const valuesOf = (bytes, [low, high]) => Float32Array.from(bytes, (byte) => low + (byte / 255) * (high - low));

async function latentSpace(space, networkJson, sampleShape, range, noise) {
  let network = null, refusal = null;
  try {
    if (networkJson) network = loadNetwork(networkJson, sampleShape, space.dim);
  } catch (error) {
    refusal = `The decoder does not run in this page: ${error.message}.`;
  }
  const sheet = await Sheet.load(space.pictures);
  const walk = new Walk(space, network, range, sampleShape);
  if (space.latents) walk.latents = halves(space.latents);
  const plane = latentPlane(walk, sheet);
  const children = [el("div", { class: "card" }, el("div", { class: "explorer" },
    el("div", {}, plane), el("div", {}, views(walk, sheet), chooser(walk, sheet), network ? tools(walk, sheet, noise) : null)),
    el("p", { class: "note" }, refusal || decoderNote(walk)))];
  const first = latentsOf(walk, sheet, 0);
  if (first) walk.set(first, 0);
  else walk.draw();
  window.hourglass = { walk, network, sheet };
  return children;
}

function decoderNote({ network }) {
  if (!network) return "The decoder is too large to run in a page; the plane was decoded beforehand, below.";
  return `The decoder runs in this page, on the model's own weights. On test latents it differs from the program by ` +
    `${short(network.worst)} at most${network.worst > 1e-4 ? ", which is too much: do not trust these pictures" : ""}.`;
}

// The scatter of the test images with a handle for z.
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
  const datasets = [...groups.keys()].sort((a, b) => a - b).map((label) => {
    const tone = label < 0 ? kTermColours[0] : classColour(label, classes);
    return {
      label: label < 0 ? "test images" : space.class_names[label], data: groups.get(label), borderColor: tone,
      backgroundColor: tone + (tone.startsWith("#") ? "b0" : ""), borderWidth: 0, pointRadius: 2.6, pointHoverRadius: 6, pointHitRadius: 4,
    };
  });
  const axis = (text) => ({ title: { text }, ticks: { maxTicksLimit: 6, callback: tick } });
  const label = `${n} test images in the plane of ${space.x_name}${space.y_name ? " and " + space.y_name : ""}`;
  const { box, chart: made } = chart("scatter", label, datasets, {
    scales: { x: axis(space.x_name), y: axis(space.y_name) },
    interaction: { mode: "nearest", intersect: true },
    plugins: { tooltip: { enabled: false } },
  }, 470);
  box.className = "plane";
  box.removeAttribute("style");
  const tip = el("div", { class: "tip", hidden: true });
  box.append(tip);

  const indexAt = (event) => {
    const [found] = made.getElementsAtEventForMode(event, "nearest", { intersect: true }, false);
    return found ? made.data.datasets[found.datasetIndex].data[found.index].index : null;
  };
  const showTip = (i) => {
    tip.hidden = i === null;
    if (i === null) return;
    const text = nameOfPoint(space, i);
    tip.replaceChildren(...(i < sheet.count ? [sheet.canvas(i, text)] : []), el("div", {}, text));
    const x = made.scales.x.getPixelForValue(points[2 * i]), y = made.scales.y.getPixelForValue(points[2 * i + 1]);
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
  if (groups.size > 1 && groups.size <= 24) {
    const chips = legend(made);
    for (const dot of chips.querySelectorAll("i")) dot.className = "dot";
    parts.push(chips);
  }
  return parts;
}

const nameOfPoint = (space, i) =>
  "test image " + count(space.indices[i]) + (space.labels.length ? ", " + className(space.class_names[space.labels[i]]) : "");
const className = (name) => (/^\d+$/.test(name) ? "class " + name : name);

// What is dragged over the plane; arrow keys move it too.
function handle(walk, made, moveTo) {
  const button = el("button", { class: "handle", type: "button", "aria-label": "Position in the latent plane; arrow keys move it" });
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
    const part = event.shiftKey ? 0.1 : 0.02;
    walk.moveTo(x + step[0] * part * (made.scales.x.max - made.scales.x.min),
      y + (walk.space.y_name ? step[1] * part * (made.scales.y.max - made.scales.y.min) : 0));
  });
  return button;
}

function view(caption) {
  const canvas = el("canvas", { role: "img", "aria-label": caption });
  const text = el("figcaption", { "aria-live": "polite" }, caption);
  return { canvas, text, figure: el("figure", { class: "view" }, canvas, text) };
}

// The decoded picture, and the test image it began at.
function views(walk, sheet) {
  const tile = [sheet.height, sheet.width, sheet.channels];
  const decoded = view("decoded"), original = view("test image");
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

// Test images one by one, for those who have no mouse.
function chooser(walk, sheet) {
  const input = el("input", { type: "number", min: 1, max: sheet.count, value: 1, id: "point" });
  const choose = (i) => {
    const chosen = ((i % sheet.count) + sheet.count) % sheet.count;
    input.value = chosen + 1;
    const z = latentsOf(walk, sheet, chosen);
    if (z) walk.set(z, chosen);
    walk.showTip(chosen);
  };
  input.addEventListener("change", () => choose(Number(input.value) - 1));
  input.addEventListener("blur", () => walk.showTip(null));
  walk.listeners.push(() => { if (walk.point !== null) input.value = walk.point + 1; });
  const step = (text, label, next) =>
    el("button", { type: "button", class: "plain", "aria-label": label, onclick: () => choose(next(Number(input.value) - 1)) }, text);
  return el("div", { class: "controls" }, el("label", { for: "point" }, "Picture"), step("‹", "Previous picture", (i) => i - 1),
    input, el("span", { class: "of" }, "of " + count(sheet.count)), step("›", "Next picture", (i) => i + 1),
    step("Any", "Any picture", () => Math.floor(Math.random() * sheet.count)));
}

// How much each latent is used.
function latentUsage(space) {
  const deviation = floats(space.deviation), histograms = floats(space.histograms);
  const low = floats(space.low), high = floats(space.high);
  const order = [...deviation.keys()].sort((a, b) => deviation[b] - deviation[a]);
  const used = deviation.filter((each) => each > 0.01 * deviation[order[0]]).length;
  const shownMost = 200, shown = order.slice(0, shownMost);
  const spread = barChart("Standard deviation of each latent, the largest first", shown.map((j) => j + 1),
    shown.map((j) => deviation[j]), { unit: "standard deviation", axis: "latent" });
  const bins = histograms.length / space.dim;
  const select = el("select", { id: "histogram-latent" }, shown.map((j) => el("option", { value: j }, "latent " + (j + 1))));
  const histogram = barChart("Histogram of one latent over the test images", Array(bins).fill(""), Array(bins).fill(0),
    { unit: "test images", colours: kStrongColour });
  const show = () => {
    const j = Number(select.value);
    const centre = (i) => short(low[j] + ((i + 0.5) / bins) * (high[j] - low[j]));
    histogram.chart.data.labels = Array.from({ length: bins }, (_, i) => centre(i));
    histogram.chart.data.datasets[0].data = [...row(histograms, j, bins)];
    histogram.chart.update("none");
  };
  select.addEventListener("change", show);
  show();
  return el("div", { class: "columns" },
    el("div", { class: "card" }, el("h3", {}, "Usage"),
      el("p", { class: "note" }, `Standard deviation over ${count(space.indices.length)} test images, the largest first` +
        (order.length > shownMost ? `; the first ${shownMost} of ${count(order.length)}. ` : ". ") +
        `${count(used)} of ${count(order.length)} latents vary by more than 1 % of the largest.`), spread.box),
    el("div", { class: "card" }, el("div", { class: "toolbar" }, el("h3", {}, "Histogram"),
      el("div", {}, el("label", { for: "histogram-latent", class: "hidden" }, "Latent"), select)),
      el("p", { class: "note" }, "Between its 2 % and 98 % quantiles."), histogram.box));
}
const kStrongColour = `rgb(${kStrong})`;
