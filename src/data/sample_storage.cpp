#include <fmt/format.h>

#include "core/mapped_file.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"

namespace hourglass {

const char* to_string(ElementType type) {
  constexpr const char* kNames[] = {"uint8", "float32", "float16", "bfloat16"};
  return kNames[static_cast<size_t>(type)];
}

SampleStorage SampleStorage::shared(ElementType type, std::span<const std::byte> values,
                                    std::shared_ptr<const void> owner, bool is_mapped) {
  SampleStorage storage(type, 0);
  const auto element = static_cast<size_t>(storage.element_size());
  if (values.size() % element != 0 || reinterpret_cast<uintptr_t>(values.data()) % element != 0)
    throw Error(ErrorKind::kUsage,
                fmt::format("{} bytes at an address that is {} bytes after a multiple of {} are not an "
                            "array of values of {} bytes.",
                            values.size(), reinterpret_cast<uintptr_t>(values.data()) % element, element, element));
  storage.size_ = static_cast<int64_t>(values.size() / element);
  storage.data_ = values.data();
  storage.owner_ = std::move(owner);
  storage.is_mapped_ = is_mapped;
  return storage;
}

SampleStorage SampleStorage::of_bytes(std::vector<uint8_t> values) {
  const auto owner = std::make_shared<const std::vector<uint8_t>>(std::move(values));
  return shared(ElementType::kUint8, std::as_bytes(std::span(*owner)), owner, false);
}

SampleStorage SampleStorage::of_floats(std::vector<float> values) {
  const auto owner = std::make_shared<const std::vector<float>>(std::move(values));
  return shared(ElementType::kFloat32, std::as_bytes(std::span(*owner)), owner, false);
}

SampleStorage SampleStorage::sparse(std::vector<int64_t> starts, std::vector<SparseValue> values, int64_t sample_dim) {
  struct Rows {
    std::vector<int64_t> starts;
    std::vector<SparseValue> values;
  };
  const auto owner = std::make_shared<const Rows>(std::move(starts), std::move(values));
  SampleStorage storage(ElementType::kFloat32,
                        num_elements({static_cast<int64_t>(owner->starts.size()) - 1, sample_dim}));
  storage.data_ = std::as_bytes(std::span(owner->values)).data();
  storage.starts_ = owner->starts;
  storage.owner_ = owner;
  return storage;
}

SampleStorage SampleStorage::in_file(const std::filesystem::path& path, ElementType type, int64_t offset,
                                     int64_t count) {
  const auto file = std::make_shared<const MappedFile>(path);
  const auto size = static_cast<int64_t>(file->bytes().size());
  const int64_t element = SampleStorage(type, 0).element_size();
  if (offset < 0 || count < 0 || offset > size || count > (size - offset) / element)
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has {} bytes; {} values of {} bytes, starting at byte {}, were expected.",
                            path.string(), size, count, element, offset));
  return shared(type, file->bytes().subspan(static_cast<size_t>(offset), static_cast<size_t>(count * element)), file,
                true);
}

void SampleStorage::expect(int64_t begin, int64_t end) const {
  if (is_mapped_) expect_mapped({data_ + begin * element_size(), static_cast<size_t>((end - begin) * element_size())});
}

void SampleStorage::release(int64_t begin, int64_t end) const {
  if (is_mapped_) release_mapped({data_ + begin * element_size(), static_cast<size_t>((end - begin) * element_size())});
}

}  // namespace hourglass
