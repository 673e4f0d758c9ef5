#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "command.h"
#include "formats/csv.h"
#include "formats/npy.h"
#include "hourglass/error.h"
#include "run_arguments.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct EncodeArguments {
  explicit EncodeArguments(CLI::App& app) : run(app, {"test", "train"}) {
    app.add_option("--out", out, "file of the latents: .npy (labels beside it in .labels.npy) or .csv (label column)")
        ->type_name("FILE")
        ->required();
  }
  RunArguments run;
  std::string out;
};

void write_latents_csv(const fs::path& path, const Tensor& latents, std::span<const int32_t> labels) {
  const int64_t latent_dim = latents.row_size();
  std::vector<std::string> columns;
  for (int64_t j = 0; j < latent_dim; ++j) columns.push_back(fmt::format("z{}", j));
  if (labels.empty()) return write_csv(path, latents, columns);
  columns.push_back("label");
  Tensor labelled({latents.rows(), latent_dim + 1});
  for (int64_t i = 0; i < latents.rows(); ++i) {
    float* row = labelled.data() + i * (latent_dim + 1);
    std::ranges::copy(latents.row(i), row);
    row[latent_dim] = static_cast<float>(labels[static_cast<size_t>(i)]);
  }
  write_csv(path, labelled, columns);
}

int encode(const EncodeArguments& arguments) {
  const fs::path path = arguments.out;
  const bool is_npy = path.extension() == ".npy";
  if (!is_npy && path.extension() != ".csv")
    throw Error(ErrorKind::kUsage, fmt::format("'{}' ends in '{}'; expected a file that ends in .npy or .csv.",
                                               arguments.out, path.extension().string()));
  const Autoencoder model = arguments.run.load_model();
  const Dataset data = arguments.run.load_part(model);
  const Tensor latents = model.encode(data, arguments.run.context());
  std::string written = path.string();
  if (is_npy) {
    write_npy(path, latents);
    if (data.has_labels()) {
      const fs::path labels = fs::path(path).replace_extension(".labels.npy");
      write_npy(labels, data.labels());
      written += ", labels: " + labels.string();
    }
  } else {
    write_latents_csv(path, latents, data.labels());
  }
  fmt::print("Latents of {} {} images, {} values each: {}\n", count(latents.rows()), arguments.run.part(),
             count(latents.row_size()), written);
  return kDone;
}

}  // namespace

Action declare_encode(CLI::App& app) {
  const auto arguments = std::make_shared<EncodeArguments>(app);
  return [arguments] { return encode(*arguments); };
}

}  // namespace hourglass::cli
