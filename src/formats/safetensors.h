#pragma once
// safetensors (https://huggingface.co/docs/safetensors): the header length as a little-endian uint64, a JSON header,
// then the values of all tensors without gaps. Models have float32 tensors (dtype F32) only; datasets are arrays of any
// number type.

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "formats/number_array.h"
#include "hourglass/tensor.h"

namespace hourglass {

struct SafetensorsTensor {
  std::string name;
  Shape shape;
  AlignedVector<float> values;
};

struct SafetensorsFile {
  std::map<std::string, std::string> metadata;  ///< the header's "__metadata__"
  std::vector<SafetensorsTensor> tensors;       ///< in file order
};

/// Tensor to be written by write_safetensors.
struct SafetensorsView {
  std::string name;
  Shape shape;
  std::span<const float> values;
};

/// Reads a file. Throws Error(kIo) if it cannot be read, Error(kData) if it is truncated, its header is malformed, a
/// tensor is not F32, or its offsets, its shapes and the file size do not match.
SafetensorsFile read_safetensors(const std::filesystem::path& path);

/// Lists the tensors of numbers of 8 to 64 bits. Throws as read_safetensors.
std::vector<ArrayInfo> list_safetensors(const std::filesystem::path& path);

/// Reads one of them, memory-mapped. Throws as read_safetensors, and Error(kUsage) if there is none of this name.
NumberArray read_safetensors_array(const std::filesystem::path& path, const std::string& name);

/// Writes the tensors in the given order, atomically. The values start at a multiple of 8 bytes.
/// Throws Error(kIo) if the file cannot be written, Error(kUsage) if a name is used twice or is reserved, a shape does
/// not match the number of values, or a text is not UTF-8.
void write_safetensors(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                       std::span<const SafetensorsView> tensors);

}  // namespace hourglass
