// Tools to explore the latent space: sliders, interpolation, noise.

const kSlidersFirst = 10, kMostSingleLatents = 128;

// Whether hiding regions is the only corruption of the model.
const onlyHides = (noise) => !noise.gaussian_variance && !noise.mask && !noise.salt_and_pepper;

// Tabs with sliders, interpolation and, for a model trained on corrupted input, denoising or completion.
function tools(walk, sheet, noise) {
  const panels = [["Latents", latentSliders(walk)], ["Interpolate", interpolation(walk, sheet)]];
  // A single one of very many latents changes little, so then the components come first.
  if (walk.space.variance_parts.length)
    panels.splice(walk.space.dim > kMostSingleLatents ? 0 : 1, 0, ["Components", componentSliders(walk)]);
  if (noise && walk.network.encode) panels.push([onlyHides(noise) ? "Complete" : "Denoise", denoising(walk, sheet, noise)]);
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
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Tools" }, tabs);
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
    panel.setAttribute("aria-labeledby", "tab-" + i);
    panel.hidden = i !== 0;
  });
  return el("div", {}, list, panels.map(([, panel]) => panel));
}

// The value of a slider whose range has this width. At most 8 characters have room beside it.
function sliderText(value, width) {
  const size = Math.max(width, Math.abs(value));
  return size >= 1e5 || size < 0.1 ? value.toExponential(1) : value.toFixed(size >= 100 ? 0 : 2);
}

// Sliders: [{id, label, value: () => number, moved: (number) => z, low, high}]. Shows the first few, and more on demand.
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
      output.textContent = sliderText(now, high - low);
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
    el("button", { type: "button", class: "quiet", onclick: () => walk.set(floats(walk.space.mean)) }, "Mean latents"),
    el("span", { class: "note" }, note)));
}

// One slider per latent, by decreasing standard deviation.
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
  }), "In order of decreasing standard deviation.");
}

// One slider per principal component. The other components of z do not change.
function componentSliders(walk) {
  const { space, axes, origin } = walk;
  const variance = floats(space.deviation).reduce((sum, each) => sum + each * each, 0);
  return sliderList(walk, space.variance_parts.map((fraction, k) => {
    const axis = row(axes, k, space.dim), reach = 3 * Math.sqrt(fraction * variance);
    const value = () => walk.z.reduce((sum, now, j) => sum + (now - origin[j]) * axis[j], 0);
    return {
      id: "component-" + (k + 1), label: "component " + (k + 1), low: -reach, high: reach, value,
      moved: (wanted) => {
        const step = wanted - value();
        return walk.z.map((now, j) => now + step * axis[j]);
      },
    };
  }), "Principal components in order of decreasing variance.");
}

// Interpolates on a straight line between the latents of two samples.
function interpolation(walk, sheet) {
  const ends = [{ i: 0 }, { i: Math.min(1, walk.known - 1) }];
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
      type: "button", class: "quiet", onclick: () => end.take(walk.point ?? Math.floor(Math.random() * walk.known)),
    }, `Use the ${sampleNoun} above`));
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
    el("div", { class: "controls" }, play, el("label", { for: "between", class: "hidden" }, `Position between the two ${samplesNoun}`), slider));
}

// Whether the position is hidden, for a hidden fraction that starts at this side. With 1/2, the masks of the program.
const isAtEnd = (position, size, fraction) => position >= Math.floor(size * (1 - fraction));
const isAtStart = (position, size, fraction) => position < Math.floor(size * fraction);
const isInMiddle = (position, size, fraction) => {
  const begin = Math.floor((size * (1 - fraction)) / 2);
  return position >= begin && position < begin + Math.ceil(size * fraction);
};
const kHidden = {
  right: (row, column, height, width, fraction) => isAtEnd(column, width, fraction),
  left: (row, column, height, width, fraction) => isAtStart(column, width, fraction),
  top: (row, column, height, width, fraction) => isAtStart(row, height, fraction),
  bottom: (row, column, height, width, fraction) => isAtEnd(row, height, fraction),
  center: (row, column, height, width, fraction) => isInMiddle(row, height, fraction) && isInMiddle(column, width, fraction),
};

