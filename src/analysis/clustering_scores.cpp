#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/distances.h"
#include "core/matrix.h"
#include "hourglass/clustering.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

std::vector<int64_t> cluster_sizes(const Contingency& table) {
  std::vector<int64_t> sizes(static_cast<size_t>(table.clusters));
  for (int64_t i = 0; i < table.clusters; ++i)
    for (int64_t j = 0; j < table.classes; ++j) sizes[static_cast<size_t>(i)] += table.at(i, j);
  return sizes;
}

std::vector<int64_t> class_sizes(const Contingency& table) {
  std::vector<int64_t> sizes(static_cast<size_t>(table.classes));
  for (int64_t i = 0; i < table.clusters; ++i)
    for (int64_t j = 0; j < table.classes; ++j) sizes[static_cast<size_t>(j)] += table.at(i, j);
  return sizes;
}

double entropy(const std::vector<int64_t>& sizes, double samples) {
  double sum = 0;
  for (const int64_t size : sizes)
    if (size > 0) sum -= static_cast<double>(size) / samples * std::log(static_cast<double>(size) / samples);
  return sum;
}

double num_pairs(int64_t n) { return static_cast<double>(n) * static_cast<double>(n - 1) / 2; }

double sum_of_pairs(const std::vector<int64_t>& sizes) {
  double sum = 0;
  for (const int64_t size : sizes) sum += num_pairs(size);
  return sum;
}

// Solves the linear assignment problem by shortest augmenting paths with potentials (Jonker and Volgenant 1987).
// Returns the column of each row of a square cost matrix with the least total cost. Rows and columns count from 1;
// 0 is the start of a path.
std::vector<size_t> cheapest_columns(const std::vector<double>& cost, size_t size) {
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> row_potential(size + 1), column_potential(size + 1);
  std::vector<size_t> row_of(size + 1), before(size + 1);
  for (size_t row = 1; row <= size; ++row) {
    std::vector<double> slack(size + 1, infinity);
    std::vector<bool> visited(size + 1);
    size_t column = 0;
    row_of[0] = row;
    while (row_of[column] != 0) {
      visited[column] = true;
      const size_t current = row_of[column];
      size_t next = 0;
      for (size_t j = 1; j <= size; ++j) {
        if (visited[j]) continue;
        const double reduced = cost[(current - 1) * size + j - 1] - row_potential[current] - column_potential[j];
        if (reduced < slack[j]) {
          slack[j] = reduced;
          before[j] = column;
        }
        if (next == 0 || slack[j] < slack[next]) next = j;
      }
      const double step = slack[next];
      for (size_t j = 0; j <= size; ++j) {
        if (visited[j]) {
          row_potential[row_of[j]] += step;
          column_potential[j] -= step;
        } else {
          slack[j] -= step;
        }
      }
      column = next;
    }
    for (; column != 0; column = before[column]) row_of[column] = row_of[before[column]];
  }
  std::vector<size_t> columns(size);
  for (size_t j = 1; j <= size; ++j) columns[row_of[j] - 1] = j - 1;
  return columns;
}

// Silhouette width of a row. `sums`: sum of its distances to the rows of each cluster; `own`: its cluster.
double silhouette_width(const double* sums, const std::vector<double>& sizes, size_t own) {
  if (sizes[own] == 1) return 0;
  const double within = sums[own] / (sizes[own] - 1);
  double between = std::numeric_limits<double>::infinity();
  for (size_t c = 0; c < sizes.size(); ++c)
    if (c != own && sizes[c] > 0) between = std::min(between, sums[c] / sizes[c]);
  const double larger = std::max(within, between);
  return larger > 0 ? (between - within) / larger : 0;
}

// Estimates the mean of `population` values from `values`, drawn from them without replacement.
SampledMean sampled_mean(const std::vector<double>& values, int64_t population) {
  const double n = static_cast<double>(values.size());
  double sum = 0, squared = 0;
  for (const double value : values) sum += value;
  for (const double value : values) squared += (value - sum / n) * (value - sum / n);
  const double drawn = n / static_cast<double>(population);
  return {sum / n, std::sqrt(squared / (n - 1) / n * (1 - drawn)), static_cast<int64_t>(values.size())};
}

}  // namespace

Contingency::Contingency(std::span<const int32_t> cluster_labels, std::span<const int32_t> class_labels)
    : clusters(check_labels(static_cast<int64_t>(cluster_labels.size()), cluster_labels)),
      classes(check_labels(static_cast<int64_t>(cluster_labels.size()), class_labels)),
      samples(static_cast<int64_t>(cluster_labels.size())),
      counts(static_cast<size_t>(clusters * classes)) {
  if (samples == 0) throw Error(ErrorKind::kUsage, "There are no samples; clusters and classes need at least one.");
  for (size_t i = 0; i < cluster_labels.size(); ++i)
    ++counts[static_cast<size_t>(cluster_labels[i]) * static_cast<size_t>(classes) +
             static_cast<size_t>(class_labels[i])];
}

