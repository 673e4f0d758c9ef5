#include "model/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "core/text.h"
#include "hourglass/error.h"
#include "layers/activation.h"
#include "layers/batch_norm.h"
#include "layers/conv2d.h"
#include "layers/dropout.h"
#include "layers/gaussian_latent.h"
#include "layers/layer_norm.h"
#include "layers/linear.h"
#include "layers/lstm.h"
#include "layers/pool2d.h"
#include "layers/reshape.h"
#include "layers/upsample2d.h"

namespace hourglass {
namespace {

// More units than any layer has; the product of two such sizes can still be counted.
constexpr int64_t kMostUnits = int64_t{1} << 30;

// What a maker gets of a layer's text and surroundings.
struct LayerText {
  std::string text, part, where;
  std::string word;
  std::vector<std::string> arguments;          // those without '='
  std::map<std::string, std::string> options;  // the others
  int64_t output_dim;
  uint32_t number;  // of the layer in the model, which keeps noise streams apart
};

[[noreturn]] void refuse(const LayerText& text, const std::string& problem) {
  throw Error(ErrorKind::kUsage, fmt::format("{} ('{}'): {}", text.where, text.text, problem));
}

int64_t parse_size(const LayerText& text, const std::string& what, const std::string& value, int64_t least = 1) {
  int64_t size = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
  if (error != std::errc() || end != value.data() + value.size() || size < least || size > kMostUnits)
    refuse(text, fmt::format("{} is '{}'; a whole number from {} to {} is expected.", what, value, least, kMostUnits));
  return size;
}

// The text must have `usage`'s number of arguments and no option but `known`.
void check_form(const LayerText& text, size_t num_arguments, const std::string& usage,
                const std::vector<std::string>& known = {}) {
  if (text.arguments.size() != num_arguments)
    refuse(text, fmt::format("write it as '{}'; {} arguments were given.", usage, text.arguments.size()));
  for (const auto& [key, value] : text.options)
    if (std::ranges::find(known, key) == known.end())
      refuse(text,
             fmt::format("unknown option '{}'.{}", key, known.empty() ? " It takes none." : did_you_mean(key, known)));
}

int64_t option(const LayerText& text, const std::string& key, int64_t otherwise, int64_t least) {
  const auto found = text.options.find(key);
  return found == text.options.end() ? otherwise : parse_size(text, key, found->second, least);
}

using LayerPointer = std::unique_ptr<Layer>;

LayerPointer make_linear(const LayerText& text, const Shape& input) {
  check_form(text, 1, "linear 128' or 'linear output");
  const int64_t units =
      text.arguments[0] == "output" ? text.output_dim : parse_size(text, "the number of units", text.arguments[0]);
  return std::make_unique<Linear>(num_elements(input), units);
}

ConvolutionShape convolution(const LayerText& text) {
  return {parse_size(text, "the number of channels", text.arguments[0]),
          option(text, "kernel", 3, 1),
          option(text, "stride", 1, 1),
          option(text, "padding", 0, 0),
          option(text, "output_padding", 0, 0),
          option(text, "dilation", 1, 1),
          option(text, "groups", 1, 1)};
}

LayerPointer make_conv2d(const LayerText& text, const Shape& input) {
  check_form(text, 1, "conv2d 16 kernel=3 padding=1", {"kernel", "stride", "padding", "dilation", "groups"});
  return std::make_unique<Conv2d>(input, convolution(text));
}

LayerPointer make_conv_transpose2d(const LayerText& text, const Shape& input) {
  check_form(text, 1, "conv_transpose2d 16 kernel=3 stride=2 padding=1 output_padding=1",
             {"kernel", "stride", "padding", "output_padding", "dilation", "groups"});
  return std::make_unique<ConvTranspose2d>(input, convolution(text));
}

template <class Pool>
LayerPointer make_pool(const LayerText& text, const Shape& input) {
  check_form(text, 1, text.word + " 2", {"stride"});
  const int64_t kernel = parse_size(text, "the window", text.arguments[0]);
  return std::make_unique<Pool>(input, kernel, option(text, "stride", kernel, 1));
}

LayerPointer make_upsample2d(const LayerText& text, const Shape& input) {
  check_form(text, 1, "upsample2d 2");
  return std::make_unique<Upsample2d>(input, parse_size(text, "the factor", text.arguments[0]));
}

LayerPointer make_lstm(const LayerText& text, const Shape& input) {
  const bool last = text.arguments.size() == 2 && text.arguments[1] == "last";
  check_form(text, last ? 2 : 1, "lstm 128' or 'lstm 128 last");
  return std::make_unique<Lstm>(input, parse_size(text, "the number of units", text.arguments[0]), !last);
}

LayerPointer make_repeat(const LayerText& text, const Shape& input) {
  check_form(text, 1, "repeat 28");
  return std::make_unique<Repeat>(input, parse_size(text, "the number of steps", text.arguments[0]));
}

LayerPointer make_gaussian(const LayerText& text, const Shape& input) {
  check_form(text, 1, "gaussian 32");
  if (text.part != "latent") refuse(text, "a Gaussian is a latent, no layer: set model.latent to it.");
  return std::make_unique<GaussianLatent>(input, parse_size(text, "the number of latents", text.arguments[0]),
                                          text.number);
}

LayerPointer make_batch_norm(const LayerText& text, const Shape& input) {
  check_form(text, 0, "batch_norm");
  return std::make_unique<BatchNorm>(input);
}

LayerPointer make_layer_norm(const LayerText& text, const Shape& input) {
  check_form(text, 0, "layer_norm");
  return std::make_unique<LayerNorm>(input);
}

LayerPointer make_dropout(const LayerText& text, const Shape& input) {
  check_form(text, 1, "dropout 0.2");
  const std::string& value = text.arguments[0];
  double rate = -1;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), rate);
  if (error != std::errc() || end != value.data() + value.size() || !(rate >= 0 && rate < 1))
    refuse(text, fmt::format("the rate is '{}'; a number from 0 to below 1 is expected.", value));
  return std::make_unique<Dropout>(input, static_cast<float>(rate), text.number);
}

