#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "hourglass/error.h"
#include "hourglass/image.h"
#include "hourglass/sampling.h"
#include "outputs.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct InterpolateArguments {
  explicit InterpolateArguments(Arguments& arguments)
      : run(arguments), outputs(arguments, "interpolations", kGeneratedHelp) {
    arguments
        .add("--images", images,
             "indices of the samples: from the first to the second, from the third to the fourth, ...; default: 0 to "
             "1, 2 to 3, ... 14 to 15")
        .value("I,J,...")
        .separated();
    arguments.add("--steps", steps, "number of steps, including both ends").value("N").range(2, 1000).shows_default();
    arguments.add("--spherical", spherical, "along the great circle instead of the straight line");
  }
  RunArguments run;
  Outputs outputs;
  std::vector<int64_t> images;
  int64_t steps = 11;
  bool spherical = false;
};

std::vector<int64_t> chosen_images(const InterpolateArguments& arguments, int64_t available) {
  std::vector<int64_t> images = arguments.images;
  if (images.empty())
    for (int64_t i = 0; i < std::min<int64_t>(16, available / 2 * 2); ++i) images.push_back(i);
  if (images.empty() || images.size() % 2 != 0)
    throw Error(ErrorKind::kUsage,
                fmt::format("--images names {} images; pairs were expected, such as 0,1,2,3.", images.size()));
  return images;
}

int interpolate_images(InterpolateArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kValues);
  const RunData data = arguments.run.load(model, RunArguments::Training::kNotUsed);
  const std::vector<int64_t> images = chosen_images(arguments, data.chosen.size());
  const Tensor ends = model.encode(data.chosen.select(images), arguments.run.context());
  std::vector<ImageRow> rows;
  Tensor all({static_cast<int64_t>(images.size()) / 2 * arguments.steps, model.latent_dim()});
  float* to = all.data();
  for (size_t i = 0; i < images.size(); i += 2) {
    const Tensor path =
        interpolate(ends.row(static_cast<int64_t>(i)), ends.row(static_cast<int64_t>(i) + 1), arguments.steps,
                    arguments.spherical ? Interpolation::kSpherical : Interpolation::kLinear);
    to = std::ranges::copy(path.values(), to).out;
    rows.push_back(
        {fmt::format("{} to {}", images[i], images[i + 1]), model.decode_preprocessed(path, arguments.run.context())});
  }
  const auto picture = arguments.outputs.draw(arguments.run, rows, arguments.steps);
  const std::string written = arguments.outputs.write_generated(arguments.run, model, all);
  arguments.run.output().print(
      fmt::format("{} {} interpolations of {} steps between {}{}\n{}", count(static_cast<int64_t>(rows.size())),
                  arguments.spherical ? "spherical" : "linear", arguments.steps, data.description(),
                  picture_text(picture), written),
      [&] {
        return Json{{"run", arguments.run.run()},
                    {"part", data.label()},
                    {"images", images},
                    {"steps", arguments.steps},
                    {"picture", picture_json(picture)}};
      });
  return kDone;
}

}  // namespace

Action declare_interpolate(Arguments& app) {
  const auto arguments = std::make_shared<InterpolateArguments>(app);
  return [arguments] { return interpolate_images(*arguments); };
}

}  // namespace hourglass::cli
