#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "core/text.h"
#include "formats/png.h"
#include "hourglass/error.h"
#include "hourglass/pca.h"
#include "outputs.h"
#include "report/scatter_plot.h"
#include "run_arguments.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct EmbedArguments {
  explicit EmbedArguments(Arguments& arguments) : run(arguments) {
    arguments
        .add("--out", out,
             "picture: .png or .svg, - for a PNG on standard output; default: images/embedding.png in the run folder")
        .value("FILE");
    arguments
        .add("--values", values,
             "also write the two coordinates of each sample to this .csv, .npz or .npy file, or as CSV to - (standard "
             "output)")
        .value("FILE");
  }
  RunArguments run;
  std::string out, values;
};

void check(EmbedArguments& arguments) {
  const fs::path extension = fs::path(arguments.out).extension();
  if (!arguments.out.empty() && !is_standard_stream(arguments.out) && extension != ".png" && extension != ".svg")
    throw Error(ErrorKind::kUsage, fmt::format("'{}' ends in '{}'; expected a file that ends in .png or .svg.",
                                               arguments.out, extension.string()));
  if (!arguments.values.empty()) check_array_path(arguments.values);
  arguments.run.arguments().output().claim("--out", arguments.out);
  arguments.run.arguments().output().claim("--values", arguments.values);
}

/// Latents in two dimensions and the names of both.
struct Embedding {
  Tensor points;
  std::string x_name, y_name, method;
};

/// The latents themselves if there are two, otherwise their first two principal components.
Embedding embed_latents(const Tensor& latents, const Context& context) {
  if (latents.row_size() == 2) return {latents, "z0", "z1", "the two latents"};
  if (latents.row_size() == 1) {
    Tensor points({latents.rows(), 2});
    for (int64_t i = 0; i < latents.rows(); ++i) points.data()[2 * i] = latents.data()[i];
    return {std::move(points), "z0", "", "the latent"};
  }
  const Pca pca = fit_pca(latents, 2, context);
  const double total = pca.total_variance;
  const auto name = [&](size_t i) {
    return fmt::format("component {} ({:.0f}%)", i + 1, total > 0 ? 100 * pca.variances[i] / total : 0);
  };
  return {pca.encode(latents, context), name(0), name(1),
          fmt::format("the first two principal components of {} latents", count(latents.row_size()))};
}

void write_picture(const fs::path& path, const ScatterPlot& plot) {
  if (path.extension() == ".svg") return write_output(path, scatter_plot_svg(plot));
  const DrawnGrid picture = draw_scatter_plot(plot);
  write_output(path, encode_png(picture.width, picture.height, 3, picture.rgb));
}

int embed(EmbedArguments& arguments) {
  check(arguments);
  const Autoencoder model = arguments.run.load_model();
  const RunData data = arguments.run.load(model, RunArguments::Training::kNotUsed);
  const Context context = arguments.run.context();
  const Embedding embedding = embed_latents(model.encode(data.chosen, context), context);
  const fs::path path = arguments.out.empty() ? default_picture(arguments.run, "embedding") : fs::path(arguments.out);
  const std::string title = fmt::format("{} {}, {}", count(data.chosen.size()), data.description(), embedding.method);
  write_picture(path, {title,
                       embedding.x_name,
                       embedding.y_name,
                       embedding.points,
                       {data.chosen.labels().begin(), data.chosen.labels().end()},
                       data.chosen.class_names()});
  std::string text = fmt::format("{}: {}\n", title, path.string());
  if (!arguments.values.empty()) {
    write_array(arguments.values, embedding.points, {"x", "y"}, identify_rows(data.chosen), "embedding");
    text += fmt::format("Coordinates: {}\n", arguments.values);
  }
  arguments.run.output().print(text, [&] {
    return Json{{"run", arguments.run.run()}, {"part", data.label()},  {"num_samples", data.chosen.size()},
                {"x", embedding.x_name},      {"y", embedding.y_name}, {"picture", path.string()}};
  });
  return kDone;
}

}  // namespace

Action declare_embed(Arguments& app) {
  const auto arguments = std::make_shared<EmbedArguments>(app);
  return [arguments] { return embed(*arguments); };
}

}  // namespace hourglass::cli
