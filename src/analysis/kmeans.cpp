#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/matrix.h"
#include "core/random.h"
#include "core/team.h"
#include "hourglass/clustering.h"
#include "hourglass/error.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 256;

double total(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

std::vector<float> squared_norms(const Tensor& rows) {
  const std::vector<double> lengths = squared_lengths(rows);
  return {lengths.begin(), lengths.end()};
}

// Calls use(worker, begin, rows, scores[rows, k]) for blocks of samples; a score is |x - c|^2 - |x|^2.
template <typename Use>
void for_each_score(const Tensor& samples, const Tensor& centroids, const Context& context, const Use& use) {
  const int64_t k = centroids.rows(), d = samples.row_size();
  Tensor scaled = transposed(centroids);
  for (float& value : scaled.values()) value *= -2;
  const std::vector<float> norms = squared_norms(centroids);
  std::vector<std::vector<float>> scores(static_cast<size_t>(num_threads(context)));
  for_each_block(samples.rows(), kBlockRows, context, [&](int worker, int64_t begin, int64_t rows) {
    std::vector<float>& block = scores[static_cast<size_t>(worker)];
    block.resize(static_cast<size_t>(kBlockRows * k));
    matmul(rows, k, d, samples.data() + begin * d, scaled.data(), block.data(), {norms.data()});
    use(worker, begin, rows, block.data());
  });
}

void assign(const Tensor& samples, const Tensor& centroids, const Context& context, std::vector<int32_t>& labels) {
  const int64_t k = centroids.rows();
  labels.resize(static_cast<size_t>(samples.rows()));
  for_each_score(samples, centroids, context, [&](int, int64_t begin, int64_t rows, const float* scores) {
    for (int64_t i = 0; i < rows; ++i, scores += k)
      labels[static_cast<size_t>(begin + i)] = static_cast<int32_t>(std::min_element(scores, scores + k) - scores);
  });
}

std::vector<double> distances_to_own(const Tensor& samples, const KMeans& state, const Context& context) {
  std::vector<double> distances(static_cast<size_t>(samples.rows()));
  for_each_block(samples.rows(), kBlockRows, context, [&](int, int64_t begin, int64_t rows) {
    for (int64_t i = begin; i < begin + rows; ++i)
      distances[static_cast<size_t>(i)] =
          squared_distance(samples.row(i), state.centroids.row(state.labels[static_cast<size_t>(i)]));
  });
  return distances;
}

struct ClusterSums {
  std::vector<double> sums;    // [k, d]
  std::vector<double> counts;  // [k]
};

ClusterSums sum_clusters(const Tensor& samples, const std::vector<int32_t>& labels, int64_t k, const Context& context) {
  const auto d = static_cast<size_t>(samples.row_size()), num_clusters = static_cast<size_t>(k);
  std::vector<ClusterSums> per_thread(static_cast<size_t>(num_threads(context)));
  for_each_block(samples.rows(), kBlockRows, context, [&](int worker, int64_t begin, int64_t rows) {
    ClusterSums& own = per_thread[static_cast<size_t>(worker)];
    own.sums.resize(num_clusters * d);
    own.counts.resize(num_clusters);
    for (int64_t i = begin; i < begin + rows; ++i) {
      const auto cluster = static_cast<size_t>(labels[static_cast<size_t>(i)]);
      const float* row = samples.row(i).data();
      double* sum = own.sums.data() + cluster * d;
      for (size_t j = 0; j < d; ++j) sum[j] += static_cast<double>(row[j]);
      own.counts[cluster] += 1;
    }
  });
  ClusterSums all{std::vector<double>(num_clusters * d), std::vector<double>(num_clusters)};
  for (const ClusterSums& part : per_thread) {
    for (size_t i = 0; i < part.sums.size(); ++i) all.sums[i] += part.sums[i];
    for (size_t i = 0; i < part.counts.size(); ++i) all.counts[i] += part.counts[i];
  }
  return all;
}

// Gives each empty cluster the sample that is farthest from its own centroid.
void fill_empty_clusters(const Tensor& samples, const KMeans& state, const Context& context, ClusterSums& clusters) {
  const auto empty = static_cast<int64_t>(std::ranges::count(clusters.counts, 0.0));
  if (empty == 0) return;
  const auto d = static_cast<size_t>(samples.row_size());
  const std::vector<double> distances = distances_to_own(samples, state, context);
  std::vector<int64_t> order(distances.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  std::ranges::partial_sort(order, order.begin() + empty, [&](int64_t a, int64_t b) {
    return distances[static_cast<size_t>(a)] > distances[static_cast<size_t>(b)];
  });
  auto farthest = order.begin();
  for (size_t cluster = 0; cluster < clusters.counts.size(); ++cluster) {
    if (clusters.counts[cluster] > 0) continue;
    const auto row = static_cast<size_t>(*farthest++);
    const auto from = static_cast<size_t>(state.labels[row]);
    for (size_t j = 0; j < d; ++j) {
      const double value = static_cast<double>(samples.data()[row * d + j]);
      clusters.sums[cluster * d + j] = value;
      clusters.sums[from * d + j] -= value;
    }
    clusters.counts[cluster] = 1;
    clusters.counts[from] -= 1;
  }
}

// Moves the centroids to the means of their samples. Returns the sum of their squared shifts.
double move_centroids(const Tensor& samples, const Context& context, KMeans& state) {
  const int64_t k = state.centroids.rows(), d = samples.row_size();
  ClusterSums clusters = sum_clusters(samples, state.labels, k, context);
  fill_empty_clusters(samples, state, context, clusters);
  double shift = 0;
  for (int64_t i = 0; i < k * d; ++i) {
    const double members = clusters.counts[static_cast<size_t>(i / d)];
    if (members <= 0) continue;
    float& value = state.centroids.data()[i];
    const double moved = clusters.sums[static_cast<size_t>(i)] / members;
    shift += (moved - static_cast<double>(value)) * (moved - static_cast<double>(value));
    value = static_cast<float>(moved);
  }
  return shift;
}

double mean_variance(const Tensor& centered_samples) {
  double sum = 0;
  for (const float value : centered_samples.values()) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum / static_cast<double>(centered_samples.size());
}

KMeans run_lloyd(const Tensor& samples, Tensor start, const KMeansOptions& options, double tolerance,
                 const Context& context) {
  KMeans state;
  state.centroids = std::move(start);
  std::vector<int32_t> before;
  while (state.iterations < options.max_iterations && !state.converged) {
    assign(samples, state.centroids, context, state.labels);
    const double shift = move_centroids(samples, context, state);
    ++state.iterations;
    state.converged = state.labels == before || shift <= tolerance;
    before = state.labels;
  }
  assign(samples, state.centroids, context, state.labels);
  state.inertia = total(distances_to_own(samples, state, context));
  return state;
}

double uniform53(RandomStream& random) {
  const uint64_t high = random.bits() >> 5, low = random.bits() >> 6;
  return static_cast<double>((high << 26) | low) * 0x1p-53;
}

// For each candidate centroid: the squared distance of every sample to its nearest centroid, if it were added.
std::vector<std::vector<double>> nearer_distances(const Tensor& samples, const Tensor& candidates,
                                                  const std::vector<double>& nearest, const Context& context) {
  const int64_t k = candidates.rows();
  std::vector<std::vector<double>> results(static_cast<size_t>(k), nearest);
  std::vector<float> norms = squared_norms(samples);
  for_each_score(samples, candidates, context, [&](int, int64_t begin, int64_t rows, const float* scores) {
    for (int64_t i = begin; i < begin + rows; ++i)
      for (int64_t c = 0; c < k; ++c) {
        double& distance = results[static_cast<size_t>(c)][static_cast<size_t>(i)];
        const double rounded = static_cast<double>(norms[static_cast<size_t>(i)]) + static_cast<double>(*scores++);
        distance = std::min(distance, std::max(0.0, rounded));
      }
  });
  return results;
}

Tensor draw_start(const Tensor& samples, const KMeansOptions& options, int64_t restart, const Context& context) {
  const int64_t n = samples.rows(), k = options.clusters;
  const auto trials = 2 + static_cast<int64_t>(std::log(static_cast<double>(k)));
  RandomStream random(options.seed, RandomPurpose::kClustering, static_cast<uint64_t>(restart));
  std::vector<int64_t> chosen = {static_cast<int64_t>(random.below(static_cast<uint64_t>(n)))};
  std::vector<double> nearest(static_cast<size_t>(n), std::numeric_limits<double>::infinity());
  nearest = nearer_distances(samples, take_rows(samples, chosen), nearest, context)[0];
  nearest[static_cast<size_t>(chosen[0])] = 0;
  while (static_cast<int64_t>(chosen.size()) < k) {
    std::vector<double> cumulative(nearest.size());
    std::partial_sum(nearest.begin(), nearest.end(), cumulative.begin());
    std::vector<int64_t> candidates;
    for (int64_t t = 0; t < trials; ++t) {
      const auto found = std::ranges::upper_bound(cumulative, uniform53(random) * cumulative.back());
      candidates.push_back(std::min<int64_t>(n - 1, found - cumulative.begin()));
    }
    auto results = nearer_distances(samples, take_rows(samples, candidates), nearest, context);
    const auto best = std::ranges::min_element(results, {}, total) - results.begin();
    chosen.push_back(candidates[static_cast<size_t>(best)]);
    nearest = std::move(results[static_cast<size_t>(best)]);
    nearest[static_cast<size_t>(chosen.back())] = 0;
  }
  return take_rows(samples, chosen);
}

// Number of distinct rows, at most `enough`.
int64_t count_distinct(const Tensor& samples, int64_t enough) {
  std::vector<int64_t> seen;
  for (int64_t i = 0; i < samples.rows() && static_cast<int64_t>(seen.size()) < enough; ++i) {
    const auto equals = [&](int64_t other) { return std::ranges::equal(samples.row(i), samples.row(other)); };
    if (std::ranges::none_of(seen, equals)) seen.push_back(i);
  }
  return static_cast<int64_t>(seen.size());
}

void check_options(const Tensor& samples, const KMeansOptions& options) {
  if (options.clusters < 1 || options.restarts < 1 || options.max_iterations < 1)
    throw Error(
        ErrorKind::kUsage,
        fmt::format("Invalid k-means options: {} clusters, {} restarts, {} iterations; each must be at least 1.",
                    options.clusters, options.restarts, options.max_iterations));
  check_finite(samples, "samples to cluster");
  if (samples.rows() < options.clusters)
    throw Error(ErrorKind::kData, fmt::format("{} samples cannot form {} clusters. Use fewer clusters.", samples.rows(),
                                              options.clusters));
  const int64_t distinct = count_distinct(samples, options.clusters);
  if (distinct < options.clusters)
    throw Error(ErrorKind::kData,
                fmt::format("The {} samples have only {} distinct points, which cannot form {} clusters. Use fewer "
                            "clusters, or check whether the latents collapsed.",
                            samples.rows(), distinct, options.clusters));
}

// Undoes the centering, which reduces the rounding error of distances.
void add_mean(const std::vector<double>& mean, Tensor& centroids) {
  for (int64_t i = 0; i < centroids.size(); ++i) {
    float& value = centroids.data()[i];
    value = static_cast<float>(static_cast<double>(value) + mean[static_cast<size_t>(i) % mean.size()]);
  }
}

}  // namespace

KMeans fit_kmeans(const Tensor& samples, const KMeansOptions& options, const Context& context) {
  check_options(samples, options);
  const std::vector<double> mean = column_means(samples, context);
  const Tensor x = centered(samples, mean, context);
  const double tolerance = options.tolerance * mean_variance(x);
  KMeans best;
  for (int64_t restart = 0; restart < options.restarts; ++restart) {
    KMeans found = run_lloyd(x, draw_start(x, options, restart, context), options, tolerance, context);
    if (restart == 0 || found.inertia < best.inertia) best = std::move(found);
  }
  add_mean(mean, best.centroids);
  return best;
}

KMeans fit_kmeans(const Tensor& samples, const Tensor& centroids, const KMeansOptions& options,
                  const Context& context) {
  KMeansOptions checked = options;
  checked.clusters = centroids.rows();
  check_options(samples, checked);
  check_same_width(samples, centroids);
  const std::vector<double> mean = column_means(samples, context);
  const Tensor x = centered(samples, mean, context);
  KMeans result =
      run_lloyd(x, centered(centroids, mean, context), checked, options.tolerance * mean_variance(x), context);
  add_mean(mean, result.centroids);
  return result;
}

std::vector<int32_t> nearest_centroids(const Tensor& samples, const Tensor& centroids, const Context& context) {
  check_same_width(samples, centroids);
  check_finite(samples, "samples to cluster");
  const std::vector<double> mean = column_means(centroids, context);
  std::vector<int32_t> labels;
  assign(centered(samples, mean, context), centered(centroids, mean, context), context, labels);
  return labels;
}

}  // namespace hourglass
