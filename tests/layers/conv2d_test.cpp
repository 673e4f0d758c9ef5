#include "layers/conv2d.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "layers/activation.h"
#include "support/check_layer.h"
#include "support/expect_error.h"
#include "support/golden.h"

namespace hourglass {
namespace {

// Returns the names of the cases of a golden file: tensor names without ".x".
std::vector<std::string> cases_of(const std::string& file) {
  std::vector<std::string> names;
  for (const SafetensorsTensor& tensor :
       read_safetensors(std::filesystem::path(HOURGLASS_TEST_DIR) / "golden" / (file + ".safetensors")).tensors)
    if (tensor.name.ends_with(".x")) names.push_back(tensor.name.substr(0, tensor.name.size() - 2));
  return names;
}

Shape image_shape(const Shape& batch) { return {batch.begin() + 1, batch.end()}; }

// Runs a layer on a golden case and compares all its results.
void expect_golden(const Golden& golden, const std::string& name, const Layer& layer) {
  SCOPED_TRACE(name);
  const auto& x = golden[name + ".x"];
  const int64_t rows = x.shape[0];
  const float* params[] = {golden[name + ".weight"].values.data(), golden[name + ".bias"].values.data()};
  Tensor y(golden[name + ".y"].shape), dx(x.shape), scratch({layer.scratch_size(rows)});
  Tensor dweight(golden[name + ".dweight"].shape), dbias(golden[name + ".dbias"].shape);
  ASSERT_EQ(layer.output_shape(), image_shape(y.shape()));
  layer.forward({rows}, params, x.values.data(), y.data(), {nullptr, scratch.data()});
  EXPECT_TRUE(close_to(y.values(), golden[name + ".y"], 1e-6));
  Tensor dy = golden.tensor(name + ".dy");
  float* diff_params[] = {dweight.data(), dbias.data()};
  layer.backward({rows}, params, x.values.data(), y.data(), {nullptr, scratch.data()}, dy.data(), dx.data(),
                 diff_params);
  EXPECT_TRUE(close_to(dx.values(), golden[name + ".dx"], 2e-6));
  EXPECT_TRUE(close_to(dweight.values(), golden[name + ".dweight"], 2e-6));
  EXPECT_TRUE(close_to(dbias.values(), golden[name + ".dbias"], 2e-6));
}

ConvolutionShape shape_of(const Golden& golden, const std::string& name) {
  const auto number = [&](const char* key) { return std::atoll(golden.metadata(name + key).c_str()); };
  return {golden[name + ".bias"].shape[0], golden[name + ".weight"].shape[0], number(".stride"), number(".padding")};
}

ConvolutionShape dilated_and_grouped(const Golden& golden, const std::string& name) {
  ConvolutionShape shape = shape_of(golden, name);
  shape.dilation = std::atoll(golden.metadata(name + ".dilation").c_str());
  shape.groups = std::atoll(golden.metadata(name + ".groups").c_str());
  return shape;
}

TEST(Conv2d, AgreesWithPyTorch) {
  const Golden golden("conv2d");
  for (const std::string& name : cases_of("conv2d"))
    expect_golden(golden, name, Conv2d(image_shape(golden[name + ".x"].shape), shape_of(golden, name)));
}

TEST(Conv2d, AgreesWithPyTorchWithDilationAndGroups) {
  const Golden golden("conv2d_dilated_grouped");
  for (const std::string& name : cases_of("conv2d_dilated_grouped"))
    expect_golden(golden, name, Conv2d(image_shape(golden[name + ".x"].shape), dilated_and_grouped(golden, name)));
}

TEST(ConvTranspose2d, AgreesWithPyTorch) {
  const Golden golden("conv_transpose2d");
  for (const std::string& name : cases_of("conv_transpose2d")) {
    ConvolutionShape shape = shape_of(golden, name);
    shape.output_padding = std::atoll(golden.metadata(name + ".output_padding").c_str());
    expect_golden(golden, name, ConvTranspose2d(image_shape(golden[name + ".x"].shape), shape));
  }
}

TEST(ConvTranspose2d, AgreesWithPyTorchWithDilationAndGroups) {
  const Golden golden("conv_transpose2d_dilated_grouped");
  for (const std::string& name : cases_of("conv_transpose2d_dilated_grouped"))
    expect_golden(golden, name,
                  ConvTranspose2d(image_shape(golden[name + ".x"].shape), dilated_and_grouped(golden, name)));
}

TEST(Conv2d, IsCorrectWithEveryFusedActivation) {
  for (const std::string& word : activation_names()) {
    // Few outputs, so that no step of the finite differences moves one across a kink.
    Conv2d layer({3, 4, 2}, {.channels = 2, .kernel = 3, .stride = 2, .padding = 1});
    EXPECT_TRUE(layer.fuse(*activation_named(word)));
    EXPECT_TRUE(check_layer(layer, 3 * 4 * 2, 2, 5)) << word;
  }
}

TEST(ConvTranspose2d, IsCorrectWithEveryFusedActivation) {
  for (const std::string& word : activation_names()) {
    ConvTranspose2d layer({3, 2, 2}, {.channels = 3, .kernel = 3, .stride = 2, .padding = 1, .output_padding = 1});
    EXPECT_TRUE(layer.fuse(*activation_named(word)));
    EXPECT_TRUE(check_layer(layer, 3 * 2 * 2, 3, 5)) << word;
  }
}

TEST(Conv2d, GradientsAreCorrectWithDilationAndGroups) {
  Conv2d layer(
      {6, 5, 4},
      {.channels = 6, .kernel = 2, .stride = 2, .padding = 1, .output_padding = 0, .dilation = 3, .groups = 2});
  EXPECT_TRUE(check_layer(layer, 6 * 5 * 4, 2, 5));
}

TEST(ConvTranspose2d, GradientsAreCorrectWithDilationAndGroups) {
  ConvTranspose2d layer(
      {3, 2, 4},
      {.channels = 6, .kernel = 2, .stride = 2, .padding = 1, .output_padding = 1, .dilation = 3, .groups = 2});
  EXPECT_TRUE(check_layer(layer, 3 * 2 * 4, 2, 5));
}

TEST(Conv2d, InvalidShapesAreRejected) {
  expect_error(ErrorKind::kUsage, {"conv2d", "5", "4x4x1"}, [] { Conv2d({4, 4, 1}, {.channels = 1, .kernel = 5}); });
  expect_error(ErrorKind::kUsage, {"conv2d", "reshape"}, [] { Conv2d({16}, {.channels = 1}); });
  expect_error(ErrorKind::kUsage, {"conv2d", "dilation 2", "5 pixels", "4x4x1"}, [] {
    Conv2d({4, 4, 1}, {.channels = 1, .kernel = 3, .dilation = 2});
  });
  expect_error(ErrorKind::kUsage, {"conv2d", "groups=2", "4", "3"}, [] {
    Conv2d({4, 4, 4}, {.channels = 3, .groups = 2});
  });
  expect_error(ErrorKind::kUsage, {"conv_transpose2d", "groups=2", "3", "4"}, [] {
    ConvTranspose2d({4, 4, 3}, {.channels = 4, .groups = 2});
  });
  expect_error(ErrorKind::kUsage, {"conv2d", "padding 1073741810", "more memory"}, [] {
    Conv2d({28, 28, 4}, {.channels = 1, .kernel = 1, .stride = 1 << 30, .padding = 1073741810});
  });
  expect_error(ErrorKind::kUsage, {"conv2d", "dilation 1000000", "more memory"}, [] {
    Conv2d({28, 28, 4}, {.channels = 1 << 20, .kernel = 3, .padding = 1000000, .dilation = 1000000});
  });
  expect_error(ErrorKind::kUsage, {"output_padding"}, [] {
    ConvTranspose2d({4, 4, 1}, {.channels = 1, .kernel = 3, .stride = 2, .padding = 1, .output_padding = 2});
  });
}

}  // namespace
}  // namespace hourglass
