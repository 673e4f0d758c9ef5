// Ways to walk in the latent space: sliders, interpolation, noise.

const kSlidersFirst = 10, kMostSingleLatents = 128;

// Whether a model learned to fill in what is hidden, and nothing else.
const completes = (noise) => !noise.gaussian_variance && !noise.mask && !noise.salt_and_pepper;

// Sliders, interpolation and, for a model that denoises or completes, that; one at a time.
function tools(walk, sheet, noise) {
  const panels = [["Latents", latentSliders(walk)], ["Interpolate", interpolation(walk, sheet)]];
  // A single one of very many latents changes little: there the components come first.
  if (walk.space.variance_parts.length)
    panels.splice(walk.space.dim > kMostSingleLatents ? 0 : 1, 0, ["Components", componentSliders(walk)]);
  if (noise && walk.network.encode) panels.push([completes(noise) ? "Complete" : "Denoise", denoising(walk, sheet, noise)]);
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

// Whether the pixel of column x and row y is hidden where this part of the size of the picture is, from this side on.
const kHidden = {
  right: (x, y, part) => x >= 1 - part,
  left: (x, y, part) => x < part,
  top: (x, y, part) => y < part,
  bottom: (x, y, part) => y >= 1 - part,
  centre: (x, y, part) => Math.abs(x - 0.5) < part / 2 && Math.abs(y - 0.5) < part / 2,
};

// What spoils a picture as the model was trained on it: how far it goes, and values, size -> values.
function corruption(noise, [height, width, channels], [low, high], random) {
  if (noise.gaussian_variance > 0)
    return {
      most: Math.max(1, noise.gaussian_variance), trained: noise.gaussian_variance, unit: "variance", names: ["noisy", "denoised"],
      apply: (values, size) => values.map((value) => {
        const moved = value + Math.sqrt(size) * normal(random);
        return noise.clamp ? Math.min(high, Math.max(low, moved)) : moved;
      }),
    };
  const part = { most: 0.95, unit: "part", names: ["noisy", "denoised"] };
  if (noise.mask > 0)
    return { ...part, trained: noise.mask, apply: (values, size) => values.map((value) => (random() < size ? 0 : value)) };
  if (noise.salt_and_pepper > 0)
    return {
      ...part, trained: noise.salt_and_pepper,
      apply: (values, size) => values.map((value) => {
        const drawn = random();
        return drawn >= size ? value : drawn < size / 2 ? low : high;
      }),
    };
  const hidden = kHidden[noise.hide.find((name) => name in kHidden) ?? "right"];
  return {
    ...part, trained: 0.5, names: ["seen", "completed"],
    apply: (values, size) => values.map((value, i) => {
      const x = (Math.floor(i / channels) % width) / width, y = Math.floor(i / (channels * width)) / height;
      return hidden(x, y, size) ? 0 : value;
    }),
  };
}

// What the model makes of the test image that is shown, spoiled.
function denoising(walk, sheet, noise) {
  const tile = [sheet.height, sheet.width, sheet.channels];
  let random = null, seed = 1, shown = 0;
  const spoil = corruption(noise, tile, walk.range, () => random());
  const [noisy, denoised] = spoil.names.map((name) => view(name));
  const level = el("input", { type: "range", id: "noise", min: 0, max: spoil.most, step: 0.01, value: spoil.trained });
  const output = el("output", { for: "noise" });
  const show = () => {
    const clean = valuesOf(sheet.tile(shown), walk.range), size = Number(level.value);
    random = generator(seed);
    const values = spoil.apply(clean, size);
    const found = walk.network.decode(walk.network.encode(values).slice());
    output.textContent = `${spoil.unit} ${size.toFixed(2)}`;
    for (const [each, drawn, name] of [[noisy, values, spoil.names[0]], [denoised, found, spoil.names[1]]]) {
      paint(each.canvas, toBytes(drawn, walk.range), tile);
      each.text.textContent = `${name}, ${psnr(clean, drawn, walk.range).toFixed(1)} dB`;
    }
  };
  level.addEventListener("input", show);
  walk.listeners.push(() => {
    if (walk.point !== null) shown = walk.point;
    if (!panel.hidden) show();
  });
  const panel = el("div", { onshown: show }, el("div", { class: "views" }, noisy.figure, denoised.figure),
    el("div", { class: "controls" }, el("label", { for: "noise" }, completes(noise) ? "Hidden" : "Noise"), level, output,
      completes(noise) ? [] : el("button", { type: "button", class: "plain", onclick: () => { seed++; show(); } }, "Draw anew")),
    el("p", { class: "note" }, `On the test image above. PSNR against the clean image, peak ${Number((walk.range[1] - walk.range[0]).toPrecision(4))}.`));
  return panel;
}

function psnr(a, b, [low, high]) {
  const mse = a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
  return Math.min(100, -10 * Math.log10(mse / (high - low) ** 2));
}

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
