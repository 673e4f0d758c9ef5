#include "model/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/error.h"
#include "layers/activation.h"

namespace hourglass {
namespace {

constexpr int64_t kLineFloats = 16;

int64_t round_up(int64_t count) { return (count + kLineFloats - 1) / kLineFloats * kLineFloats; }

// The texts without a last activation, which goes to `activation`.
std::vector<std::string> without_output_activation(std::vector<std::string> texts, Activation& activation) {
  if (texts.empty()) return texts;
  if (const auto last = activation_named(texts.back())) {
    activation = *last;
    texts.back() = name(Activation::kIdentity);
  }
  return texts;
}

bool all_finite(const float* values, int64_t n) {
  return std::all_of(values, values + n, [](float v) { return std::isfinite(v); });
}

}  // namespace

Network::Network(const ModelConfig& config, const Shape& sample_shape)
    : sample_shape_(sample_shape),
      sample_dim_(num_elements(sample_shape)),
      encoder_("encoder", config.encoder, sample_shape, sample_dim_),
      decoder_("decoder", without_output_activation(config.decoder, output_activation_), encoder_.output_shape(),
               sample_dim_) {
  const int64_t output_dim = num_elements(decoder_.output_shape());
  if (output_dim != sample_dim_)
    throw Error(ErrorKind::kUsage,
                fmt::format("The decoder gives {} values a sample, but a sample has {} ({}). Let the decoder's last "
                            "linear layer be 'linear output' or 'linear {}'.",
                            output_dim, sample_dim_, to_string(sample_shape_), sample_dim_));
  lay_out();
}

void Network::lay_out() {
  for (const bool penalized : {true, false}) {
    for (Sequential* chain : {&encoder_, &decoder_}) {
      for (Sequential::Stage& stage : chain->stages()) {
        for (Parameter& parameter : stage.parameters) {
          if (parameter.spec.penalized != penalized) continue;
          parameter.offset = flat_size_;
          flat_size_ += round_up(num_elements(parameter.spec.shape));
        }
      }
    }
    if (penalized) num_penalized_ = flat_size_;
  }
  for (const Sequential* chain : {&encoder_, &decoder_}) {
    for (const Sequential::Stage& stage : chain->stages()) {
      for (const Parameter& parameter : stage.parameters) {
        parameters_.push_back(parameter);
        num_parameters_ += num_elements(parameter.spec.shape);
      }
    }
  }
  weights_.reserve(flat_size_);
}

void Network::initialize(const std::string& initializer, uint64_t seed) {
  weights_.commit();
  uint64_t index = 0;
  for (const Sequential* chain : {&encoder_, &decoder_}) {
    for (const Sequential::Stage& stage : chain->stages()) {
      for (size_t i = 0; i < stage.parameters.size(); ++i) {
        RandomStream random(seed, RandomPurpose::kInitialWeights, index++);
        const auto count = static_cast<size_t>(num_elements(stage.parameters[i].spec.shape));
        stage.layer->initialize(i, initializer, {flat() + stage.parameters[i].offset, count}, random);
      }
    }
  }
}

Workspace Network::plan_workspace(int64_t rows, bool training) const {
  Workspace workspace{{}, rows, 0, {}, {}, {0, 0}};
  workspace.input = workspace.arena.reserve(rows * sample_dim_);
  workspace.encoder = encoder_.plan(workspace.arena, rows, training);
  workspace.decoder = decoder_.plan(workspace.arena, rows, training);
  if (training) {
    const int64_t width = std::max({encoder_.max_width(), decoder_.max_width(), sample_dim_});
    for (size_t& buffer : workspace.diff) buffer = workspace.arena.reserve(rows * width);
  }
  return workspace;
}

Workspace Network::make_workspace(int64_t rows, bool training) const {
  Workspace workspace = plan_workspace(rows, training);
  workspace.arena.commit();
  return workspace;
}

const float* Network::encode(int64_t rows, const Workspace& workspace) const {
  return encoder_.forward(rows, flat(), workspace.arena.at(workspace.input), workspace.arena, workspace.encoder);
}

const float* Network::decode(int64_t rows, const float* latents, const Workspace& workspace) const {
  return decoder_.forward(rows, flat(), latents, workspace.arena, workspace.decoder);
}

float* Network::backward_decoder(int64_t rows, const float* latents, const Workspace& workspace,
                                 float* diff_params) const {
  return decoder_.backward(rows, flat(), latents, workspace.arena, workspace.decoder,
                           workspace.arena.at(workspace.diff[0]), workspace.arena.at(workspace.diff[1]), true,
                           diff_params);
}

void Network::backward_encoder(int64_t rows, float* diff_latents, const Workspace& workspace,
                               float* diff_params) const {
  float* first = workspace.arena.at(workspace.diff[0]);
  float* second = workspace.arena.at(workspace.diff[1]);
  encoder_.backward(rows, flat(), workspace.arena.at(workspace.input), workspace.arena, workspace.encoder, diff_latents,
                    diff_latents == first ? second : first, false, diff_params);
}

std::string Network::find_non_finite(int64_t rows, const Workspace& workspace) const {
  const auto search = [&](const Sequential& chain, const ChainBuffers& buffers) -> std::string {
    for (size_t i = 0; i < chain.stages().size(); ++i) {
      const Sequential::Stage& stage = chain.stages()[i];
      bool weights_finite = true;
      for (const Parameter& parameter : stage.parameters)
        weights_finite &= all_finite(flat() + parameter.offset, num_elements(parameter.spec.shape));
      const bool output_finite =
          all_finite(workspace.arena.at(buffers.stages[i].output), rows * num_elements(stage.layer->output_shape()));
      if (!weights_finite || !output_finite)
        return fmt::format("{} layer {} ({}){}", chain.part(), stage.entry + 1, chain.entries()[stage.entry].text,
                           weights_finite ? "" : ", whose weights are no longer finite");
    }
    return "";
  };
  const std::string found = search(encoder_, workspace.encoder);
  return found.empty() ? search(decoder_, workspace.decoder) : found;
}

}  // namespace hourglass
