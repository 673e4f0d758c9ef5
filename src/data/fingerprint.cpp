#include "hourglass/fingerprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <span>
#include <vector>

#include "core/hash.h"
#include "core/team.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 4096;

/// A sparse sample has the hash of all its values, zeros included, which are written to `dense`.
uint64_t hash_sample(const Dataset& data, int64_t i, std::vector<float>& dense) {
  if (!data.storage().is_sparse()) return hash_bytes(std::as_bytes(data.sample(i)));
  std::ranges::fill(dense, 0.0f);
  for (const auto& [column, value] : data.storage().sparse_row(data.stored_row(i))) dense[column] = value;
  return hash_bytes(std::as_bytes(std::span(dense)));
}

/// The sum of the hashes of all samples. Sums do not depend on the order.
uint64_t sum_of_hashes(const Dataset& data, const Context& context) {
  std::atomic<uint64_t> sum = 0;
  const int workers = num_threads(context);
  run_team(workers, [&](int worker) {
    const Range rows = share(data.size(), workers, worker, kBlockRows);
    uint64_t own = 0;
    std::vector<float> dense(data.storage().is_sparse() ? static_cast<size_t>(data.sample_dim()) : 0);
    for (long begin = rows.begin; begin < rows.end; begin += kBlockRows) {
      const long end = std::min<long>(begin + kBlockRows, rows.end);
      for (long i = begin; i < end; ++i) own += hash_sample(data, i, dense);
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
