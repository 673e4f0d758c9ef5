#include "model/network.h"

#include <algorithm>
#include <utility>

#include "collect/collect.h"
#include "collect/latent_precision.h"
#include "core/float16.h"
#include "model/corruption.h"

namespace hourglass {
namespace {

constexpr int64_t kMostParameters = 2'000'000;
// Of the range of the values, on the latents that are checked. The page promises 1e-4 for all.
constexpr double kMostDifference = 4e-5;
constexpr int64_t kNumChecks = 4;

/// The layers of one part of the model (encoder, latent or decoder) and their parameters.
struct Part {
  std::vector<PageLayer> layers;
  std::vector<const Parameter*> parameters;  // of all layers, in order
  int64_t num_parameters = 0;
};

Part part_of(const Autoencoder& model, const std::string& name) {
  Part part;
  for (const LayerSummary& layer : model.summary()) {
    if (layer.part != name) continue;
    const std::string prefix = name + "." + std::to_string(part.layers.size()) + ".";
    part.layers.push_back({layer.layer, layer.output_shape, {}});
    for (const Parameter& parameter : model.network().parameter_list()) {
      if (!parameter.name.starts_with(prefix)) continue;
      part.layers.back().parameters.push_back({parameter.spec.role, parameter.spec.shape});
      part.parameters.push_back(&parameter);
      part.num_parameters += num_elements(parameter.spec.shape);
    }
  }
  return part;
}

void append(const Autoencoder& model, Part part, std::vector<PageLayer>& layers, std::vector<float>& weights) {
  for (PageLayer& layer : part.layers) layers.push_back(std::move(layer));
  for (const Parameter* parameter : part.parameters) {
    const float* values = model.network().flat() + parameter->offset;
    weights.insert(weights.end(), values, values + num_elements(parameter->spec.shape));
  }
}

/// The model with its weights rounded to 16 bits.
Autoencoder rounded_model(const Autoencoder& model) {
  Autoencoder rounded = model.preprocessing().input_shape().empty()
                            ? Autoencoder(model.config(), model.sample_shape())
                            : Autoencoder(model.config(), model.preprocessing());
  const Network& network = model.network();
  std::transform(network.flat(), network.flat() + network.flat_size(), rounded.network().flat(),
                 [](float weight) { return from_float16(to_float16(weight)); });
  return rounded;
}

/// Whether the rounded model gives the same pictures. Also checked on latents at twice the distance from the mean.
bool decodes_alike(const Subject& subject, const Autoencoder& rounded, const Tensor& latents,
                   const LatentSpace& space) {
  const auto limit = static_cast<float>(kMostDifference * subject.range.width());
  Tensor far = latents;
  for (int64_t i = 0; i < far.size(); ++i) far.data()[i] = 2 * far.data()[i] - space.mean.data()[i % space.dim];
  for (const Tensor* each : {&latents, &std::as_const(far)}) {
    const Tensor differences = absolute_difference(subject.model.decode_preprocessed(*each, subject.context),
                                                   rounded.decode_preprocessed(*each, subject.context));
    if (!std::ranges::all_of(differences.values(), [&](float value) { return value <= limit; })) return false;
  }
  return true;
}

/// Adds the encoder if the model denoises, or if it is smaller than the latents of the pictured points. These are
/// removed from `space` if the page computes them from its pictures, whose values are bytes. Without denoising, an
/// encoder that does not compute them is left out.
void add_encoder(const Subject& subject, const Autoencoder& rounded, LatentSpace& space, PageNetwork& network) {
  Part encoder = part_of(subject.model, "encoder"), latent = part_of(subject.model, "latent");
  const int64_t size = encoder.num_parameters + latent.num_parameters;
  const bool denoises = corrupts(subject.model.config().corruption);
  if (size > kMostParameters || (!denoises && size >= space.pictures.count * space.dim)) return;

  const std::span<const int64_t> pictured = std::span(space.indices).first(static_cast<size_t>(space.pictures.count));
  const Tensor samples = model_values(subject.model, subject.data.test, pictured);
  const Tensor seen = values_of_pictures(samples, subject.range);
  const Tensor exact = subject.model.encode_preprocessed(seen, subject.context);
  const Tensor coarse = rounded.encode_preprocessed(seen, subject.context);
  if (denoises) network.half = network.half && is_precise(coarse, exact, space.deviation);
  const bool gives_points = is_precise(network.half ? coarse : exact,
                                       subject.model.encode_preprocessed(samples, subject.context), space.deviation);
  if (gives_points) space.latents = Tensor();
  if (!gives_points && !denoises) return;
  append(subject.model, std::move(encoder), network.encoder, network.weights);
  append(subject.model, std::move(latent), network.encoder, network.weights);
}

}  // namespace

std::optional<PageNetwork> collect_network(const Subject& subject, LatentSpace& space) {
  Part decoder = part_of(subject.model, "decoder");
  if (decoder.num_parameters > kMostParameters || block_size(subject.model.sample_shape()) > 1) return std::nullopt;
  const std::vector<int64_t> some = evenly_spaced(subject.test.latents.rows(), 256);
  const Tensor latents = rows_of(subject.test.latents, some);
  const Autoencoder rounded = rounded_model(subject.model);

  PageNetwork network;
  network.half = decodes_alike(subject, rounded, latents, space);
  add_encoder(subject, rounded, space, network);
  network.latent_shape = subject.model.network().latent().output_shape();
  append(subject.model, std::move(decoder), network.decoder, network.weights);
  for (const ValueGroup& group : subject.model.network().categories())
    network.categories.push_back({group.begin, group.end});

  const std::vector<int64_t> checks = evenly_spaced(latents.rows(), kNumChecks);
  network.check_latents = rows_of(latents, checks);
  network.check_samples = subject.model.decode_preprocessed(network.check_latents, subject.context);
  return network;
}

}  // namespace hourglass
