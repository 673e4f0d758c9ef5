// The page of a run in a browser: its appearance and its response to user input.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "browser/browser_test.h"
#include "hourglass/hourglass.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// Runs of several kinds, each trained once.
class Reports : public BrowserTest {
 protected:
  /// Opens the report of a run of this kind. Trains the run if it does not exist yet.
  static void open(const std::string& kind) {
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
         {"--data", "outlier.csv", "--set", "data.preprocess=none", "--encoder", "linear 2", "--decoder",
          "linear output", "--set", "train.learning_rate=1e-5"}},
        {"table",
         {"--data", "table.csv", "--decoder", "linear 16, relu, linear output", "--set", "corruption.mask=0.2"}},
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

  /// A table of 5 features as CSV.
  static std::string table() {
    std::string csv = "a,b,c,d,e\n";
    for (int i = 0; i < 300; ++i)
      csv += fmt::format("{},{},{},{},{}\n", i, i % 7, (i * i) % 11, 0.1 * (i % 13), i % 17 - 8);
    return csv;
  }

  /// A table with 13 classes as CSV. The first has one row, which is in the training set.
  static std::string classes() {
    std::string csv = "a,b,c,kind\n0,0,0,rare\n";
    for (int i = 0; i < 360; ++i) csv += fmt::format("{},{},{},kind {}\n", i % 12, i % 7, (i * i) % 11, i % 12);
    return csv;
  }

  /// 15 rows of `width` numbers as CSV.
  static std::string waves(int width) {
    std::string csv;
    for (int i = 0; i < 15; ++i)
      for (int j = 0; j < width; ++j)
        csv += fmt::format("{}{}", (i * 7 + j / (i + 9)) % 90, j + 1 < width ? "," : "\n");
    return csv;
  }

  static std::vector<std::string> long_rows(const std::string& file) {
    return {"--data", file, "--encoder", "linear 2", "--decoder", "linear output", "--batch-size", "4"};
  }

  /// Samples of 4 x 5 positions with two channels as CSV. The left two columns are darker than the others.
  static std::string channels() {
    std::string csv;
    for (int i = 0; i < 200; ++i)
      for (int j = 0; j < 40; ++j)
        csv += fmt::format("{}{}", 0.01 * ((i * 7 + j * 3) % 29) + (j / 2 % 5 < 2 ? 0.0 : 0.6), j < 39 ? "," : "\n");
    return csv;
  }

  static void open_tab(const std::string& name) {
    browser().run("[...document.querySelectorAll('[role=tab]')].find((t) => t.textContent === arguments[0]).click()",
                  json::array({name}));
    settle();
  }

  /// RGBA bytes of the decoded picture.
  static json decoded_picture() {
    return browser().run(
        "const c = document.getElementById('decoded');"
        "return Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data);");
  }
};

TEST_P(Reports, OpenWithoutErrorsOrRequests) {
  open(GetParam());
  expect_quiet();
}

TEST_P(Reports, DrawEveryChartAndPicture) {
  open(GetParam());
  expect_all_drawn();
  EXPECT_GE(browser().run("return document.querySelectorAll('.chart canvas, .plane canvas').length"), 6);
}

TEST_P(Reports, NameEveryPictureAndControl) {
  open(GetParam());
  expect_all_named();
}

TEST_P(Reports, FitOnPhoneAndDesktop) {
  open(GetParam());
  expect_fit(GetParam());
}

std::string kind_name(const testing::TestParamInfo<std::string>& kind) { return kind.param; }
INSTANTIATE_TEST_SUITE_P(Of, Reports,
                         testing::Values("dense", "conv", "lstm", "gaussian", "denoising", "large", "preprocessed",
                                         "table"),
                         kind_name);

TEST_F(Reports, ShowImagesBeforeAndAfterPreprocessing) {
  open("preprocessed");
  const json sizes = browser().run(
      "return [...document.querySelectorAll('#preprocessing .stack:first-child canvas')].map((c) => [c.width, "
      "c.height])");
  EXPECT_EQ(sizes, json({{28, 28}, {14, 14}}));
  EXPECT_THAT(browser().run("return document.getElementById('preprocessing').innerText").get<std::string>(),
              HasSubstr("Stored as 28 × 28 × 1, preprocessed to 14 × 14 × 1: resize 14 14 area, binarize 0.5."));
  open("dense");
  EXPECT_TRUE(browser().run("return document.getElementById('preprocessing') === null"));
}

