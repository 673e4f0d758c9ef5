#include "detect/ensemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "core/team.h"
#include "detect/folds.h"
#include "hourglass/adapt.h"
#include "hourglass/error.h"
#include "hourglass/trainer.h"
#include "kernels/residual.h"
#include "model/model_file.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 128;
// Share of the largest squared residuals that the spread leaves out: they can be anomalies.
constexpr double kLeftOut = 0.1;
// Samples of a fold from which the spread is computed, and the values that they have at most.
constexpr int64_t kSpreadRows = 20000, kSpreadValues = 4'000'000;
constexpr int64_t kSeedStep = 1'000'003;

int64_t num_members(const DetectConfig& config) { return config.folds * config.latents * config.members; }

int fold_of_member(const DetectConfig& config, int64_t member) {
  return static_cast<int>(member / (config.latents * config.members));
}

// With as many latents as features a network copies its input, and nothing is unusual.
constexpr int64_t kFeaturesPerLatent = 4;

int64_t most_latents(const DetectConfig& config, int64_t features) {
  return std::clamp<int64_t>((features + kFeaturesPerLatent - 1) / kFeaturesPerLatent, 1, config.latents);
}

Config member_config(Config config, int64_t member, int64_t features) {
  config.model.latent_dim = 1 + member % config.detect.latents % most_latents(config.detect, features);
  config.train.seed += kSeedStep * member;
  config.data.validation = 0;
  config.data.validation_rows.clear();
  return config;
}

std::string prefix(int64_t member) { return fmt::format("networks.{}.", member); }

// At most `count` of the samples, drawn at random, in ascending order.
std::vector<int64_t> draw(std::vector<int64_t> samples, int64_t count, RandomStream random) {
  if (static_cast<int64_t>(samples.size()) <= count) return samples;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i)
    std::swap(samples[i], samples[i + random.below(samples.size() - i)]);
  samples.resize(static_cast<size_t>(count));
  std::ranges::sort(samples);
  return samples;
}

// The samples of all folds.
std::vector<std::vector<int64_t>> folds_of(int64_t samples, const Config& config) {
  const int count = static_cast<int>(config.detect.folds);
  std::vector<std::vector<int64_t>> folds(static_cast<size_t>(count));
  for (int64_t i = 0; i < samples; ++i)
    folds[static_cast<size_t>(fold_of(i, count, static_cast<uint64_t>(config.train.seed)))].push_back(i);
  return folds;
}

std::vector<int64_t> all_but(const std::vector<std::vector<int64_t>>& folds, size_t fold) {
  std::vector<int64_t> samples;
  for (size_t other = 0; other < folds.size(); ++other)
    if (other != fold) samples.insert(samples.end(), folds[other].begin(), folds[other].end());
  std::ranges::sort(samples);
  return samples;
}

// The buffers of one worker for blocks of samples.
struct Buffers {
  std::vector<float> latents, output;
};

// Calls visit(begin, rows, input, output) for blocks of preprocessed samples and their reconstructions.
template <typename Visit>
void reconstruct(const Network& network, const LatentLimits& limits, const Workspace& workspace, const Dataset& samples,
                 Buffers& buffers, const Visit& visit) {
  const int64_t dim = network.latent_dim();
  float* input = workspace.arena.at(workspace.input);
  buffers.latents.resize(static_cast<size_t>(kBlockRows * dim));
  buffers.output.resize(static_cast<size_t>(kBlockRows * network.sample_dim()));
  for (int64_t begin = 0; begin < samples.size(); begin += kBlockRows) {
    const int64_t rows = std::min(kBlockRows, samples.size() - begin);
    samples.read(begin, begin + rows, input);
    const float* latents = network.encode({rows}, workspace);
    for (size_t i = 0; i < static_cast<size_t>(rows * dim); ++i) {
      const size_t unit = i % static_cast<size_t>(dim);
      buffers.latents[i] = std::clamp(latents[i], limits.low[unit], limits.high[unit]);
    }
    network.write_samples(rows, network.decode({rows}, buffers.latents.data(), workspace), buffers.output.data());
    visit(begin, rows, input, buffers.output.data());
  }
}

