#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "collect/collect.h"
#include "core/random.h"
#include "core/team.h"
#include "hourglass/sampling.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr int64_t kNumTraversals = 10, kTraversalSteps = 9, kMostSingleLatents = 128;
constexpr int64_t kNumInterpolations = 5, kInterpolationSteps = 9;
constexpr int64_t kNumSamples = 12, kMostFitted = 2000;
constexpr int64_t kPlaneSteps = 15;
constexpr uint64_t kSampleSeed = 1;

PictureSheet decoded_sheet(const Subject& subject, const Tensor& latents) {
  return picture_sheet(subject.model.decode_preprocessed(latents, subject.context), subject.range);
}

/// A row of pictures decoded from the latents value(step, j), with step from 0 to 1.
PictureRow traversal(const Subject& subject, const std::string& label, auto value) {
  const int64_t dim = subject.model.latent_dim();
  Tensor latents({kTraversalSteps, dim});
  for (int64_t step = 0; step < kTraversalSteps; ++step)
    for (int64_t j = 0; j < dim; ++j)
      latents.data()[step * dim + j] = value(static_cast<float>(step) / static_cast<float>(kTraversalSteps - 1), j);
  return {label, decoded_sheet(subject, latents)};
}

/// Varies each of the latents with the largest standard deviation over its own range, around one test sample.
PictureGrid latent_traversals(const Subject& subject, const LatentSpace& space) {
  std::vector<int64_t> order(static_cast<size_t>(space.dim));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater(), [&](int64_t j) { return space.deviation.data()[j]; });
  order.resize(static_cast<size_t>(std::min(kNumTraversals, space.dim)));
  PictureGrid grid{"Traversals",
                   fmt::format("Each line varies one latent from its 2 % to its 98 % quantile. The other latents are "
                               "those of a test {}. Latents with the largest standard deviation come first.",
                               subject.nouns.sample),
                   {},
                   false};
  const std::span<const float> anchor = subject.test.latents.row(0);
  for (const int64_t changed : order)
    grid.rows.push_back(traversal(subject, fmt::format("latent {}", changed + 1), [&](float step, int64_t j) {
      return j == changed ? std::lerp(space.low.data()[j], space.high.data()[j], step) : anchor[static_cast<size_t>(j)];
    }));
  return grid;
}

/// Traversals along the principal components, for models with so many latents that a single one changes little.
PictureGrid component_traversals(const Subject& subject, const LatentSpace& space) {
  PictureGrid grid{
      "Traversals",
      fmt::format("Each line moves the latents of a test {} along a principal component, from two standard "
                  "deviations below to two above. Components are shown because a single one of so many "
                  "latents changes little.",
                  subject.nouns.sample),
      {},
      false};
  double variance = 0;
  for (const float deviation : space.deviation.values())
    variance += static_cast<double>(deviation) * static_cast<double>(deviation);
  const std::span<const float> anchor = subject.test.latents.row(0);
  for (size_t k = 0; k < space.variance_parts.size(); ++k) {
    const auto reach = static_cast<float>(2 * std::sqrt(space.variance_parts[k] * variance));
    const std::span<const float> axis = space.axes.row(static_cast<int64_t>(k));
    grid.rows.push_back(traversal(subject, fmt::format("component {}", k + 1), [&](float step, int64_t j) {
      return anchor[static_cast<size_t>(j)] + std::lerp(-reach, reach, step) * axis[static_cast<size_t>(j)];
    }));
  }
  return grid;
}

