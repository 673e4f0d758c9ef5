#include "browser/reports.h"

#include <fmt/format.h>

#include <map>
#include <vector>

namespace hourglass {

using nlohmann::json;

namespace {

/// A table of 5 features as CSV.
std::string table() {
  std::string csv = "a,b,c,d,e\n";
  for (int i = 0; i < 300; ++i)
    csv += fmt::format("{},{},{},{},{}\n", 2 * i, i % 7, (i * i) % 11, 0.1 * (i % 13), i % 17 - 8);
  return csv;
}

/// A table with 13 classes as CSV. The first has one row, which is in the training set.
std::string classes() {
  std::string csv = "a,b,c,kind\n0,0,0,rare\n";
  for (int i = 0; i < 360; ++i) csv += fmt::format("{},{},{},kind {}\n", i % 12, i % 7, (i * i) % 11, i % 12);
  return csv;
}

/// 15 rows of `width` numbers as CSV.
std::string waves(int width) {
  std::string csv;
  for (int i = 0; i < 15; ++i)
    for (int j = 0; j < width; ++j) csv += fmt::format("{}{}", (i * 7 + j / (i + 9)) % 90, j + 1 < width ? "," : "\n");
  return csv;
}

std::vector<std::string> long_rows(const std::string& file) {
  return {"--data", file, "--encoder", "linear 2", "--decoder", "linear output", "--batch-size", "4"};
}

/// Samples of 4 x 5 positions with two channels as CSV. The left two columns are darker than the others.
std::string channels() {
  std::string csv;
  for (int i = 0; i < 200; ++i)
    for (int j = 0; j < 40; ++j)
      csv += fmt::format("{}{}", 0.01 * ((i * 7 + j * 3) % 29) + (j / 2 % 5 < 2 ? 0.0 : 0.6), j < 39 ? "," : "\n");
  return csv;
}

}  // namespace

void Reports::open(const std::string& kind) {
  static const std::map<std::string, std::vector<std::string>> kKinds = {
      {"dense", {"--encoder", "linear 32, relu, linear 8", "--decoder", "linear 32, gelu, linear output, sigmoid"}},
      {"conv",
       {"--encoder", "conv2d 4 stride=2 padding=1, relu, max_pool2d 2", "--decoder",
        "conv_transpose2d 6 stride=2 padding=1 output_padding=1 groups=2, batch_norm, elu, "
        "conv_transpose2d 4 padding=2 dilation=2, upsample2d 2, conv2d 4 padding=2 dilation=2 groups=4, "
        "conv2d 1 padding=1, "
        "sigmoid"}},
      {"lstm", {"--encoder", "lstm 12 last", "--decoder", "layer_norm, repeat 28, lstm 28"}},
      {"gaussian", {"--set", "model.latent=gaussian 2"}},
      {"denoising", {"--set", "corruption.gaussian_variance=0.2"}},
      {"completion", {"--set", "corruption.hide=right"}},
      {"channels",
       {"--data", "channels.csv", "--set", "data.shape=4x5x2", "--set", "data.preprocess=none", "--set",
        "corruption.hide=right"}},
      {"preprocessed", {"--set", "data.preprocess=resize 14 14 area, binarize 0.5"}},
      {"large", {"--decoder", "linear 2600, relu, linear output, sigmoid"}},
      {"classes",
       {"--data", "classes.csv", "--set", "data.label_column=kind", "--decoder", "linear 16, relu, linear output"}},
      {"long", long_rows("long.csv")},
      {"wrapped", long_rows("wrapped.csv")},
      {"outlier",
       {"--data", "outlier.csv", "--set", "data.preprocess=none", "--encoder", "linear 2", "--decoder", "linear output",
        "--set", "train.learning_rate=1e-5"}},
      {"table", {"--data", "table.csv", "--decoder", "linear 16, relu, linear output", "--set", "corruption.mask=0.2"}},
  };
  if (here().read(kind + "/report.html").empty()) {
    if (kind == "table") here().write("table.csv", table());
    if (kind == "classes") here().write("classes.csv", classes());
    if (kind == "long") here().write("long.csv", waves(66000));
    if (kind == "wrapped") here().write("wrapped.csv", waves(2500));
    if (kind == "channels") here().write("channels.csv", channels());
    if (kind == "outlier") here().write("outlier.csv", table() + "100000,0,0,0,0\n");
    const Outcome outcome = here().run(tiny_training() + kKinds.at(kind) +
                                       std::vector<std::string>{"--out", kind, "--set", "model.name=" + kind});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  open_page(kind + "/report.html");
}

void Reports::open_tab(const std::string& name) {
  browser().run("[...document.querySelectorAll('[role=tab]')].find((t) => t.textContent === arguments[0]).click()",
                json::array({name}));
  settle();
}

json Reports::decoded_picture() {
  return browser().run(
      "const c = document.getElementById('decoded');"
      "return Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data);");
}

}  // namespace hourglass