// The usual range of each latent, and what config.extrapolation adds to it.
LatentLimits latent_limits(const Autoencoder& model, const Dataset& samples, double extrapolation) {
  constexpr double kTail = 0.05;
  const Tensor latents = model.encode(samples, {.threads = 1});
  LatentLimits limits;
  std::vector<float> values(static_cast<size_t>(latents.rows()));
  for (int64_t unit = 0; unit < model.latent_dim(); ++unit) {
    for (int64_t i = 0; i < latents.rows(); ++i)
      values[static_cast<size_t>(i)] = latents.row(i)[static_cast<size_t>(unit)];
    std::ranges::sort(values);
    const double last = static_cast<double>(values.size()) - 1;
    const float low = values[static_cast<size_t>(kTail * last)], high = values[static_cast<size_t>((1 - kTail) * last)];
    const auto more = static_cast<float>(extrapolation) * (high - low);
    limits.low.push_back(low - more);
    limits.high.push_back(high + more);
  }
  return limits;
}

// Per feature, the mean squared residual of the samples, without the largest.
std::vector<float> residual_spread(const Network& network, const LatentLimits& limits, const Dataset& samples) {
  const auto rows = static_cast<size_t>(samples.size()), dim = static_cast<size_t>(samples.sample_dim());
  const Workspace workspace = network.make_workspace(kBlockRows, false);
  std::vector<float> squares(rows * dim);  // feature by feature
  Buffers buffers;
  reconstruct(network, limits, workspace, samples, buffers,
              [&](int64_t begin, int64_t count, const float* x, const float* y) {
                for (size_t row = 0; row < static_cast<size_t>(count); ++row)
                  for (size_t j = 0; j < dim; ++j) {
                    const float residual = y[row * dim + j] - x[row * dim + j];
                    squares[j * rows + static_cast<size_t>(begin) + row] = residual * residual;
                  }
              });
  const size_t kept = std::max<size_t>(1, static_cast<size_t>(static_cast<double>(rows) * (1 - kLeftOut)));
  std::vector<float> spread(dim);
  for (size_t j = 0; j < dim; ++j) {
    const auto first = squares.begin() + static_cast<std::ptrdiff_t>(j * rows);
    std::nth_element(first, first + static_cast<std::ptrdiff_t>(kept) - 1, first + static_cast<std::ptrdiff_t>(rows));
    // Sorted, so that the sum does not depend on the order of the samples.
    std::sort(first, first + static_cast<std::ptrdiff_t>(kept));
    const double sum = std::accumulate(first, first + static_cast<std::ptrdiff_t>(kept), 0.0);
    spread[j] = static_cast<float>(sum / static_cast<double>(kept));
  }
  return spread;
}

}  // namespace

