#include "analysis/evaluation/wording.h"

#include <utility>

namespace hourglass {
namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

void speak_of_rows(std::string& text) {
  // With the space, since "clean image" holds an "an image" too.
  for (const auto& [of_image, of_row] :
       {std::pair{" an image", " a row"}, std::pair{"image", "row"}, std::pair{"pixel", "value"}})
    replace_all(text, of_image, of_row);
}

}  // namespace

void speak_of_rows(Evaluation& evaluation) {
  for (Measurement& each : evaluation.measurements) {
    for (std::string* text : {&each.subject, &each.definition, &each.estimator}) speak_of_rows(*text);
    replace_all(each.unit, "px", "value");
    replace_all(each.unit, "img", "row");
  }
  for (EvaluationTable& each : evaluation.tables) {
    speak_of_rows(each.name);
    for (std::string& column : each.columns) speak_of_rows(column);
  }
  for (MissingMetric& each : evaluation.missing) speak_of_rows(each.metric);
}

}  // namespace hourglass
