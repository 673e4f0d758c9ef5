#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "hourglass/image.h"
#include "hourglass/sampling.h"
#include "latents.h"
#include "outputs.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct SampleArguments {
  explicit SampleArguments(CLI::App& app)
      : run(app, {"train", "test"}), latents(app), outputs(app, "samples", "the latents") {
    app.add_option("--count", count, "how many samples")
        ->type_name("N")
        ->check(CLI::Range(int64_t{1}, int64_t{10000}))
        ->capture_default_str();
  }
  RunArguments run;
  LatentSource latents;
  Outputs outputs;
  int64_t count = 64;
};

int sample(const SampleArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kValues);
  const DrawnLatents drawn = arguments.latents.draw(arguments.run, model, arguments.count);
  const auto path = arguments.outputs.draw(arguments.run, {{"", model.decode(drawn.latents, arguments.run.context())}});
  fmt::print("{} samples from {}{}\n{}", count(arguments.count), drawn.from, picture_text(path),
             arguments.outputs.write_values(drawn.latents, "z"));
  return kDone;
}

}  // namespace

Action declare_sample(CLI::App& app) {
  const auto arguments = std::make_shared<SampleArguments>(app);
  return [arguments] { return sample(*arguments); };
}

}  // namespace hourglass::cli
