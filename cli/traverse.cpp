#include <fmt/format.h>

#include <algorithm>
#include <memory>
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
  explicit TraverseArguments(CLI::App& app)
      : run(app, {"test", "train"}), outputs(app, "traversals", "the latents of all images") {
    app.add_option("--image", image, "number of the image in the part whose latents stay the same but for one")
        ->type_name("I")
        ->capture_default_str();
    app.add_option("--latents", latents, "which latents; default: all, or the 20 that vary most")
        ->type_name("I,J,...")
        ->delimiter(',');
    app.add_option("--steps", steps, "values of each latent: its quantiles from 1 to 99 % on the training part")
        ->type_name("N")
        ->check(CLI::Range(int64_t{2}, int64_t{100}))
        ->capture_default_str();
    app.add_flag("--grid", grid, "for two latents: all pairs of their quantiles, as a map");
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

// The latents with the widest range between the outermost quantiles, in their order.
std::vector<int64_t> widest_latents(const Tensor& quantiles) {
  std::vector<int64_t> order(static_cast<size_t>(quantiles.rows()));
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto width = [&](int64_t j) { return quantiles.row(j).back() - quantiles.row(j).front(); };
  std::ranges::stable_sort(order, [&](int64_t a, int64_t b) { return width(a) > width(b); });
  order.resize(std::min(order.size(), static_cast<size_t>(kMostRows)));
  std::ranges::sort(order);
  return order;
}

// All pairs of quantiles, the second latent growing upwards and the first to the right.
Tensor manifold(const Tensor& quantiles) {
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
    throw Error(ErrorKind::kUsage, fmt::format("--grid draws a map of two latents; the model has {}. Without it every "
                                               "latent is varied by itself.",
                                               model.latent_dim()));
  const Tensor latents = manifold(quantiles);
  const auto path = arguments.outputs.draw(
      arguments.run, {{"z0 to the right, z1 upwards, over their quantiles", model.decode(latents)}}, arguments.steps);
  fmt::print("Map of the two latents, {0} x {0} images{1}\n{2}", arguments.steps, picture_text(path),
             arguments.outputs.write_values(latents, "z"));
  return kDone;
}

int traverse_latents(const TraverseArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kValues);
  const RunData data = arguments.run.load_data(model);
  const Tensor quantiles =
      column_quantiles(model.encode(data.parts.train, arguments.run.context()), probabilities(arguments.steps));
  if (arguments.grid) return draw_map(arguments, model, quantiles);

  const std::vector<int64_t> columns = arguments.latents.empty() ? widest_latents(quantiles) : arguments.latents;
  const Tensor anchor = model.encode(data.chosen().select(std::vector<int64_t>{arguments.image}));
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
                    model.decode(latents, arguments.run.context())});
  }
  const auto path = arguments.outputs.draw(arguments.run, rows, arguments.steps);
  fmt::print("{} of {} latents, each over its quantiles around number {} of the {}{}\n{}",
             count(static_cast<int64_t>(columns.size())), count(model.latent_dim()), arguments.image, data.samples(),
             picture_text(path), arguments.outputs.write_values(all, "z"));
  return kDone;
}

}  // namespace

Action declare_traverse(CLI::App& app) {
  const auto arguments = std::make_shared<TraverseArguments>(app);
  return [arguments] { return traverse_latents(*arguments); };
}

}  // namespace hourglass::cli
