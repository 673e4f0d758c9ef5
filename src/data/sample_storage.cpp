#include <fmt/format.h>

#include "core/mapped_file.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"

namespace hourglass {

SampleStorage SampleStorage::of_bytes(std::vector<uint8_t> values) {
  const auto owner = std::make_shared<const std::vector<uint8_t>>(std::move(values));
  SampleStorage storage(ElementType::kUint8, static_cast<int64_t>(owner->size()));
  storage.data_ = reinterpret_cast<const std::byte*>(owner->data());
  storage.owner_ = owner;
  return storage;
}

SampleStorage SampleStorage::of_floats(std::vector<float> values) {
  const auto owner = std::make_shared<const std::vector<float>>(std::move(values));
  SampleStorage storage(ElementType::kFloat32, static_cast<int64_t>(owner->size()));
  storage.data_ = reinterpret_cast<const std::byte*>(owner->data());
  storage.owner_ = owner;
  return storage;
}

SampleStorage SampleStorage::in_file(const std::filesystem::path& path, ElementType type, int64_t offset,
                                     int64_t count) {
  SampleStorage storage(type, count);
  storage.file_ = std::make_shared<const MappedFile>(path);
  storage.file_offset_ = offset;
  const auto size = static_cast<int64_t>(storage.file_->bytes().size());
  if (offset < 0 || count < 0 || offset > size || count > (size - offset) / storage.element_size())
    throw Error(ErrorKind::kData, fmt::format("'{}' has {} bytes; {} values of {} bytes from byte {} on were expected.",
                                              path.string(), size, count, storage.element_size(), offset));
  if (offset % storage.element_size() != 0)
    throw Error(ErrorKind::kUsage, fmt::format("The floats of '{}' start at byte {}, which is no multiple of {}; they "
                                               "cannot be used where they are.",
                                               path.string(), offset, storage.element_size()));
  storage.data_ = storage.file_->bytes().data() + offset;
  return storage;
}

void SampleStorage::expect(int64_t begin, int64_t end) const {
  if (file_)
    file_->expect(static_cast<size_t>(file_offset_ + begin * element_size()),
                  static_cast<size_t>(file_offset_ + end * element_size()));
}

void SampleStorage::release(int64_t begin, int64_t end) const {
  if (file_)
    file_->release(static_cast<size_t>(file_offset_ + begin * element_size()),
                   static_cast<size_t>(file_offset_ + end * element_size()));
}

}  // namespace hourglass
