#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "hourglass/error.h"
#include "hourglass/image.h"
#include "hourglass/sampling.h"
#include "outputs.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct InterpolateArguments {
  explicit InterpolateArguments(CLI::App& app)
      : run(app, {"test", "train"}), outputs(app, "interpolations", "the latents of all steps") {
    app.add_option("--images", images,
                   "numbers of images in the part: from the first to the second, the third to the "
                   "fourth, ...; default: 0 to 1, 2 to 3, ... 14 to 15")
        ->type_name("I,J,...")
        ->delimiter(',');
    app.add_option("--steps", steps, "images on each way, both ends included")
        ->type_name("N")
        ->check(CLI::Range(int64_t{2}, int64_t{1000}))
        ->capture_default_str();
    app.add_flag("--spherical", spherical, "along the great circle instead of the straight line");
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

int interpolate_images(const InterpolateArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kValues);
  const RunData run = arguments.run.load_part(model);
  const Dataset& data = run.chosen();
  const std::vector<int64_t> images = chosen_images(arguments, data.size());
  const Tensor ends = model.encode(data.select(images), arguments.run.context());
  std::vector<ImageRow> rows;
  Tensor all({static_cast<int64_t>(images.size()) / 2 * arguments.steps, model.latent_dim()});
  float* to = all.data();
  for (size_t i = 0; i < images.size(); i += 2) {
    const Tensor way =
        interpolate(ends.row(static_cast<int64_t>(i)), ends.row(static_cast<int64_t>(i) + 1), arguments.steps,
                    arguments.spherical ? Interpolation::kSpherical : Interpolation::kLinear);
    to = std::ranges::copy(way.values(), to).out;
    rows.push_back({fmt::format("{} to {}", images[i], images[i + 1]), model.decode(way, arguments.run.context())});
  }
  const auto path = arguments.outputs.draw(arguments.run, rows, arguments.steps);
  fmt::print("{} {} ways of {} steps between {}{}\n{}", count(static_cast<int64_t>(rows.size())),
             arguments.spherical ? "spherical" : "straight", arguments.steps, run.samples(), picture_text(path),
             arguments.outputs.write_values(all, "z"));
  return kDone;
}

}  // namespace

Action declare_interpolate(CLI::App& app) {
  const auto arguments = std::make_shared<InterpolateArguments>(app);
  return [arguments] { return interpolate_images(*arguments); };
}

}  // namespace hourglass::cli
