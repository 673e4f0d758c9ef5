// Pictures: tiles of a PNG, and the mapping of values to colors.

// Medium tones that are visible on light and dark backgrounds.
const kStrong = [214, 92, 46], kCool = [46, 125, 196];

class Sheet {
  static async load(json) {
    const sheet = new Sheet();
    [sheet.height, sheet.width, sheet.channels] = json.tile;
    sheet.count = json.count;
    sheet.columns = json.columns;
    sheet.cellWidth = json.cell_width;
    if (!json.count) return sheet;
    const image = new Image();
    image.src = json.png;
    await image.decode();
    const canvas = el("canvas", { width: image.width, height: image.height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    sheet.line = image.width;
    sheet.pixels = context.getImageData(0, 0, image.width, image.height).data;
    return sheet;
  }

  // The bytes of tile i, [height, width, channels].
  tile(i) {
    const { channels, cellWidth } = this, size = this.height * this.width;
    const bytes = new Uint8Array(size * channels);
    const left = (i % this.columns) * cellWidth, top = Math.floor(i / this.columns) * Math.ceil(size / cellWidth);
    for (let pixel = 0, to = 0; pixel < size; pixel++) {
      const from = ((top + Math.floor(pixel / cellWidth)) * this.line + left + (pixel % cellWidth)) * 4;
      for (let c = 0; c < channels; c++) bytes[to++] = this.pixels[from + c];
    }
    return bytes;
  }

  canvas(i, label, style = "picture") {
    const canvas = el("canvas", { role: "img", "aria-label": label });
    paint(canvas, this.tile(i), [this.height, this.width, this.channels], style);
    return canvas;
  }
}

// Draws bytes[height, width, channels]. A single row or column of values is drawn as a line.
function paint(canvas, bytes, [height, width, channels], style = "picture") {
  if ((height === 1) !== (width === 1) && channels === 1) return paintLine(canvas, bytes, style);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0, at = 0; at < image.data.length; i += channels, at += 4)
    image.data.set(channels === 3 ? [bytes[i], bytes[i + 1], bytes[i + 2], 255] : toColor(bytes[i], style), at);
  context.putImageData(image, 0, 0);
}

function toColor(byte, style) {
  if (style === "error") return [...kStrong, byte];
  if (style === "signed") return [...(byte > 127 ? kStrong : kCool), Math.min(255, 2 * Math.abs(byte - 127.5))];
  return [byte, byte, byte, 255];
}

function paintLine(canvas, bytes, style) {
  const width = 192, height = 96, edge = 4;
  Object.assign(canvas, { width, height });
  canvas.classList.add("line");
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  context.strokeStyle = `rgb(${style === "error" ? kStrong : kCool})`;
  context.lineWidth = 2;
  context.beginPath();
  // Of many values at one position, the line shows the smallest and the largest.
  const step = Math.ceil(bytes.length / (width - 2 * edge));
  for (let i = 0; i < bytes.length; i += step) {
    const part = bytes.subarray(i, i + step);
    for (const byte of [Math.min(...part), Math.max(...part)])
      context.lineTo((i / (bytes.length - 1)) * (width - 2 * edge) + edge, height - edge - (byte / 255) * (height - 2 * edge));
  }
  context.stroke();
}

// Values of a sample as bytes. The ends of the range become black and white.
function toBytes(values, [low, high]) {
  const bytes = new Uint8ClampedArray(values.length);
  const scale = 255 / Math.max(high - low, 1e-12);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (values[i] - low) * scale;
  return bytes;
}

// Rows of related pictures.
async function pictureGrid(grid) {
  const sheets = await Promise.all(grid.rows.map((each) => Sheet.load(each.pictures)));
  const order = grid.by_column && grid.rows.length > 1
    ? "From the top: " + grid.rows.map((each) => each.label).join(", ") + ". " : "";
  return el("figure", { class: "grid" },
    el("figcaption", {}, el("h3", {}, grid.title), el("p", {}, order + grid.note)),
    grid.by_column ? stacks(grid, sheets) : strips(grid, sheets));
}

function stacks(grid, sheets) {
  const columns = [];
  for (let i = 0; i < sheets[0].count; i++) {
    const captions = grid.rows.map((each) => each.captions[i]).filter(Boolean);
    columns.push(el("div", { class: "stack" },
      grid.rows.map((each, r) => sheets[r].canvas(i, `${grid.title}, ${each.label} ${i + 1}`, each.style)),
      captions.map((text) => el("span", {}, text))));
  }
  return el("div", { class: columns.length > 40 ? "stacks many" : "stacks" }, columns);
}

function strips(grid, sheets) {
  return el("div", { class: "strips" }, grid.rows.map((each, r) => {
    const tiles = [];
    for (let i = 0; i < sheets[r].count; i++)
      tiles.push(sheets[r].canvas(i, `${grid.title}, ${each.label}, ${i + 1} of ${sheets[r].count}`, each.style));
    return el("div", { class: "strip", style: `--tiles: ${tiles.length}` }, el("span", {}, each.label), tiles);
  }));
}
