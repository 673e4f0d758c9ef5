#include "report/detection_report.h"

#include "core/json.h"
#include "report/page.h"
#include "report/page_json.h"

namespace hourglass {
namespace {

Json to_json(const UnusualSample& sample) {
  Json reasons = Json::array();
  for (const ReportReason& reason : sample.reasons)
    reasons.push_back({{"feature", reason.feature},
                       {"share", reason.share},
                       {"value", reason.value},
                       {"expected", reason.expected},
                       {"usual", reason.usual}});
  return {{"row", sample.row},         {"identity", sample.identity},     {"score", sample.score},
          {"p_value", sample.p_value}, {"is_anomaly", sample.is_anomaly}, {"label", sample.label},
          {"reasons", reasons}};
}

Json to_json(const DetectionReport& report) {
  Json json = {{"title", report.title},
               {"subtitle", report.subtitle},
               {"headlines", page_json(report.headlines)},
               {"headline_note", report.headline_note},
               {"warnings", report.warnings},
               {"samples", report.samples_noun},
               {"num_samples", report.num_samples},
               {"scores", page_floats(report.scores)},
               {"labels", report.is_anomaly},
               {"calibration", page_floats(report.calibration)},
               {"num_calibration", report.num_calibration},
               {"threshold", json_number(report.threshold)},
               {"rule", report.rule},
               {"scores_by_row", page_floats(report.scores_by_row)},
               {"identity", report.identity},
               {"unusual", Json::array()},
               {"features", Json::array()},
               {"curve", Json::array()},
               {"pictures", page_json(report.pictures)},
               {"command", report.command}};
  for (const UnusualSample& sample : report.unusual) json["unusual"].push_back(to_json(sample));
  for (const FeatureContribution& feature : report.features)
    json["features"].push_back({{"name", feature.feature}, {"all", feature.all}, {"anomalies", feature.anomalies}});
  for (const ReportCurvePoint& point : report.curve)
    json["curve"].push_back({point.false_alarm_rate, point.recall, point.precision});
  return json;
}

}  // namespace

std::string detection_page(const DetectionReport& report) {
  return html_page(report.title, to_json(report), {"detection.js"});
}

}  // namespace hourglass
