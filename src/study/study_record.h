#pragma once
// The record of a sweep or a study: results.json in its folder. The report page is made from it.

#include <filesystem>
#include <string>
#include <vector>

#include "study/results.h"
#include "study/table.h"

namespace hourglass {

struct VariantRecord {
  std::string name;
  std::string data;               ///< name of the dataset
  std::vector<std::string> runs;  ///< names of the run folders, one per seed
  std::string state;              ///< see VariantResult
  std::string message;            ///< why it failed, or ""
};

struct StudyRecord {
  std::string name;  ///< "depth-width"; "sweep"
  std::string title;
  std::string source;  ///< publication of a study; grid of a sweep
  std::vector<std::string> notes;
  std::string command;  ///< command that repeats it
  std::string version;  ///< version of the program
  bool quick = false;
  int64_t seeds = 1;
  std::vector<std::string> axes;
  std::vector<std::string> metrics;
  std::vector<VariantRecord> variants;  ///< in the order of the rows of `results`
  ResultTable results;                  ///< see results_table
  ResultTable published;                ///< see published_table; no rows if nothing was published
};

/// Returns one record per variant. `plans`: from plan_runs. `results`: from variant_results.
std::vector<VariantRecord> variant_records(const std::vector<Variant>& variants, const std::vector<RunPlan>& plans,
                                           const std::vector<VariantResult>& results);

nlohmann::ordered_json to_json(const StudyRecord& record);

/// Returns the path of the record in the folder of a sweep or a study.
std::filesystem::path record_file(const std::filesystem::path& folder);
/// Returns whether `folder` is the folder of a sweep or a study.
bool is_study_folder(const std::filesystem::path& folder);
/// Reads the record of a folder. Throws Error(kIo) if it is missing, Error(kData) if it is not a valid record.
StudyRecord read_study_record(const std::filesystem::path& folder);

}  // namespace hourglass
