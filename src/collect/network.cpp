#include "model/network.h"

#include <algorithm>
#include <utility>

#include "collect/collect.h"
#include "formats/float16.h"
#include "model/corruption.h"

namespace hourglass {
namespace {

constexpr int64_t kMostParameters = 2'000'000;
constexpr float kMostDifference = 4e-5f;  // on the latents that are checked; the page promises 1e-4 for all
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

/// Whether the model gives the same pictures after its weights are rounded to 16 bits. Also checked on latents at twice
/// the distance from the mean.
bool survives_rounding(const Subject& subject, const Tensor& latents, const LatentSpace& space) {
  Autoencoder rounded(subject.model.config(), subject.model.sample_shape());
  const Network& network = subject.model.network();
  std::transform(network.flat(), network.flat() + network.flat_size(), rounded.network().flat(),
                 [](float weight) { return from_float16(to_float16(weight)); });
  Tensor far = latents;
  for (int64_t i = 0; i < far.size(); ++i) far.data()[i] = 2 * far.data()[i] - space.mean.data()[i % space.dim];
  for (const Tensor* each : {&latents, &std::as_const(far)}) {
    const Tensor differences = absolute_difference(subject.model.decode_preprocessed(*each, subject.context),
                                                   rounded.decode(*each, subject.context));
    if (!std::ranges::all_of(differences.values(), [](float value) { return value <= kMostDifference; })) return false;
  }
  return true;
}

}  // namespace

std::optional<PageNetwork> collect_network(const Subject& subject, LatentSpace& space) {
  Part encoder = part_of(subject.model, "encoder"), latent = part_of(subject.model, "latent");
  Part decoder = part_of(subject.model, "decoder");
  if (decoder.num_parameters > kMostParameters) return std::nullopt;
  const int64_t encoder_size = encoder.num_parameters + latent.num_parameters;
  const bool denoises = corrupts(subject.model.config().corruption);
  const bool wanted = denoises || encoder_size < space.pictures.count * space.dim;

  PageNetwork network;
  if (wanted && encoder_size <= kMostParameters) {
    append(subject.model, std::move(encoder), network.encoder, network.weights);
    append(subject.model, std::move(latent), network.encoder, network.weights);
    // The page encodes the pictures, so it does not need their latents.
    space.latents = Tensor();
  }
  network.latent_shape = subject.model.network().latent().output_shape();
  append(subject.model, std::move(decoder), network.decoder, network.weights);

  const std::vector<int64_t> some = evenly_spaced(subject.test.latents.rows(), 256);
  const Tensor latents = rows_of(subject.test.latents, some);
  network.half = survives_rounding(subject, latents, space);
  const std::vector<int64_t> checks = evenly_spaced(latents.rows(), kNumChecks);
  network.check_latents = rows_of(latents, checks);
  network.check_samples = subject.model.decode_preprocessed(network.check_latents, subject.context);
  return network;
}

}  // namespace hourglass
