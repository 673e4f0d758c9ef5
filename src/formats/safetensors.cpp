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
#include "core/mapped_file.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using nlohmann::json;
static_assert(std::endian::native == std::endian::little, "safetensors stores little-endian values");

struct KnownType {
  const char* name;
  NumberType type;
};
constexpr KnownType kTypes[] = {
    {"F32", NumberType::kFloat32}, {"F16", NumberType::kFloat16}, {"BF16", NumberType::kBfloat16},
    {"F64", NumberType::kFloat64}, {"U8", NumberType::kUint8},    {"I8", NumberType::kInt8},
    {"U16", NumberType::kUint16},  {"I16", NumberType::kInt16},   {"U32", NumberType::kUint32},
    {"I32", NumberType::kInt32},   {"U64", NumberType::kUint64},  {"I64", NumberType::kInt64},
    {"BOOL", NumberType::kBool}};

constexpr const char* kMetadataKey = "__metadata__";
constexpr size_t kLengthSize = sizeof(uint64_t);

/// Reads one file. Every error message names it.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : source_(path.string()), file_(std::make_shared<const MappedFile>(path)) {
    const json root = parse(split_header());
    if (!root.is_object()) fail("its header is not a JSON object");
    for (const auto& [key, value] : root.items()) {
      if (key == kMetadataKey)
        metadata_ = parse_metadata(value);
      else
        entries_.push_back(parse_entry(key, value));
    }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    check_no_gap();
  }

  SafetensorsFile read() const {
    SafetensorsFile result{metadata_, {}};
    for (const Entry& entry : entries_) {
      if (entry.type != NumberType::kFloat32)
        fail(entry.name, fmt::format("has dtype \"{}\"; only \"F32\" is supported", entry.type_name));
      result.tensors.push_back(copy_values(entry));
    }
    return result;
  }

  std::vector<ArrayInfo> list() const {
    std::vector<ArrayInfo> arrays;
    for (const Entry& entry : entries_)
      if (entry.type) arrays.push_back({entry.name, entry.shape});
    return arrays;
  }

  NumberArray array(const std::string& name) const {
    const auto entry = std::ranges::find_if(entries_, [&](const Entry& e) { return e.type && e.name == name; });
    if (entry == entries_.end())
      throw Error(ErrorKind::kUsage, fmt::format("'{}' has no tensor of numbers '{}'.", source_, name));
    const std::span<const std::byte> bytes = bytes_of(*entry);
    if (reinterpret_cast<uintptr_t>(bytes.data()) % size_of(*entry->type) == 0)
      return {entry->shape, *entry->type, bytes, file_, true};
    auto [copy, to] = allocate_numbers(entry->shape, *entry->type);
    std::ranges::copy(bytes, to.begin());
    return copy;
  }

 private:
  struct Entry {
    std::string name, type_name;
    std::optional<NumberType> type;  // nullopt: not known here
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
    const std::span<const std::byte> file = file_->bytes();
    if (file.size() < kLengthSize)
      fail(fmt::format("it has {} bytes; a header length of {} bytes was expected", file.size(), kLengthSize));
    uint64_t length = 0;
    std::memcpy(&length, file.data(), kLengthSize);
    if (length > file.size() - kLengthSize)
      fail(fmt::format(
          "its first 8 bytes declare a header of {} bytes, but only {} follow. It is truncated or has another "
          "format",
          length, file.size() - kLengthSize));
    data_ = file.subspan(kLengthSize + length);
    return {reinterpret_cast<const char*>(file.data()) + kLengthSize, length};
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
    if (!value["dtype"].is_string())
      fail(name, fmt::format("has dtype {}; a text was expected", value["dtype"].dump()));
    const auto type_name = value["dtype"].get<std::string>();
    const auto known = std::ranges::find(kTypes, type_name, &KnownType::name);
    const auto type = known == std::end(kTypes) ? std::nullopt : std::optional(known->type);
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
    uint64_t shape_bytes = is_empty ? 0 : size_of(type.value_or(NumberType::kUint8));
    for (uint64_t size : sizes) {
      if (is_empty || !type) break;
      if (size > num_bytes / shape_bytes)
        fail(name, fmt::format("has shape {}, but only {} bytes", value["shape"].dump(), num_bytes));
      shape_bytes *= size;
    }
    if (type && shape_bytes != num_bytes)
      fail(name, fmt::format("has shape {}, which needs {} bytes, but has {} bytes of data", value["shape"].dump(),
                             shape_bytes, num_bytes));
    return {name, type_name, type, Shape(sizes.begin(), sizes.end()), offsets[0], offsets[1]};
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

  void check_no_gap() const {
    uint64_t expected = 0;
    for (const Entry& entry : entries_) {
      if (entry.begin != expected)
        fail(entry.name, fmt::format("starts at byte {} of the data; byte {} was expected, without {}", entry.begin,
                                     expected, entry.begin < expected ? "an overlap" : "a gap"));
      expected = entry.end;
    }
    if (expected != data_.size()) fail(fmt::format("{} bytes follow the last tensor", data_.size() - expected));
  }

  std::span<const std::byte> bytes_of(const Entry& entry) const {
    return data_.subspan(entry.begin, entry.end - entry.begin);
  }

  SafetensorsTensor copy_values(const Entry& entry) const {
    SafetensorsTensor tensor{entry.name, entry.shape, {}};
    const std::span<const std::byte> bytes = bytes_of(entry);
    tensor.values.resize(bytes.size() / sizeof(float));
    if (!bytes.empty()) std::memcpy(tensor.values.data(), bytes.data(), bytes.size());
    return tensor;
  }

  std::string source_;
  std::shared_ptr<const MappedFile> file_;
  std::span<const std::byte> data_;
  std::map<std::string, std::string> metadata_;
  std::vector<Entry> entries_;
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

std::vector<ArrayInfo> list_safetensors(const std::filesystem::path& path) { return Reader(path).list(); }

NumberArray read_safetensors_array(const std::filesystem::path& path, const std::string& name) {
  return Reader(path).array(name);
}

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
