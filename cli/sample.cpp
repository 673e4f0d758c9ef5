#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "hourglass/image.h"
#include "hourglass/sampling.h"
#include "latents.h"
#include "outputs.h"
#include "results.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct SampleArguments {
  explicit SampleArguments(Arguments& arguments)
      : run(arguments), latents(arguments), outputs(arguments, "samples", kGeneratedHelp) {
    arguments.add("--count", count, "number of samples").value("N").range(1, 10000).shows_default();
  }
  RunArguments run;
  LatentSource latents;
  Outputs outputs;
  int64_t count = 64;
};

int sample(SampleArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kValues);
  const DrawnLatents drawn = arguments.latents.draw(arguments.run, model, arguments.count);
  const Tensor samples = model.decode_preprocessed(drawn.latents, arguments.run.context());
  const auto path = arguments.outputs.draw_samples(arguments.run, samples);
  const std::string written = arguments.outputs.write_generated(arguments.run, model, drawn.latents);
  arguments.run.output().print(fmt::format("{} samples from {}{}\n{}", count(arguments.count), drawn.from,
                                           picture_text(path, arguments.count), written),
                               [&] {
                                 return Json{{"run", arguments.run.run()},
                                             {"count", arguments.count},
                                             {"from", drawn.from},
                                             {"picture", picture_json(path)}};
                               });
  return kDone;
}

}  // namespace

Action declare_sample(Arguments& app) {
  const auto arguments = std::make_shared<SampleArguments>(app);
  return [arguments] { return sample(*arguments); };
}

}  // namespace hourglass::cli
