#pragma once
// The page of a sweep or a study.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "study/study_record.h"

namespace hourglass {

/// What the page shows: the record, with what its runs in `folder` tell (options, curves, whether they have a page) and
/// its figure. Runs that are not there are left out.
nlohmann::ordered_json study_page_data(const StudyRecord& record, const std::filesystem::path& folder);

/// Writes report.html into the folder of a sweep or a study, from its record and its runs: one HTML file that needs no
/// other. Returns its path. Throws as read_study_record and read_run, and Error(kIo).
std::filesystem::path write_study_page(const std::filesystem::path& folder);

}  // namespace hourglass
