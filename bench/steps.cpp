// Benchmarks whole training steps in the real training loop: shuffling, gathering, forward, loss, backward, optimizer.
// The FMA peak is measured between the epochs of the same run, so both are measured under the same conditions.

#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/random.h"
#include "fma_peak.h"
#include "hourglass/hourglass.h"
#include "train/trainer.h"

namespace hourglass::bench {
namespace {

const Shape kImageShape = {28, 28, 1};
constexpr double kPeakSeconds = 0.02;
constexpr int64_t kImages = 60000;
constexpr int64_t kWarmEpochs = 1;  // not measured: warm-up of caches and clocks

// Models that are no presets. Their data are random.
struct Model {
  std::string name;
  Shape sample_shape;
  bool bytes;  // values are bytes, else float32
  int64_t samples, batch_size;
  std::vector<std::string> encoder, decoder;
};

// A mirrored chain of linear layers with ReLU; `end` follows the output.
Model dense(const std::string& name, bool bytes, int64_t samples, int64_t batch_size, std::vector<int64_t> widths,
            bool latent_relu, const std::vector<std::string>& end) {
  Model model{name, {widths[0]}, bytes, samples, batch_size, {}, {}};
  for (size_t i = 1; i < widths.size(); ++i) {
    if (i > 1) model.encoder.emplace_back("relu");
    model.encoder.push_back(fmt::format("linear {}", widths[i]));
  }
  if (latent_relu) model.encoder.emplace_back("relu");
  for (size_t i = widths.size() - 1; i-- > 1;) {
    model.decoder.push_back(fmt::format("linear {}", widths[i]));
    model.decoder.emplace_back("relu");
  }
  model.decoder.emplace_back("linear output");
  model.decoder.insert(model.decoder.end(), end.begin(), end.end());
  return model;
}

// Color images of size x size. Convolutions of stride 2 halve them once per number of channels; the latent has 128
// values.
Model strided(const std::string& name, int64_t size, int64_t samples, int64_t batch_size,
              const std::vector<int64_t>& channels) {
  constexpr int64_t kColors = 3;
  Model model{name, {size, size, kColors}, true, samples, batch_size, {}, {}};
  int64_t side = size;
  for (const int64_t count : channels) {
    model.encoder.push_back(fmt::format("conv2d {} kernel=3 stride=2 padding=1", count));
    model.encoder.emplace_back("relu");
    side /= 2;
  }
  model.encoder.emplace_back("linear 128");
  model.decoder = {fmt::format("linear {}", side * side * channels.back()), "relu",
                   fmt::format("reshape {}x{}x{}", side, side, channels.back())};
  for (size_t i = channels.size(); i-- > 0;) {
    const int64_t count = i > 0 ? channels[i - 1] : kColors;
    model.decoder.push_back(fmt::format("conv_transpose2d {} kernel=3 stride=2 padding=1 output_padding=1", count));
    model.decoder.emplace_back(i > 0 ? "relu" : "sigmoid");
  }
  return model;
}

const std::vector<Model>& own_models() {
  static const std::vector<Model> models = {
      [] {
        Model deep = dense("deep", true, kImages, 128, {784, 512, 256, 128, 64, 30}, false, {"sigmoid"});
        deep.sample_shape = kImageShape;
        return deep;
      }(),
      dense("wide", true, 8192, 256, {3072, 2048, 1024, 256}, false, {"sigmoid"}),
      dense("dictionary", false, 16384, 1024, {384, 6144}, true, {}),
      strided("pictures", 64, 4096, 64, {32, 64, 128}),
      strided("photos", 128, 1024, 32, {32, 64, 128, 256}),
      dense("table", false, kImages, 256, {32, 64, 8}, false, {})};
  return models;
}

/// Default of --model: the models that are compared with PyTorch.
const std::vector<std::string> kModels = {"fc",   "rae",        "deep",     "vae",    "conv", "lstm",
                                          "wide", "dictionary", "pictures", "photos", "table"};

const Model* own_model(const std::string& name) {
  const auto found = std::ranges::find(own_models(), name, &Model::name);
  return found == own_models().end() ? nullptr : &*found;
}

Config config_of(const std::string& name) {
  const Model* own = own_model(name);
  Config config = preset_config(own ? "fc" : name);
  // Comparisons use batches of 128. Presets that train on full batches are measured with 128 too.
  if (config.train.batch_size == 64 || config.train.batch_size == 0) config.train.batch_size = 128;
  if (own) {
    config.model.name = name;
    config.model.encoder = own->encoder;
    config.model.decoder = own->decoder;
    config.train.batch_size = own->batch_size;
  }
  config.train.epochs = 1'000'000;
  return config;
}

// Number of times the weights of a layer are applied per sample: once per position of an image or step of a sequence.
int64_t applications(const LayerSummary& layer, const Shape& input) {
  if (layer.layer.starts_with("conv2d")) return layer.output_shape[0] * layer.output_shape[1];
  if (layer.layer.starts_with("conv_transpose2d")) return input[0] * input[1];
  return layer.layer.starts_with("lstm") ? input[0] : 1;
}

// Number of multiplications and additions in the products of one training step: forward, weight gradient, and input
// gradient except for the first layer. Recurrent weights are applied to states, from the second step of a sequence on.
double step_flop(Autoencoder& model) {
  double flop = 0;
  Shape input = model.sample_shape();
  std::map<std::string, int> index;
  for (const LayerSummary& layer : model.summary()) {
    const bool first = flop == 0;
    const std::string name = fmt::format("{}.{}.", layer.part, index[layer.part]++);
    for (const ParameterView& parameter : model.parameters()) {
      if (!parameter.name.starts_with(name) || parameter.shape.size() < 2) continue;
      const bool recurrent = parameter.name.ends_with("weight_h");
      const int64_t count = num_elements(parameter.shape) * (applications(layer, input) - recurrent);
      flop += (first && !recurrent ? 4.0 : 6.0) * static_cast<double>(count);
    }
    input = layer.output_shape;
  }
  return flop * static_cast<double>(model.config().train.batch_size);
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const Model& model : own_models()) names.push_back(model.name);
  for (const Preset& preset : presets()) names.push_back(preset.name);
  return names;
}

Shape sample_shape(const std::string& name) {
  if (const Model* own = own_model(name)) return own->sample_shape;
  const auto preset = std::ranges::find(presets(), name, &Preset::name);
  return preset == presets().end() ? kImageShape : preset->sample_shape;
}

Dataset random_bytes(const Shape& shape, int64_t samples) {
  std::vector<uint8_t> values(static_cast<size_t>(samples * num_elements(shape)));
  RandomStream random(1, RandomPurpose::kShuffle, 0);
  for (uint8_t& value : values) value = static_cast<uint8_t>(random.bits() >> 24);
  return Dataset("random bytes", shape, std::move(values));
}

Dataset random_floats(const Shape& shape, int64_t samples) {
  std::vector<float> values(static_cast<size_t>(samples * num_elements(shape)));
  RandomStream random(1, RandomPurpose::kShuffle, 0);
  for (float& value : values) value = random.uniform();
  return Dataset("random numbers", shape, SampleStorage::of_floats(std::move(values)));
}

Dataset random_samples(const std::string& name, const Shape& shape) {
  const Model* own = own_model(name);
  if (own && !own->bytes) return random_floats(shape, own->samples);
  return random_bytes(shape, own ? own->samples : kImages);
}

template <typename T>
T median(std::vector<T> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

nlohmann::json measure(const std::string& name, const DataSplit& data, double seconds, int threads) {
  Config config = config_of(name);
  // The preprocessing of the other datasets does not fit random bytes.
  if (data.train.sample_shape() != kImageShape) config.data.preprocess.clear();
  Autoencoder model(config, data.train);
  const Context context{threads, {}};
  const int workers = training_workers(model.config(), context);
  const int64_t samples = data.train.size(), batch_size = model.config().train.batch_size;
  const double steps = static_cast<double>((samples + batch_size - 1) / batch_size);
  std::vector<double> step_seconds, fractions, peaks;
  double measured = 0;
  TrainCallbacks callbacks;
  callbacks.on_epoch = [&](const EpochRecord& record) {
    const double peak = fma_peak_gflops(workers, kPeakSeconds);
    measured += record.seconds + kPeakSeconds;
    if (record.epoch <= kWarmEpochs) return true;
    step_seconds.push_back(record.seconds / steps);
    peaks.push_back(peak);
    fractions.push_back(step_flop(model) / step_seconds.back() / 1e9 / peak);
    return measured < seconds;
  };
  train(model, data, callbacks, context);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double typical = median(step_seconds);
  return {{"model", name},
          {"batch", batch_size},
          {"threads", workers},
          {"ms_per_step_median", typical * 1e3},
          {"ms_per_step_best", *std::ranges::min_element(step_seconds) * 1e3},
          {"samples_per_second", static_cast<double>(samples) / steps / typical},
          {"gflop_per_step", step_flop(model) / 1e9},
          {"fma_peak_gflops", median(peaks)},
          {"fraction_of_fma_peak", median(fractions)},
          {"fraction_of_fma_peak_best", *std::ranges::max_element(fractions)},
          {"peak_memory_mib", static_cast<double>(usage.ru_maxrss) / 1024}};
}

}  // namespace
}  // namespace hourglass::bench

