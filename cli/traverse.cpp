#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "command.h"
#include "hourglass/error.h"
#include "hourglass/image.h"
#include "hourglass/sampling.h"
#include "outputs.h"
#include "text.h"

namespace hourglass::cli {
namespace {

constexpr int64_t kMostRows = 20;
constexpr double kOutermost = 0.01;

struct TraverseArguments {
  explicit TraverseArguments(Arguments& arguments) : run(arguments), outputs(arguments, "traversals", kGeneratedHelp) {
    arguments.add("--image", image, "index of the sample whose other latents are kept").value("I").shows_default();
    arguments.add("--latents", latents, "which latents; default: all, or the 20 that vary most")
        .value("I,J,...")
        .separated();
    arguments.add("--steps", steps, "values of each latent: its quantiles from 1 to 99 % in the training set")
        .value("N")
        .range(2, 100)
        .shows_default();
    arguments.add("--grid", grid, "for two latents: all pairs of their quantiles, as a map");
  }
  RunArguments run;
  Outputs outputs;
  int64_t image = 0;
  std::vector<int64_t> latents;
  int64_t steps = 11;
  bool grid = false;
};

std::vector<double> probabilities(int64_t steps) {
  std::vector<double> result;
  for (int64_t i = 0; i < steps; ++i)
    result.push_back(kOutermost + (1 - 2 * kOutermost) * static_cast<double>(i) / static_cast<double>(steps - 1));
  return result;
}

// The latents with the widest range between their outermost quantiles, in ascending order.
std::vector<int64_t> widest_latents(const Tensor& quantiles) {
  std::vector<int64_t> order(static_cast<size_t>(quantiles.rows()));
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto width = [&](int64_t j) { return quantiles.row(j).back() - quantiles.row(j).front(); };
  std::ranges::stable_sort(order, [&](int64_t a, int64_t b) { return width(a) > width(b); });
  order.resize(std::min(order.size(), static_cast<size_t>(kMostRows)));
  std::ranges::sort(order);
  return order;
}

// All pairs of quantiles: the first latent grows to the right, the second upward.
Tensor latent_map(const Tensor& quantiles) {
  const int64_t steps = quantiles.row_size();
  Tensor latents({steps * steps, 2});
  float* to = latents.data();
  for (int64_t row = steps - 1; row >= 0; --row) {
    for (int64_t column = 0; column < steps; ++column) {
      *to++ = quantiles.row(0)[static_cast<size_t>(column)];
      *to++ = quantiles.row(1)[static_cast<size_t>(row)];
    }
  }
  return latents;
}

int draw_map(const TraverseArguments& arguments, const Autoencoder& model, const Tensor& quantiles) {
  if (model.latent_dim() != 2)
    throw Error(ErrorKind::kUsage,
                fmt::format("--grid draws a map of two latents; the model has {}. Without --grid each "
                            "latent is varied separately.",
                            model.latent_dim()));
  const Tensor latents = latent_map(quantiles);
  const auto picture = arguments.outputs.draw(
      arguments.run, {{"z0 to the right, z1 up, over their quantiles", model.decode_preprocessed(latents)}},
      arguments.steps);
  const std::string written = arguments.outputs.write_generated(arguments.run, model, latents);
  arguments.run.output().print(
      fmt::format("Map of the two latents, {0} x {0} {1}{2}\n{3}", arguments.steps, samples_noun(model.sample_shape()),
                  picture_text(picture), written),
      [&] {
        return Json{{"run", arguments.run.run()}, {"steps", arguments.steps}, {"picture", picture_json(picture)}};
      });
  return kDone;
}

int traverse_latents(TraverseArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kValues);
  if (arguments.grid)
    arguments.run.arguments().reject_unused({"--latents", "--image", "--part"},
                                            "--grid draws all pairs of both latents. Omit one of them.");
  const RunData data = arguments.run.load(model, RunArguments::Training::kRequired);
  const Tensor quantiles =
      column_quantiles(model.encode(data.sets.train, arguments.run.context()), probabilities(arguments.steps));
  if (arguments.grid) return draw_map(arguments, model, quantiles);

  const std::vector<int64_t> columns = arguments.latents.empty() ? widest_latents(quantiles) : arguments.latents;
  const Tensor anchor = model.encode(data.chosen.select(std::vector<int64_t>{arguments.image}));
  std::vector<ImageRow> rows;
  Tensor all({static_cast<int64_t>(columns.size()) * arguments.steps, model.latent_dim()});
  float* to = all.data();
  for (const int64_t column : columns) {
    if (column < 0 || column >= model.latent_dim())
      throw Error(ErrorKind::kUsage,
                  fmt::format("There is no latent {}; the model has 0 to {}.", column, model.latent_dim() - 1));
    const std::span<const float> values = quantiles.row(column);
    const Tensor latents = traverse(anchor.row(0), column, values);
    to = std::ranges::copy(latents.values(), to).out;
    rows.push_back({fmt::format("z{} from {:.3g} to {:.3g}", column, values.front(), values.back()),
                    model.decode_preprocessed(latents, arguments.run.context())});
  }
  const auto picture = arguments.outputs.draw(arguments.run, rows, arguments.steps);
  const std::string written = arguments.outputs.write_generated(arguments.run, model, all);
  arguments.run.output().print(
      fmt::format("{} of {} latents, each over its quantiles, around sample {} of the {}{}\n{}",
                  count(static_cast<int64_t>(columns.size())), count(model.latent_dim()), arguments.image,
                  data.description(), picture_text(picture), written),
      [&] {
        return Json{{"run", arguments.run.run()}, {"part", data.label()},     {"image", arguments.image},
                    {"latents", columns},         {"steps", arguments.steps}, {"picture", picture_json(picture)}};
      });
  return kDone;
}

}  // namespace

Action declare_traverse(Arguments& app) {
  const auto arguments = std::make_shared<TraverseArguments>(app);
  return [arguments] { return traverse_latents(*arguments); };
}

}  // namespace hourglass::cli
