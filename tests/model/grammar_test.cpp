#include "model/grammar.h"

#include <algorithm>

#include "layers/activation.h"
#include "layers/linear.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

std::unique_ptr<Layer> make(const std::string& text) { return make_layer(text, {4, 3}, {"encoder", 1, 12}); }

TEST(Grammar, BuildsLayers) {
  EXPECT_EQ(make("linear 5")->output_shape(), Shape{5});
  EXPECT_EQ(make("linear output")->output_shape(), Shape{12});
  EXPECT_EQ(make("linear 5")->parameters()[0].shape, (Shape{12, 5}));
  for (const char* word : {"relu", "leaky_relu", "elu", "gelu", "tanh", "sigmoid", "softplus", "identity"})
    EXPECT_EQ(make(word)->output_shape(), (Shape{4, 3})) << word;
}

TEST(Grammar, AcceptsAnySpacing) { EXPECT_EQ(make("  linear \t 5 ")->output_shape(), Shape{5}); }

TEST(Grammar, UnknownLayerIsRejectedWithASuggestion) {
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'liner'", "'linear'"}, [] { make("liner 5"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'rleu'", "'relu'"}, [] { make("rleu"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'attention'"}, [] { make("attention"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "''"}, [] { make(" "); });
}

TEST(Grammar, InvalidSizesAreRejected) {
  for (const char* size : {"0", "-3", "2.5", "8x", "1e3", "many", "1073741825", "99999999999999999999"})
    expect_error(ErrorKind::kUsage, {"encoder layer 2", std::string("'") + size + "'", "expected an integer"},
                 [&] { make(std::string("linear ") + size); });
}

TEST(Grammar, WrongNumberOfArgumentsIsRejected) {
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'linear 128'", "found 0 arguments"}, [] { make("linear"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "found 2 arguments"}, [] { make("linear 3 4"); });
  expect_error(ErrorKind::kUsage, {"encoder layer 2", "'relu 3'", "found 1 arguments"}, [] { make("relu 3"); });
}

TEST(Grammar, BuildsImageAndSequenceLayers) {
  const auto shape = [](const std::string& text, const Shape& input) {
    return make_layer(text, input, {"encoder", 1, 12})->output_shape();
  };
  EXPECT_EQ(shape("conv2d 16 kernel=3 padding=1", {28, 28, 1}), (Shape{28, 28, 16}));
  EXPECT_EQ(shape("conv2d 4 kernel=2 stride=2", {28, 28, 3}), (Shape{14, 14, 4}));
  EXPECT_EQ(shape("conv_transpose2d 1 kernel=3 stride=2 padding=1 output_padding=1", {7, 7, 32}), (Shape{14, 14, 1}));
  EXPECT_EQ(shape("conv2d 8 dilation=2 padding=2 groups=4", {28, 28, 4}), (Shape{28, 28, 8}));
  EXPECT_EQ(shape("conv_transpose2d 8 dilation=2 groups=4", {28, 28, 4}), (Shape{32, 32, 8}));
  EXPECT_EQ(shape("max_pool2d 2", {28, 28, 16}), (Shape{14, 14, 16}));
  EXPECT_EQ(shape("avg_pool2d 3 stride=1", {5, 5, 1}), (Shape{3, 3, 1}));
  EXPECT_EQ(shape("upsample2d 2", {7, 7, 4}), (Shape{14, 14, 4}));
  EXPECT_EQ(shape("lstm 128", {28, 28, 1}), (Shape{28, 128}));
  EXPECT_EQ(shape("lstm 128 last", {28, 28}), Shape{128});
  EXPECT_EQ(shape("repeat 28", {128}), (Shape{28, 128}));
  EXPECT_EQ(shape("flatten", {4, 3}), Shape{12});
  EXPECT_EQ(shape("reshape 2x6", {4, 3}), (Shape{2, 6}));
  for (const char* text : {"batch_norm", "layer_norm", "dropout 0.2"})
    EXPECT_EQ(shape(text, {4, 3, 2}), (Shape{4, 3, 2}));
}

TEST(Grammar, InvalidOptionsAreRejected) {
  const auto reject = [](const std::string& text, const std::vector<std::string>& parts) {
    expect_error(ErrorKind::kUsage, parts, [&] { make_layer(text, {8, 8, 1}, {"decoder", 2, 12}); });
  };
  reject("conv2d 4 kernal=3", {"decoder layer 3", "'kernal'", "'kernel'"});
  reject("conv2d 4 kernel=0", {"decoder layer 3", "kernel", "'0'"});
  reject("conv2d 4 dilation=0", {"decoder layer 3", "dilation", "'0'"});
  reject("conv2d 4 groups=3", {"decoder layer 3", "groups=3"});
  reject("conv2d 4 stride=two", {"decoder layer 3", "stride", "'two'"});
  reject("linear 4 kernel=3", {"decoder layer 3", "'kernel'"});
  reject("dropout 1", {"decoder layer 3", "'1'"});
  reject("dropout half", {"decoder layer 3", "'half'"});
  reject("reshape 3x3", {"decoder layer 3", "3x3", "8x8x1"});
  reject("gaussian 3", {"decoder layer 3", "model.latent"});
  reject("lstm 4 first", {"decoder layer 3", "'lstm 128 last'"});
}

TEST(Grammar, LayerFormsCanBeBuilt) {
  std::vector<std::string> words;
  for (const LayerForm& form : layer_forms()) {
    SCOPED_TRACE(form.word);
    words.emplace_back(form.word);
    // A shape that the layer accepts.
    const Shape input = words.back() == "repeat"    ? Shape{4}
                        : words.back() == "reshape" ? Shape{14, 14, 8}
                                                    : Shape{8, 8, 4};
    const LayerPlace place{words.back() == "gaussian" ? "latent" : "encoder", 0, 784};
    const auto layer = make_layer(form.example, input, place);
    const auto spelled_out = make_layer(std::string(form.example) + " " + form.options, input, place);
    EXPECT_EQ(layer->output_shape(), spelled_out->output_shape()) << "the options are not the defaults";
  }
  for (const std::string& activation : activation_names())
    EXPECT_NE(std::ranges::find(words, activation), words.end()) << activation;
}

}  // namespace
}  // namespace hourglass
