#include "model/model_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "hourglass/error.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr const char* kFormatVersion = "1";
constexpr const char* kStoredShape = "stored_shape";

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorKind::kData, fmt::format("'{}': {}", path.string(), what));
}

Shape parse_shape(const std::string& text, const std::filesystem::path& path) {
  Shape shape;
  for (const char *at = text.data(), *end = at + text.size(); at < end; ++at) {
    int64_t size = 0;
    const auto [next, error] = std::from_chars(at, end, size);
    if (error != std::errc() || size < 1 || (next < end && (*next != 'x' || next + 1 == end)))
      refuse(path, fmt::format("the sample shape '{}' is malformed; expected sizes such as 28x28x1.", text));
    shape.push_back(size);
    at = next;
  }
  return shape;
}

// The tensor of this name, which must be of this shape.
const SafetensorsTensor& stored_tensor(const SafetensorsFile& file, const std::string& name, const Shape& shape,
                                       const std::filesystem::path& path) {
  const auto stored = std::ranges::find(file.tensors, name, &SafetensorsTensor::name);
  if (stored == file.tensors.end()) refuse(path, fmt::format("tensor '{}' of its config is missing.", name));
  if (stored->shape != shape)
    refuse(path,
           fmt::format("tensor '{}' is {}; its config says {}.", name, to_string(stored->shape), to_string(shape)));
  return *stored;
}

const SafetensorsTensor& stored_tensor(const SafetensorsFile& file, const Parameter& parameter,
                                       const std::filesystem::path& path) {
  return stored_tensor(file, parameter.name, parameter.spec.shape, path);
}

// The preprocessing of a model that was fitted, else none.
Preprocessing stored_preprocessing(const SafetensorsFile& file, const Config& config,
                                   const std::filesystem::path& path) {
  const auto shape = file.metadata.find(kStoredShape);
  if (shape == file.metadata.end()) return {};
  return Preprocessing::restore(config.data.preprocess, parse_shape(shape->second, path),
                                [&](const std::string& name, const Shape& of) {
                                  const std::span<const float> values = stored_tensor(file, name, of, path).values;
                                  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
                                    refuse(path, fmt::format("tensor '{}' holds a value that is not finite.", name));
                                  return values;
                                });
}

}  // namespace

std::map<std::string, std::string> model_metadata(const Autoencoder& model, const std::string& kind) {
  std::map<std::string, std::string> metadata = {{"hourglass", kind},
                                                 {"format_version", kFormatVersion},
                                                 {"config", to_toml(model.config())},
                                                 {"sample_shape", to_string(model.sample_shape())}};
  if (const Shape& stored = model.preprocessing().input_shape(); !stored.empty())
    metadata[kStoredShape] = to_string(stored);
  return metadata;
}

std::vector<SafetensorsView> model_tensors(const Autoencoder& model) {
  const Network& network = model.network();
  std::vector<SafetensorsView> tensors;
  for (const Parameter& parameter : network.parameter_list())
    tensors.push_back({parameter.name,
                       parameter.spec.shape,
                       {network.flat() + parameter.offset, static_cast<size_t>(num_elements(parameter.spec.shape))}});
  if (!model.preprocessing().input_shape().empty())
    for (const Preprocessing::Learned& learned : model.preprocessing().learned())
      tensors.push_back({learned.name, learned.shape, learned.values});
  return tensors;
}

const std::string& metadata_entry(const SafetensorsFile& file, const std::string& key,
                                  const std::filesystem::path& path) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    refuse(path, fmt::format("there is no entry '{}' in its metadata. It was not written by hourglass.", key));
  return found->second;
}

SafetensorsFile read_model_file(const std::filesystem::path& path, const std::string& kind) {
  SafetensorsFile file = read_safetensors(path);
  if (metadata_entry(file, "hourglass", path) != kind)
    refuse(path, fmt::format("it holds a {}; a {} was expected.", metadata_entry(file, "hourglass", path), kind));
  if (metadata_entry(file, "format_version", path) != kFormatVersion)
    refuse(path, fmt::format("it is of format version {}; this program reads version {}. Use the version of hourglass "
                             "that wrote it.",
                             metadata_entry(file, "format_version", path), kFormatVersion));
  return file;
}

Autoencoder model_from_file(const SafetensorsFile& file, const std::filesystem::path& path) {
  const Shape sample_shape = parse_shape(metadata_entry(file, "sample_shape", path), path);
  const std::string& toml = metadata_entry(file, "config", path);
  try {
    const Config config = parse_config(toml, path.string() + " (config)");
    // Sizes that the config promises are compared with what the file holds before memory is taken for them.
    const Network plan(config.model, config.objective, sample_shape);
    for (const Parameter& parameter : plan.parameter_list()) stored_tensor(file, parameter, path);
    const Preprocessing preprocessing = stored_preprocessing(file, config, path);
    if (!preprocessing.output_shape().empty() && preprocessing.output_shape() != sample_shape)
      refuse(path, fmt::format("its samples are {}, but its data.preprocess makes them {}.", to_string(sample_shape),
                               to_string(preprocessing.output_shape())));
    Autoencoder model =
        preprocessing.input_shape().empty() ? Autoencoder(config, sample_shape) : Autoencoder(config, preprocessing);
    for (const Parameter& parameter : model.network().parameter_list())
      std::ranges::copy(stored_tensor(file, parameter, path).values, model.network().flat() + parameter.offset);
    return model;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kData) throw;
    refuse(path, fmt::format("its config does not work: {}", error.what()));
  }
}

Autoencoder Autoencoder::load(const std::filesystem::path& path) {
  return model_from_file(read_model_file(path, "model"), path);
}

void Autoencoder::save(const std::filesystem::path& path) const {
  write_safetensors(path, model_metadata(*this, "model"), model_tensors(*this));
}

}  // namespace hourglass
