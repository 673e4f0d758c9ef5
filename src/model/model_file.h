#pragma once
// The weights and the config of a model as the tensors and the metadata of a safetensors file.

#include <filesystem>
#include <map>
#include <string>

#include "formats/safetensors.h"
#include "hourglass/autoencoder.h"

namespace hourglass {

/// What every file of a model carries: its kind ("model" or "checkpoint"), format version, config and sample shape;
/// where preprocessing was fitted also the shape of the samples as they are stored.
std::map<std::string, std::string> model_metadata(const Autoencoder& model, const std::string& kind);

/// What it holds of a model: its parameters, and what its preprocessing learned.
std::vector<SafetensorsView> model_tensors(const Autoencoder& model);

/// Reads a file and checks its kind and version. Throws Error(kIo) where it cannot be read, Error(kData) where it is
/// malformed, of another kind or of another version.
SafetensorsFile read_model_file(const std::filesystem::path& path, const std::string& kind);

/// The model that a file describes, with the weights it holds. Throws Error(kData) where config and tensors disagree.
Autoencoder model_from_file(const SafetensorsFile& file, const std::filesystem::path& path);

/// The metadata entry `key`. Throws Error(kData) where there is none.
const std::string& metadata_entry(const SafetensorsFile& file, const std::string& key,
                                  const std::filesystem::path& path);

}  // namespace hourglass
