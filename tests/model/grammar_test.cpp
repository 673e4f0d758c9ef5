#include "model/grammar.h"

#include "layers/linear.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

std::unique_ptr<Layer> make(const std::string& text) { return make_layer(text, {4, 3}, 12, "encoder layer 2"); }

TEST(Grammar, BuildsLayers) {
  EXPECT_EQ(make("linear 5")->output_shape(), Shape{5});
  EXPECT_EQ(make("linear output")->output_shape(), Shape{12});
  EXPECT_EQ(make("linear 5")->parameters()[0].shape, (Shape{12, 5}));
  for (const char* word : {"relu", "leaky_relu", "elu", "gelu", "tanh", "sigmoid", "softplus", "identity"})
    EXPECT_EQ(make(word)->output_shape(), (Shape{4, 3})) << word;
}

TEST(Grammar, TakesAnySpacing) { EXPECT_EQ(make("  linear \t 5 ")->output_shape(), Shape{5}); }

TEST(Grammar, UnknownLayerIsRefusedWithTheNearest) {
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'liner'", "'linear'"}, [] { make("liner 5"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'rleu'", "'relu'"}, [] { make("rleu"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'attention'"}, [] { make("attention"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "''"}, [] { make(" "); });
}

TEST(Grammar, SizesThatCannotBeAreRefused) {
  for (const char* size : {"0", "-3", "2.5", "8x", "1e3", "many", "1073741825", "99999999999999999999"})
    expect_error(ErrorKind::kUsage, {"encoder layer 2", std::string("'") + size + "'", "whole number"},
                 [&] { make(std::string("linear ") + size); });
}

TEST(Grammar, WrongNumberOfArgumentsIsRefused) {
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'linear 128'", "0 were given"}, [] { make("linear"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "2 were given"}, [] { make("linear 3 4"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'relu'", "'3'"}, [] { make("relu 3"); });
}

}  // namespace
}  // namespace hourglass
