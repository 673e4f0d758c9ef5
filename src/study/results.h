#pragma once
// What variants reached, each perhaps with several seeds.

#include <filesystem>
#include <string>
#include <vector>

#include "study/grid.h"
#include "study/run_all.h"
#include "study/table.h"

namespace hourglass {

/// The runs of all variants, in folders of their names under `folder`: all with their config's seed first, then, up to
/// `seeds` times, all with the next one.
std::vector<RunPlan> plan_runs(const std::vector<Variant>& variants, const std::vector<std::string>& metrics,
                               int64_t seeds, const std::filesystem::path& folder);

/// Over the seeds that are done.
struct SeedStatistics {
  double mean = kNotMeasured;
  double deviation = kNotMeasured;  ///< with n - 1 in the denominator; not measured for one seed
};
SeedStatistics seed_statistics(const std::vector<double>& values);

struct VariantResult {
  std::vector<const RunOutcome*> done;  ///< of its seeds
  std::string state;                    ///< "done", "waiting", "diverged", "no data", "failed": the worst of its seeds
  std::string message;                  ///< of the first seed that failed
  SeedStatistics metric(const std::string& name) const;
};

/// A result a variant, from the outcomes of plan_runs, which must outlive them.
std::vector<VariantResult> variant_results(size_t num_variants, const std::vector<RunOutcome>& outcomes);

/// A row a variant: its point on each of `axes`, the size of its latent, the metrics (with more than one seed the mean
/// and the deviation "NAME sd"), mean seconds of training, its state.
ResultTable results_table(const std::vector<std::string>& axes, const std::vector<Variant>& variants,
                          const std::vector<std::string>& metrics, const std::vector<VariantResult>& results,
                          bool deviations);

}  // namespace hourglass