/// Runs whose page contains the decoder.
class Explorer : public Reports {};
INSTANTIATE_TEST_SUITE_P(Of, Explorer, testing::Values("dense", "conv", "lstm", "gaussian"), kind_name);

TEST_P(Explorer, DecodesLikeTheProgram) {
  open(GetParam());
  const Autoencoder model = Autoencoder::load(here() / GetParam() / "model.safetensors");
  Tensor latents({5, model.latent_dim()});
  for (int64_t i = 0; i < latents.size(); ++i) latents.data()[i] = static_cast<float>((i * 37) % 41) / 10 - 2;
  const Tensor expected = model.decode_preprocessed(latents);
  for (int64_t i = 0; i < latents.rows(); ++i) {
    const json decoded = browser().run("return [...hourglass.network.decode(Float32Array.from(arguments[0]))]",
                                       {std::vector<float>(latents.row(i).begin(), latents.row(i).end())});
    ASSERT_EQ(decoded.size(), static_cast<size_t>(model.sample_dim()));
    for (size_t j = 0; j < decoded.size(); ++j)
      ASSERT_NEAR(decoded[j].get<double>(), static_cast<double>(expected.row(i)[j]), 1e-4)
          << "latents " << i << " value " << j;
  }
}

TEST_P(Explorer, ShowsTheReconstructionOfItsFirstImage) {
  open(GetParam());
  settle();
  const Autoencoder model = Autoencoder::load(here() / GetParam() / "model.safetensors");
  const Tensor expected = model.reconstruct_preprocessed(load_dataset(model.config().data).test.slice(0, 1));
  const json shown = decoded_picture();
  for (size_t j = 0; j < static_cast<size_t>(expected.size()); ++j) {
    const double byte = std::clamp(static_cast<double>(expected.data()[j]), 0.0, 1.0) * 255;
    ASSERT_NEAR(shown[4 * j].get<double>(), byte, 2) << j;
  }
}

TEST_P(Explorer, ShowsTheImageOfAPointUnderThePointer) {
  open(GetParam());
  center_of(".plane");
  const json place = browser().run(
      "const c = document.querySelector('.plane canvas'), chart = Chart.getChart(c), r = c.getBoundingClientRect();"
      "const p = chart.data.datasets[0].data[0];"
      "return [r.x + chart.scales.x.getPixelForValue(p.x), r.y + chart.scales.y.getPixelForValue(p.y)]");
  EXPECT_TRUE(browser().run("return document.querySelector('.tip').hidden"));
  browser().move(place[0], place[1]);
  EXPECT_FALSE(browser().run("return document.querySelector('.tip').hidden"));
  EXPECT_THAT(browser().run("return document.querySelector('.tip').textContent").get<std::string>(),
              StartsWith("test image "));
  EXPECT_TRUE(browser().run("return document.querySelector('.tip canvas') !== null"));
}

TEST_P(Explorer, FollowsTheHandleMovedByMouseAndKeys) {
  open(GetParam());
  const auto [x, y] = center_of(".handle");
  const json before = decoded_picture();
  const json to = browser().run(
      "const r = document.querySelector('.plane').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / "
      "3]");
  browser().press(x, y);
  browser().release(to[0], to[1]);
  settle();
  const json dragged = decoded_picture();
  EXPECT_NE(dragged, before);
  const auto [new_x, new_y] = center_of(".handle");
  EXPECT_NEAR(new_x, to[0].get<double>(), 1);
  browser().key("ArrowLeft");
  browser().key("ArrowLeft");
  settle();
  EXPECT_NE(decoded_picture(), dragged);
  EXPECT_LT(center_of(".handle").first, new_x);
}

