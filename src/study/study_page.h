#pragma once
// The report page of a sweep or a study.

#include <filesystem>

#include "core/json.h"
#include "study/study_record.h"

namespace hourglass {

/// Returns the content of the page: the record, data of its runs in `folder` (options, curves, whether they have a
/// page), and the figure. Leaves out missing runs.
nlohmann::ordered_json study_page_data(const StudyRecord& record, const std::filesystem::path& folder);

/// Writes report.html into the folder of a sweep or a study, from its record and runs. The page is one self-contained
/// HTML file. Returns its path. Throws as read_study_record and read_run, and Error(kIo).
std::filesystem::path write_study_page(const std::filesystem::path& folder);

}  // namespace hourglass
