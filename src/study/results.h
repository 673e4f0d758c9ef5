#pragma once
// Results of variants, each trained with one or more seeds.

#include <filesystem>
#include <string>
#include <vector>

#include "study/grid.h"
#include "study/run_all.h"
#include "study/table.h"

namespace hourglass {

/// Throws Error(kUsage) if an axis has the name of another column of results_table.
void check_column_names(const std::vector<Axis>& axes, const std::vector<std::string>& metrics);

/// Returns the runs of all variants, with folders named after them under `folder`: first all variants with the seed of
/// their config, then all with the next seed, for `seeds` seeds in total.
std::vector<RunPlan> plan_runs(const std::vector<Variant>& variants, const std::vector<std::string>& metrics,
                               int64_t seeds, const std::filesystem::path& folder);

/// Statistics over the finished seeds.
struct SeedStatistics {
  double mean = kNotMeasured;
  double deviation = kNotMeasured;  ///< standard deviation with n - 1 in the denominator; NaN for one seed
};
SeedStatistics seed_statistics(const std::vector<double>& values);

struct VariantResult {
  std::vector<const RunOutcome*> done;  ///< outcomes of the finished seeds
  std::string state;    ///< worst state of its seeds: "done", "waiting", "diverged", "no data", "failed"
  std::string message;  ///< message of the first seed that failed
  SeedStatistics metric(const std::string& name) const;
};

/// Returns one result per variant. `outcomes`: of the runs of plan_runs, in the same order; must outlive the results.
std::vector<VariantResult> variant_results(size_t num_variants, const std::vector<RunOutcome>& outcomes);

/// Returns one row per variant: its point on each of `axes`, latent size, mean of each metric (with `deviations` also
/// the standard deviation, "NAME sd"), mean training time in seconds, state.
ResultTable results_table(const std::vector<std::string>& axes, const std::vector<Variant>& variants,
                          const std::vector<std::string>& metrics, const std::vector<VariantResult>& results,
                          bool deviations);

}  // namespace hourglass
