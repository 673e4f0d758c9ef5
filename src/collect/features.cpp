#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "collect/collect.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr int64_t kMostTiles = 96;

/// Weights {values of a tile, units} as tiles {units} + tile, each scaled to [-1, 1] by its largest absolute value.
/// Sorted by decreasing norm; at most kMostTiles.
Tensor tiles_of(const float* weights, const Shape& tile, int64_t units) {
  const int64_t size = num_elements(tile);
  Tensor all({units, tile[0], tile[1], tile[2]});
  std::vector<double> norms(static_cast<size_t>(units));
  for (int64_t unit = 0; unit < units; ++unit) {
    float most = 0;
    for (int64_t i = 0; i < size; ++i) {
      const float weight = weights[i * units + unit];
      most = std::max(most, std::abs(weight));
      norms[static_cast<size_t>(unit)] += static_cast<double>(weight) * static_cast<double>(weight);
    }
    for (int64_t i = 0; i < size; ++i) all.data()[unit * size + i] = most > 0 ? weights[i * units + unit] / most : 0.0f;
  }
  std::vector<int64_t> order(static_cast<size_t>(units));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](int64_t unit) { return norms[static_cast<size_t>(unit)]; });
  order.resize(static_cast<size_t>(std::min(kMostTiles, units)));
  return rows_of(all, order);
}

}  // namespace

std::vector<PictureGrid> collect_features(const Subject& subject) {
  const Network& network = subject.model.network();
  if (network.encoder().stages().empty()) return {};
  const Sequential::Stage& first = network.encoder().stages().front();
  if (first.parameters.empty() || first.parameters[0].spec.role != "weight") return {};
  const Shape& sample = network.sample_shape();
  const Shape& weight = first.parameters[0].spec.shape;
  Shape tile;
  if (weight.size() == 4)
    tile = {weight[0], weight[1], weight[2]};
  else if (weight.size() == 2 && is_image(sample) && weight[0] == network.sample_dim())
    tile = sample;
  if (tile.empty() || (tile[2] != 1 && tile[2] != 3)) return {};
  const int64_t units = weight.back();
  const Tensor tiles = tiles_of(network.flat() + first.parameters[0].offset, tile, units);
  return {{fmt::format("Weights of the first layer, {}", network.encoder().entries()[first.entry].text),
           fmt::format("{} of {} units, by decreasing norm of the weights. Each is scaled by its largest weight.",
                       tiles.rows(), units),
           {{"weights", picture_sheet(tiles, {-1, 1}), PictureStyle::kSigned}}}};
}

}  // namespace hourglass
