#include "model/model_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>

#include "core/json.h"
#include "hourglass/error.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr const char* kFormatVersion = "1";
constexpr const char* kFormatVersionWithOrigin = "2";  // programs that read version 1 ignore the origin
constexpr const char* kStoredShape = "stored_shape";
// The stored form of the training samples.
constexpr const char* kFeatureNames = "feature_names";
constexpr const char* kClassNames = "class_names";
constexpr const char* kCategories = "categories";
constexpr const char* kElementType = "element_type";
constexpr const char* kValues = "values";
constexpr const char* kUnit = "0...1";
constexpr const char* kOrigin = "origin";
constexpr const char* kTrainedOn = "trained_on";  // samples, values, checksum

constexpr ElementType kStoredForms[] = {ElementType::kUint8, ElementType::kFloat32};

[[noreturn]] void reject(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorKind::kData, fmt::format("'{}': {}", path.string(), what));
}

// Runs function(); what a config causes to fail is wrong with the file.
template <typename Function>
auto in_config(const std::filesystem::path& path, const Function& function) {
  try {
    return function();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kData) throw;
    reject(path, fmt::format("its config is invalid: {}", error.what()));
  }
}

Shape parse_shape(const std::string& text, const std::filesystem::path& path) {
  Shape shape;
  for (const char *at = text.data(), *end = at + text.size(); at < end; ++at) {
    int64_t size = 0;
    const auto [next, error] = std::from_chars(at, end, size);
    if (error != std::errc() || size < 1 || (next < end && (*next != 'x' || next + 1 == end)))
      reject(path, fmt::format("the sample shape '{}' is malformed; expected sizes such as 28x28x1.", text));
    shape.push_back(size);
    at = next;
  }
  return shape;
}

// A list of names, or an empty one. `count`: the expected number of names, or -1.
std::vector<std::string> stored_names(const SafetensorsFile& file, const char* key, int64_t count,
                                      const std::filesystem::path& path) {
  const auto text = file.metadata.find(key);
  if (text == file.metadata.end()) return {};
  const Json names = parse_json(text->second);
  const auto is_text = [](const Json& name) { return name.is_string(); };
  if (!names.is_array() || (count >= 0 && static_cast<int64_t>(names.size()) != count) ||
      !std::ranges::all_of(names, is_text))
    reject(path, fmt::format("its {} is not a list of {}strings.", key, count >= 0 ? fmt::format("{} ", count) : ""));
  return names;
}

// What the file says of the training samples. Files of earlier versions have only the names of features.
StoredForm stored_form(const SafetensorsFile& file, int64_t num_features, const std::filesystem::path& path) {
  StoredForm form;
  form.feature_names = stored_names(file, kFeatureNames, num_features, path);
  form.class_names = stored_names(file, kClassNames, -1, path);
  if (const auto text = file.metadata.find(kCategories); text != file.metadata.end()) {
    const Json lists = parse_json(text->second);
    const auto is_list = [](const Json& list) {
      return list.is_array() && std::ranges::all_of(list, [](const Json& name) { return name.is_string(); });
    };
    if (!lists.is_array() || static_cast<int64_t>(lists.size()) != num_features || !std::ranges::all_of(lists, is_list))
      reject(path, fmt::format("its categories are not {} lists of strings.", num_features));
    form.categories = lists.get<std::vector<std::vector<std::string>>>();
  }
  if (const auto origin = file.metadata.find(kOrigin); origin != file.metadata.end()) {
    const Json numbers = parse_json(origin->second);
    const auto is_number = [](const Json& number) { return number.is_number(); };
    if (!numbers.is_array() || static_cast<int64_t>(numbers.size()) != num_features ||
        !std::ranges::all_of(numbers, is_number))
      reject(path, fmt::format("its origin is not a list of {} numbers.", num_features));
    form.origin = numbers.get<std::vector<double>>();
  }
  const auto type = file.metadata.find(kElementType);
  if (type == file.metadata.end()) return form;
  const auto found = std::ranges::find(kStoredForms, type->second, [](ElementType each) { return to_string(each); });
  if (found == std::end(kStoredForms)) reject(path, fmt::format("its element type '{}' is unknown.", type->second));
  form.element_type = *found;
  const auto scale = file.metadata.find(kValues);
  form.is_unit = scale == file.metadata.end() || scale->second == kUnit;
  return form;
}

}  // namespace

