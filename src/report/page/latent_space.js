// The latent space: test images in a plane, and a decoder to walk in it with.

const kSlidersFirst = 10, kMostSingleLatents = 128;

// One latent vector that everything on the page shows; whoever changes it calls set().
class Walk {
  constructor(space, network, range, sampleShape) {
    Object.assign(this, { space, network, range, sampleShape, listeners: [], pending: false, seconds: [] });
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

// Sliders, interpolation and, for a model that denoises, noise; one at a time.
function tools(walk, sheet, noise) {
  const panels = [["Latents", latentSliders(walk)], ["Interpolate", interpolation(walk, sheet)]];
  // A single one of very many latents changes little: there the components come first.
  if (walk.space.variance_parts.length)
    panels.splice(walk.space.dim > kMostSingleLatents ? 0 : 1, 0, ["Components", componentSliders(walk)]);
  if (noise && walk.network.encode) panels.push(["Denoise", denoising(walk, sheet, noise)]);
  const tabs = panels.map(([name], i) => el("button", {
    type: "button", role: "tab", id: "tab-" + i, "aria-controls": "panel-" + i, "aria-selected": String(i === 0),
    tabindex: i === 0 ? 0 : -1, onclick: () => choose(i),
  }, name));
  const choose = (chosen) => panels.forEach(([, panel], i) => {
    tabs[i].setAttribute("aria-selected", String(i === chosen));
    tabs[i].tabIndex = i === chosen ? 0 : -1;
    panel.hidden = i !== chosen;
    if (i === chosen) panel.dispatchEvent(new Event("shown"));
  });
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Ways to walk" }, tabs);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = (tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length;
    choose(next);
    tabs[next].focus();
  });
  panels.forEach(([, panel], i) => {
    panel.id = "panel-" + i;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", "tab-" + i);
    panel.hidden = i !== 0;
  });
  return el("div", {}, list, panels.map(([, panel]) => panel));
}

// Rows of [label, value of z now, z with another value, low, high]; the first few, and more on demand.
function sliderList(walk, rows, note) {
  const list = el("div", { class: "sliders" });
  const updates = [];
  const add = ({ id, label, value, moved, low, high }) => {
    const input = el("input", { type: "range", id, min: low, max: high, step: "any" });
    const output = el("output", { for: id });
    input.addEventListener("input", () => walk.set(moved(Number(input.value))));
    updates.push(() => {
      const now = value();
      if (document.activeElement !== input || Math.abs(input.value - now) > 1e-3 * (high - low)) input.value = now;
      output.textContent = now.toFixed(2);
    });
    updates.at(-1)();
    list.append(el("div", { class: "slider" }, el("label", { for: id }, label), input, output));
  };
  let shown = 0;
  const more = el("button", { type: "button", class: "quiet", onclick: () => show(shown + 50) });
  const show = (wanted) => {
    for (; shown < Math.min(wanted, rows.length); shown++) add(rows[shown]);
    more.textContent = `Show more of ${count(rows.length)}`;
    more.hidden = shown === rows.length;
  };
  show(kSlidersFirst);
  walk.listeners.push(() => updates.forEach((update) => update()));
  return el("div", {}, list, el("div", { class: "controls" }, more,
    el("button", { type: "button", class: "quiet", onclick: () => walk.set(floats(walk.space.mean)) }, "Mean of all"),
    el("span", { class: "note" }, note)));
}

// One slider a latent, those that vary the most first.
function latentSliders(walk) {
  const { space } = walk;
  const low = floats(space.low), high = floats(space.high), deviation = floats(space.deviation);
  const order = [...deviation.keys()].sort((a, b) => deviation[b] - deviation[a]);
  return sliderList(walk, order.map((j) => {
    const room = Math.max((high[j] - low[j]) / 2, 1e-3);
    return {
      id: "latent-" + (j + 1), label: "latent " + (j + 1), low: low[j] - room, high: high[j] + room,
      value: () => walk.z[j],
      moved: (value) => walk.z.map((now, i) => (i === j ? value : now)),
    };
  }), "Ordered by standard deviation.");
}

// One slider a principal component; the rest of z stays as it is.
function componentSliders(walk) {
  const { space, axes, origin } = walk;
  const variance = floats(space.deviation).reduce((sum, each) => sum + each * each, 0);
  return sliderList(walk, space.variance_parts.map((part, k) => {
    const axis = row(axes, k, space.dim), reach = 3 * Math.sqrt(part * variance);
    const value = () => walk.z.reduce((sum, now, j) => sum + (now - origin[j]) * axis[j], 0);
    return {
      id: "component-" + (k + 1), label: "component " + (k + 1), low: -reach, high: reach, value,
      moved: (wanted) => {
        const step = wanted - value();
        return walk.z.map((now, j) => now + step * axis[j]);
      },
    };
  }), "Principal components, the largest variance first.");
}

