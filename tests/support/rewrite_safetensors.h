#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "formats/safetensors.h"

namespace hourglass {

/// Reads a file, applies `change` and writes it back.
inline void rewrite_safetensors(const std::filesystem::path& path,
                                const std::function<void(SafetensorsFile&)>& change) {
  SafetensorsFile file = read_safetensors(path);
  change(file);
  std::vector<SafetensorsView> views;
  for (const SafetensorsTensor& tensor : file.tensors) views.push_back({tensor.name, tensor.shape, tensor.values});
  write_safetensors(path, file.metadata, views);
}

}  // namespace hourglass
