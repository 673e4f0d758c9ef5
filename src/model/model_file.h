#pragma once
// Models in safetensors files: the weights as tensors, the config as metadata.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "formats/safetensors.h"
#include "hourglass/autoencoder.h"

namespace hourglass {

/// The metadata of a model file: its kind ("model", "checkpoint" or "detector"), format version, config and sample
/// shape; with fitted preprocessing also the shape of the stored samples.
std::map<std::string, std::string> model_metadata(const Autoencoder& model, const std::string& kind);
std::map<std::string, std::string> model_metadata(const Config& config, const Shape& sample_shape,
                                                  const Preprocessing& preprocessing,
                                                  const std::optional<DataFingerprint>& trained_on,
                                                  const std::string& kind);

/// The tensors of the parameters of a network, and of preprocessing. `prefix` is put before each name.
std::vector<SafetensorsView> network_tensors(const Network& network, const std::string& prefix = "");
std::vector<SafetensorsView> preprocessing_tensors(const Preprocessing& preprocessing);

/// The tensors of a model file: the parameters of the model and of its preprocessing.
std::vector<SafetensorsView> model_tensors(const Autoencoder& model);

/// Reads a file and checks its kind and version. Throws Error(kIo) if it cannot be read, Error(kData) if it is
/// malformed or has another kind or version.
SafetensorsFile read_model_file(const std::filesystem::path& path, const std::string& kind);

/// Builds the model of a file, with its weights. Throws Error(kData) if config and tensors do not match.
Autoencoder model_from_file(const SafetensorsFile& file, const std::filesystem::path& path);

/// The parts of a model file. `config` is that of the file. Throw Error(kData) for a missing or unexpected entry.
Config config_of_file(const SafetensorsFile& file, const std::filesystem::path& path);
Shape sample_shape_of_file(const SafetensorsFile& file, const std::filesystem::path& path);
Preprocessing preprocessing_of_file(const SafetensorsFile& file, const Config& config, const Shape& sample_shape,
                                    const std::filesystem::path& path);
std::optional<DataFingerprint> trained_on_of_file(const SafetensorsFile& file, const std::filesystem::path& path);
/// A network whose parameters have names with `prefix`. The sizes are checked before memory is allocated.
Autoencoder network_of_file(const SafetensorsFile& file, const Config& config, const Shape& sample_shape,
                            const Preprocessing& preprocessing, const std::string& prefix,
                            const std::filesystem::path& path);
/// A tensor with this shape.
const SafetensorsTensor& tensor_of_file(const SafetensorsFile& file, const std::string& name, const Shape& shape,
                                        const std::filesystem::path& path);

/// The metadata entry `key`. Throws Error(kData) if it is missing.
const std::string& metadata_entry(const SafetensorsFile& file, const std::string& key,
                                  const std::filesystem::path& path);

}  // namespace hourglass