TEST_P(Explorer, FollowsASliderMovedByKeys) {
  open(GetParam());
  const json before = decoded_picture();
  browser().run("document.querySelector('.slider input').focus()");
  for (int i = 0; i < 5; ++i) browser().key("ArrowRight");
  settle();
  EXPECT_NE(decoded_picture(), before);
}

TEST_P(Explorer, FollowsEverySlider) {
  open(GetParam());
  const json still = browser().run(
      "const sliders = [...document.querySelectorAll('.slider input')], still = [];"
      "for (const slider of sliders) {"
      "  const before = [...hourglass.walk.z];"
      "  slider.value = slider.max;"
      "  slider.dispatchEvent(new Event('input'));"
      "  hourglass.walk.draw();"
      "  if (before.every((value, j) => value === hourglass.walk.z[j])) still.push(slider.id);"
      "}"
      "return sliders.length ? still : ['there are none'];");
  EXPECT_THAT(still, IsEmpty()) << still.dump();
}

TEST_P(Explorer, RunsAtSixtyFramesPerSecond) {
  open(GetParam());
  const double milliseconds = browser().run(
      "const t = []; for (let i = 0; i < 40; i++) { const s = performance.now(); hourglass.walk.draw(); "
      "t.push(performance.now() - s); }"
      "return t.sort((a, b) => a - b)[30]");
  EXPECT_LT(milliseconds, 16);
}

TEST_F(Reports, ShowEveryPointWithinThePlane) {
  for (const char* kind : {"dense", "table"}) {
    open(kind);
    EXPECT_EQ(
        browser().run("const { data, scales: { x, y } } = Chart.getChart(document.querySelector('.plane canvas'));"
                      "return data.datasets.flatMap((d) => d.data).filter((p) => "
                      "  p.x < x.min || p.x > x.max || p.y < y.min || p.y > y.max).length"),
        0)
        << kind;
  }
}

TEST_F(Reports, PutTheRingAtThePointOfEachSample) {
  for (const char* kind : {"dense", "denoising", "outlier"}) {
    open(kind);
    const double farthest = browser().run(
        "const { walk } = hourglass, { data } = Chart.getChart(document.querySelector('.plane canvas'));"
        "const points = data.datasets.flatMap((d) => d.data), field = document.getElementById('point');"
        "const width = Math.max(...points.map((p) => p.x)) - Math.min(...points.map((p) => p.x));"
        "return Math.max(...points.filter((p) => p.index < walk.known).map((p) => {"
        "  field.value = p.index + 1;"
        "  field.dispatchEvent(new Event('change'));"
        "  const [x, y] = walk.place();"
        "  return Math.hypot(x - p.x, y - p.y) / width;"
        "}))");
    EXPECT_LT(farthest, 0.005) << kind;
  }
}

TEST_F(Reports, WriteLatentsOfAnySizeNextToTheirSliders) {
  open("dense");
  for (const auto& [latent, text] : {std::pair{0.5, "0.50"}, {-1234.0, "-1234"}, {-1234567.8, "-1.2e+6"}}) {
    browser().run("hourglass.walk.set(hourglass.walk.z.map(() => arguments[0]))", json::array({latent}));
    settle();
    EXPECT_EQ(browser().run("return [...new Set([...document.querySelectorAll('.slider output:not([for^=component])')]"
                            ".map((e) => e.textContent))]"),
              json::array({text}));
  }
}

TEST_F(Reports, WriteLargeErrorsInFourDigits) {
  open("outlier");
  const std::string mse = browser().run("return document.querySelector('.headlines .value').textContent");
  EXPECT_GT(std::stod(mse), 1000) << "the values are up to 100,000";
  EXPECT_LE(mse.size(), 9U) << mse;
}