std::map<std::string, std::string> model_metadata(const Config& config, const Shape& sample_shape,
                                                  const Preprocessing& preprocessing,
                                                  const std::optional<DataFingerprint>& trained_on,
                                                  const std::string& kind) {
  std::map<std::string, std::string> metadata = {{"hourglass", kind},
                                                 {"format_version", kFormatVersion},
                                                 {"config", to_toml(config)},
                                                 {"sample_shape", to_string(sample_shape)}};
  if (const Shape& stored = preprocessing.input_shape(); !stored.empty()) metadata[kStoredShape] = to_string(stored);
  const StoredForm& form = preprocessing.stored_form();
  if (!form.feature_names.empty()) metadata[kFeatureNames] = json_text(form.feature_names, false);
  if (!form.class_names.empty()) metadata[kClassNames] = json_text(form.class_names, false);
  if (!form.categories.empty()) metadata[kCategories] = json_text(form.categories, false);
  if (form.element_type) {
    metadata[kElementType] = to_string(*form.element_type);
    metadata[kValues] = form.is_unit ? kUnit : "any";
  }
  if (trained_on)
    metadata[kTrainedOn] = fmt::format("{} {} {:016x}", trained_on->samples, trained_on->values, trained_on->checksum);
  if (!form.origin.empty()) {
    metadata[kOrigin] = json_text(form.origin, false);
    metadata["format_version"] = kFormatVersionWithOrigin;
  }
  return metadata;
}

std::map<std::string, std::string> model_metadata(const Autoencoder& model, const std::string& kind) {
  return model_metadata(model.config(), model.sample_shape(), model.preprocessing(), model.trained_on(), kind);
}

std::vector<SafetensorsView> network_tensors(const Network& network, const std::string& prefix) {
  std::vector<SafetensorsView> tensors;
  for (const Parameter& parameter : network.parameter_list())
    tensors.push_back({prefix + parameter.name,
                       parameter.spec.shape,
                       {network.flat() + parameter.offset, static_cast<size_t>(num_elements(parameter.spec.shape))}});
  return tensors;
}

std::vector<SafetensorsView> preprocessing_tensors(const Preprocessing& preprocessing) {
  std::vector<SafetensorsView> tensors;
  if (!preprocessing.input_shape().empty())
    for (const Preprocessing::Learned& learned : preprocessing.learned())
      tensors.push_back({learned.name, learned.shape, learned.values});
  return tensors;
}

std::vector<SafetensorsView> model_tensors(const Autoencoder& model) {
  std::vector<SafetensorsView> tensors = network_tensors(model.network());
  const std::vector<SafetensorsView> preprocessing = preprocessing_tensors(model.preprocessing());
  tensors.insert(tensors.end(), preprocessing.begin(), preprocessing.end());
  return tensors;
}

const std::string& metadata_entry(const SafetensorsFile& file, const std::string& key,
                                  const std::filesystem::path& path) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    reject(path, fmt::format("its metadata has no entry '{}'. The file was not written by hourglass.", key));
  return found->second;
}

SafetensorsFile read_model_file(const std::filesystem::path& path, const std::string& kind) {
  SafetensorsFile file = read_safetensors(path);
  if (metadata_entry(file, "hourglass", path) != kind)
    reject(path, fmt::format("the file is a {}; expected a {}.", metadata_entry(file, "hourglass", path), kind));
  const std::string& version = metadata_entry(file, "format_version", path);
  if (version != kFormatVersion && version != kFormatVersionWithOrigin)
    reject(path,
           fmt::format(
               "the file has format version {}; this program reads versions {} and {}. Use the version of hourglass "
               "that wrote it.",
               version, kFormatVersion, kFormatVersionWithOrigin));
  return file;
}

const SafetensorsTensor& tensor_of_file(const SafetensorsFile& file, const std::string& name, const Shape& shape,
                                        const std::filesystem::path& path) {
  const auto stored = std::ranges::find(file.tensors, name, &SafetensorsTensor::name);
  if (stored == file.tensors.end()) reject(path, fmt::format("the tensor '{}' is missing.", name));
  if (stored->shape != shape)
    reject(path, fmt::format("the tensor '{}' is {}; its config expects {}.", name, to_string(stored->shape),
                             to_string(shape)));
  return *stored;
}

