#include "formats/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <string_view>

#include "core/file.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using nlohmann::json;
static_assert(std::endian::native == std::endian::little, "safetensors stores little-endian values");

constexpr const char* kMetadataKey = "__metadata__";
constexpr size_t kLengthSize = sizeof(uint64_t);

/// Reads one file. Every error message names it.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : source_(path.string()), file_(read_file(path)) {}

  SafetensorsFile read() {
    const std::string_view header = split_header();
    const json root = parse(header);
    if (!root.is_object()) fail("its header is not a JSON object");
    SafetensorsFile result;
    std::vector<Entry> entries;
    for (const auto& [key, value] : root.items()) {
      if (key == kMetadataKey)
        result.metadata = parse_metadata(value);
      else
        entries.push_back(parse_entry(key, value));
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    check_no_gap(entries);
    for (Entry& entry : entries) result.tensors.push_back(copy_values(std::move(entry)));
    return result;
  }

 private:
  struct Entry {
    std::string name;
    Shape shape;
    uint64_t begin, end;  // bytes, from the start of the data area
  };

  [[noreturn]] void fail(const std::string& found) const {
    throw Error(ErrorKind::kData, fmt::format("'{}' is not a valid safetensors file: {}.", source_, found));
  }
  [[noreturn]] void fail(const std::string& tensor, const std::string& found) const {
    fail(fmt::format("tensor '{}' {}", tensor, found));
  }

  std::string_view split_header() {
    if (file_.size() < kLengthSize)
      fail(fmt::format("it has {} bytes; a header length of {} bytes was expected", file_.size(), kLengthSize));
    uint64_t length = 0;
    std::memcpy(&length, file_.data(), kLengthSize);
    if (length > file_.size() - kLengthSize)
      fail(fmt::format(
          "its first 8 bytes declare a header of {} bytes, but only {} follow. It is truncated or has another "
          "format",
          length, file_.size() - kLengthSize));
    data_ = std::string_view(file_).substr(kLengthSize + length);
    return std::string_view(file_).substr(kLengthSize, length);
  }

  json parse(std::string_view header) const {
    // By default, the parser keeps the last of several equal keys.
    std::vector<std::set<std::string>> open_objects;
    constexpr int kDeepest = 10;  // printing a value recurses
    const auto reject_duplicates = [&](int depth, json::parse_event_t event, json& parsed) {
      if (depth > kDeepest) fail(fmt::format("its header is nested deeper than {}", kDeepest));
      if (event == json::parse_event_t::object_start) open_objects.emplace_back();
      if (event == json::parse_event_t::object_end) open_objects.pop_back();
      if (event == json::parse_event_t::key && !open_objects.back().insert(parsed.get<std::string>()).second)
        fail(fmt::format("its header has the key '{}' twice", parsed.get<std::string>()));
      return true;
    };
    try {
      return json::parse(header, reject_duplicates);
    } catch (const json::exception& e) {
      fail(fmt::format("its header is not valid JSON ({})", e.what()));
    }
  }

  std::map<std::string, std::string> parse_metadata(const json& value) const {
    std::map<std::string, std::string> metadata;
    if (!value.is_object()) fail(fmt::format("'{}' is not a JSON object", kMetadataKey));
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) fail(fmt::format("'{}' in '{}' is not a string", key, kMetadataKey));
      metadata[key] = text.get<std::string>();
    }
    return metadata;
  }

  Entry parse_entry(const std::string& name, const json& value) const {
    if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") || !value.contains("data_offsets"))
      fail(name, "needs dtype, shape and data_offsets");
    if (value["dtype"] != "F32")
      fail(name, fmt::format("has dtype {}; only \"F32\" is supported", value["dtype"].dump()));
    const std::vector<uint64_t> offsets = parse_sizes(name, "data_offsets", value["data_offsets"]);
    if (offsets.size() != 2 || offsets[0] > offsets[1])
      fail(name, fmt::format("has data_offsets {}; [begin, end] was expected", value["data_offsets"].dump()));
    if (offsets[1] > data_.size())
      fail(name, fmt::format("ends at byte {} of the data, but there are only {} bytes. The file is truncated",
                             offsets[1], data_.size()));

    // Each product is compared with the number of bytes before the multiplication, so it cannot overflow.
    const uint64_t num_bytes = offsets[1] - offsets[0];
    const std::vector<uint64_t> sizes = parse_sizes(name, "shape", value["shape"]);
    const bool is_empty = std::find(sizes.begin(), sizes.end(), 0u) != sizes.end();
    uint64_t shape_bytes = is_empty ? 0 : sizeof(float);
    for (uint64_t size : sizes) {
      if (is_empty) break;
      if (size > num_bytes / shape_bytes)
        fail(name, fmt::format("has shape {}, but only {} bytes", value["shape"].dump(), num_bytes));
      shape_bytes *= size;
    }
    if (shape_bytes != num_bytes)
      fail(name, fmt::format("has shape {}, which needs {} bytes, but has {} bytes of data", value["shape"].dump(),
                             shape_bytes, num_bytes));
    return {name, Shape(sizes.begin(), sizes.end()), offsets[0], offsets[1]};
  }

  std::vector<uint64_t> parse_sizes(const std::string& name, const char* key, const json& value) const {
    std::vector<uint64_t> sizes;
    if (!value.is_array()) fail(name, fmt::format("has {} {}; an array was expected", key, value.dump()));
    for (const json& size : value) {
      if (!size.is_number_unsigned() || size.get<uint64_t>() > INT64_MAX)
        fail(name, fmt::format("has {} {}; non-negative integers were expected", key, value.dump()));
      sizes.push_back(size.get<uint64_t>());
    }
    return sizes;
  }

  void check_no_gap(const std::vector<Entry>& entries) const {
    uint64_t expected = 0;
    for (const Entry& entry : entries) {
      if (entry.begin != expected)
        fail(entry.name, fmt::format("starts at byte {} of the data; byte {} was expected, without {}", entry.begin,
                                     expected, entry.begin < expected ? "an overlap" : "a gap"));
      expected = entry.end;
    }
    if (expected != data_.size()) fail(fmt::format("{} bytes follow the last tensor", data_.size() - expected));
  }

  SafetensorsTensor copy_values(Entry entry) const {
    SafetensorsTensor tensor{std::move(entry.name), std::move(entry.shape), {}};
    const std::string_view bytes = data_.substr(entry.begin, entry.end - entry.begin);
    tensor.values.resize(bytes.size() / sizeof(float));
    if (!bytes.empty()) std::memcpy(tensor.values.data(), bytes.data(), bytes.size());
    return tensor;
  }

  std::string source_;
  std::string file_;
  std::string_view data_;
};