// From one picture to another, on a straight line between their latents.
function interpolation(walk, sheet) {
  const ends = [{ i: 0 }, { i: Math.min(1, sheet.count - 1) }];
  const slider = el("input", { type: "range", min: 0, max: 1, step: 0.01, value: 0, id: "between" });
  const play = el("button", { type: "button", class: "plain primary" }, "Play");
  const show = () => {
    const t = Number(slider.value), [a, b] = ends.map((end) => end.z);
    if (!a || !b) return;
    walk.set(a.map((value, j) => value + t * (b[j] - value)), t === 0 ? ends[0].i : t === 1 ? ends[1].i : null);
  };
  ends.forEach((end, k) => {
    const name = k ? "to" : "from";
    Object.assign(end, view(name));
    end.take = (i) => {
      const z = latentsOf(walk, sheet, i);
      if (!z) return;
      Object.assign(end, { i, z: z.slice() });
      paint(end.canvas, sheet.tile(i), [sheet.height, sheet.width, sheet.channels]);
      end.text.textContent = `${name} ${nameOfPoint(walk.space, i)}`;
    };
    end.figure.append(el("button", {
      type: "button", class: "quiet", onclick: () => end.take(walk.point ?? Math.floor(Math.random() * sheet.count)),
    }, "Take the picture above"));
    end.take(end.i);
  });
  let playing = 0;
  const frame = (time) => {
    if (!playing) return;
    const phase = ((time - playing) / 1600) % 2;
    slider.value = phase < 1 ? phase : 2 - phase;
    show();
    requestAnimationFrame(frame);
  };
  play.addEventListener("click", () => {
    playing = playing ? 0 : performance.now();
    play.textContent = playing ? "Pause" : "Play";
    if (playing) requestAnimationFrame(frame);
  });
  slider.addEventListener("input", () => {
    if (playing) play.click();
    show();
  });
  return el("div", {}, el("div", { class: "views" }, ends.map((end) => end.figure)),
    el("div", { class: "controls" }, play, el("label", { for: "between", class: "hidden" }, "Place between the two pictures"), slider));
}

// Noise of the kind the model was trained on, on the test image that is shown.
function denoising(walk, sheet, noise) {
  const kind = noise.gaussian_variance > 0 ? "gaussian" : noise.mask > 0 ? "mask" : "salt and pepper";
  const trained = noise.gaussian_variance || noise.mask || noise.salt_and_pepper;
  const tile = [sheet.height, sheet.width, sheet.channels];
  const [noisy, denoised] = [view("noisy"), view("denoised")];
  const level = el("input", { type: "range", id: "noise", min: 0, max: kind === "gaussian" ? Math.max(1, trained) : 0.95, step: 0.01, value: trained });
  const output = el("output", { for: "noise" });
  let seed = 1, shown = 0;
  const show = () => {
    const clean = valuesOf(sheet.tile(shown), walk.range), size = Number(level.value);
    const random = generator(seed);
    const values = clean.map((value) => {
      if (kind === "gaussian") {
        const moved = value + Math.sqrt(size) * normal(random);
        return noise.clamp ? Math.min(1, Math.max(0, moved)) : moved;
      }
      const drawn = random();
      if (drawn >= size) return value;
      return kind === "mask" || drawn < size / 2 ? 0 : 1;
    });
    const found = walk.network.decode(walk.network.encode(values).slice());
    output.textContent = (kind === "gaussian" ? "variance " : "part ") + size.toFixed(2);
    for (const [each, drawn, name] of [[noisy, values, "noisy"], [denoised, found, "denoised"]]) {
      paint(each.canvas, toBytes(drawn, walk.range), tile);
      each.text.textContent = `${name}, ${psnr(clean, drawn).toFixed(1)} dB`;
    }
  };
  level.addEventListener("input", show);
  walk.listeners.push(() => {
    if (walk.point !== null) shown = walk.point;
    if (!panel.hidden) show();
  });
  const panel = el("div", { onshown: show }, el("div", { class: "views" }, noisy.figure, denoised.figure),
    el("div", { class: "controls" }, el("label", { for: "noise" }, "Noise"), level, output,
      el("button", { type: "button", class: "plain", onclick: () => { seed++; show(); } }, "Draw anew")),
    el("p", { class: "note" }, "On the test image above. PSNR against the clean image, peak 1."));
  return panel;
}

const psnr = (a, b) => Math.min(100, -10 * Math.log10(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length));

// Mulberry32: the same seed draws the same noise.
function generator(seed) {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const normal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

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