Config config_of_file(const SafetensorsFile& file, const std::filesystem::path& path) {
  const std::string& toml = metadata_entry(file, "config", path);
  return in_config(path, [&] { return parse_config(toml, path.string() + " (config)"); });
}

Shape sample_shape_of_file(const SafetensorsFile& file, const std::filesystem::path& path) {
  return parse_shape(metadata_entry(file, "sample_shape", path), path);
}

// Nothing in a file of an earlier version.
std::optional<DataFingerprint> trained_on_of_file(const SafetensorsFile& file, const std::filesystem::path& path) {
  const auto text = file.metadata.find(kTrainedOn);
  if (text == file.metadata.end()) return std::nullopt;
  DataFingerprint data;
  const char *at = text->second.data(), *end = at + text->second.size();
  const auto read = [&](auto& number, int base) {
    const auto [next, error] = std::from_chars(at, end, number, base);
    if (error != std::errc() || (next != end && *next != ' '))
      reject(path,
             fmt::format("its entry '{}' is '{}'; expected two integers and a checksum.", kTrainedOn, text->second));
    at = next == end ? end : next + 1;
  };
  read(data.samples, 10);
  read(data.values, 10);
  read(data.checksum, 16);
  return data;
}

// Empty if the file has no fitted preprocessing.
Preprocessing preprocessing_of_file(const SafetensorsFile& file, const Config& config, const Shape& sample_shape,
                                    const std::filesystem::path& path) {
  const auto text = file.metadata.find(kStoredShape);
  if (text == file.metadata.end()) return {};
  const Shape shape = parse_shape(text->second, path);
  Preprocessing preprocessing = in_config(path, [&] {
    return Preprocessing::restore(config.data.preprocess, shape, [&](const std::string& name, const Shape& of) {
      const std::span<const float> values = tensor_of_file(file, name, of, path).values;
      if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
        reject(path, fmt::format("the tensor '{}' has a value that is not finite.", name));
      return values;
    });
  });
  preprocessing.set_stored_form(stored_form(file, num_elements(shape), path));
  if (!preprocessing.output_shape().empty() && preprocessing.output_shape() != sample_shape)
    reject(path, fmt::format("its samples are {}, but its data.preprocess outputs {}.", to_string(sample_shape),
                             to_string(preprocessing.output_shape())));
  return preprocessing;
}

Autoencoder network_of_file(const SafetensorsFile& file, const Config& config, const Shape& sample_shape,
                            const Preprocessing& preprocessing, const std::string& prefix,
                            const std::filesystem::path& path) {
  return in_config(path, [&] {
    const auto stored = [&](const Parameter& parameter) -> const SafetensorsTensor& {
      return tensor_of_file(file, prefix + parameter.name, parameter.spec.shape, path);
    };
    const Network plan(config.model, config.objective, sample_shape, preprocessing.categories());
    for (const Parameter& parameter : plan.parameter_list()) stored(parameter);
    Autoencoder model =
        preprocessing.input_shape().empty() ? Autoencoder(config, sample_shape) : Autoencoder(config, preprocessing);
    for (const Parameter& parameter : model.network().parameter_list())
      std::ranges::copy(stored(parameter).values, model.network().flat() + parameter.offset);
    return model;
  });
}

Autoencoder model_from_file(const SafetensorsFile& file, const std::filesystem::path& path) {
  const Config config = config_of_file(file, path);
  const Shape sample_shape = sample_shape_of_file(file, path);
  const Preprocessing preprocessing = preprocessing_of_file(file, config, sample_shape, path);
  Autoencoder model = network_of_file(file, config, sample_shape, preprocessing, "", path);
  if (const auto data = trained_on_of_file(file, path)) model.set_trained_on(*data);
  return model;
}

Autoencoder Autoencoder::load(const std::filesystem::path& path) {
  return model_from_file(read_model_file(path, "model"), path);
}

void Autoencoder::save(const std::filesystem::path& path) const {
  write_safetensors(path, model_metadata(*this, "model"), model_tensors(*this));
}

}  // namespace hourglass