std::string make_header(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                        std::span<const SafetensorsView> tensors) {
  const auto fail = [&](const std::string& found) {
    throw Error(ErrorKind::kUsage, fmt::format("Cannot write '{}': {}.", path.string(), found));
  };
  nlohmann::ordered_json root = nlohmann::ordered_json::object();
  if (!metadata.empty()) root[kMetadataKey] = metadata;
  std::set<std::string> names{kMetadataKey};
  uint64_t offset = 0;
  for (const SafetensorsView& tensor : tensors) {
    if (!names.insert(tensor.name).second)
      fail(fmt::format("the tensor name '{}' is used twice or is reserved", tensor.name));
    if (num_elements(tensor.shape) != static_cast<int64_t>(tensor.values.size()))
      fail(fmt::format("tensor '{}' of shape {} has {} values", tensor.name, to_string(tensor.shape),
                       tensor.values.size()));
    const uint64_t end = offset + tensor.values.size_bytes();
    root[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string header;
  try {
    header = root.dump();
  } catch (const json::exception& e) {
    fail(fmt::format("a name or the metadata is not UTF-8 ({})", e.what()));
  }
  header.append((kLengthSize - header.size() % kLengthSize) % kLengthSize, ' ');
  return header;
}

}  // namespace

SafetensorsFile read_safetensors(const std::filesystem::path& path) { return Reader(path).read(); }

void write_safetensors(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                       std::span<const SafetensorsView> tensors) {
  const std::string header = make_header(path, metadata, tensors);
  write_file_atomically(path, [&](std::ostream& out) {
    const uint64_t length = header.size();
    out.write(reinterpret_cast<const char*>(&length), sizeof length);
    out.write(header.data(), static_cast<std::streamsize>(header.size()));
    for (const SafetensorsView& tensor : tensors)
      out.write(reinterpret_cast<const char*>(tensor.values.data()),
                static_cast<std::streamsize>(tensor.values.size_bytes()));
  });
}

}  // namespace hourglass
