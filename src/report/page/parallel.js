// Parallel coordinates: an axis for each varying option and each metric, a line for each variant.

const kPlotHeight = 250, kPlotTop = 62, kMostSteps = 12;

// Maps values to positions on an axis, from 0 at the bottom to 1 at the top, with labels.
function parallelScale({ values, metric }) {
  const known = values.filter((value) => value !== null);
  const distinct = [...new Set(known)].sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : 0));
  if (!metric && (distinct.length <= kMostSteps || typeof distinct[0] === "string")) {
    const place = (value) => (distinct.length > 1 ? distinct.indexOf(value) / (distinct.length - 1) : 0.5);
    return { place, steps: distinct.map((value) => [place(value), typeof value === "number" ? short(value) : value]) };
  }
  const low = Math.min(...known), high = Math.max(...known), turned = metric && !metric.larger_is_better;
  const fraction = (value) => (high > low ? (value - low) / (high - low) : 0.5);
  const place = (value) => (turned ? 1 - fraction(value) : fraction(value));
  return { place, ends: turned ? [high, low] : [low, high] };
}

// `axes`: [{name, values (one per variant), metric}]. The lines are colored by one of the metrics.
function parallelView(names, axes) {
  const margin = 30, step = Math.max(96, 980 / axes.length), width = step * axes.length + 2 * margin, height = kPlotTop + kPlotHeight + 26;
  const scales = axes.map(parallelScale);
  const x = (axis) => margin + (axis + 0.5) * step;
  const y = (axis, value) => kPlotTop + kPlotHeight * (1 - scales[axis].place(value));
  const metrics = axes.map((axis, i) => ({ ...axis, index: i })).filter((axis) => axis.metric);

  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  drawing.style.minWidth = 0.9 * width + "px";  // below this width the text is unreadable
  const lines = names.map((_, i) => {
    let path = "", pen = "M";
    axes.forEach((axis, a) => {
      if (axis.values[i] === null) pen = "M";
      else [path, pen] = [`${path}${pen}${x(a).toFixed(1)} ${y(a, axis.values[i]).toFixed(1)}`, "L"];
    });
    const line = svg("path", { class: "variant", d: path || "M0 0" }), target = svg("path", { class: "target", d: path || "M0 0" });
    target.addEventListener("pointerenter", () => choose(i));
    target.addEventListener("click", () => choose(i));
    return { line, target };
  });
  drawing.append(...lines.map((each) => each.line));
  axes.forEach((axis, a) => {
    const text = (dy, content, name) => svg("text", { x: x(a), y: dy, class: name, "text-anchor": "middle" }, content);
    drawing.append(svg("path", { class: "axis", d: `M${x(a)} ${kPlotTop}V${kPlotTop + kPlotHeight}` }),
      text(a % 2 ? 30 : 12, shortened(axis.name, 24), axis.metric ? "name metric" : "name"));
    const { ends, steps } = scales[a];
    if (ends) drawing.append(text(kPlotTop - 7, short(ends[1]), "label"), text(kPlotTop + kPlotHeight + 16, short(ends[0]), "label"));
    else drawing.append(...steps.flatMap(([place, label]) => plated(x(a), kPlotTop + kPlotHeight * (1 - place), shortened(label, 16))));
  });
  drawing.append(...lines.map((each) => each.target));
  drawing.addEventListener("pointerleave", () => choose(null));

  const status = el("p", { class: "note chosen", role: "status" });
  const hint = "Point at a line, or use the arrow keys to step through the variants.";
  let chosen = null;
  const choose = (i) => {
    chosen = i;
    lines.forEach(({ line }, k) => line.setAttribute("class", i === null ? "variant" : k === i ? "variant chosen" : "variant dim"));
    status.textContent = i === null ? hint : `${names[i]}: ` + axes.filter((axis) => axis.values[i] !== null)
      .map((axis) => `${axis.name} ${typeof axis.values[i] === "number" ? short(axis.values[i]) : axis.values[i]}`).join(", ");
  };
  choose(null);

  const paintBy = ({ index, values }) => {
    const [good, bad] = [kCool, kStrong];
    lines.forEach(({ line }, i) => {
      const goodness = values[i] === null ? null : scales[index].place(values[i]);
      line.style.stroke = goodness === null ? "var(--soft)" : `rgb(${good.map((tone, k) => Math.round(bad[k] + goodness * (tone - bad[k])))})`;
    });
  };
  const select = el("select", { id: "parallel-color" }, metrics.map((axis, i) => el("option", { value: i }, axis.name)));
  select.addEventListener("change", () => paintBy(metrics[Number(select.value)]));
  if (metrics.length) paintBy(metrics[0]);

  const box = el("div", { class: "drawing parallel", tabindex: "0", role: "group",
    "aria-label": `Parallel view of ${names.length} variants over ${axes.map((axis) => axis.name).join(", ")}; arrow keys step through them` }, drawing);
  box.addEventListener("keydown", (event) => {
    const next = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") choose(null);
    if (!next) return;
    event.preventDefault();
    choose(chosen === null ? (next > 0 ? 0 : names.length - 1) : (chosen + next + names.length) % names.length);
  });
  box.addEventListener("blur", () => choose(null));
  return el("div", { class: "card" },
    el("div", { class: "controls" }, el("label", { for: "parallel-color" }, "Color by"), select),
    box, status);
}

// A label next to an axis, on a plate that covers the lines behind it.
function plated(x, y, text) {
  const kCharacter = 6.4;
  return [svg("rect", { class: "plate", x: x + 3, y: y - 8, width: text.length * kCharacter + 8, height: 16, rx: 3 }),
    svg("text", { x: x + 7, y: y + 4, class: "label" }, text)];
}

const shortened = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
