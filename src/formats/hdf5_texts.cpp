#include "formats/hdf5_texts.h"

#include <memory_resource>
#include <string_view>
#include <utility>

#include "core/caught_exception.h"
#include "formats/hdf5_handle.h"

namespace hourglass {
namespace {

using Texts = std::vector<std::string>;

/// Memory for texts of variable length. Their lengths are known only when they are read.
struct TextMemory {
  std::pmr::monotonic_buffer_resource memory;
  int64_t bytes_left;
  CaughtException exception = {};

  static void* allocate(size_t size, void* user) {
    auto& texts = *static_cast<TextMemory*>(user);
    return texts.exception.guard<void*>(nullptr, [&]() -> void* {
      if (std::cmp_greater(size, texts.bytes_left)) return nullptr;
      texts.bytes_left -= static_cast<int64_t>(size);
      return texts.memory.allocate(size, 1);
    });
  }
  static void release(void*, void*) {}  // all at once, at the end
};

/// The text in a field of fixed length.
std::string text_in(std::string_view field, H5T_str_t padding) {
  field = field.substr(0, field.find('\0'));
  if (padding == H5T_STR_SPACEPAD) field = field.substr(0, field.find_last_not_of(' ') + 1);
  return std::string(field);
}

std::optional<Texts> read_variable(hid_t dataset, hid_t type, size_t count, int64_t most_bytes) {
  TextMemory memory{.memory = {}, .bytes_left = most_bytes + static_cast<int64_t>(count)};
  const Hdf5Plist plist(H5Pcreate(H5P_DATASET_XFER));
  std::vector<char*> starts(count);
  const bool is_read =
      H5Pset_vlen_mem_manager(plist.get(), TextMemory::allocate, &memory, TextMemory::release, nullptr) >= 0 &&
      H5Dread(dataset, type, H5S_ALL, H5S_ALL, plist.get(), starts.data()) >= 0;
  memory.exception.rethrow();
  if (!is_read) return std::nullopt;
  Texts texts;
  for (const char* start : starts) texts.emplace_back(start ? start : "");
  return texts;
}

std::optional<Texts> read_fixed(hid_t dataset, hid_t type, size_t count) {
  const size_t size = H5Tget_size(type);
  std::string bytes(count * size, '\0');
  if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) return std::nullopt;
  Texts texts;
  for (size_t i = 0; i < count; ++i)
    texts.push_back(text_in(std::string_view(bytes).substr(i * size, size), H5Tget_strpad(type)));
  return texts;
}

}  // namespace

std::optional<Texts> texts_of_dataset(hid_t dataset, hid_t type, size_t count, int64_t most_bytes) {
  if (count == 0) return Texts();
  return H5Tis_variable_str(type) > 0 ? read_variable(dataset, type, count, most_bytes)
                                      : read_fixed(dataset, type, count);
}

}  // namespace hourglass