// The corruption that the model was trained on: range and unit of its level, and apply(values, level) -> values. The shape
// is that of a sample, whose picture can have another one. A shape of two dimensions has one channel.
function corruption(noise, [height, width, channels = 1], [low, high], random) {
  if (noise.gaussian_variance > 0)
    return {
      most: Math.max(1, noise.gaussian_variance), trained: noise.gaussian_variance, unit: "variance", names: ["noisy", "denoised"],
      apply: (values, size) => values.map((value) => {
        const moved = value + Math.sqrt(size) * normal(random);
        return noise.clamp ? Math.min(high, Math.max(low, moved)) : moved;
      }),
    };
  const share = { most: 0.95, unit: "fraction", names: ["noisy", "denoised"] };
  if (noise.mask > 0)
    return { ...share, trained: noise.mask, apply: (values, size) => values.map((value) => (random() < size ? 0 : value)) };
  if (noise.salt_and_pepper > 0)
    return {
      ...share, trained: noise.salt_and_pepper,
      apply: (values, size) => values.map((value) => {
        const drawn = random();
        return drawn >= size ? value : drawn < size / 2 ? low : high;
      }),
    };
  const hidden = kHidden[noise.hide.find((name) => name in kHidden)] ?? (() => false);
  return {
    ...share, trained: 0.5, names: ["seen", "completed"],
    apply: (values, size) => values.map((value, i) => {
      const row = Math.floor(i / (channels * width)), column = Math.floor(i / channels) % width;
      return hidden(row, column, height, width, size) ? 0 : value;
    }),
  };
}

// The test sample that is shown, corrupted, and its reconstruction.
function denoising(walk, sheet, noise) {
  const tile = [sheet.height, sheet.width, sheet.channels];
  let random = null, seed = 1, shown = 0;
  const corrupt = corruption(noise, walk.sampleShape, walk.range, () => random());
  const [noisy, denoised] = corrupt.names.map((name) => view(name));
  const level = el("input", { type: "range", id: "noise", min: 0, max: corrupt.most, step: 0.01, value: corrupt.trained });
  const output = el("output", { for: "noise" });
  const show = () => {
    const clean = valuesOf(sheet.tile(shown), walk.range), size = Number(level.value);
    random = generator(seed);
    const values = corrupt.apply(clean, size);
    const found = walk.network.decode(walk.network.encode(values).slice());
    output.textContent = `${corrupt.unit} ${size.toFixed(2)}`;
    for (const [each, drawn, name] of [[noisy, values, corrupt.names[0]], [denoised, found, corrupt.names[1]]]) {
      paint(each.canvas, toBytes(drawn, walk.range), tile);
      each.text.textContent = `${name}, ${errorText(clean, drawn, walk.range)}`;
    }
  };
  level.addEventListener("input", show);
  walk.listeners.push(() => {
    if (walk.point !== null) shown = walk.point;
    if (!panel.hidden) show();
  });
  const panel = el("div", { onshown: show }, el("div", { class: "views" }, noisy.figure, denoised.figure),
    el("div", { class: "controls" }, el("label", { for: "noise" }, onlyHides(noise) ? "Hidden" : "Noise"), level, output,
      onlyHides(noise) ? [] : el("button", { type: "button", class: "plain", onclick: () => { seed++; show(); } }, "New noise")),
    el("p", { class: "note" }, `For the test ${sampleNoun} above. ` + (data.is_image
      ? `PSNR with respect to the clean image, peak ${Number((walk.range[1] - walk.range[0]).toPrecision(4))}.`
      : `Mean squared error with respect to the clean ${sampleNoun}.`)));
  return panel;
}

// PSNR of an image in dB, or the mean squared error of other samples.
function errorText(a, b, [low, high]) {
  const mse = a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
  return data.is_image ? Math.min(100, -10 * Math.log10(mse / (high - low) ** 2)).toFixed(1) + " dB" : "mse " + short(mse);
}

// Mulberry32, seeded so that the noise is reproducible.
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
