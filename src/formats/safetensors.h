#pragma once
// safetensors (https://huggingface.co/docs/safetensors): the length of the header as a little-endian uint64, the header
// as JSON, then the values of all tensors without a gap. Only float32 tensors (dtype F32) are read and written.

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

struct SafetensorsTensor {
  std::string name;
  Shape shape;
  AlignedVector<float> values;
};

struct SafetensorsFile {
  std::map<std::string, std::string> metadata;  ///< the header's "__metadata__"
  std::vector<SafetensorsTensor> tensors;       ///< in the order in which they are stored
};

/// What write_safetensors stores of a tensor.
struct SafetensorsView {
  std::string name;
  Shape shape;
  std::span<const float> values;
};

/// Throws Error(kIo) where the file cannot be read, Error(kData) where it is cut short, its header is malformed, a
/// tensor is not F32, or its offsets, shapes and the size of the file do not agree.
SafetensorsFile read_safetensors(const std::filesystem::path& path);

/// Writes the tensors in the order given, through a temporary name; the values start at a multiple of 8 bytes.
/// Throws Error(kIo) where the file cannot be written, Error(kUsage) where a name is used twice or reserved, a shape
/// and the number of values differ, or a text is not UTF-8.
void write_safetensors(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                       std::span<const SafetensorsView> tensors);

}  // namespace hourglass
