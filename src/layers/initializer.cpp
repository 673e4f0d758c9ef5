#include "layers/initializer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

bool is_rectifier(Activation activation) {
  switch (activation) {
    case Activation::kRelu:
    case Activation::kLeakyRelu:
    case Activation::kElu:
    case Activation::kGelu:
    case Activation::kSoftplus:
      return true;
    default:
      return false;
  }
}

void fill_uniform(std::span<float> values, double limit, RandomStream& random) {
  for (float& value : values) value = random.uniform(static_cast<float>(-limit), static_cast<float>(limit));
}

void fill_normal(std::span<float> values, double variance, RandomStream& random) {
  for (float& value : values) value = static_cast<float>(std::sqrt(variance)) * random.normal();
}

}  // namespace

Initializer initializer_for(const std::string& name, Activation activation) {
  static const std::map<std::string, Initializer> kNames = {{"glorot_uniform", Initializer::kGlorotUniform},
                                                            {"glorot_normal", Initializer::kGlorotNormal},
                                                            {"he_uniform", Initializer::kHeUniform},
                                                            {"he_normal", Initializer::kHeNormal},
                                                            {"torch_uniform", Initializer::kTorchUniform}};
  if (name == "auto" || name == "pca")
    return is_rectifier(activation) ? Initializer::kHeUniform : Initializer::kGlorotUniform;
  if (const auto found = kNames.find(name); found != kNames.end()) return found->second;
  std::vector<std::string> known = {"auto", "pca"};
  for (const auto& [key, value] : kNames) known.push_back(key);
  throw Error(ErrorKind::kUsage, "Unknown initializer '" + name + "'." + did_you_mean(name, known));
}

void initialize_weights(Initializer initializer, int64_t fan_in, int64_t fan_out, std::span<float> weights,
                        RandomStream& random) {
  const double in = static_cast<double>(fan_in), out = static_cast<double>(fan_out);
  switch (initializer) {
    case Initializer::kGlorotUniform:
      return fill_uniform(weights, std::sqrt(6 / (in + out)), random);
    case Initializer::kGlorotNormal:
      return fill_normal(weights, 2 / (in + out), random);
    case Initializer::kHeUniform:
      return fill_uniform(weights, std::sqrt(6 / in), random);
    case Initializer::kHeNormal:
      return fill_normal(weights, 2 / in, random);
    case Initializer::kTorchUniform:
      return fill_uniform(weights, 1 / std::sqrt(in), random);
  }
}

void initialize_biases(Initializer initializer, int64_t fan_in, std::span<float> biases, RandomStream& random) {
  if (initializer == Initializer::kTorchUniform)
    fill_uniform(biases, 1 / std::sqrt(static_cast<double>(fan_in)), random);
  else
    std::fill(biases.begin(), biases.end(), 0.0f);
}

}  // namespace hourglass