Ensemble Ensemble::train(const Config& asked, const Dataset& samples, const Context& context) {
  const DetectConfig& detect = asked.detect;
  if (samples.size() < 2 * detect.folds)
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has {} training samples; a detector with {} folds needs at least {}. Give more "
                            "samples, or set detect.folds to less.",
                            samples.name(), samples.size(), detect.folds, 2 * detect.folds));
  Ensemble ensemble;
  const auto folds = folds_of(samples.size(), asked);
  // The options that depend on the number of samples are those for the samples of a network.
  const int64_t most = samples.size() - static_cast<int64_t>(folds[0].size());
  const Dataset few = samples.slice(0, std::min(most, detect.rows));
  AdaptedConfig adapted = adapt_config(asked, few);
  ensemble.preprocessing_ = Preprocessing::fit(adapted.config.data.preprocess, samples, context);
  ensemble.config_ = std::move(adapted.config);
  ensemble.trained_on_ = fingerprint({samples, {}, {}}, context);
  const Dataset preprocessed = ensemble.preprocessing_.apply(samples, context);
  ensemble.count_categories(preprocessed);

  const int64_t count = num_members(detect);
  std::vector<std::optional<Member>> members(static_cast<size_t>(count));
  std::atomic<int64_t> next = 0, finished = 0;
  std::atomic<bool> stop = false;
  const int workers = static_cast<int>(std::min<int64_t>(num_threads(context), count));
  run_team(workers, [&](int worker) {
    try {
      for (int64_t member = next++; member < count && !stop; member = next++) {
        const auto fold = static_cast<size_t>(fold_of_member(detect, member));
        RandomStream random(static_cast<uint64_t>(ensemble.config_.train.seed), RandomPurpose::kSampledRows,
                            static_cast<uint64_t>(member));
        const std::vector<int64_t> rows = draw(all_but(folds, fold), detect.rows, random);
        Config config = member_config(ensemble.config_, member, preprocessed.sample_dim());
        config.train.batch_size = std::min(config.train.batch_size, static_cast<int64_t>(rows.size()));
        Autoencoder model(config, ensemble.preprocessing_);
        TrainCallbacks callbacks;
        callbacks.stop = &stop;
        // Only the caller's thread reports, and stops the others if the callback throws.
        if (worker == 0)
          callbacks.on_progress = [&](const Progress&) {
            context.progress("training the detector", finished, count);
            return true;
          };
        hourglass::train(model, {preprocessed.select(rows), {}, {}}, callbacks, {.threads = 1});
        const int64_t held_out = std::clamp<int64_t>(kSpreadValues / preprocessed.sample_dim(), 1, kSpreadRows);
        const Dataset others = preprocessed.select(draw(folds[fold], held_out, random));
        LatentLimits limits = latent_limits(model, others, detect.extrapolation);
        std::vector<float> spread = residual_spread(model.network(), limits, others);
        std::vector<float> weights = ensemble.weights_of(spread);
        members[static_cast<size_t>(member)] =
            Member{std::move(model), std::move(limits), std::move(spread), std::move(weights)};
        ++finished;
      }
    } catch (...) {
      stop = true;
      throw;
    }
  });
  for (std::optional<Member>& member : members) ensemble.members_.push_back(std::move(*member));
  return ensemble;
}

std::vector<float> Ensemble::weights_of(const std::vector<float>& spread) const {
  std::vector<float> weights;
  for (const float square : spread)
    weights.push_back(static_cast<float>(1 / std::max(static_cast<double>(square) + config_.detect.floor,
                                                      static_cast<double>(std::numeric_limits<float>::min()))));
  for (const ValueGroup& group : preprocessing_.categories())
    std::fill(weights.begin() + group.begin, weights.begin() + group.end, 0.0f);
  return weights;
}

std::span<const Ensemble::Member> Ensemble::members_of(int fold) const {
  const auto count = static_cast<size_t>(config_.detect.latents * config_.detect.members);
  return std::span(members_).subspan(static_cast<size_t>(fold) * count, count);
}

void Ensemble::add_contributions(std::span<const Member> members, const Dataset& samples, float* contributions,
                                 const Context& context) const {
  const int64_t dim = samples.sample_dim(), blocks = (samples.size() + kBlockRows - 1) / kBlockRows;
  const int workers = static_cast<int>(std::clamp<int64_t>(blocks, 1, num_threads(context)));
  run_team(workers, [&](int worker) {
    const Range range = share(samples.size(), workers, worker, kBlockRows);
    if (range.size() == 0) return;
    const Dataset own = samples.slice(range.begin, range.end);
    Buffers buffers;
    // Networks with the same number of latents can use one workspace.
    std::vector<std::optional<Workspace>> workspaces;
    for (const Ensemble::Member& member : members) {
      const Network& network = member.model.network();
      const auto latents = static_cast<size_t>(network.latent_dim());
      if (workspaces.size() <= latents) workspaces.resize(latents + 1);
      if (!workspaces[latents]) workspaces[latents] = network.make_workspace(kBlockRows, false);
      reconstruct(network, member.limits, *workspaces[latents], own, buffers,
                  [&](int64_t begin, int64_t rows, const float* x, const float* y) {
                    float* to = contributions + (range.begin + begin) * dim;
                    add_log_residuals(rows, dim, y, x, member.weights.data(), to);
                    add_categories(rows, x, y, to);
                  });
    }
    const float share_of_member = 1.0f / static_cast<float>(members.size());
    for (long i = range.begin * dim; i < range.end * dim; ++i) contributions[i] *= share_of_member;
  });
}