std::vector<int32_t> majority_map(const Contingency& table) {
  std::vector<int32_t> map;
  for (int64_t i = 0; i < table.clusters; ++i) {
    const auto row =
        std::span(table.counts).subspan(static_cast<size_t>(i * table.classes), static_cast<size_t>(table.classes));
    const auto largest = std::ranges::max_element(row);
    map.push_back(*largest > 0 ? static_cast<int32_t>(largest - row.begin()) : -1);
  }
  return map;
}

std::vector<int32_t> optimal_assignment(const Contingency& table) {
  const auto size = static_cast<size_t>(std::max(table.clusters, table.classes));
  std::vector<double> cost(size * size);
  for (int64_t i = 0; i < table.clusters; ++i)
    for (int64_t j = 0; j < table.classes; ++j)
      cost[static_cast<size_t>(i) * size + static_cast<size_t>(j)] = -static_cast<double>(table.at(i, j));
  const std::vector<size_t> columns = cheapest_columns(cost, size);
  std::vector<int32_t> map;
  for (size_t i = 0; i < static_cast<size_t>(table.clusters); ++i)
    map.push_back(columns[i] < static_cast<size_t>(table.classes) ? static_cast<int32_t>(columns[i]) : -1);
  return map;
}

double mapped_accuracy(const Contingency& table, std::span<const int32_t> map) {
  if (static_cast<int64_t>(map.size()) < table.clusters)
    throw Error(ErrorKind::kUsage,
                fmt::format("The map has {} clusters; the table has {}.", map.size(), table.clusters));
  int64_t right = 0;
  for (int64_t i = 0; i < table.clusters; ++i) {
    const int32_t label = map[static_cast<size_t>(i)];
    if (label >= 0 && label < table.classes) right += table.at(i, label);
  }
  return static_cast<double>(right) / static_cast<double>(table.samples);
}

double purity(const Contingency& table) { return mapped_accuracy(table, majority_map(table)); }

double normalized_mutual_information(const Contingency& table) {
  const double n = static_cast<double>(table.samples);
  const std::vector<int64_t> rows = cluster_sizes(table), columns = class_sizes(table);
  double information = 0;
  for (int64_t i = 0; i < table.clusters; ++i) {
    for (int64_t j = 0; j < table.classes; ++j) {
      const double joint = static_cast<double>(table.at(i, j));
      const double product =
          static_cast<double>(rows[static_cast<size_t>(i)]) * static_cast<double>(columns[static_cast<size_t>(j)]);
      if (joint > 0) information += joint / n * std::log(joint * n / product);
    }
  }
  const double mean_entropy = (entropy(rows, n) + entropy(columns, n)) / 2;
  return mean_entropy > 0 ? std::clamp(information / mean_entropy, 0.0, 1.0) : 1;
}

double adjusted_rand_index(const Contingency& table) {
  const double together = sum_of_pairs(table.counts), in_clusters = sum_of_pairs(cluster_sizes(table)),
               in_classes = sum_of_pairs(class_sizes(table));
  const double all = num_pairs(table.samples);
  const double expected = all > 0 ? in_clusters * in_classes / all : 0, most = (in_clusters + in_classes) / 2;
  return most == expected ? 1 : (together - expected) / (most - expected);
}

SampledMean silhouette(const Tensor& samples, std::span<const int32_t> clusters, int64_t max_samples, uint64_t seed,
                       const Context& context) {
  check_labels(samples.rows(), clusters);
  if (max_samples < 2)
    throw Error(ErrorKind::kUsage,
                fmt::format("A silhouette over {} samples is not defined; it needs at least 2.", max_samples));
  check_finite(samples, "samples");
  if (std::ranges::min(clusters) == std::ranges::max(clusters))
    throw Error(ErrorKind::kData, "A silhouette needs samples of at least two clusters; all are in one.");
  const std::vector<int64_t> rows = sampled_rows(samples.rows(), max_samples, seed);
  std::vector<double> sizes(static_cast<size_t>(std::ranges::max(clusters) + 1));
  for (const int32_t cluster : clusters) sizes[static_cast<size_t>(cluster)] += 1;
  std::vector<double> sums(rows.size() * sizes.size());
  for_each_distance(DistanceSets(take_rows(samples, rows), samples, context), context,
                    [&](int64_t query, int64_t first, std::span<const double> distances) {
                      double* row_sums = sums.data() + static_cast<size_t>(query) * sizes.size();
                      for (size_t j = 0; j < distances.size(); ++j) {
                        const auto point = static_cast<size_t>(first) + j;
                        if (static_cast<int64_t>(point) != rows[static_cast<size_t>(query)])
                          row_sums[clusters[point]] += std::sqrt(std::max(0.0, distances[j]));
                      }
                    });
  std::vector<double> widths;
  for (size_t i = 0; i < rows.size(); ++i)
    widths.push_back(silhouette_width(sums.data() + i * sizes.size(), sizes,
                                      static_cast<size_t>(clusters[static_cast<size_t>(rows[i])])));
  return sampled_mean(widths, samples.rows());
}

}  // namespace hourglass
