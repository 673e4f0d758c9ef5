#include "data/batch.h"

#include <algorithm>

#include "data/sample_transform.h"
#include "kernels/gather.h"
#include "kernels/noise.h"

namespace hourglass {

void gather_stored(const Dataset& data, int64_t first_row, int64_t count, const uint32_t* stored_rows,
                   const uint32_t* upcoming, float* out) {
  const ValueTransform transform = data.transform().kernel();
  const int64_t dim = data.sample_dim();
  if (data.storage().is_sparse()) {
    std::fill_n(out, count * dim, 0.0f);
    for (int64_t r = 0; r < count; ++r)
      for (const auto& [column, value] : data.storage().sparse_row(first_row + (stored_rows ? stored_rows[r] : r)))
        out[r * dim + column] = value;
    return gather_rows(transform, count, dim, out, nullptr, nullptr, out);
  }
  const std::byte* values = data.storage().data() + first_row * dim * data.storage().element_size();
  const auto gather = [&](auto first) { gather_rows(transform, count, dim, first, stored_rows, upcoming, out); };
  switch (data.storage().type()) {
    case ElementType::kUint8:
      return gather(reinterpret_cast<const uint8_t*>(values));
    case ElementType::kFloat32:
      return gather(reinterpret_cast<const float*>(values));
    case ElementType::kFloat16:
      return gather(reinterpret_cast<const Float16*>(values));
    case ElementType::kBfloat16:
      return gather(reinterpret_cast<const Bfloat16*>(values));
  }
}

void gather_samples(const Dataset& data, int64_t count, const uint32_t* stored_rows, const uint32_t* upcoming,
                    const BatchDraw& draw, float* out) {
  gather_stored(data, 0, count, stored_rows, upcoming, out);
  if (data.transform().draws())
    bernoulli({.seed = draw.seed, .purpose = RandomPurpose::kBinarization, .layer = 0, .step = draw.step},
              draw.first_row, count, data.sample_dim(), out, out);
}

}  // namespace hourglass
