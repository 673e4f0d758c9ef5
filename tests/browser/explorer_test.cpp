// The latent space on the page of a run, and its response to user input.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "browser/reports.h"
#include "hourglass/hourglass.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

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

}  // namespace
}  // namespace hourglass
