#pragma once
// What a sweep or a study leaves in its folder besides its runs: results.json, from which its page is made.

#include <filesystem>
#include <string>
#include <vector>

#include "study/results.h"
#include "study/table.h"

namespace hourglass {

struct VariantRecord {
  std::string name;
  std::string data;               ///< the name of its data set
  std::vector<std::string> runs;  ///< the names of its run folders, one a seed
  std::string state;              ///< as in VariantResult
  std::string message;            ///< why it failed, or ""
};

struct StudyRecord {
  std::string name;  ///< "depth-width"; "sweep"
  std::string title;
  std::string source;  ///< whose study it is; what a sweep goes through
  std::vector<std::string> notes;
  std::string command;  ///< that repeats it
  std::string version;  ///< of the program
  bool quick = false;
  int64_t seeds = 1;
  std::vector<std::string> axes;
  std::vector<std::string> metrics;
  std::vector<VariantRecord> variants;  ///< in the order of the rows of `results`
  ResultTable results;                  ///< see results_table
  ResultTable published;                ///< see published_table; no rows: nothing was published
};

/// A record a variant, from what plan_runs and variant_results made of them.
std::vector<VariantRecord> variant_records(const std::vector<Variant>& variants, const std::vector<RunPlan>& plans,
                                           const std::vector<VariantResult>& results);

nlohmann::ordered_json to_json(const StudyRecord& record);

/// The record as its file in the folder of a sweep or a study.
std::filesystem::path record_file(const std::filesystem::path& folder);
/// Whether `folder` is one of a sweep or a study.
bool holds_study(const std::filesystem::path& folder);
/// Reads the record of a folder. Throws Error(kIo) where there is none, Error(kData) where it is none.
StudyRecord read_study_record(const std::filesystem::path& folder);

}  // namespace hourglass
