#include "model/sequential.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "layers/activation.h"
#include "model/grammar.h"

namespace hourglass {
namespace {

// Largest number of parameter arrays of a layer.
constexpr size_t kMostParameters = 8;
template <typename T>
using Pointers = std::array<T*, kMostParameters>;

template <typename T>
Pointers<T> locate(const Sequential::Stage& stage, T* flat) {
  Pointers<T> pointers{};
  for (size_t i = 0; i < stage.parameters.size(); ++i) pointers[i] = flat + stage.parameters[i].offset;
  return pointers;
}

// Fuses the activation `text` into the last stage. Returns false if that is not possible.
bool fuse_into_last(std::vector<Sequential::Stage>& stages, const std::string& text) {
  const auto activation = activation_named(text);
  return activation && !stages.empty() && stages.back().layer->fuse(*activation);
}

}  // namespace

Sequential::Sequential(const std::string& part, const std::vector<std::string>& texts, const Shape& input,
                       int64_t output_dim)
    : part_(part), output_shape_(input) {
  for (size_t i = 0; i < texts.size(); ++i) {
    auto layer = make_layer(texts[i], output_shape_, {part, i, output_dim});
    output_shape_ = layer->output_shape();
    Stage stage{std::move(layer), i, {}};
    int64_t num_parameters = 0;
    for (const ParameterSpec& spec : stage.layer->parameters()) {
      stage.parameters.push_back({fmt::format("{}.{}.{}", part, i, spec.role), spec, 0});
      num_parameters += num_elements(spec.shape);
    }
    entries_.push_back({texts[i], output_shape_, num_parameters});
    if (texts[i] != name(Activation::kIdentity) && !fuse_into_last(stages_, texts[i]))
      stages_.push_back(std::move(stage));
  }
}

int64_t Sequential::max_width() const {
  int64_t width = 0;
  for (const Stage& stage : stages_) width = std::max(width, num_elements(stage.layer->output_shape()));
  return width;
}

int64_t Sequential::exchange_size() const {
  int64_t size = 0;
  for (const Stage& stage : stages_) size = std::max(size, stage.layer->exchange_size());
  return size;
}

ChainBuffers Sequential::plan(Arena& arena, int64_t rows, bool keep) const {
  ChainBuffers buffers;
  int64_t scratch = 0;
  size_t in_turn[2] = {0, 0};
  if (!keep)
    for (size_t& buffer : in_turn) buffer = arena.reserve(rows, max_width());
  for (const Stage& stage : stages_) {
    const int64_t width = num_elements(stage.layer->output_shape());
    const size_t output = keep ? arena.reserve(rows, width) : in_turn[buffers.stages.size() % 2];
    const size_t saved = arena.reserve(rows, stage.layer->saved_size());
    buffers.stages.push_back({output, saved, keep ? arena.reserve(rows, width) : 0});
    scratch = std::max(scratch, stage.layer->scratch_size(rows));
  }
  buffers.scratch = arena.reserve(scratch);
  return buffers;
}

const float* Sequential::forward(const Pass& pass, const float* params, const float* x, const Arena& arena,
                                 const ChainBuffers& buffers) const {
  for (size_t i = 0; i < stages_.size(); ++i) {
    float* y = arena.at(buffers.stages[i].output);
    stages_[i].layer->forward(pass, locate(stages_[i], params), x, y,
                              {arena.at(buffers.stages[i].saved), arena.at(buffers.scratch)});
    x = y;
  }
  return x;
}

void Sequential::backward(const Pass& pass, const float* params, const float* x, const Arena& arena,
                          const ChainBuffers& buffers, float* diff_x, float* diff_params) const {
  for (size_t i = stages_.size(); i-- > 0;) {
    const float* input = i > 0 ? arena.at(buffers.stages[i - 1].output) : x;
    float* diff_input = i > 0 ? arena.at(buffers.stages[i - 1].diff) : diff_x;
    const ChainBuffers::Stage& stage = buffers.stages[i];
    stages_[i].layer->backward(pass, locate(stages_[i], params), input, arena.at(stage.output),
                               {arena.at(stage.saved), arena.at(buffers.scratch)}, arena.at(stage.diff), diff_input,
                               locate(stages_[i], diff_params));
  }
}

int64_t Sequential::num_product_values() const {
  int64_t values = 0;
  for (const Stage& stage : stages_)
    if (const int index = stage.layer->product_parameter(); index >= 0)
      values += num_elements(stage.parameters[static_cast<size_t>(index)].spec.shape);
  return values;
}

void Sequential::append_products(const float* x, const Arena& arena, const ChainBuffers& buffers,
                                 std::vector<Product>& products) const {
  for (size_t i = 0; i < stages_.size(); ++i) {
    const int index = stages_[i].layer->product_parameter();
    if (index < 0) continue;
    const Parameter& parameter = stages_[i].parameters[static_cast<size_t>(index)];
    products.push_back({&parameter, parameter.spec.shape[0], parameter.spec.shape[1],
                        i > 0 ? arena.at(buffers.stages[i - 1].output) : x, arena.at(buffers.stages[i].diff)});
  }
}

}  // namespace hourglass
