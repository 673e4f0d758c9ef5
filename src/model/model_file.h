#pragma once
// Models in safetensors files: the weights as tensors, the config as metadata.

#include <filesystem>
#include <map>
#include <string>

#include "formats/safetensors.h"
#include "hourglass/autoencoder.h"

namespace hourglass {

/// The metadata of a model file: its kind ("model" or "checkpoint"), format version, config and sample shape; with
/// fitted preprocessing also the shape of the stored samples.
std::map<std::string, std::string> model_metadata(const Autoencoder& model, const std::string& kind);

/// The tensors of a model file: the parameters of the model and of its preprocessing.
std::vector<SafetensorsView> model_tensors(const Autoencoder& model);

/// Reads a file and checks its kind and version. Throws Error(kIo) if it cannot be read, Error(kData) if it is
/// malformed or has another kind or version.
SafetensorsFile read_model_file(const std::filesystem::path& path, const std::string& kind);

/// Builds the model of a file, with its weights. Throws Error(kData) if config and tensors do not match.
Autoencoder model_from_file(const SafetensorsFile& file, const std::filesystem::path& path);

/// The metadata entry `key`. Throws Error(kData) if it is missing.
const std::string& metadata_entry(const SafetensorsFile& file, const std::string& key,
                                  const std::filesystem::path& path);

}  // namespace hourglass
