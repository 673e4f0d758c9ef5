#pragma once
// Evaluations for people and for programs.

#include <filesystem>
#include <string>

#include "hourglass/evaluation.h"
#include "results.h"

namespace hourglass::cli {

/// A table a family, with a column a subject, then what every metric means and what is missing.
std::string evaluation_text(const Evaluation& evaluation);

/// `header`, which names the part, measurements, tables, missing.
Json evaluation_json(const Evaluation& evaluation, Json header);

/// What evaluation.json holds once `json` is added: an object by part, in which measurements of the same name are
/// replaced and others are kept. A file that cannot be read as such is replaced.
Json merged_evaluations(const std::filesystem::path& path, const Json& json);

}  // namespace hourglass::cli