/// Straight lines between the latents of two test samples, of different classes if there are labels.
PictureGrid interpolations(const Subject& subject) {
  PictureGrid grid{"Interpolations",
                   fmt::format("Straight lines between the latents of two test {}. Both ends are the originals; the "
                               "steps between them are decoded.",
                               subject.nouns.samples),
                   {},
                   false};
  const int64_t n = subject.test.latents.rows();
  for (int64_t pair = 0; pair < std::min(kNumInterpolations, n / 2); ++pair) {
    const int64_t from = 2 * pair;
    int64_t to = from + 1;
    while (!subject.test.labels.empty() && to + 1 < n &&
           subject.test.labels[static_cast<size_t>(to)] == subject.test.labels[static_cast<size_t>(from)])
      ++to;
    const Tensor between =
        subject.model.decode_preprocessed(interpolate(subject.test.latents.row(from), subject.test.latents.row(to),
                                                      kInterpolationSteps, Interpolation::kLinear),
                                          subject.context);
    Shape shape = between.shape();
    shape[0] += 2;
    Tensor row(std::move(shape));
    float* at = std::ranges::copy(subject.test.samples.row(from), row.data()).out;
    at = std::ranges::copy(between.values(), at).out;
    std::ranges::copy(subject.test.samples.row(to), at);
    grid.rows.push_back({fmt::format("{} to {}", subject.test.indices[static_cast<size_t>(from)],
                                     subject.test.indices[static_cast<size_t>(to)]),
                         picture_sheet(row, subject.range)});
  }
  return grid;
}

/// Draws from N(0, 1) for a Gaussian latent, else from the normal distribution with the mean and covariance of training
/// latents. With the centered latents X {n, dim} and e standard normal, mean + X^T e / sqrt(n) has this distribution.
Tensor sample_latents(const Subject& subject) {
  const int64_t dim = subject.model.latent_dim();
  Tensor samples({kNumSamples, dim});
  RandomStream random(kSampleSeed, RandomPurpose::kLatentNoise, 0);
  if (subject.model.network().is_gaussian()) {
    for (float& value : samples.values()) value = random.normal();
    return samples;
  }
  const Dataset& train = subject.data.train;
  const std::vector<int64_t> picked = evenly_spaced(train.size(), kMostFitted);
  const Tensor latents = subject.model.encode_preprocessed(model_values(subject.model, train, picked), subject.context);
  const auto width = static_cast<size_t>(dim);
  const float n = static_cast<float>(latents.rows());
  std::vector<float> mean(width);
  for (int64_t i = 0; i < latents.rows(); ++i)
    for (size_t j = 0; j < width; ++j) mean[j] += latents.row(i)[j] / n;
  for (int64_t sample = 0; sample < kNumSamples; ++sample) {
    float* z = samples.data() + sample * dim;
    std::ranges::copy(mean, z);
    for (int64_t i = 0; i < latents.rows(); ++i) {
      const float weight = random.normal() / std::sqrt(n);
      for (size_t j = 0; j < width; ++j) z[j] += weight * (latents.row(i)[j] - mean[j]);
    }
  }
  return samples;
}

struct Neighbors {
  std::vector<int64_t> indices;  ///< in the training set
  std::vector<float> distances;  ///< Euclidean
};

Neighbors nearest_training_samples(const Subject& subject, const Tensor& samples) {
  constexpr int64_t kBlockRows = 512;
  const Dataset& train = subject.data.train;
  const auto n = static_cast<size_t>(samples.rows());
  const int workers = num_threads(subject.context);
  std::vector<Neighbors> found(
      static_cast<size_t>(workers),
      {std::vector<int64_t>(n), std::vector<float>(n, std::numeric_limits<float>::infinity())});
  run_team(workers, [&](int worker) {
    Neighbors& own = found[static_cast<size_t>(worker)];
    const Range range = share(train.size(), workers, worker, kBlockRows);
    std::vector<int64_t> block;
    for (long begin = range.begin; begin < range.end; begin += kBlockRows) {
      block.resize(static_cast<size_t>(std::min(kBlockRows, range.end - begin)));
      std::iota(block.begin(), block.end(), begin);
      const Tensor candidates = model_values(subject.model, train, block);
      for (int64_t i = 0; i < candidates.rows(); ++i) {
        const std::span<const float> a = candidates.row(i);
        for (size_t s = 0; s < n; ++s) {
          const std::span<const float> b = samples.row(static_cast<int64_t>(s));
          // Eight partial sums, so that the compiler vectorizes the loop.
          float sums[8] = {};
          size_t j = 0;
          for (; j + 8 <= a.size(); j += 8)
            for (size_t k = 0; k < 8; ++k) sums[k] += (a[j + k] - b[j + k]) * (a[j + k] - b[j + k]);
          for (; j < a.size(); ++j) sums[0] += (a[j] - b[j]) * (a[j] - b[j]);
          const float distance = std::accumulate(sums, sums + 8, 0.0f);
          if (distance < own.distances[s]) {
            own.distances[s] = distance;
            own.indices[s] = block[static_cast<size_t>(i)];
          }
        }
      }
    }
  });
  Neighbors nearest = found[0];
  for (const Neighbors& each : found) {
    for (size_t s = 0; s < n; ++s) {
      if (each.distances[s] >= nearest.distances[s]) continue;
      nearest.distances[s] = each.distances[s];
      nearest.indices[s] = each.indices[s];
    }
  }
  for (float& distance : nearest.distances) distance = std::sqrt(distance);
  return nearest;
}

