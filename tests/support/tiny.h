#pragma once
// Models and data that are small enough to train instantly.

#include <string>
#include <vector>

#include "core/random.h"
#include "hourglass/config.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// A config for samples of any size.
inline Config tiny_config(std::vector<std::string> encoder = {"linear 6", "tanh", "linear 3"},
                          std::vector<std::string> decoder = {"linear 6", "tanh", "linear output", "sigmoid"}) {
  Config config;
  config.model.name = "tiny";
  config.model.encoder = std::move(encoder);
  config.model.decoder = std::move(decoder);
  config.train.learning_rate = 0.01;
  config.train.batch_size = 4;
  config.train.epochs = 3;
  config.train.threads = 1;
  return config;
}

/// `count` samples of random bytes.
inline Dataset tiny_samples(int64_t count, const Shape& shape, uint64_t seed = 1) {
  RandomStream random(seed, RandomPurpose::kSyntheticDigits, 0);
  std::vector<uint8_t> bytes(static_cast<size_t>(count * num_elements(shape)));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(256));
  return Dataset("tiny", shape, std::move(bytes));
}

/// `count` samples of `dim` random bytes.
inline Dataset tiny_dataset(int64_t count, int64_t dim = 8, uint64_t seed = 1) {
  return tiny_samples(count, {dim}, seed);
}

}  // namespace hourglass
