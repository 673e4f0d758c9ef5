#include "report/run_report.h"

#include <cmath>
#include <cstring>

#include "core/float16.h"
#include "core/json.h"
#include "core/text.h"
#include "formats/base64.h"
#include "report/page.h"
#include "report/page_json.h"

namespace hourglass {
namespace {

Json float16s(std::span<const float> values) {
  std::vector<uint16_t> halves;
  for (const float value : values) halves.push_back(to_float16(value));
  return to_base64(std::string_view(reinterpret_cast<const char*>(halves.data()), halves.size() * sizeof(uint16_t)));
}

Json packed(std::span<const float> values, bool half) { return half ? float16s(values) : page_floats(values); }

// A value that was not measured becomes null.
Json numbers(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double value : values) json.push_back(json_number(value));
  return json;
}

Json to_json(const TrainingCurves& curves) {
  Json losses = Json::array();
  for (const Curve& curve : curves.losses)
    losses.push_back({{"name", curve.name}, {"split", curve.split}, {"values", numbers(curve.values)}});
  return {{"losses", losses},
          {"loss_scale", curves.loss_scale},
          {"learning_rate", numbers(curves.learning_rate)},
          {"samples_per_second", numbers(curves.samples_per_second)}};
}

Json to_json(const LatentSpace& space) {
  Json json = {{"dim", space.dim},
               {"x_name", space.x_name},
               {"y_name", space.y_name},
               {"num_test", space.num_test},
               {"points", page_floats(space.points.values())},
               {"indices", space.indices},
               {"labels", space.labels},
               {"class_names", space.class_names},
               {"pictures", page_json(space.pictures)},
               {"origin", page_floats(space.origin.values())},
               {"axes", page_floats(space.axes.values())},
               {"variance_parts", space.variance_parts},
               {"mean", page_floats(space.mean.values())},
               {"deviation", page_floats(space.deviation.values())},
               {"low", page_floats(space.low.values())},
               {"high", page_floats(space.high.values())},
               {"histograms", page_floats(space.histograms.values())}};
  if (space.latents.size() > 0) {
    json["half_latents"] = space.half_latents;
    json["latents"] = packed(space.latents.values(), space.half_latents);
  }
  return json;
}

Json to_json(const std::vector<PageLayer>& layers) {
  Json json = Json::array();
  for (const PageLayer& layer : layers) {
    Json parameters = Json::array();
    for (const PageParameter& parameter : layer.parameters)
      parameters.push_back({{"role", parameter.role}, {"shape", parameter.shape}});
    json.push_back({{"text", layer.text}, {"output_shape", layer.output_shape}, {"parameters", parameters}});
  }
  return json;
}

Json to_json(const PageNetwork& network) {
  return {{"encoder", to_json(network.encoder)},
          {"latent_shape", network.latent_shape},
          {"decoder", to_json(network.decoder)},
          {"categories", network.categories},
          {"half", network.half},
          {"weights", packed(network.weights, network.half)},
          {"check_latents", page_floats(network.check_latents.values())},
          {"check_samples", page_floats(network.check_samples.values())}};
}

Json to_json(const RunReport& report) {
  const Nouns nouns = nouns_of(report.sample_shape);
  Json json = {{"title", report.title},
               {"subtitle", report.subtitle},
               {"headline_note", report.headline_note},
               {"warnings", report.warnings},
               {"sample_shape", report.sample_shape},
               {"is_image", is_image(report.sample_shape)},
               {"nouns", {{"sample", nouns.sample}, {"samples", nouns.samples}}},
               {"range", {report.range.low, report.range.high}},
               {"picture_note", report.picture_note},
               {"command", report.command},
               {"config", report.config_toml}};
  json["headlines"] = page_json(report.headlines);
  for (const LayerRow& layer : report.layers)
    json["layers"].push_back({{"part", layer.part},
                              {"text", layer.text},
                              {"output_shape", layer.output_shape},
                              {"parameters", layer.num_parameters}});
  if (report.curves) json["curves"] = to_json(*report.curves);
  for (const ClassError& error : report.class_errors)
    json["class_errors"].push_back({{"name", error.name}, {"count", error.count}, {"mse", error.mse}});
  if (report.latent_space) json["latent_space"] = to_json(*report.latent_space);
  if (report.network) json["network"] = to_json(*report.network);
  json["preprocessing"] = page_json(report.preprocessing);
  json["reconstructions"] = page_json(report.reconstructions);
  json["decodings"] = page_json(report.decodings);
  json["features"] = page_json(report.features);
  json["denoising"] = page_json(report.denoising);
  if (report.noise.any())
    json["noise"] = {{"gaussian_variance", report.noise.gaussian_variance},
                     {"clamp", report.noise.clamp},
                     {"mask", report.noise.mask},
                     {"salt_and_pepper", report.noise.salt_and_pepper},
                     {"hide", report.noise.hide}};
  if (!report.evaluation.empty()) {
    const Json evaluation = parse_json(report.evaluation);
    if (!evaluation.is_discarded()) json["evaluation"] = evaluation;
  }
  return json;
}

}  // namespace

Nouns nouns_of(const Shape& sample_shape) {
  Nouns nouns{"", samples_noun(sample_shape), is_image(sample_shape) ? "values" : "features"};
  nouns.sample = nouns.samples.substr(0, nouns.samples.size() - 1);
  return nouns;
}

std::string run_page(const RunReport& report) {
  return html_page(report.title, to_json(report),
                   {"network.js", "latent_space.js", "latent_tools.js", "evaluation.js", "run.js"});
}

}  // namespace hourglass