TEST_F(Reports, TakeTheNearestSampleForAnyNumber) {
  open("dense");
  const auto typed = [&](const std::string& text) {
    browser().run(
        "const e = document.getElementById('point'); e.value = arguments[0]; e.dispatchEvent(new Event('change'))",
        json::array({text}));
    settle();
    return browser().run("return [document.getElementById('point').value, hourglass.walk.point]");
  };
  EXPECT_EQ(typed("7"), json({"7", 6}));
  EXPECT_EQ(typed("2.4"), json({"2", 1}));
  EXPECT_EQ(typed("2.5"), json({"3", 2}));
  EXPECT_EQ(typed(""), json({"3", 2})) << "the value of an empty field, and of text";
  EXPECT_EQ(typed("1e9"), json({"60", 59}));
  EXPECT_EQ(typed("-4"), json({"1", 0}));
  EXPECT_EQ(typed("0"), json({"1", 0}));
  browser().run("document.querySelector('[aria-label=\"Previous image\"]').click()");
  settle();
  EXPECT_EQ(browser().run("return hourglass.walk.point"), 59) << "before the first comes the last";
  EXPECT_THAT(browser().console(), IsEmpty());
}

TEST_F(Reports, SayHowManyTestSamplesThePlaneShows) {
  open("dense");
  EXPECT_THAT(browser().run("return document.getElementById('latents').textContent").get<std::string>(),
              HasSubstr("The plane shows 60 of 60 test images."));
}

TEST_F(Reports, NameTheScaleOfTheLoss) {
  open("dense");
  EXPECT_EQ(
      browser().run("return Chart.getChart(document.querySelector('#training canvas')).options.scales.y.title.text"),
      "loss (mean per value)");
}

TEST_F(Reports, SpeakOfRowsForATable) {
  open("table");
  here().write("table/evaluation.json", R"({"test": {
      "measurements": [
        {"family": "reconstruction", "metric": "mse", "subject": "model", "value": 0.25, "definition": "its error"},
        {"family": "reconstruction", "metric": "psnr_mean", "subject": "model", "value": 20, "definition": "its PSNR"}],
      "tables": {}, "missing": [{"metric": "ssim", "reason": "too small"},
                                {"metric": "bce", "reason": "not in [0, 1]"}]}})");
  ASSERT_EQ(here().run({"report", "table"}).exit_code, 0);
  browser().open(here() / "table" / "report.html");
  open_tab("Denoise");
  const std::string text = browser().run(
      "document.getElementById('repeat').remove();"
      "return document.body.innerText + [...document.querySelectorAll('[aria-label]')].map((e) => "
      "e.ariaLabel).join(' ')");
  for (const char* word : {"image", "Image", "pixel", "PSNR", "psnr", "SSIM", "ssim", " dB"})
    EXPECT_THAT(text, testing::Not(HasSubstr(word)));
  for (const char* word : {"Test rows", "5 features", "Each line goes through the features of a row: a, b, c, d, e.",
                           "test row ", "Samples per second", "nearest training row", "bce"})
    EXPECT_THAT(text, HasSubstr(word));
  EXPECT_THAT(browser().console(), IsEmpty());
}

TEST_F(Reports, ShowWarningsAsText) {
  open("dense");
  EXPECT_TRUE(browser().run("return document.querySelector('.warning') === null"));
  std::string page = here().read("dense/report.html");
  const std::string none = "\"warnings\":[]";
  ASSERT_NE(page.find(none), std::string::npos);
  page.replace(page.find(none), none.size(), R"("warnings":["3 of 8 latents are dead <i>"])");
  here().write("warned/report.html", page);
  open_page("warned/report.html");
  EXPECT_EQ(browser().run("return document.querySelector('#numbers .warning').textContent"),
            "Warning: 3 of 8 latents are dead <i>");
  expect_quiet();
}

TEST_F(Reports, ShowADecodedPlaneIfTheDecoderIsTooLarge) {
  open("large");
  EXPECT_FALSE(browser().run("return document.getElementById('decoded') !== null"));
  EXPECT_THAT(browser().run("return document.getElementById('latents').textContent").get<std::string>(),
              HasSubstr("too large to run in a page"));
  EXPECT_EQ(browser().run("return [...document.querySelectorAll('#decodings figure:first-of-type .strip')].length"),
            15);
}