LayerPointer make_flatten(const LayerText& text, const Shape& input) {
  check_form(text, 0, "flatten");
  return std::make_unique<Reshape>(input, Shape{num_elements(input)});
}

LayerPointer make_reshape(const LayerText& text, const Shape& input) {
  check_form(text, 1, "reshape 7x7x32");
  Shape shape;
  std::istringstream sizes(text.arguments[0]);
  for (std::string size; std::getline(sizes, size, 'x');) shape.push_back(parse_size(text, "a size", size));
  if (num_elements(shape) != num_elements(input))
    refuse(text, fmt::format("{} has {} values, but the input {} has {}.", to_string(shape), num_elements(shape),
                             to_string(input), num_elements(input)));
  return std::make_unique<Reshape>(input, shape);
}

// Every layer but the activations, whose words stand in layers/activation.cpp.
struct LayerKind {
  const char* word;
  LayerPointer (*make)(const LayerText& text, const Shape& input);
};
constexpr LayerKind kLayerKinds[] = {{"linear", make_linear},
                                     {"conv2d", make_conv2d},
                                     {"conv_transpose2d", make_conv_transpose2d},
                                     {"max_pool2d", make_pool<MaxPool2d>},
                                     {"avg_pool2d", make_pool<AvgPool2d>},
                                     {"upsample2d", make_upsample2d},
                                     {"lstm", make_lstm},
                                     {"repeat", make_repeat},
                                     {"batch_norm", make_batch_norm},
                                     {"layer_norm", make_layer_norm},
                                     {"gaussian", make_gaussian},
                                     {"dropout", make_dropout},
                                     {"flatten", make_flatten},
                                     {"reshape", make_reshape}};

// A layer that refuses its input says why; where it stands is known here.
LayerPointer make_named(const LayerKind& kind, const LayerText& text, const Shape& input) {
  try {
    return kind.make(text, input);
  } catch (const Error& error) {
    const std::string message = error.what();
    if (message.starts_with(text.where)) throw;
    throw Error(error.kind(), fmt::format("{} ('{}'): {}", text.where, text.text, message));
  }
}

LayerText split(const LayerPlace& place, const std::string& text) {
  const std::string where = place.part == "latent" ? "latent" : fmt::format("{} layer {}", place.part, place.index + 1);
  LayerText result{text, place.part, where, "", {}, {}, place.output_dim, place.number()};
  std::istringstream words(text);
  words >> result.word;
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals == std::string::npos)
      result.arguments.push_back(word);
    else
      result.options[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return result;
}

}  // namespace

std::unique_ptr<Layer> make_layer(const std::string& text, const Shape& input, const LayerPlace& place) {
  const LayerText parsed = split(place, text);
  for (const LayerKind& kind : kLayerKinds)
    if (parsed.word == kind.word) return make_named(kind, parsed, input);
  if (const auto activation = activation_named(parsed.word)) {
    check_form(parsed, 0, parsed.word);
    return std::make_unique<ActivationLayer>(*activation, input);
  }
  std::vector<std::string> known;
  for (const LayerKind& kind : kLayerKinds) known.push_back(kind.word);
  for (const std::string& activation : activation_names()) known.push_back(activation);
  throw Error(ErrorKind::kUsage,
              fmt::format("{}: unknown layer '{}'.{}", parsed.where, parsed.word, did_you_mean(parsed.word, known)));
}

}  // namespace hourglass
