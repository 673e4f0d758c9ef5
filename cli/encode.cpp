#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "formats/npy.h"
#include "outputs.h"
#include "run_arguments.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct EncodeArguments {
  explicit EncodeArguments(Arguments& arguments) : run(arguments) {
    arguments
        .add("--out", out,
             "file of the latents: .csv (with the index, row or file, and class of each sample), .npz (the same as "
             "arrays), .npy (labels go to .labels.npy), or - for CSV on standard output")
        .value("FILE")
        .required();
  }
  RunArguments run;
  std::string out;
};

/// Writes the classes: their names, if these are integers, else their numbers. Returns what the numbers mean.
std::string write_labels(const fs::path& path, const Dataset& data) {
  std::vector<std::string> texts, meanings;
  for (const int32_t label : data.labels()) texts.push_back(data.class_name(label));
  if (const auto integers = as_integers(texts)) {
    write_npy(path, *integers);
    return "";
  }
  write_npy(path, data.labels());
  constexpr size_t kMostNamed = 12;
  for (size_t label = 0; label < std::min(data.class_names().size(), kMostNamed); ++label)
    meanings.push_back(fmt::format("{} = {}", label, data.class_names()[label]));
  return fmt::format(" ({}{})", join(meanings), data.class_names().size() > kMostNamed ? ", ..." : "");
}

int encode(EncodeArguments& arguments) {
  const fs::path path = arguments.out;
  check_array_path(path);
  const fs::path labels = path.extension() == ".npy" ? fs::path(path).replace_extension(".labels.npy") : fs::path();
  arguments.run.arguments().output().claim("--out", path);
  arguments.run.arguments().output().claim("The file of the labels of --out", labels);
  const Autoencoder model = arguments.run.load_model();
  const RunData data = arguments.run.load(model, RunArguments::Training::kNotUsed);
  const Tensor latents = model.encode(data.chosen, arguments.run.context());
  write_array(path, latents, latent_columns(latents.row_size()), identify_rows(data.chosen), "latents");
  std::string written = path.string();
  if (!labels.empty() && data.chosen.has_labels()) {
    written += ", labels: " + labels.string() + write_labels(labels, data.chosen);
  }
  arguments.run.output().print(fmt::format("Latents of {} {}, {} values per sample: {}\n", count(latents.rows()),
                                           data.description(), count(latents.row_size()), written),
                               [&] {
                                 return Json{{"run", arguments.run.run()},
                                             {"part", data.label()},
                                             {"num_samples", latents.rows()},
                                             {"latent_dim", latents.row_size()},
                                             {"file", path.string()}};
                               });
  return kDone;
}

}  // namespace

Action declare_encode(Arguments& app) {
  const auto arguments = std::make_shared<EncodeArguments>(app);
  return [arguments] { return encode(*arguments); };
}

}  // namespace hourglass::cli
