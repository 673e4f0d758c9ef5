// Runs the layers of the model in the page. Images are [height, width, channels], weights of linear layers {in, out}.

// Abramowitz and Stegun 7.1.26, error below 1.5e-7.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const value = 1 - series * Math.exp(-x * x);
  return x < 0 ? -value : value;
}
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

const kActivations = {
  relu: (x) => (x > 0 ? x : 0),
  leaky_relu: (x) => (x > 0 ? x : 0.01 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  tanh: Math.tanh,
  sigmoid,
  softplus: (x) => (x > 20 ? x : Math.log1p(Math.exp(x))),
};
const kUnchanged = ["identity", "dropout", "flatten", "reshape"];

// y = x W + b for the first y.length of the `width` columns of W.
function affine(x, weight, bias, y, width = y.length) {
  for (let j = 0; j < y.length; j++) y[j] = bias ? bias[j] : 0;
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    if (value === 0) continue;
    for (let j = 0, at = i * width; j < y.length; j++, at++) y[j] += value * weight[at];
  }
}

// Each function gets {input, output: shapes, words, options, parameters by role} and returns run(x, y).
const kLayers = {
  linear: ({ parameters }) => (x, y) => affine(x, parameters.weight, parameters.bias, y),

  // Returns the means of a Gaussian latent, the first half of the columns.
  gaussian: ({ parameters }) => (x, y) => affine(x, parameters.weight, parameters.bias, y, 2 * y.length),

  // The kernel is [kernel, kernel, channels of a group, filters].
  conv2d: ({ input: [height, width, channels], output: [rows, columns, filters], options, parameters }) => {
    const { kernel = 3, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    const groupChannels = channels / groups, groupFilters = filters / groups;
    return (x, y) => {
      for (let i = 0, to = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++, to += filters) {
          for (let o = 0; o < filters; o++) y[to + o] = parameters.bias[o];
          for (let m = 0; m < kernel; m++) {
            const r = i * stride + m * dilation - padding;
            if (r < 0 || r >= height) continue;
            for (let n = 0; n < kernel; n++) {
              const c = j * stride + n * dilation - padding;
              if (c < 0 || c >= width) continue;
              const from = (r * width + c) * channels, tap = (m * kernel + n) * groupChannels * filters;
              for (let k = 0; k < channels; k++) {
                const value = x[from + k], first = Math.floor(k / groupChannels) * groupFilters, at = tap + (k % groupChannels) * filters;
                if (value === 0) continue;
                for (let o = first; o < first + groupFilters; o++) y[to + o] += value * parameters.weight[at + o];
              }
            }
          }
        }
      }
    };
  },

  // The kernel is [kernel, kernel, filters of a group, channels], as in the convolution that this layer transposes.
  conv_transpose2d: ({ input: [height, width, channels], output: [rows, columns, filters], options, parameters }) => {
    const { kernel = 3, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    const groupChannels = channels / groups, groupFilters = filters / groups;
    return (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = parameters.bias[i % filters];
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          const from = (i * width + j) * channels;
          for (let m = 0; m < kernel; m++) {
            const r = i * stride + m * dilation - padding;
            if (r < 0 || r >= rows) continue;
            for (let n = 0; n < kernel; n++) {
              const c = j * stride + n * dilation - padding;
              if (c < 0 || c >= columns) continue;
              const to = (r * columns + c) * filters, tap = (m * kernel + n) * groupFilters * channels;
              for (let o = 0; o < filters; o++) {
                const first = Math.floor(o / groupFilters) * groupChannels, at = tap + (o % groupFilters) * channels;
                let sum = 0;
                for (let k = first; k < first + groupChannels; k++) sum += x[from + k] * parameters.weight[at + k];
                y[to + o] += sum;
              }
            }
          }
        }
      }
    };
  },

  max_pool2d: (layer) => pool(layer, (values) => Math.max(...values)),
  avg_pool2d: (layer) => pool(layer, (values) => values.reduce((a, b) => a + b, 0) / values.length),

  upsample2d: ({ input: [height, width, channels], words }) => {
    const factor = Number(words[0]);
    return (x, y) => {
      for (let r = 0, to = 0; r < height * factor; r++)
        for (let c = 0; c < width * factor; c++)
          for (let k = 0; k < channels; k++)
            y[to++] = x[(Math.floor(r / factor) * width + Math.floor(c / factor)) * channels + k];
    };
  },

  lstm: ({ input, output, words, parameters }) => {
    const steps = input[0], features = product(input) / steps, hidden = output[output.length - 1];
    const last = words[1] === "last";
    const gates = new Float32Array(4 * hidden), recurrent = new Float32Array(4 * hidden);
    const cell = new Float32Array(hidden), state = new Float32Array(hidden);
    return (x, y) => {
      cell.fill(0);
      state.fill(0);
      for (let t = 0; t < steps; t++) {
        affine(row(x, t, features), parameters.weight_x, parameters.bias, gates);
        affine(state, parameters.weight_h, null, recurrent);
        for (let j = 0; j < hidden; j++) {
          const gate = (k) => gates[k * hidden + j] + recurrent[k * hidden + j];
          cell[j] = sigmoid(gate(1)) * cell[j] + sigmoid(gate(0)) * Math.tanh(gate(2));
          state[j] = sigmoid(gate(3)) * Math.tanh(cell[j]);
        }
        if (!last) y.set(state, t * hidden);
      }
      if (last) y.set(state);
    };
  },

  repeat: ({ words }) => (x, y) => {
    for (let t = 0; t < Number(words[0]); t++) y.set(x, t * x.length);
  },

  batch_norm: ({ output, parameters: { weight, bias, running_mean: runningMean, running_var: runningVar } }) => {
    const features = output[output.length - 1];
    return (x, y) => {
      for (let i = 0; i < x.length; i++) {
        const j = i % features;
        y[i] = ((x[i] - runningMean[j]) * weight[j]) / Math.sqrt(runningVar[j] + 1e-5) + bias[j];
      }
    };
  },

  layer_norm: ({ parameters: { weight, bias } }) => (x, y) => {
    let sum = 0, squares = 0;
    for (const value of x) sum += value;
    const mean = sum / x.length;
    for (const value of x) squares += (value - mean) ** 2;
    const scale = 1 / Math.sqrt(squares / x.length + 1e-5);
    for (let i = 0; i < x.length; i++) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
  },
};

