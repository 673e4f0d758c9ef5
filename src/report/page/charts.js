// Charts, drawn by Chart.js in the colors of the page.

const kTermColors = ["#2f6fa8", "#d65c2e", "#3f8f5b", "#9c6bb3", "#b5892c", "#767f8b"];
// The color of points, which overlap. A tone is "#rrggbb" or "hsl(...)".
const translucent = (tone) => (tone.startsWith("#") ? tone + "b0" : tone.replace(")", " / 69%)"));
const kDashes = { train: [5, 4], validation: [2, 3], test: [] };

const allCharts = [];

function chartStyle(options) {
  const line = color("line"), soft = color("soft");
  for (const scale of Object.values(options.scales)) {
    scale.grid = { ...scale.grid, color: line, borderColor: line, tickColor: line };
    scale.ticks = { ...scale.ticks, color: soft };
    scale.title = { ...scale.title, color: soft, display: Boolean(scale.title && scale.title.text) };
  }
  return options;
}

themeListeners.push(() => {
  for (const chart of allCharts) {
    chartStyle(chart.options);
    chart.update("none");
  }
});

const tick = (value) => {
  const size = Math.abs(value);
  return size >= 1e7 ? value.toExponential(1) : size >= 1e4 ? count(value) : short(Number(value));
};

// A chart in its own box. `label` describes it to screen readers.
function chart(type, label, datasets, { labels, scales, ...options }, height = 300) {
  const canvas = el("canvas", { role: "img", "aria-label": label });
  const box = el("div", { class: "chart", style: `height: ${height}px` }, canvas);
  Chart.defaults.font.family = getComputedStyle(document.documentElement).fontFamily;
  const made = new Chart(canvas, {
    type,
    data: { labels, datasets },
    options: chartStyle({
      scales, responsive: true, maintainAspectRatio: false, animation: false,
      ...options,
      plugins: { legend: { display: false }, ...options.plugins },
    }),
  });
  allCharts.push(made);
  // Printed pages have a fixed width.
  addEventListener("beforeprint", () => made.resize(680, height));
  addEventListener("afterprint", () => made.resize());
  return { box, chart: made };
}

// Buttons that show and hide lines: [{label, color, dashed, hidden}]. `toggle(i, hidden)` is called on a change.
function chips(lines, toggle) {
  return el("div", { class: "legend", role: "group", "aria-label": "Lines of the chart" }, lines.map((line, i) => {
    const button = el("button", { type: "button", class: "chip", "aria-pressed": String(!line.hidden) },
      el("i", { style: `--color: ${line.color}`, class: line.dashed ? "dashed" : "" }), line.label);
    button.addEventListener("click", () => {
      const hidden = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!hidden));
      toggle(i, hidden);
    });
    return button;
  }));
}

// Buttons for the lines of a chart.
function legend(made) {
  const { datasets } = made.data;
  return chips(datasets.map(({ label, borderColor, borderDash, hidden }) =>
    ({ label, color: borderColor, dashed: Boolean(borderDash && borderDash.length), hidden })), (i, hidden) => {
    datasets[i].hidden = hidden;
    made.update("none");
  });
}

// A checkbox for the logarithmic scale of y.
function logSwitch(made, checked = false) {
  const input = el("input", { type: "checkbox", checked });
  const apply = () => {
    made.options.scales.y.type = input.checked ? "logarithmic" : "linear";
    made.update("none");
  };
  input.addEventListener("change", apply);
  if (checked) apply();
  return el("label", { class: "check" }, input, "log scale");
}

// Ticks every 1, 2, 5, 10, 20 ... epochs, with the smallest step that gives at most ten ticks.
function epochTicks(epochs) {
  let step = 1;
  for (let i = 0; epochs / step > 10; i++) step *= i % 3 === 1 ? 2.5 : 2;
  return Array.from({ length: Math.floor(epochs / step) }, (_, i) => ({ value: (i + 1) * step - 1 }));
}

// Lines over epochs: [{label, values, color, dash, hidden}].
function epochChart(label, lines, { unit = "", height = 300, fromZero = false } = {}) {
  const epochs = lines[0].values.map((_, i) => i + 1);
  const datasets = lines.map((line) => ({
    label: line.label, data: line.values, borderColor: line.color, backgroundColor: line.color,
    borderDash: line.dash || [], borderWidth: line.dash && line.dash.length ? 1.5 : 2, hidden: line.hidden,
    pointRadius: epochs.length > 1 ? 0 : 4, pointHitRadius: 8, tension: 0,
  }));
  return chart("line", label, datasets, {
    labels: epochs,
    interaction: { mode: "index", intersect: false },
    scales: {
      x: {
        title: { text: "epoch" }, grid: { display: false }, ticks: { maxRotation: 0 },
        afterBuildTicks: (scale) => { scale.ticks = epochTicks(epochs.length); },
      },
      y: { type: "linear", beginAtZero: fromZero, title: { text: unit }, ticks: { maxTicksLimit: 6, callback: tick } },
    },
    plugins: {
      tooltip: {
        callbacks: {
          title: (items) => "epoch " + items[0].label,
          label: (item) => `${item.dataset.label}: ${short(item.raw)}`,
        },
      },
    },
  }, height);
}

function barChart(label, names, values, { unit = "", height = 220, colors = kTermColors[0], axis = "" } = {}) {
  return chart("bar", label, [{ data: values, backgroundColor: colors, borderWidth: 0, categoryPercentage: 0.9, barPercentage: 0.95 }], {
    labels: names,
    scales: {
      x: { title: { text: axis }, grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 8 } },
      y: { beginAtZero: true, title: { text: unit }, ticks: { maxTicksLimit: 5, callback: tick } },
    },
    plugins: { tooltip: { callbacks: { label: (item) => short(item.raw) } } },
  }, height);
}