TEST_F(Reports, DenoiseInThePage) {
  open("denoising");
  open_tab("Denoise");
  const auto caption = [&] {
    return browser()
        .run(
            "return "
            "document.querySelector('#noise').closest('[role=tabpanel]').querySelector('figcaption').textContent")
        .get<std::string>();
  };
  const std::string before = caption();
  EXPECT_THAT(before, testing::MatchesRegex("noisy, [0-9.]+ dB"));
  browser().run("const e = document.getElementById('noise'); e.value = 0.9; e.dispatchEvent(new Event('input'))");
  EXPECT_NE(caption(), before);
}

TEST_F(Reports, CompleteInThePage) {
  open("completion");
  EXPECT_EQ(browser().run("return document.querySelector('#denoising h2').textContent"), "Completion");
  open_tab("Complete");
  const auto hidden_part = [&] {
    return browser()
        .run(
            "const c = document.querySelector('#noise').closest('[role=tabpanel]').querySelector('canvas');"
            "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
            "for (let x = c.width - 1; x >= 0; x--) {"
            "  for (let y = 0; y < c.height; y++) if (d[4 * (y * c.width + x)]) return n / c.width; n++; }"
            "return 1")
        .get<double>();
  };
  EXPECT_GE(hidden_part(), 0.5);
  EXPECT_LT(hidden_part(), 0.9);
  browser().run("const e = document.getElementById('noise'); e.value = 0; e.dispatchEvent(new Event('input'))");
  EXPECT_LT(hidden_part(), 0.4);
}

TEST_F(Reports, HideTheRegionsThatTheProgramHides) {
  open("completion");
  for (const Shape& shape : {Shape{28, 28, 1}, {7, 9, 3}, {4, 5, 2}, {6, 11}}) {
    for (const Mask mask : {Mask::kRight, Mask::kLeft, Mask::kTop, Mask::kBottom, Mask::kCenter}) {
      const Tensor expected = make_mask(mask, 1, shape);
      const json seen = browser().run(
          "const [part, shape, size] = arguments, { corruption } = hourglass;"
          "return [...corruption({ hide: [part] }, shape, [0, 1]).apply(new Float32Array(size).fill(1), 0.5)]",
          {name(mask), shape, expected.size()});
      for (int64_t i = 0; i < expected.size(); ++i)
        ASSERT_EQ(seen[static_cast<size_t>(i)].get<float>(), 1 - expected.data()[i])
            << name(mask) << " of " << to_string(shape) << ", value " << i;
    }
  }
}

TEST_F(Reports, CompleteSamplesOfTwoChannels) {
  open("channels");
  open_tab("Complete");
  const Autoencoder model = Autoencoder::load(here() / "channels" / "model.safetensors");
  ASSERT_EQ(model.sample_shape(), (Shape{4, 5, 2}));
  const Tensor sample = load_dataset(model.config().data).test.slice(0, 1).read();
  const Tensor hidden = make_mask(Mask::kRight, 1, model.sample_shape());
  double mse = 0;
  for (int64_t i = 0; i < sample.size(); ++i)
    mse += static_cast<double>(sample.data()[i] * sample.data()[i] * hidden.data()[i]) / 40;
  const std::string caption = browser().run(
      "return document.querySelector('#noise').closest('[role=tabpanel]').querySelector('figcaption').textContent");
  ASSERT_THAT(caption, StartsWith("seen, mse "));
  EXPECT_NEAR(std::stod(caption.substr(10)), mse, 0.01 * mse);
}

TEST_F(Reports, GiveAClassOneColorInEveryChart) {
  open("classes");
  const json colors = browser().run(
      "const at = (selector) => Chart.getChart(document.querySelector(selector)).data;"
      "const bars = at('#reconstructions .chart canvas'), plane = at('.plane canvas');"
      "return [Object.fromEntries(bars.labels.map((name, i) => [name, bars.datasets[0].backgroundColor[i]])),"
      "  Object.fromEntries(plane.datasets.map((d) => [d.label, d.borderColor]))];");
  EXPECT_EQ(colors[0].size(), 12U) << "all classes of the test set";
  EXPECT_FALSE(colors[0].contains("rare"));
  EXPECT_EQ(colors[0], colors[1]);
  EXPECT_EQ(browser().run("return new Set(Object.values(arguments[0])).size", json::array({colors[0]})), 12);
}

