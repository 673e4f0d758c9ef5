#include "hourglass/fingerprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <span>
#include <vector>

#include "core/float16.h"
#include "core/hash.h"
#include "core/team.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 4096;

/// The values of a sample that is stored in half precision.
template <typename Half>
void widen(const Dataset& data, int64_t i, std::vector<float>& values) {
  std::copy_n(reinterpret_cast<const Half*>(data.sample(i).data()), values.size(), values.begin());
}

/// A sample has the same hash however its numbers are stored: those of sparse samples and of half precision are written
/// to `values` first.
uint64_t hash_sample(const Dataset& data, int64_t i, std::vector<float>& values) {
  const SampleStorage& storage = data.storage();
  if (storage.is_sparse()) {
    std::ranges::fill(values, 0.0f);
    for (const auto& [column, value] : storage.sparse_row(data.stored_row(i))) values[column] = value;
  } else if (storage.type() == ElementType::kFloat16) {
    widen<Float16>(data, i, values);
  } else if (storage.type() == ElementType::kBfloat16) {
    widen<Bfloat16>(data, i, values);
  } else {
    return hash_bytes(std::as_bytes(data.sample(i)));
  }
  return hash_bytes(std::as_bytes(std::span(values)));
}

/// The sum of the hashes of all samples. Sums do not depend on the order.
uint64_t sum_of_hashes(const Dataset& data, const Context& context) {
  std::atomic<uint64_t> sum = 0;
  const int workers = num_threads(context);
  run_team(workers, [&](int worker) {
    const Range rows = share(data.size(), workers, worker, kBlockRows);
    uint64_t own = 0;
    std::vector<float> values(static_cast<size_t>(data.sample_dim()));
    for (long begin = rows.begin; begin < rows.end; begin += kBlockRows) {
      const long end = std::min<long>(begin + kBlockRows, rows.end);
      for (long i = begin; i < end; ++i) own += hash_sample(data, i, values);
      data.release(begin, end);
    }
    sum += own;
  });
  return sum;
}

}  // namespace

std::string DataFingerprint::text() const { return fmt::format("{} samples of {} values", samples, values); }

DataFingerprint fingerprint(const DataSplit& sets, const Context& context) {
  DataFingerprint result;
  result.values = sets.train.sample_dim();
  for (const Dataset* set : {&sets.train, &sets.validation, &sets.test}) {
    if (set->size() == 0) continue;
    result.samples += set->size();
    result.checksum += sum_of_hashes(*set, context);
  }
  // Floats can be differences from an origin, which is that of all sets of a file.
  if (!sets.train.origin().empty()) result.checksum += hash_bytes(std::as_bytes(sets.train.origin()));
  return result;
}

void check_fingerprint(const DataFingerprint& expected, const DataSplit& sets, const std::string& remedy,
                       const Context& context) {
  const DataFingerprint found = fingerprint(sets, context);
  if (found == expected) return;
  throw Error(ErrorKind::kData,
              fmt::format("The data of the run have changed: the model was trained on {}, and '{}' has {}{}. {}",
                          expected.text(), sets.train.name(), found.text(),
                          found.text() == expected.text() ? " with other content" : "", remedy));
}

}  // namespace hourglass
