#include "model/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/error.h"
#include "kernels/softmax.h"
#include "layers/activation.h"
#include "model/latent_width.h"

namespace hourglass {
namespace {

constexpr int64_t kLineFloats = 16;

int64_t round_up(int64_t count) { return (count + kLineFloats - 1) / kLineFloats * kLineFloats; }

// The texts without a last activation. Sets `activation` to it.
std::vector<std::string> without_output_activation(std::vector<std::string> texts, Activation& activation) {
  if (texts.empty()) return texts;
  if (const auto last = activation_named(texts.back())) {
    activation = *last;
    texts.back() = name(Activation::kIdentity);
  }
  return texts;
}

std::vector<std::string> latent_layers(const std::string& latent) {
  return latent == "plain" ? std::vector<std::string>{} : std::vector<std::string>{latent};
}

// Whether `shape` and `sample` are the same image. Dimensions of size 1 are ignored. A flat shape fits every image.
bool same_image(Shape shape, Shape sample) {
  if (shape.size() == 1 || sample.size() == 1) return true;
  std::erase(shape, 1);
  std::erase(sample, 1);
  return shape == sample;
}

// The runs of values that are in no group.
std::vector<ValueGroup> between(const std::vector<ValueGroup>& groups, int64_t dim) {
  std::vector<ValueGroup> runs;
  int64_t begin = 0;
  const auto add = [&](int64_t end) {
    if (end > begin) runs.push_back({begin, end});
  };
  for (const ValueGroup& group : groups) {
    add(group.begin);
    begin = group.end;
  }
  add(dim);
  return runs;
}

bool all_finite(const float* values, int64_t n) {
  return std::all_of(values, values + n, [](float v) { return std::isfinite(v); });
}

}  // namespace

Network::Network(const ModelConfig& config, const ObjectiveConfig& objective, const Shape& sample_shape,
                 std::vector<ValueGroup> categories)
    : sample_shape_(sample_shape),
      sample_dim_(num_elements(sample_shape)),
      outputs_per_value_(objective.reconstruction == "gaussian" ? 2 : 1),
      categories_(std::move(categories)),
      numbers_(between(categories_, sample_dim_)),
      encoder_("encoder", with_latent_dim(config).encoder, sample_shape, output_dim()),
      latent_("latent", latent_layers(with_latent_dim(config).latent), encoder_.output_shape(), output_dim()),
      decoder_("decoder", without_output_activation(config.decoder, output_activation_), latent_.output_shape(),
               output_dim()) {
  const int64_t given = num_elements(decoder_.output_shape());
  if (given != output_dim())
    throw Error(
        ErrorKind::kUsage,
        fmt::format("The decoder outputs {} values per sample, but a sample has {} ({}){}. Use 'linear output' or "
                    "'linear {}' as the last linear layer of the decoder.",
                    given, sample_dim_, to_string(sample_shape_),
                    outputs_per_value_ == 2 ? " and the Gaussian likelihood needs a mean and a variance for each" : "",
                    output_dim()));
  if (!same_image(decoder_.output_shape(), sample_shape_))
    throw Error(ErrorKind::kUsage,
                fmt::format("The decoder outputs {}, but a sample is {}. Add 'reshape {}' at the end of "
                            "model.decoder, or 'flatten' if the values are already in the order of the sample.",
                            to_string(decoder_.output_shape()), to_string(sample_shape_), to_string(sample_shape_)));
  lay_out(objective.penalized_weights);
}

// The weights of a Gaussian latent count as weights of the encoder.
void Network::lay_out(const std::string& penalized_weights) {
  const auto place = [this](ParameterKind kind, std::initializer_list<Sequential*> chains) {
    for (Sequential* chain : chains) {
      for (Sequential::Stage& stage : chain->stages()) {
        for (Parameter& parameter : stage.parameters) {
          if (parameter.spec.kind != kind) continue;
          parameter.offset = flat_size_;
          flat_size_ += round_up(num_elements(parameter.spec.shape));
        }
      }
    }
  };
  const bool of_encoder = penalized_weights != "decoder", of_decoder = penalized_weights != "encoder";
  if (of_encoder) place(ParameterKind::kWeight, {&encoder_, &latent_});
  if (of_decoder) place(ParameterKind::kWeight, {&decoder_});
  num_penalized_ = flat_size_;
  if (!of_encoder) place(ParameterKind::kWeight, {&encoder_, &latent_});
  if (!of_decoder) place(ParameterKind::kWeight, {&decoder_});
  place(ParameterKind::kOther, {&encoder_, &latent_, &decoder_});
  num_trained_ = flat_size_;
  place(ParameterKind::kState, {&encoder_, &latent_, &decoder_});
  for (const Sequential* chain : {&encoder_, &latent_, &decoder_}) {
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
  for (const Sequential* chain : {&encoder_, &latent_, &decoder_}) {
    for (const Sequential::Stage& stage : chain->stages()) {
      for (size_t i = 0; i < stage.parameters.size(); ++i) {
        RandomStream random(seed, RandomPurpose::kInitialWeights, index++);
        const auto count = static_cast<size_t>(num_elements(stage.parameters[i].spec.shape));
        stage.layer->initialize(i, initializer, {flat() + stage.parameters[i].offset, count}, random);
      }
    }
  }
}

Workspace Network::plan_workspace(int64_t rows, bool training, bool corrupted) const {
  Workspace workspace{};
  workspace.rows = rows;
  workspace.input = workspace.arena.reserve(rows, sample_dim_);
  workspace.target = corrupted ? workspace.arena.reserve(rows, sample_dim_) : workspace.input;
  workspace.encoder = encoder_.plan(workspace.arena, rows, training);
  workspace.latent = latent_.plan(workspace.arena, rows, training);
  workspace.decoder = decoder_.plan(workspace.arena, rows, training);
  if (training) workspace.diff_input = workspace.arena.reserve(rows, sample_dim_);
  return workspace;
}

Workspace Network::make_workspace(int64_t rows, bool training, bool corrupted) const {
  Workspace workspace = plan_workspace(rows, training, corrupted);
  workspace.arena.commit();
  workspace.unit_sums = std::make_unique<double[]>(static_cast<size_t>(latent_dim()));
  return workspace;
}

const float* Network::encode(const Pass& pass, const Workspace& workspace) const {
  const Arena& arena = workspace.arena;
  const float* x = encoder_.forward(pass, flat(), arena.at(workspace.input), arena, workspace.encoder);
  return latent_.forward(pass, flat(), x, arena, workspace.latent);
}

const float* Network::decode(const Pass& pass, const float* latents, const Workspace& workspace) const {
  return decoder_.forward(pass, flat(), latents, workspace.arena, workspace.decoder);
}

// The latents are the output of the last non-empty chain before the decoder.
float* Network::diff_latents(const Workspace& workspace) const {
  if (float* diff = latent_.diff_output(workspace.arena, workspace.latent)) return diff;
  if (float* diff = encoder_.diff_output(workspace.arena, workspace.encoder)) return diff;
  return workspace.arena.at(workspace.diff_input);
}

int64_t Network::num_features() const {
  int64_t count = sample_dim_;
  for (const ValueGroup& group : categories_) count -= group.end - group.begin - 1;
  return count;
}

void Network::write_samples(int64_t rows, const float* logits, float* to) const {
  if (outputs_per_value_ == 1) {
    activation_forward(output_activation_, rows * sample_dim_, logits, to);
    return softmax(rows, sample_dim_, categories_, logits, to);
  }
  // The means are the first half of a row.
  for (int64_t row = 0; row < rows; ++row)
    activation_forward(output_activation_, sample_dim_, logits + row * output_dim(), to + row * sample_dim_);
}

float* Network::diff_logits(const Workspace& workspace) const {
  float* diff = decoder_.diff_output(workspace.arena, workspace.decoder);
  return diff ? diff : diff_latents(workspace);
}

float* Network::backward_decoder(const Pass& pass, const float* latents, const Workspace& workspace,
                                 float* diff_params) const {
  float* diff = diff_latents(workspace);
  decoder_.backward(pass, flat(), latents, workspace.arena, workspace.decoder, diff, diff_params);
  return diff;
}

void Network::backward_encoder(const Pass& pass, const Workspace& workspace, float* diff_params) const {
  const Arena& arena = workspace.arena;
  const float* x = arena.at(workspace.input);
  latent_.backward(pass, flat(), encoder_.output(x, arena, workspace.encoder), arena, workspace.latent,
                   encoder_.diff_output(arena, workspace.encoder), diff_params);
  encoder_.backward(pass, flat(), x, arena, workspace.encoder, nullptr, diff_params);
}

std::vector<Sequential::Product> Network::products(const Workspace& workspace) const {
  const Arena& arena = workspace.arena;
  const float* x = arena.at(workspace.input);
  const float* encoded = encoder_.output(x, arena, workspace.encoder);
  std::vector<Sequential::Product> products;
  encoder_.append_products(x, arena, workspace.encoder, products);
  latent_.append_products(encoded, arena, workspace.latent, products);
  decoder_.append_products(latent_.output(encoded, arena, workspace.latent), arena, workspace.decoder, products);
  return products;
}

const float* Network::latent_statistics(const Workspace& workspace) const {
  return workspace.arena.at(workspace.latent.stages.front().saved);
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
  std::string found = search(encoder_, workspace.encoder);
  if (found.empty()) found = search(latent_, workspace.latent);
  return found.empty() ? search(decoder_, workspace.decoder) : found;
}

}  // namespace hourglass
