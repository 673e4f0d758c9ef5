#pragma once
// Golden files of tests/golden (see README.md there).

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>

#include "formats/safetensors.h"
#include "hourglass/autoencoder.h"

namespace hourglass {

class Golden {
 public:
  explicit Golden(const std::string& name)
      : name_(name),
        file_(read_safetensors(std::filesystem::path(HOURGLASS_TEST_DIR) / "golden" / (name + ".safetensors"))) {}

  const SafetensorsTensor& operator[](const std::string& name) const {
    const auto found = std::ranges::find(file_.tensors, name, &SafetensorsTensor::name);
    if (found == file_.tensors.end()) throw std::runtime_error(name_ + " has no tensor " + name);
    return *found;
  }
  const std::string& metadata(const std::string& key) const { return file_.metadata.at(key); }
  Config config() const { return parse_config(metadata("config"), name_); }

  /// Returns a copy of a tensor.
  Tensor tensor(const std::string& name) const {
    Tensor copy((*this)[name].shape);
    std::ranges::copy((*this)[name].values, copy.data());
    return copy;
  }

  /// Returns the model with the config and the initial parameters of the file.
  Autoencoder model() const {
    Autoencoder model(config(), {(*this)["input"].shape[1]});
    for (const ParameterView& parameter : model.parameters())
      std::ranges::copy((*this)[parameter.name].values, parameter.values.begin());
    return model;
  }

 private:
  std::string name_;
  SafetensorsFile file_;
};

/// Whether the values equal the expected values within `tolerance` times the largest expected magnitude.
inline testing::AssertionResult close_to(std::span<const float> found, const SafetensorsTensor& expected,
                                         double tolerance) {
  if (found.size() != expected.values.size())
    return testing::AssertionFailure() << expected.name << ": " << found.size() << " values, expected "
                                       << expected.values.size();
  double largest = 0;
  for (float value : expected.values) largest = std::max(largest, std::abs(static_cast<double>(value)));
  for (size_t i = 0; i < found.size(); ++i) {
    const double difference = std::abs(static_cast<double>(found[i]) - static_cast<double>(expected.values[i]));
    if (!(difference <= tolerance * largest))
      return testing::AssertionFailure() << expected.name << "[" << i << "] is " << found[i] << ", expected "
                                         << expected.values[i] << "; the error is " << difference / largest
                                         << " of the largest value";
  }
  return testing::AssertionSuccess();
}

}  // namespace hourglass