int main(int argc, char** argv) {
  using namespace hourglass::bench;
  CLI::App app("Benchmarks training steps of Hourglass and compares them with the FMA peak of the machine.");
  std::vector<std::string> models = kModels;
  std::string images = "synthetic-digits";
  double seconds = 5;
  int threads = 0;
  bool json = false;
  std::vector<std::string> choices = model_names();
  choices.emplace_back("presets");
  app.add_option("--model", models, "models, or presets for all presets; default: the models compared with PyTorch")
      ->check(CLI::IsMember(choices));
  app.add_option("--seconds", seconds, "measured time per model")->check(CLI::PositiveNumber);
  app.add_option("--threads", threads, "number of threads; 0: one per core");
  app.add_option("--images", images,
                 "a named dataset of 28x28 images, or random: random bytes, with almost no zeros to skip; "
                 "models of other shapes always use random bytes");
  app.add_flag("--json", json, "print one JSON object per model, one per line");
  CLI11_PARSE(app, argc, argv);
  if (std::erase(models, "presets") > 0) {
    for (const hourglass::Preset& preset : hourglass::presets()) models.push_back(preset.name);
  }

  hourglass::DataConfig source;
  source.name = images;
  source.synthetic_train = kImages;
  const hourglass::DataSplit data{
      images == "random" ? random_samples("", kImageShape) : hourglass::load_dataset(source).train, {}};
  if (!json)
    fmt::print("{:<20}{:>6}{:>9}{:>12}{:>10}{:>12}{:>12}{:>10}{:>14}\n", "model", "batch", "threads", "ms/step", "best",
               "samples/s", "FMA peak", "of peak", "peak memory");
  for (const std::string& model : models) {
    const hourglass::Shape shape = sample_shape(model);
    const nlohmann::json result = measure(
        model, shape == kImageShape ? data : hourglass::DataSplit{random_samples(model, shape), {}}, seconds, threads);
    if (json) {
      fmt::print("{}\n", result.dump());
    } else {
      fmt::print("{:<20}{:>6}{:>9}{:>12.3f}{:>10.3f}{:>12.0f}{:>8.0f} GF/s{:>8.1f} %{:>10.0f} MiB\n", model,
                 result["batch"].get<int>(), result["threads"].get<int>(), result["ms_per_step_median"].get<double>(),
                 result["ms_per_step_best"].get<double>(), result["samples_per_second"].get<double>(),
                 result["fma_peak_gflops"].get<double>(), 100 * result["fraction_of_fma_peak"].get<double>(),
                 result["peak_memory_mib"].get<double>());
    }
    std::cout.flush();
  }
  return 0;
}
