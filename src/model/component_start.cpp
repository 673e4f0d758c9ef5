#include "model/component_start.h"

#include <algorithm>
#include <vector>

#include "hourglass/error.h"
#include "hourglass/pca.h"

namespace hourglass {
namespace {

constexpr int64_t kMostSamples = 20'000;

// The weight {in, out} and bias of a linear layer.
struct LinearWeights {
  int64_t in, out;
  float *weight, *bias;
  float& at(int64_t i, int64_t j) const { return weight[i * out + j]; }
};

bool is_linear(const Sequential::Stage& stage) {
  return stage.parameters.size() == 2 && stage.parameters[0].spec.shape.size() == 2 &&
         stage.parameters[1].spec.shape.size() == 1;
}

// Whether the layers are linear with ReLU between them.
bool passes_components(const Sequential& chain, int64_t components) {
  const auto& stages = chain.stages();
  if (stages.empty() || chain.entries().size() != 2 * stages.size() - 1) return false;
  for (size_t i = 0; i < stages.size(); ++i) {
    const bool is_last = i + 1 == stages.size();
    if (!is_linear(stages[i]) || stages[i].layer->fused() != (is_last ? Activation::kIdentity : Activation::kRelu))
      return false;
    if (!is_last && num_elements(stages[i].layer->output_shape()) < 2 * components) return false;
  }
  return true;
}

std::vector<LinearWeights> layers_of(Network& network, const Sequential& chain) {
  std::vector<LinearWeights> layers;
  for (const Sequential::Stage& stage : chain.stages()) {
    const Shape& shape = stage.parameters[0].spec.shape;
    layers.push_back(
        {shape[0], shape[1], network.flat() + stage.parameters[0].offset, network.flat() + stage.parameters[1].offset});
  }
  return layers;
}

// Sets a chain of layers to x -> x map + shift, with map [in, out]: the first layer of the encoder has the map, and the
// last one of the decoder. Between the layers component c of k is relu(z) in unit c and relu(-z) in unit k + c.
void set_chain(const std::vector<LinearWeights>& layers, int64_t k, const std::vector<float>& map,
               const std::vector<float>& shift, bool encodes) {
  for (size_t l = 0; l < layers.size(); ++l) {
    const LinearWeights& layer = layers[l];
    const bool first = l == 0, last = l + 1 == layers.size();
    const bool uses_map = encodes ? first : last;
    const int64_t signed_in = uses_map && encodes ? layer.in : k, signed_out = uses_map && !encodes ? layer.out : k;
    // Other inputs are hidden units, which start without effect.
    if (!first) std::fill_n(layer.weight, layer.in * layer.out, 0.0f);
    for (int64_t i = 0; i < signed_in; ++i)
      for (int64_t j = 0; j < signed_out; ++j) {
        const float value = uses_map ? map[static_cast<size_t>(i * signed_out + j)] : static_cast<float>(i == j);
        layer.at(i, j) = value;
        if (!last) layer.at(i, k + j) = -value;
        if (!first) layer.at(k + i, j) = -value;
        if (!first && !last) layer.at(k + i, k + j) = value;
      }
    for (int64_t j = 0; j < signed_out; ++j) {
      const float value = uses_map ? shift[static_cast<size_t>(j)] : 0;
      layer.bias[j] = value;
      if (!last) layer.bias[k + j] = -value;
    }
  }
}

}  // namespace

bool can_start_from_components(const Network& network) {
  const int64_t k = network.latent_dim();
  return !network.is_gaussian() && network.outputs_per_value() == 1 && k <= network.sample_dim() &&
         network.output_activation() == Activation::kIdentity && passes_components(network.encoder(), k) &&
         passes_components(network.decoder(), k);
}

void start_from_components(Network& network, const Dataset& train, const Context& context) {
  if (!can_start_from_components(network))
    throw Error(
        ErrorKind::kUsage,
        "model.initializer is pca, but the layers cannot compute principal components. They must be linear with "
        "relu between them, each hidden one with at least twice as many units as there are latents, with a "
        "plain latent of at most as many units as a sample has values, and a decoder that ends in 'linear "
        "output'. Set model.initializer=auto.");
  std::vector<int64_t> chosen;
  const int64_t count = std::min(kMostSamples, train.size());
  for (int64_t i = 0; i < count; ++i) chosen.push_back(i * train.size() / count);
  const int64_t dim = network.sample_dim(), k = network.latent_dim();
  const Pca pca = fit_pca(train.select(chosen).read(), k, context);
  std::vector<float> to_latents(static_cast<size_t>(dim * k)), latent_shift(static_cast<size_t>(k));
  const std::vector<float> to_values(pca.components.data(), pca.components.data() + k * dim);
  const std::vector<float> mean(pca.mean.begin(), pca.mean.end());
  for (int64_t c = 0; c < k; ++c) {
    double shift = 0;
    for (int64_t j = 0; j < dim; ++j) {
      const float component = pca.components.data()[c * dim + j];
      to_latents[static_cast<size_t>(j * k + c)] = component;
      shift -= pca.mean[static_cast<size_t>(j)] * static_cast<double>(component);
    }
    latent_shift[static_cast<size_t>(c)] = static_cast<float>(shift);
  }
  set_chain(layers_of(network, network.encoder()), k, to_latents, latent_shift, true);
  set_chain(layers_of(network, network.decoder()), k, to_values, mean, false);
}

}  // namespace hourglass
