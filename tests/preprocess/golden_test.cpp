// Golden file: tests/golden/make_preprocessing_golden.py.
#include "support/golden.h"

#include <cmath>

#include "data/resampling.h"
#include "hourglass/preprocessing.h"

namespace hourglass {
namespace {

class PreprocessingGolden : public testing::Test {
 protected:
  /// Array `name` of the file as floats.
  Dataset floats(const std::string& name) {
    const SafetensorsTensor& tensor = golden_[name];
    return Dataset(name, {tensor.shape.begin() + 1, tensor.shape.end()},
                   SampleStorage::of_floats({tensor.values.begin(), tensor.values.end()}));
  }
  Dataset bytes(const std::string& name) {
    const SafetensorsTensor& tensor = golden_[name];
    return Dataset(name, {tensor.shape.begin() + 1, tensor.shape.end()},
                   std::vector<uint8_t>(tensor.values.begin(), tensor.values.end()));
  }
  void expect(const Preprocessing& fitted, const Dataset& data, const std::string& expected, double tolerance) {
    EXPECT_TRUE(close_to(fitted.apply(data).read().values(), golden_[expected], tolerance));
  }
  /// Checks that invert(apply(x)) is x.
  void expect_inverse(const Preprocessing& fitted, const Dataset& data, double tolerance) {
    EXPECT_EQ(fitted.invert_ends_at(), "");
    const Tensor again = fitted.invert(fitted.apply(data).read());
    EXPECT_EQ(again.shape(), data.read().shape());
    EXPECT_TRUE(close_to(again.values(), golden_[data.name()], tolerance));
  }

  const Golden golden_{"preprocessing"};
};

TEST_F(PreprocessingGolden, NaturalPatchesAgreeWithNumPy) {
  const Preprocessing fitted =
      Preprocessing::fit({"gray", "remove_mean image", "clip 3 global", "scale 0.1 0.9"}, bytes("patches.train"));
  EXPECT_EQ(fitted.output_shape(), (Shape{16, 16, 1}));
  EXPECT_NEAR(fitted.range().low, 0.1, 1e-12);
  EXPECT_NEAR(fitted.range().high, 0.9, 1e-12);
  expect(fitted, bytes("patches.train"), "patches.train.preprocessed", 1e-6);
  expect(fitted, bytes("patches.test"), "patches.test.preprocessed", 1e-6);
  EXPECT_EQ(fitted.invert_ends_at(), "remove_mean image");
}

TEST_F(PreprocessingGolden, FeaturesAgreeWithScikitLearn) {
  for (const std::string step : {"standardize", "minmax", "robust"}) {
    const Preprocessing fitted = Preprocessing::fit({step}, floats("features.train"));
    expect(fitted, floats("features.train"), "features." + step + ".train", 2e-6);
    expect(fitted, floats("features.test"), "features." + step + ".test", 2e-6);
    expect_inverse(fitted, floats("features.train"), 1e-6);
  }
}

TEST_F(PreprocessingGolden, WhiteningAgreesWithNumPy) {
  for (const std::string kind : {"pca", "zca"}) {
    const Preprocessing fitted = Preprocessing::fit({"whiten " + kind}, floats("whiten.train"));
    expect(fitted, floats("whiten.train"), "whiten." + kind + ".train", 2e-5);
    expect(fitted, floats("whiten.test"), "whiten." + kind + ".test", 2e-5);
    expect_inverse(fitted, floats("whiten.train"), 2e-5);
  }
}

TEST_F(PreprocessingGolden, ResizedImagesAgreeWithNumPyAndPillow) {
  const SafetensorsTensor& image = golden_["resize.image"];
  for (const auto& [name, resampling] :
       {std::pair{"area", Resampling::kArea}, std::pair{"bilinear", Resampling::kBilinear}}) {
    for (const auto& [height, width] : {std::pair{4, 5}, {3, 11}, {13, 17}, {9, 11}, {1, 1}}) {
      std::vector<float> resized(static_cast<size_t>(height * width * 3));
      Resampler(9, 11, height, width, 3, resampling).resize(image.values.data(), resized.data());
      EXPECT_TRUE(close_to(
          resized, golden_["resize." + std::string(name) + "." + std::to_string(height) + "x" + std::to_string(width)],
          1e-6));
    }
  }
}

}  // namespace
}  // namespace hourglass