PictureGrid sampled(const Subject& subject) {
  const Tensor samples = subject.model.decode_preprocessed(sample_latents(subject), subject.context);
  const Neighbors nearest = nearest_training_samples(subject, samples);
  std::vector<std::string> captions;
  for (const float distance : nearest.distances) captions.push_back(fmt::format("{:.3g}", distance));
  const char* source =
      subject.model.network().is_gaussian()
          ? "Decoded from latents drawn from the prior, a standard normal distribution."
          : "Decoded from latents drawn from the normal distribution with the mean and covariance of training latents.";
  return {"Samples",
          fmt::format("{} Below each: the nearest training {} and its Euclidean distance. A model that memorizes its "
                      "training set reproduces it.",
                      source, subject.nouns.sample),
          {{"sample", picture_sheet(samples, subject.range)},
           {"nearest training " + subject.nouns.sample,
            picture_sheet(model_values(subject.model, subject.data.train, nearest.indices), subject.range),
            PictureStyle::kPicture, captions}}};
}

/// The plane of the latent space, decoded on a grid.
PictureGrid decoded_plane(const Subject& subject, const LatentSpace& space) {
  float low[2], high[2];
  for (int64_t axis = 0; axis < 2; ++axis) {
    std::vector<float> places;
    for (int64_t i = 0; i < space.points.rows(); ++i) places.push_back(space.points.data()[2 * i + axis]);
    std::ranges::sort(places);
    low[axis] = places[places.size() / 50];
    high[axis] = places[places.size() - 1 - places.size() / 50];
  }
  PictureGrid grid{
      "The plane, decoded",
      "This decoder is too large to run in the page. The plane of the scatter plot was decoded in advance, "
      "from the 2 % to the 98 % quantile of each axis.",
      {},
      false};
  for (int64_t row = 0; row < kPlaneSteps; ++row) {
    Tensor latents({kPlaneSteps, space.dim});
    const float y = std::lerp(high[1], low[1], static_cast<float>(row) / (kPlaneSteps - 1));
    for (int64_t column = 0; column < kPlaneSteps; ++column) {
      const float x = std::lerp(low[0], high[0], static_cast<float>(column) / (kPlaneSteps - 1));
      for (int64_t j = 0; j < space.dim; ++j)
        latents.data()[column * space.dim + j] =
            space.origin.data()[j] + x * space.axes.data()[j] + y * space.axes.data()[space.dim + j];
    }
    grid.rows.push_back({fmt::format("{:.2g}", y), decoded_sheet(subject, latents)});
  }
  return grid;
}

}  // namespace

std::vector<PictureGrid> collect_decodings(const Subject& subject, const LatentSpace& space, bool plane) {
  std::vector<PictureGrid> grids;
  if (plane) grids.push_back(decoded_plane(subject, space));
  grids.push_back(space.dim > kMostSingleLatents ? component_traversals(subject, space)
                                                 : latent_traversals(subject, space));
  if (subject.test.latents.rows() >= 2) grids.push_back(interpolations(subject));
  grids.push_back(sampled(subject));
  return grids;
}

}  // namespace hourglass
