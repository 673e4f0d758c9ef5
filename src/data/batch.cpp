#include "data/batch.h"

#include "kernels/gather.h"

namespace hourglass {

void gather_samples(const Dataset& data, int64_t count, const uint32_t* stored_rows, const uint32_t* upcoming,
                    float* out) {
  const std::byte* values = data.storage().data();
  if (data.storage().type() == ElementType::kUint8)
    gather_rows(data.transform(), count, data.sample_dim(), reinterpret_cast<const uint8_t*>(values), stored_rows,
                upcoming, out);
  else
    gather_rows(data.transform(), count, data.sample_dim(), reinterpret_cast<const float*>(values), stored_rows,
                upcoming, out);
}

Dataset prepare(const Dataset& data, const DataConfig& config) {
  if (data.size() == 0 || data.is_prepared()) return data;
  ValueTransform transform = data.transform();
  transform.binarize = config.binarize >= 0;
  transform.threshold = static_cast<float>(config.binarize);
  return data.with_transform(transform);
}

}  // namespace hourglass