Tensor Ensemble::mean_output(std::span<const Member> members, const Dataset& samples) const {
  Tensor mean({samples.size(), num_features()});
  Buffers buffers;
  for (const Member& member : members) {
    const Network& network = member.model.network();
    const Workspace workspace = network.make_workspace(kBlockRows, false);
    reconstruct(network, member.limits, workspace, samples, buffers,
                [&](int64_t begin, int64_t rows, const float*, const float* y) {
                  float* to = mean.data() + begin * num_features();
                  for (int64_t i = 0; i < rows * num_features(); ++i)
                    to[i] += y[i] / static_cast<float>(members.size());
                });
  }
  return mean;
}

// With one more sample in each category, so that no frequency is 0.
void Ensemble::count_categories(const Dataset& preprocessed) {
  constexpr int64_t kBlock = 1024;
  for (const ValueGroup& group : preprocessing_.categories()) {
    const auto begin = static_cast<size_t>(group.begin), end = static_cast<size_t>(group.end);
    categories_.push_back({begin, end, std::vector<float>(end - begin), 0});
  }
  if (categories_.empty()) return;
  const auto dim = static_cast<size_t>(preprocessed.sample_dim());
  std::vector<std::vector<int64_t>> counts;
  for (const Category& category : categories_) counts.emplace_back(category.end - category.begin + 1, 1);
  for (int64_t first = 0; first < preprocessed.size(); first += kBlock) {
    const Tensor block = preprocessed.read(first, std::min(first + kBlock, preprocessed.size()));
    for (int64_t i = 0; i < block.rows(); ++i)
      for (size_t c = 0; c < categories_.size(); ++c) {
        const float* values = block.data() + static_cast<size_t>(i) * dim;
        const float* chosen = std::find(values + categories_[c].begin, values + categories_[c].end, 1.0f);
        ++counts[c][static_cast<size_t>(chosen - values) - categories_[c].begin];
      }
  }
  for (size_t c = 0; c < categories_.size(); ++c) {
    const auto total = static_cast<float>(preprocessed.size() + std::ssize(counts[c]));
    for (size_t k = 0; k < categories_[c].frequency.size(); ++k)
      categories_[c].frequency[k] = static_cast<float>(counts[c][k]) / total;
    categories_[c].none = static_cast<float>(counts[c].back()) / total;
  }
}

void Ensemble::add_categories(int64_t rows, const float* target, const float* output, float* contributions) const {
  constexpr float kOfFrequency = 0.2f;
  const auto dim = static_cast<size_t>(num_features());
  for (int64_t row = 0; row < rows; ++row, target += dim, output += dim, contributions += dim)
    for (const Category& category : categories_) {
      float p = 0, frequency = category.none;
      for (size_t k = category.begin; k < category.end; ++k) {
        if (target[k] != 1) continue;
        p = output[k];
        frequency = category.frequency[k - category.begin];
      }
      contributions[category.begin] -= std::log((1 - kOfFrequency) * p + kOfFrequency * frequency);
    }
}

std::map<std::string, std::string> Ensemble::metadata() const {
  return model_metadata(config_, sample_shape(), preprocessing_, trained_on_, kKind);
}

