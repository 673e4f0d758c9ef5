#include "layers/activation.h"

#include <algorithm>
#include <array>
#include <limits>

namespace hourglass {
namespace {

constexpr std::array<const char*, 8> kNames = {"identity", "relu", "leaky_relu", "elu",
                                               "gelu",     "tanh", "sigmoid",    "softplus"};

}  // namespace

std::optional<Activation> activation_named(const std::string& word) {
  const auto found = std::find(kNames.begin(), kNames.end(), word);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Activation>(found - kNames.begin());
}

std::string name(Activation activation) { return kNames[static_cast<size_t>(activation)]; }

std::vector<std::string> activation_names() { return {kNames.begin(), kNames.end()}; }

OutputRange output_range(Activation activation) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  switch (activation) {
    case Activation::kRelu:
    case Activation::kSoftplus:
      return {0, kInfinity};
    case Activation::kSigmoid:
      return {0, 1};
    case Activation::kTanh:
      return {-1, 1};
    case Activation::kElu:
      return {-1, kInfinity};
    case Activation::kGelu:
      return {-0.17f, kInfinity};
    case Activation::kIdentity:
    case Activation::kLeakyRelu:
      break;
  }
  return {-kInfinity, kInfinity};
}

ActivationLayer::ActivationLayer(Activation activation, Shape shape)
    : activation_(activation), shape_(std::move(shape)), size_(num_elements(shape_)) {}

void ActivationLayer::forward(const Pass& pass, std::span<const float* const>, const float* x, float* y,
                              const LayerBuffers&) const {
  activation_forward(activation_, pass.rows * size_, x, y);
}

void ActivationLayer::backward(const Pass& pass, std::span<const float* const>, const float* x, const float* y,
                               const LayerBuffers&, float* diff_y, float* diff_x, std::span<float* const>) const {
  if (!diff_x) return;
  activation_backward(activation_, pass.rows, size_, needs_input(activation_) ? x : y, diff_y, nullptr);
  std::copy_n(diff_y, pass.rows * size_, diff_x);
}

}  // namespace hourglass