TEST_F(Reports, ShowSamplesOfMoreValuesThanACanvasIsWide) {
  open("long");
  expect_quiet();
  expect_all_drawn();
  EXPECT_THAT(browser().run("return document.getElementById('reconstructions').textContent").get<std::string>(),
              HasSubstr("A row has 66,000 features. The lines on this page show means over 2 neighboring features."));
}

TEST_F(Reports, ReadValuesThatWrapInTheirSheet) {
  open("wrapped");
  const Autoencoder model = Autoencoder::load(here() / "wrapped" / "model.safetensors");
  const Dataset test = load_dataset(model.config().data).test;
  const int64_t last = test.size() - 1;
  const json bytes = browser().run("return [...hourglass.sheet.tile(arguments[0])]", {last});
  const Tensor expected = model.preprocess(test).slice(last, last + 1).read();
  const ValueRange range = model.value_scale();
  ASSERT_EQ(static_cast<int64_t>(bytes.size()), expected.size());
  for (int64_t i = 0; i < expected.size(); ++i) {
    const double byte = (static_cast<double>(expected.data()[i]) - range.low) / range.width() * 255;
    ASSERT_NEAR(bytes[static_cast<size_t>(i)].get<double>(), std::clamp(byte, 0.0, 255.0), 0.51) << i;
  }
}

TEST_F(Reports, ShowTheResultsOfAnEvaluation) {
  open("dense");
  here().write("dense/evaluation.json", R"({"test": {
      "measurements": [
        {"family": "classification", "metric": "error", "subject": "model", "value": 0.25, "scale": "part",
         "definition": "part of the images <b>whose class</b> is missed", "samples": 1234, "standard_error": 0.012},
        {"family": "classification", "metric": "error", "subject": "pixels", "value": 0.5, "scale": "part",
         "definition": "the same", "samples": 1234}],
      "tables": {"confusion": {"columns": ["as 0", "as 1"], "rows": [[3, 1], [0, 4]]},
                 "worst_images": {"columns": ["image", "mse"], "rows": [[17, 0.5]]}},
      "missing": [{"metric": "elbo", "reason": "of Gaussian latents"}]}})");
  ASSERT_EQ(here().run({"report", "dense"}).exit_code, 0);
  browser().open(here() / "dense" / "report.html");
  const std::string text = browser().run("return document.getElementById('evaluation').innerText");
  for (const char* part : {"0.25 ± 0.012", "pixels", "confusion", "worst images", "elbo: of Gaussian latents"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_EQ(browser().run("return document.querySelectorAll('.heat tbody td').length"), 4);
  EXPECT_TRUE(browser().run("return document.querySelector('#evaluation b') === null")) << "definitions are text";
  EXPECT_THAT(browser().console(), IsEmpty());
}

TEST_F(Reports, AreFullyUsableByKeyboard) {
  open("dense");
  EXPECT_GT(expect_all_reached(), 30);
  browser().run("document.getElementById('tab-0').focus()");
  browser().key("ArrowRight");
  EXPECT_FALSE(browser().run("return document.getElementById('panel-1').hidden")) << "tabs follow the arrow keys";
}

TEST_F(Reports, EscapeMarkupInNames) {
  const std::string name = "<img src=x onerror=\"window.hurt=1\"></script><script>window.hurt=1</script>";
  ASSERT_EQ(
      here().run(tiny_training() + std::vector<std::string>{"--out", "evil", "--set", "model.name=" + name}).exit_code,
      0);
  browser().console();
  browser().open(here() / "evil" / "report.html");
  EXPECT_EQ(browser().run("return document.querySelector('h1').textContent"), name + " on synthetic-digits");
  EXPECT_EQ(browser().run("return document.title"), name + " on synthetic-digits");
  EXPECT_TRUE(browser().run("return window.hurt === undefined && document.querySelector('h1 *, pre img') === null"));
  EXPECT_THAT(browser().console(), IsEmpty());
}

}  // namespace
}  // namespace hourglass