std::vector<SafetensorsView> Ensemble::tensors() const {
  std::vector<SafetensorsView> tensors = preprocessing_tensors(preprocessing_);
  for (size_t i = 0; i < members_.size(); ++i) {
    const std::string name = prefix(static_cast<int64_t>(i));
    const std::vector<SafetensorsView> own = network_tensors(members_[i].model.network(), name);
    tensors.insert(tensors.end(), own.begin(), own.end());
    const LatentLimits& limits = members_[i].limits;
    tensors.push_back({name + "lowest_latents", {std::ssize(limits.low)}, limits.low});
    tensors.push_back({name + "highest_latents", {std::ssize(limits.high)}, limits.high});
    tensors.push_back({name + "spread", {num_features()}, members_[i].spread});
  }
  for (size_t c = 0; c < categories_.size(); ++c) {
    tensors.push_back(
        {fmt::format("categories.{}.frequency", c), {std::ssize(categories_[c].frequency)}, categories_[c].frequency});
    tensors.push_back({fmt::format("categories.{}.none", c), {1}, std::span(&categories_[c].none, 1)});
  }
  return tensors;
}

Ensemble Ensemble::load(const SafetensorsFile& file, const std::filesystem::path& path) {
  Ensemble ensemble;
  ensemble.config_ = config_of_file(file, path);
  const Shape shape = sample_shape_of_file(file, path);
  ensemble.preprocessing_ = preprocessing_of_file(file, ensemble.config_, shape, path);
  if (const auto data = trained_on_of_file(file, path)) ensemble.trained_on_ = *data;
  for (const ValueGroup& group : ensemble.preprocessing_.categories()) {
    const auto begin = static_cast<size_t>(group.begin), end = static_cast<size_t>(group.end);
    const std::string name = fmt::format("categories.{}.", ensemble.categories_.size());
    const auto positive = [&](const std::string& of, size_t count) {
      const SafetensorsTensor& tensor = tensor_of_file(file, name + of, {static_cast<int64_t>(count)}, path);
      if (!std::ranges::all_of(tensor.values, [](float value) { return value > 0 && value <= 1; }))
        throw Error(ErrorKind::kData,
                    fmt::format("'{}': the tensor '{}' has a value that is not a share.", path.string(), tensor.name));
      return std::vector<float>(tensor.values.begin(), tensor.values.end());
    };
    ensemble.categories_.push_back({begin, end, positive("frequency", end - begin), positive("none", 1)[0]});
  }
  for (const SafetensorsTensor& tensor : file.tensors)
    if (!std::ranges::all_of(tensor.values, [](float value) { return std::isfinite(value); }))
      throw Error(ErrorKind::kData,
                  fmt::format("'{}': the tensor '{}' has a value that is not finite.", path.string(), tensor.name));
  for (int64_t i = 0; i < num_members(ensemble.config_.detect); ++i) {
    const SafetensorsTensor& spread = tensor_of_file(file, prefix(i) + "spread", {num_elements(shape)}, path);
    std::vector<float> values(spread.values.begin(), spread.values.end());
    if (!std::ranges::all_of(values, [](float value) { return value >= 0 && std::isfinite(value); }))
      throw Error(ErrorKind::kData, fmt::format("'{}': the tensor '{}' has a value that is not a finite number of at "
                                                "least 0.",
                                                path.string(), spread.name));
    std::vector<float> weights = ensemble.weights_of(values);
    Autoencoder model = network_of_file(file, member_config(ensemble.config_, i, num_elements(shape)), shape,
                                        ensemble.preprocessing_, prefix(i), path);
    const auto limits = [&](const char* of) {
      const std::span<const float> all = tensor_of_file(file, prefix(i) + of, {model.latent_dim()}, path).values;
      return std::vector<float>(all.begin(), all.end());
    };
    LatentLimits latents{limits("lowest_latents"), limits("highest_latents")};
    for (size_t unit = 0; unit < latents.low.size(); ++unit)
      if (latents.low[unit] > latents.high[unit])
        throw Error(ErrorKind::kData,
                    fmt::format("'{}': in the tensors '{}...', the lowest value of latent {} is above "
                                "the highest.",
                                path.string(), prefix(i), unit));
    ensemble.members_.push_back({std::move(model), std::move(latents), std::move(values), std::move(weights)});
  }
  return ensemble;
}

}  // namespace hourglass
