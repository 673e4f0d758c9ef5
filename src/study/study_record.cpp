#include "study/study_record.h"

#include <fmt/format.h>

#include "core/file.h"
#include "core/json.h"
#include "hourglass/error.h"
#include "hourglass/run_folder.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;
Cell cell_of(const Json& value) {
  if (value.is_null()) return kNotMeasured;
  if (value.is_string()) return value.get<std::string>();
  return value.get<double>();
}

ResultTable table_of(const Json& rows) {
  ResultTable table;
  for (const Json& row : rows) {
    std::vector<Cell> cells;
    for (const auto& [column, value] : row.items()) {
      if (table.rows.empty()) table.columns.push_back(column);
      cells.push_back(cell_of(value));
    }
    if (cells.size() != table.columns.size())
      throw Error(ErrorKind::kData, "the rows of a table have different lengths");
    table.rows.push_back(std::move(cells));
  }
  return table;
}

StudyRecord record_of(const Json& json) {
  StudyRecord record;
  json.at("study").get_to(record.name);
  json.at("title").get_to(record.title);
  json.at("source").get_to(record.source);
  json.at("notes").get_to(record.notes);
  json.at("command").get_to(record.command);
  json.at("version").get_to(record.version);
  json.at("quick").get_to(record.quick);
  json.at("seeds").get_to(record.seeds);
  json.at("axes").get_to(record.axes);
  json.at("metrics").get_to(record.metrics);
  for (const Json& variant : json.at("variants"))
    record.variants.push_back(
        {variant.at("name"), variant.at("data"), variant.at("runs"), variant.at("state"), variant.at("message")});
  record.results = table_of(json.at("results"));
  record.published = table_of(json.at("published"));
  if (record.results.rows.size() != record.variants.size())
    throw Error(ErrorKind::kData, "expected one row of results per variant");
  for (const Json& row : json.at("published"))
    for (const char* column : {"variant", "metric"}) row.at(column).get_ref<const std::string&>();
  return record;
}

}  // namespace

std::vector<VariantRecord> variant_records(const std::vector<Variant>& variants, const std::vector<RunPlan>& plans,
                                           const std::vector<VariantResult>& results) {
  std::vector<VariantRecord> records;
  for (size_t i = 0; i < variants.size(); ++i) {
    VariantRecord record{variants[i].name, variants[i].config.data.name, {}, results[i].state, results[i].message};
    for (size_t run = i; run < plans.size(); run += variants.size())
      record.runs.push_back(plans[run].folder.path.filename().string());
    records.push_back(std::move(record));
  }
  return records;
}

Json to_json(const StudyRecord& record) {
  Json variants = Json::array();
  for (const VariantRecord& variant : record.variants)
    variants.push_back({{"name", variant.name},
                        {"data", variant.data},
                        {"runs", variant.runs},
                        {"state", variant.state},
                        {"message", variant.message}});
  return {{"study", record.name},
          {"title", record.title},
          {"source", record.source},
          {"notes", record.notes},
          {"command", record.command},
          {"version", record.version},
          {"quick", record.quick},
          {"seeds", record.seeds},
          {"axes", record.axes},
          {"metrics", record.metrics},
          {"results", to_json(record.results)},
          {"published", to_json(record.published)},
          {"variants", variants}};
}

fs::path record_file(const fs::path& folder) { return folder / "results.json"; }

bool is_study_folder(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(record_file(folder), ignored) && !fs::exists(RunFolder{folder}.config(), ignored);
}

StudyRecord read_study_record(const fs::path& folder) {
  const fs::path file = record_file(folder);
  const std::string text = read_file(file);
  std::string problem;
  try {
    const Json json = parse_json(text);
    if (!json.is_discarded()) return record_of(json);
    problem = "it is not valid JSON";
  } catch (const Json::exception& error) {
    problem = error.what();
  } catch (const Error& error) {
    problem = error.what();
  }
  throw Error(ErrorKind::kData,
              fmt::format("{}: not a record of 'hourglass sweep' or 'hourglass reproduce' ({}). Repeat the command of "
                          "this folder: it writes the record again and skips finished runs.",
                          file.string(), problem));
}

}  // namespace hourglass