function pool({ input: [height, width, channels], output: [rows, columns], words, options }, reduce) {
  const kernel = Number(words[0]), stride = options.stride || kernel;
  const values = new Array(kernel * kernel);
  return (x, y) => {
    for (let i = 0, to = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let k = 0; k < channels; k++) {
          for (let m = 0; m < kernel; m++)
            for (let n = 0; n < kernel; n++)
              values[m * kernel + n] = x[((i * stride + m) * width + j * stride + n) * channels + k];
          y[to++] = reduce(values);
        }
  };
}

// A sequence of layers. `next(size)` returns the values of the next parameter array.
class Chain {
  constructor(layers, inputShape, next) {
    this.steps = [];
    let input = inputShape;
    for (const { text, output_shape: output, parameters } of layers) {
      const [name, ...rest] = text.split(/\s+/);
      const words = rest.filter((word) => !word.includes("="));
      const options = Object.fromEntries(rest.filter((word) => word.includes("=")).map((word) => {
        const [key, value] = word.split("=");
        return [key, Number(value)];
      }));
      const arrays = Object.fromEntries(parameters.map((each) => [each.role, next(product(each.shape))]));
      if (kActivations[name]) {
        const f = kActivations[name];
        this.add(output, (x, y) => { for (let i = 0; i < x.length; i++) y[i] = f(x[i]); });
      } else if (kLayers[name]) {
        this.add(output, kLayers[name]({ input, output, words, options, parameters: arrays }));
      } else if (!kUnchanged.includes(name)) {
        throw new Error(`the page cannot run the layer "${name}"`);
      }
      input = output;
    }
  }

  add(output, run) { this.steps.push({ run, y: new Float32Array(product(output)) }); }

  // The result is overwritten by the next call.
  run(x) {
    for (const { run, y } of this.steps) {
      run(x, y);
      x = y;
    }
    return x;
  }
}

// The networks of a report: decode(latents) and, if the page contains the encoder, encode(values).
function loadNetwork(json, sampleShape, latentDim) {
  const weights = (json.half ? halves : floats)(json.weights);
  let used = 0;
  const next = (size) => weights.subarray(used, (used += size));
  const encoder = json.encoder.length ? new Chain(json.encoder, sampleShape, next) : null;
  const decoder = new Chain(json.decoder, json.latent_shape, next);
  const size = product(sampleShape);
  // The values of a category are probabilities together, a softmax. After a sigmoid p, e^z is p / (1 - p).
  const ends = json.decoder.length ? json.decoder[json.decoder.length - 1].text : "";
  const softmax = (values) => {
    for (const [begin, end] of json.categories) {
      const odds = Array.from(values.subarray(begin, end), (value) => (ends === "sigmoid" ? value / (1 - value) : value));
      const most = Math.max(...odds);
      const powers = ends === "sigmoid" ? odds : odds.map((z) => Math.exp(z - most));
      const sum = powers.reduce((a, b) => a + b, 0);
      powers.forEach((power, k) => { values[begin + k] = power / sum; });
    }
    return values;
  };
  const network = {
    encode: encoder && ((values) => encoder.run(values)),
    // For a Gaussian likelihood, returns the means, the first half of the output.
    decode: (latents) => softmax(decoder.run(latents).subarray(0, size)),
  };
  const latents = floats(json.check_latents), samples = floats(json.check_samples);
  network.worst = 0;
  for (let i = 0; i * latentDim < latents.length; i++) {
    const decoded = network.decode(row(latents, i, latentDim)), expected = row(samples, i, size);
    for (let j = 0; j < size; j++) network.worst = Math.max(network.worst, Math.abs(decoded[j] - expected[j]));
  }
  return network;
}
